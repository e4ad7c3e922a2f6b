"""Rows to claim: deliveries of notices, the simplest leased rows there are."""

from __future__ import annotations

import pytest

from guanhao.core import tenancy
from guanhao.notices.models import Delivery, Notice
from guanhao.people.models import Institution, Person


@pytest.fixture
def make_rows():
    """A function that makes an institution with so many deliveries due at an instant, and returns the institution."""

    def make(number, due):
        school = Institution.objects.create(key="steps-school", name="步骤学校", created_at=due)
        with tenancy.within(school):
            person = Person.objects.create(institution=school, name="陈一", created_at=due)
            for place in range(number):
                notice = Notice.objects.create(
                    institution=school,
                    person=person,
                    event_index=place,
                    consequence="test",
                    kind="test",
                    title_zh="通知",
                    at=due,
                )
                Delivery.objects.create(institution=school, notice=notice, channel="email", run_after=due)
        return school

    return make
