"""An institution with an empty log."""

from __future__ import annotations

import pytest

from guanhao.core import clock, tenancy
from guanhao.people.models import Institution


@pytest.fixture
def school(db):
    """An institution, in scope."""
    institution = Institution.objects.create(key="log-school", name="台账学校", created_at=clock.now())
    with tenancy.within(institution):
        yield institution
