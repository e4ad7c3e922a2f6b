"""Lists whose statements are kept: they find what the ordinary question finds, and hold nothing of whoever asked first."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from guanhao.core import clock
from guanhao.web import sights
from guanhao.web.lists import PAGE_SIZE, ListView
from guanhao.web.viewer import Viewer
from guanhao.web.work.article_list import article_list, articles_in_sight
from guanhao.web.work.review_list import review_list, steps_in_sight
from tests.web.test_searching import VIEWERS, scattered

__all__ = ["scattered"]

LISTS = ((article_list, articles_in_sight), (review_list, steps_in_sight))
ANOTHER_DAY = datetime(2031, 6, 5, 4, 3, 2, tzinfo=UTC)


def _addresses(spec):
    """Every tab, and under the last one every filter, every order and another page."""
    yield from ({"tab": tab.key} for tab in spec.tabs)
    tab = spec.tabs[-1].key
    for choice in spec.filters:
        yield from ({"tab": tab, choice.key: str(value)} for value, _label in choice.choices[:3])
    for column in spec.columns:
        if column.sort:
            yield {"tab": tab, "sort": column.key}
            yield {"tab": tab, "sort": f"-{column.key}"}
    yield {"tab": tab, "page": "2"}


def _view(viewer, kind, address):
    spec, source = kind
    return ListView(spec(viewer), QueryDict(urlencode(address)), source(viewer))


@pytest.mark.django_db
@pytest.mark.requirement("TN2")
@pytest.mark.parametrize("much", [False, True])
def test_a_kept_statement_finds_what_may_be_seen(scattered, monkeypatch, much):
    """The same rows in the same order as the ordinary question, for everybody and under every address."""
    monkeypatch.setattr("guanhao.cases.visibility.decided_much", lambda _person: much)
    shown = 0
    for name in VIEWERS:
        viewer = Viewer(scattered.people[name], scattered.institution, "")
        for kind in LISTS:
            for address in _addresses(kind[0](viewer)):
                view = _view(viewer, kind, address)
                assert isinstance(view.source, sights.Sight)
                start = view.page.start_index() - 1 if view.page.paginator.count else 0
                assert list(view.page) == list(view.found[start : start + PAGE_SIZE]), (name, address)
                assert view.page.paginator.count == min(view.found.count(), view.page.paginator._most + 1)
                shown += len(view.page)
    assert shown > 1_000


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "tab"), [(LISTS[0], "all"), (LISTS[1], "done")])
def test_the_lines_of_a_page_come_with_all_that_any_column_shows(
    scattered, kind, tab, django_assert_num_queries
):
    """No column asks again for its row, and each shows what it shows of a whole row."""
    shown = 0
    for name in VIEWERS:
        viewer = Viewer(scattered.people[name], scattered.institution, "")
        columns = kind[0](viewer).columns
        view = _view(viewer, kind, {"tab": tab})
        rows, whole = list(view.page), list(view.found[:PAGE_SIZE])
        with django_assert_num_queries(0):
            drawn = [[column.value(row) for column in columns] for row in rows]
        assert drawn == [[column.value(row) for column in columns] for row in whole]
        shown += len(rows)
    assert shown > 0


@pytest.mark.django_db
@pytest.mark.requirement("TN2")
def test_a_kept_statement_holds_nothing_of_whoever_asked_first(scattered):
    """Put together for everybody anew, at two times and with every choice, it says the same wherever it is kept as one."""
    said, asking = {}, defaultdict(set)
    for name in VIEWERS:
        viewer = Viewer(scattered.people[name], scattered.institution, "")
        for at in (clock.now(), ANOTHER_DAY):
            with clock.frozen(at):
                for shape, statement in _statements(viewer):
                    assert said.setdefault(shape, statement) == statement, (name, at, shape)
                    asking[shape].add(name)
    assert sum(len(names) > 1 for names in asking.values()) > 20


def _statements(viewer):
    """What each address is kept under, and the statement as it is put together for this viewer."""
    for kind in LISTS:
        for address in _addresses(kind[0](viewer)):
            view = _view(viewer, kind, address)
            asked = view._asked(view.source)
            sights._kept.cache_clear()
            plan = asked.read(251).assembled(scoped=True)
            names = tuple(one.key for one in asked.conditions)
            shape = (asked.sight.within, asked.sight.seen.shape, names, asked.order_key)
            yield shape, (plan.sql, *map(repr, plan.params))


@pytest.mark.django_db
def test_a_condition_that_keeps_a_value_would_be_found(scattered):
    """The check above can fail."""
    viewer = Viewer(scattered.people["ruian-editor"], scattered.institution, "")
    plans = []
    for person in (11, 12):
        careless = sights.Condition("tab", lambda rows, person=person: rows.filter(contributor=person), {})
        sights._kept.cache_clear()
        asked = sights.Asked(articles_in_sight(viewer), (careless,), None, ("-pk",))
        plan = asked.read(5).assembled(scoped=True)
        plans.append((plan.sql, plan.params))
    sights._kept.cache_clear()
    assert plans[0] != plans[1]


@pytest.mark.django_db
def test_a_row_that_went_away_between_the_two_questions_is_left_out(scattered):
    """Its key was found, and it is no longer there when it is read."""
    viewer = Viewer(scattered.people["ruian-office-head"], scattered.institution, "")
    view = _view(viewer, LISTS[0], {"tab": "all"})
    asked = view._asked(view.source)
    keys = asked.keys(3)
    assert [row.pk for row in asked.page([keys[2], 0, keys[0]])] == [keys[2], keys[0]]
    assert asked.page([]) == []
