"""Content classes of a case under way (AP7): a mark can only add steps; they stay whatever happens to the mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from guanhao.cases import freezing, opening
from guanhao.cases.deadlines import rule_key
from guanhao.cases.models import Case, Step
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.regulation.queries import of_version
from guanhao.regulation.types import Parties
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.types import Facts, Quorum


def classes(case: Case) -> frozenset[str]:
    """The content classes the case is marked with."""
    return opening.read_facts(case.facts).content_classes


def set_classes(case: Case, marked: frozenset[str]) -> None:
    """Store the classes with the facts of the case."""
    case.facts = opening.stored_facts(replace(opening.read_facts(case.facts), content_classes=marked))
    case.save(update_fields=["facts"])


def known_class(case: Case, key: str) -> None:
    """Refuse a class the case's rulebook does not know."""
    if key not in of_version(case.rulebook).content_classes:
        raise Refused(
            Denied(
                Text(zh=f"制度没有“{key}”这一内容类别。", en=f"The rulebook has no content class “{key}”.")
            )
        )


def missing_steps(case: Case) -> list[Step]:
    """The steps the case's facts now ask for that it does not have, stored in their places.

    The rulebook the case began under is asked again. A step counts as there only if the frozen one is at least as
    strict; steps that the new route would not ask for stay. Steps get places after the one before them in the new
    route; what lies before the present step is asked next.
    """
    rulebook = of_version(case.rulebook)
    wanted = _wanted(case, rulebook, opening.read_facts(case.facts))
    there = list(case.steps.select_related("unit"))
    added = []
    after = 0
    for step in wanted:
        twin = next((other for other in there if _covers(other, step)), None)
        if twin is None:
            twin = _placed(step, there, after)
            twin.save()
            there.append(twin)
            added.append(twin)
        after = twin.position
    return added


def _wanted(case: Case, rulebook: Rulebook, facts: Facts) -> list[Step]:
    route = opening.chosen_route(rulebook, facts)
    parties = Parties(owner=case.owner_unit, publisher=case.publisher_unit)
    return freezing.frozen_steps(case, route, rulebook, parties)


def _covers(there: Step, wanted: Step) -> bool:
    """Whether the step that is there asks at least as much of the same people."""
    return (
        (there.unit_id, there.post, there.act) == (wanted.unit_id, wanted.post, wanted.act)
        and (there.quorum == Quorum.ALL or wanted.quorum != Quorum.ALL)
        and set(wanted.authorises) <= set(there.authorises)
        and set(wanted.must_differ) <= set(there.must_differ)
        and _required(wanted) <= _required(there)
    )


def _required(step: Step) -> set[str]:
    return {item["key"] for item in step.checklist if item["required"]}


def _placed(step: Step, there: Sequence[Step], after: int) -> Step:
    """Give the step the next free position after another, and a key of its own."""
    taken = {other.position for other in there}
    step.position = next(number for number in range(after + 1, after + len(taken) + 2) if number not in taken)
    keys = {other.key for other in there}
    base = rule_key(step)
    step.key = next(key for key in freezing.keys(base, len(keys) + 1) if key not in keys)
    return step
