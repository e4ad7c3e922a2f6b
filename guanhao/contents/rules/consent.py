"""Whether the persons shown agreed (PIPL 25). What the law does not leave to a rulebook is found whatever it says."""

from __future__ import annotations

from collections.abc import Iterator

from guanhao.contents.rules.matter import Matter, Problem, at_field
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.vocabulary import Force

RULE = "consents"
PLACE = at_field("consents")
Found = tuple[str, Force, Problem]


def consents(matter: Matter, _check: Check) -> Iterator[Problem]:
    """Everybody shown by the article has agreed to it; the clause says how hard that binds."""
    for one in matter.consents:
        if not one.final:
            yield Problem(one.reason, PLACE)


def statutory(matter: Matter) -> Iterator[Found]:
    """A consent withdrawn, declined, or a guardian's that is not there; nobody lets that pass."""
    for one in matter.consents:
        if one.final:
            yield "law.consents", Force.BLOCK, Problem(one.reason, PLACE)


def usual(matter: Matter) -> Iterator[Found]:
    """A consent that is not there yet asks, where the rulebook has no clause about it."""
    if any(check.rule == RULE for check in matter.rulebook.of_kind(Check)):
        return
    for one in matter.consents:
        if not one.final:
            yield "law.consents", Force.WARN, Problem(one.reason, PLACE)
