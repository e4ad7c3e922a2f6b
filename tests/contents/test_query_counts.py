"""Handing in, approving and what follows ask a bounded number of questions, the same whatever lies in the database."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import cycles, world

MORE = 400
# What one act says to the database, transaction marks included; the mark that tells PostgreSQL the tenant is not counted,
# nor the rows of the log's tree, of which an entry completes none or several.
MOST = {"submit": 33, "approve": 30, "follow": 44}


@pytest.fixture
def loaded(ruian):
    """300 sections with their people."""
    loaded = world._people(ruian)
    cycles.in_review(loaded, 3)
    return loaded


def _said(do):
    with CaptureQueriesContext(connection) as queries:
        do()
    said = [query["sql"] for query in queries]
    return sum(1 for sql in said if "set_config(" not in sql and "ledger_node" not in sql)


def _course(loaded, number):
    """The statements of every act of one article's review, act by act."""
    article = cycles.written(loaded, number)
    told = [("submit", _said(lambda: cycles.submit(article))), ("follow", _said(cycles.follow))]
    while (turn := cycles.turn(article)) is not None:
        digest = article.current.hash
        assert digest
        told.append(("approve", _said(lambda turn=turn: cycles.approve(*turn))))
        told.append(("follow", _said(cycles.follow)))
    return told


def test_every_act_of_a_review_asks_a_bounded_number_of_questions(loaded):
    """Three approvals with their checks, entries, notices and mails (docs/bench.md, `review.cycle.api`)."""
    course = _course(loaded, 1_000)
    assert [act for act, _ in course] == ["submit", "follow", *["approve", "follow"] * 3]
    assert [(act, count) for act, count in course if count > MOST[act]] == []


def test_the_number_is_the_same_among_hundreds_of_articles(loaded):
    """Neither articles nor cases nor a longer log make an act ask more."""
    few = _course(loaded, 2_000)
    world._articles(loaded, range(MORE))
    world._append(loaded, MORE * world.EVENTS_EACH)
    world.Cursor.objects.update(next_index=world.LogHead.objects.get().size)
    assert _course(loaded, 2_001) == few
