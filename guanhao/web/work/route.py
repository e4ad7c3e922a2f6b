"""A case's route as a line of steps with names and times (ui.md, Look)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from guanhao.cases import eligibility
from guanhao.cases.models import Case, Decision, Step
from guanhao.cases.types import StepState, Verdict
from guanhao.core.prepared import Prepared, given
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING
from guanhao.web.viewer import listed, said_of

_TONES = {
    StepState.PASSED: DONE,
    StepState.CURRENT: WAITING,
    StepState.HELD: WAITING,
    StepState.RETURNED: BLOCKED,
    StepState.REJECTED: BLOCKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One step as the line shows it."""

    tone: str
    title: str
    people: str
    article: str
    at: datetime | None = None
    note: str = ""


def stops_of(case: Case) -> list[Stop]:
    """The steps of a case in order: who decided and when, or who may decide and by when."""
    decisions: dict[int, list[Decision]] = {}
    for decision in _DECISIONS.all(case=case):
        decisions.setdefault(decision.step_id, []).append(decision)
    steps = _STEPS.all(case=case)
    return [_stop(step, decisions.get(step.pk, []), _called(step, steps)) for step in steps]


_DECISIONS: Prepared[Decision] = Prepared(
    lambda: (
        Decision.objects.filter(step__case=given("case"), final=True)
        .select_related("person", "acting_for")
        .order_by("pk")
    )
)
_STEPS: Prepared[Step] = Prepared(
    lambda: Step.objects.filter(case=given("case")).select_related("unit", "case").order_by("position")
)


def _called(step: Step, steps: list[Step]) -> str:
    """A step's title; where several units give a joint opinion, with the unit whose seat it is."""
    title = said_of(step, "title")
    alike = sum(1 for other in steps if other.title_zh == step.title_zh)
    return f"{title} · {step.unit.name}" if alike > 1 else title


def decided_by(decision: Decision) -> str:
    """「王一」 or 「王一（代李二）」."""
    if decision.acting_for is None:
        return decision.person.name
    return _("%(deputy)s（代%(principal)s）") % {
        "deputy": decision.person.name,
        "principal": decision.acting_for.name,
    }


def _stop(step: Step, decisions: list[Decision], title: str) -> Stop:
    tone = _TONES.get(StepState(step.state), NEUTRAL)
    if decisions and step.state not in {StepState.CURRENT, StepState.WAITING}:
        last = decisions[-1]
        people = listed(decided_by(decision) for decision in decisions if decision.round == last.round)
        note = "" if last.verdict == Verdict.APPROVE else str(Verdict(last.verdict).label)
        return Stop(tone=tone, title=title, people=people, article=step.article, at=last.at, note=note)
    note = _("暂缓") if step.state == StepState.HELD else ""
    return Stop(tone=tone, title=title, people=who_may(step), article=step.article, at=step.due_at, note=note)


def who_may(step: Step) -> str:
    """Names of those who may decide, the unit where there are too many to name."""
    people = eligibility.deciders(step)
    return _names([person.name for person in people]) or step.unit.name


def _names(names: Iterable[str]) -> str:
    known = list(names)
    if len(known) <= 3:  # noqa: PLR2004 - more names than that are read by nobody on a line.
        return listed(known)
    return _("%(first)s 等 %(number)d 人") % {"first": known[0], "number": len(known)}
