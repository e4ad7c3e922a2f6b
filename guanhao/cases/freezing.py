"""A route becomes rows. What is frozen at submission is what is asked; who may answer is asked live.

A role whose function several units carry (joint opinions) has a seat in each of them, and so makes one step per unit:
``joint``, ``joint.2``, ``joint.3`` …. Positions leave gaps, so that a step can be put in between later (AP7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from guanhao.cases import eligibility
from guanhao.cases.eligibility import Seat
from guanhao.cases.models import Case, Step
from guanhao.cases.types import AUTHOR
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.regulation.roles import places
from guanhao.regulation.types import NoPlace, Parties, Place
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.types import Quorum, Route, RouteStep

GAP = 100
ENOUGH_SEATS = 12  # more than this at one step, holders' own first, never make an order of people impossible


def frozen_steps(case: Case, route: Route, rulebook: Rulebook, parties: Parties) -> list[Step]:
    """The route's steps as unsaved rows in their order.

    Raises:
        Refused: a role has no place, with a sentence naming the step and what is missing.
    """
    placed = [(step, _places(step, route, rulebook, parties)) for step in route.steps]
    named = {step.key: keys(step.key, len(seats)) for step, seats in placed}
    rows = [
        _row(case, route, step, key=key, place=place, named=named)
        for step, seats in placed
        for key, place in zip(named[step.key], seats, strict=True)
    ]
    for number, row in enumerate(rows, start=1):
        row.position = number * GAP
    return rows


def _places(step: RouteStep, route: Route, rulebook: Rulebook, parties: Parties) -> tuple[Place, ...]:
    try:
        return places(step.role, parties, rulebook)
    except NoPlace as missing:
        reason = missing.denied.reason
        raise Refused(
            Denied(
                Text(
                    zh=f"环节“{step.title.zh}”无人可以办理：{reason.zh}",
                    en=f"Nobody can decide “{step.title.en}”: {reason.en}",
                ),
                article=route.article,
                clause=route.id,
            )
        ) from missing


def keys(key: str, count: int) -> list[str]:
    """Keys for so many steps that stem from one step of the route."""
    return [key] + [f"{key}.{number}" for number in range(2, count + 1)]


def _row(
    case: Case, route: Route, step: RouteStep, *, key: str, place: Place, named: Mapping[str, list[str]]
) -> Step:
    return Step(
        institution_id=case.institution_id,
        case=case,
        key=key,
        title_zh=step.title.zh,
        title_en=step.title.en,
        clause=route.id,
        article=route.article,
        role=step.role,
        unit=place.unit,
        post=place.post,
        act=step.act.value,
        quorum=step.quorum.value,
        needs_paper=step.needs_paper,
        checklist=[
            {"key": item.key, "zh": item.text.zh, "en": item.text.en, "required": item.required}
            for item in step.checklist
        ],
        must_differ=_seats(step.must_differ, named),
        may_combine_with=_seats(step.may_combine_with, named),
        authorises=list(step.authorises),
        return_to=step.return_to,
    )


def _seats(names: Iterable[str], named: Mapping[str, list[str]]) -> list[str]:
    """Names of steps with all their seats; a step that was left out of the route is left out here too."""
    return [key for name in names for key in ([AUTHOR] if name == AUTHOR else named.get(name, []))]


def refuse_unstaffed(case: Case, steps: Sequence[Step]) -> None:
    """Refuse a new case that could never be decided: a step nobody can fill, or too few people for steps that must differ.

    Raises:
        Refused: naming step, unit and article.
    """
    free = eligibility.seats_of_new(case, steps)
    candidates = {key: seats[:ENOUGH_SEATS] for key, seats in free.items()}
    for step in steps:
        if not candidates[step.key]:
            raise Refused(_nobody(step))
    if not _staffable(list(steps), candidates, []):
        last = [step for step in steps if eligibility.must_differ_from(step, steps)][-1]
        raise Refused(_too_few(last))


def _staffable(
    steps: list[Step], candidates: Mapping[str, list[Seat]], chosen: list[tuple[Step, list[Seat]]]
) -> bool:
    """Whether people can be found for the steps that remain, given the seats chosen for the ones before.

    A quorum of all waits for the holders who may decide; where only deputies may, one of them is enough.
    """
    if not steps:
        return True
    step, *rest = steps
    apart = eligibility.must_differ_from(step, [other for other, _seats in chosen])
    taken = [one for other, seats in chosen if other in apart for seat in seats for one in seat.voices]
    free = [seat for seat in candidates[step.key] if eligibility.differs(seat, taken)]
    own = [seat for seat in free if seat.principal is None]
    options = [own] if own and step.quorum == Quorum.ALL else [[seat] for seat in free]
    return any(_staffable(rest, candidates, [*chosen, (step, option)]) for option in options)


def _nobody(step: Step) -> Denied:
    return Denied(
        Text(
            zh=f"环节“{step.title_zh}”无人可以办理：{step.unit.name}目前没有可以办理的人（经手人除外）。",
            en=f"Nobody can decide “{step.title_en or step.title_zh}”: {step.unit.name} has nobody in that post"
            " who did not have a hand in this.",
        ),
        article=step.article,
        clause=step.clause,
    )


def _too_few(step: Step) -> Denied:
    return Denied(
        Text(
            zh=f"环节“{step.title_zh}”须由不同人员办理，但{step.unit.name}目前没有另外的人。",
            en=f"“{step.title_en or step.title_zh}” must be decided by somebody else, but {step.unit.name}"
            " has nobody else in that post.",
        ),
        article=step.article,
        clause=step.clause,
    )
