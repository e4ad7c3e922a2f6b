"""What is enforced is computed from what registered itself, article by article."""

from __future__ import annotations

import pytest

from guanhao.rulebook import behaviours
from guanhao.rulebook.behaviours import enforces, registered
from guanhao.rulebook.coverage import Standing, count_standings, coverage
from guanhao.rulebook.types import ClauseKind


@pytest.fixture
def register(monkeypatch):
    """An empty register, put back afterwards."""
    monkeypatch.setattr(behaviours, "_registered", set())


def standings(book, *known):
    return {line.clause: line.standing for article in coverage(book, known) for line in article.lines}


def test_nothing_is_enforced_until_something_registers(hospital):
    """Clauses are declared; records and what cannot be said stand apart."""
    counted = count_standings(coverage(hospital, ()))
    assert counted[Standing.ENFORCED] == 0
    assert counted[Standing.RECORD] == 2
    assert counted[Standing.NOT_EXPRESSIBLE] == 1
    assert sum(counted.values()) == len(list(hospital.clauses())) + 1


def test_a_registered_behaviour_enforces_every_clause_that_asks_for_it_and_no_other(hospital):
    """By kind and word, wherever the clause stands."""
    before, after = standings(hospital), standings(hospital, "route:release", "check:window")
    changed = {clause for clause in before if before[clause] is not after[clause]}
    assert changed == {
        "hospital-4.2.release", "hospital-4.2.release_outbreak", "hospital-4.2.release_club", "hospital-5.window"
    }  # fmt: skip
    assert {after[clause] for clause in changed} == {Standing.ENFORCED}


def test_an_article_counts_as_enforced_only_when_nothing_in_it_waits(hospital):
    """One clause still to come keeps the whole article declared."""
    some = {one.article.id: one.standing for one in coverage(hospital, {"route:release", "check:window"})}
    assert some["hospital-4.2"] is Standing.ENFORCED
    assert some["hospital-5"] is Standing.DECLARED
    assert some["hospital-1"] is Standing.RECORD


def test_records_and_the_inexpressible_say_why(every_book):
    """The page shows the reason, not a blank."""
    for book in every_book:
        for article in coverage(book, ()):
            for line in article.lines:
                needs_reason = line.standing in {Standing.RECORD, Standing.NOT_EXPRESSIBLE}
                assert bool(line.reason and line.reason.zh and line.reason.en) == needs_reason


@pytest.mark.usefixtures("register")
def test_the_engine_registers_by_kind_and_name_as_often_as_it_likes():
    """Importing twice is no mistake."""
    enforces(ClauseKind.TALLY, "error.found")
    enforces(ClauseKind.TALLY, "error.found")
    assert registered() == {"tally:error.found"}


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("kind", "name"), [("check", "leed_time"), ("route", "lead_time"), ("record", "record")]
)
def test_what_the_grammar_cannot_ask_for_fails_at_import(kind, name):
    """A typo would be a behaviour nobody ever calls and a clause that never turns green."""
    with pytest.raises(ValueError, match=name):
        enforces(ClauseKind(kind), name)
    assert not registered()
