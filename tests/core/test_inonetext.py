"""A table as one text: the same rows on both databases, asked every time, and none of another institution."""

from __future__ import annotations

from datetime import date

import pytest
from django_scopes.exceptions import ScopeError

from guanhao.contents.models import StatutoryDay
from guanhao.core.inonetext import as_one_text, rows_of
from guanhao.core.prepared import Prepared, given
from guanhao.core.tenancy import everywhere, within
from guanhao.people.models import Person

pytestmark = pytest.mark.database

days = Prepared(
    lambda: (
        StatutoryDay.objects.filter(day__gte=given("since"))
        .order_by()
        .values_list(as_one_text("day", "working", "name"), flat=True)
    )
)
names = Prepared(lambda: Person.objects.order_by().values_list(as_one_text("name"), flat=True))


@pytest.fixture
def of_nobody(db):
    """The statutory table belongs to no institution."""
    with everywhere("test"):
        yield


def test_dates_truths_and_any_words_come_back(of_nobody):
    """Quotes, a comma, an emoji and nothing at all: what a table may hold."""
    StatutoryDay.objects.all().delete()
    kept = [
        (date(2031, 1, 1), False, '元旦 "休", \\'),
        (date(2031, 1, 2), True, "😀"),
        (date(2031, 1, 3), True, ""),
    ]
    for day, working, name in kept:
        StatutoryDay.objects.create(day=day, working=working, name=name)
    found = [
        (date.fromisoformat(day), bool(working), name)
        for day, working, name in rows_of(days.one(since=date(2031, 1, 1)))
    ]
    assert sorted(found) == kept


def test_of_no_rows_there_is_an_empty_text(of_nobody):
    """One row is answered all the same."""
    assert rows_of(days.one(since=date(2999, 1, 1))) == []


@pytest.mark.requirement("TN3")
def test_only_rows_of_the_institution_in_scope(ruian, gpnu):
    """As with any other read."""
    for house in (ruian, gpnu):
        with within(house.institution):
            assert sorted(rows_of(names.one())) == sorted(Person.objects.values_list("name"))


def test_without_a_scope_it_raises(db):
    """As any read does."""
    with pytest.raises(ScopeError):
        names.one()
