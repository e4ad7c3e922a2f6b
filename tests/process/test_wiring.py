"""Every duty clause of every rulebook is opened, met and waived by something the product really does.

Nothing here is a list of ours: the clauses are read from the files, what opens and meets from the two tables the engine runs by
(which refuse at work what they did not announce), and what is recorded from the source of the house.
"""

from __future__ import annotations

import ast

import pytest

from guanhao.demo.institutions import ROOT
from guanhao.duties.checks import REPORTED
from guanhao.duties.projecting import PROJECTIONS
from guanhao.duties.types import About, Deed, Occurrence
from guanhao.ledger.types import Action
from guanhao.process.deeds import MEETS, Meeting
from guanhao.process.happenings import OPENS, Opening
from guanhao.process.table import CONSEQUENCES
from guanhao.regulation.types import Parties
from guanhao.rulebook.clauses import Duty
from guanhao.rulebook.loading import load
from guanhao.rulebook.vocabulary import Happening, Task

BOOKS = sorted((ROOT / "rulebooks").glob("*.yaml"))
# Who reads the ledger names actions too; naming one is recording it only outside of these.
READERS = ("web", "rulebook", "api", "commands", "ledger/types.py")
ASKS = {"filter", "exclude", "get", "values", "Q"}


def clauses():
    return [(path.stem, clause) for path in BOOKS for clause in load(path).of_kind(Duty)]


class Recorded(ast.NodeVisitor):
    """The actions a module names where it says what happened, and not where it compares or looks up."""

    def __init__(self):
        self.found = set()
        self.reading = False  # in a module that reads the ledger, only a call of `record` says anything

    def visit_Compare(self, node):
        """A question, not a record."""

    def visit_match_case(self, node):
        for statement in node.body:
            self.visit(statement)

    def visit_Call(self, node):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        before, self.reading = self.reading, self.reading and called != "record"
        if called not in ASKS:
            self.generic_visit(node)
        self.reading = before

    def visit_Attribute(self, node):
        if (
            isinstance(node.value, ast.Name)
            and node.value.id == "Action"
            and node.attr.isupper()
            and not self.reading
        ):
            self.found.add(Action[node.attr])
        self.generic_visit(node)


def recorded(root=ROOT / "guanhao"):
    """Every action that some part of the house records."""
    visitor = Recorded()
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root).as_posix()
        if not place.startswith(READERS) and "/migrations/" not in place:
            visitor.reading = place.startswith("process/")
            visitor.visit(ast.parse(path.read_text(encoding="utf-8")))
    return visitor.found


def holes(duties, opens, meets, said):
    """What is missing, clause by clause."""
    happens = {
        one: {action for action, how in opens.items() if one in how.happenings} & said for one in Happening
    }
    met_by = {task: {action for action, how in meets.items() if task in how.tasks} & said for task in Task}
    reported = Action.DUTY_REPORTED in said
    for book, clause in duties:
        for happening in clause.on:
            if not happens[happening]:
                yield f"{book} {clause.id}: nothing the product records is {happening}"
        if not (met_by[clause.do] or (clause.do in REPORTED and reported)):
            yield f"{book} {clause.id}: nothing the product records meets {clause.do}"
        if clause.waived_by and Action.DUTY_WAIVED not in said:
            yield f"{book} {clause.id}: nobody can waive it"


def test_every_clause_is_opened_met_and_waived_by_what_the_product_records():
    """All duty clauses of the three regulations; none is without a cause or without an end."""
    duties = clauses()
    assert len({book for book, _clause in duties}) == len(BOOKS) > 2
    assert sum(1 for _book, clause in duties if clause.waived_by) > 5
    assert list(holes(duties, OPENS, MEETS, recorded())) == []


@pytest.mark.parametrize("lost", ["opening", "meeting", "waiving", "recording"])
def test_a_lost_wire_is_noticed(lost):
    """What the test above would say: each table in turn without an entry, and a house that records one action less."""
    opens, meets, said = dict(OPENS), dict(MEETS), recorded()
    if lost == "opening":
        del opens[Action.INSPECTION_FAILED]
    elif lost == "meeting":
        del meets[Action.ACCOUNT_VERIFIED]
    elif lost == "waiving":
        said = said - {Action.DUTY_WAIVED}
    else:
        said = said - {Action.MENU_APPROVED}
    found = list(holes(clauses(), opens, meets, said))
    assert found
    expected = {"opening": "xartvu-7", "meeting": "gpnu-6", "waiving": "waive", "recording": "ruian-6.4"}[
        lost
    ]
    assert all(expected in line for line in found)


def test_what_opens_and_meets_is_drawn_by_the_one_table():
    """An entry that no consequence reads would open nothing; every event about a duty reaches its row."""
    assert all("duty.open" in {one.name for one in CONSEQUENCES[action]} for action in OPENS)
    assert all("duty.meet" in {one.name for one in CONSEQUENCES[action]} for action in MEETS)
    assert {action for action in Action if action.value.startswith("duty.")} - set(PROJECTIONS) == {
        Action.DUTY_DIGEST
    }


def test_an_event_cannot_be_what_it_did_not_announce(ruian):
    """At work the tables refuse what they did not say, so that the walk above cannot be fooled."""
    event = type("Event", (), {"action": "test"})()
    unit = next(iter(ruian.units.values()))
    opened = Occurrence(
        happening=Happening.ACCOUNT_CLOSED,
        about=About("unit", "1"),
        parties=Parties(owner=unit),
        at=None,
        origin="x",
    )
    with pytest.raises(ValueError, match="announced no"):
        list(Opening(lambda _event: [opened], frozenset({Happening.ACCOUNT_OPENED}))(event))
    deed = Deed(tasks=frozenset({Task.PUSH}), abouts=(), at=None, event=1, counted="x")
    with pytest.raises(ValueError, match="announced no"):
        list(Meeting(lambda _event: iter([deed]), frozenset({Task.THANK}))(event))
