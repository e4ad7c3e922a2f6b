"""States as word, shape and one of four meanings: done, waiting, blocked, neutral (ui.md: never colour alone)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Model, TextChoices
from django.utils.translation import gettext as _

from guanhao.applications.types import ApplicationState
from guanhao.cases.types import CaseState, StepState, Verdict
from guanhao.contents.models import Push
from guanhao.contents.types import ArticleState, Channel, FindingState, Force, PushState, RescreeningState
from guanhao.core import clock
from guanhao.inspections.types import InspectionState
from guanhao.publishing.jobs import GRACE
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import AskWhy, JobState, LookVerdict, Outcome, WithdrawalState
from guanhao.registry.types import AccountState, CapabilityState


@dataclass(frozen=True, slots=True)
class Mark:
    """A word in its tone, with the icon that says the same."""

    label: str
    tone: str = "neutral"
    icon: str = ""


SOON = timedelta(hours=4)
DONE, WAITING, BLOCKED, NEUTRAL = "done", "waiting", "blocked", "neutral"
# icons: check clock alert-triangle
_SHAPES = {DONE: "check", WAITING: "clock", BLOCKED: "alert-triangle", NEUTRAL: ""}
# Tuples, not sets: members of different vocabularies with the same text would fall together.
_TONES: dict[str, tuple[TextChoices, ...]] = {
    DONE: (
        ApplicationState.EFFECTIVE,
        ArticleState.APPROVED,
        ArticleState.PUBLISHED,
        CaseState.APPROVED,
        StepState.PASSED,
        Verdict.APPROVE,
        FindingState.FIXED,
        RescreeningState.DONE,
        FindingState.ALLOWED,
        PushState.PUBLISHED,
        InspectionState.PASSED,
        JobState.PUBLISHED,
        LookVerdict.FOUND,
        WithdrawalState.DONE,
        Outcome.DONE,
        AccountState.ACTIVE,
        CapabilityState.GRANTED,
    ),
    WAITING: (
        ApplicationState.IN_REVIEW,
        ArticleState.IN_REVIEW,
        ArticleState.SCHEDULED,
        CaseState.OPEN,
        StepState.CURRENT,
        StepState.HELD,
        Verdict.HOLD,
        Force.WARN,
        FindingState.OPEN,
        RescreeningState.RUNNING,
        RescreeningState.PAUSED,
        PushState.PLANNED,
        PushState.SENDING,
        InspectionState.OWED,
        InspectionState.REVIEW,
        JobState.PLANNED,
        JobState.STAGING,
        JobState.STAGED,
        JobState.ARMED,
        JobState.ACCEPTED,
        WithdrawalState.ASKED,
        WithdrawalState.ORDERED,
        JobState.WAITING_CONFIRM,
        Outcome.PENDING,
        Outcome.REFUSED_LATER,
        AccountState.APPLIED,
        AccountState.APPROVED,
        AccountState.CLOSING,
    ),
    BLOCKED: (
        ApplicationState.RETURNED,
        ApplicationState.REJECTED,
        ArticleState.RETURNED,
        ArticleState.REJECTED,
        CaseState.RETURNED,
        CaseState.REJECTED,
        StepState.RETURNED,
        StepState.REJECTED,
        Verdict.RETURN,
        Verdict.REJECT,
        Force.BLOCK,
        PushState.ASK,
        PushState.REJECTED,
        PushState.REMOVED,
        InspectionState.RECTIFY,
        InspectionState.FAILED,
        InspectionState.ABSENT,
        JobState.ASK,
        WithdrawalState.BY_HAND,
        JobState.UNKNOWN,
        JobState.REJECTED,
        JobState.REMOVED,
        LookVerdict.SEVERAL,
        LookVerdict.DIFFERENT,
        Outcome.UNKNOWN,
        Outcome.REFUSED,
        Outcome.REFUSED_TOKEN,
        AccountState.REFUSED,
        AccountState.SUSPENDED,
        CapabilityState.REFUSED,
        CapabilityState.BANNED,
    ),
}
_TONE_OF = {(type(state), state.value): tone for tone, states in _TONES.items() for state in states}
_VOCABULARIES = tuple(dict.fromkeys(vocabulary for vocabulary, _value in _TONE_OF))


def mark_of(state: Any) -> Mark:
    """The mark of a state of our vocabularies; anything else is shown neutral."""
    if isinstance(state, Mark):
        return state
    if isinstance(state, TextChoices):
        tone = _TONE_OF.get((type(state), state.value), NEUTRAL)
        return Mark(str(state.label), tone, _SHAPES[tone])
    return Mark(str(state))


def _choices(model: type[Model], field: str) -> list[tuple[Any, Any]]:
    column: Any = model._meta.get_field(field)  # noqa: SLF001 - Django's documented door.
    return [(value, str(label)) for value, label in column.flatchoices]


@lru_cache(maxsize=128)
def _vocabulary(model: type[Model], field: str) -> type[TextChoices] | None:
    """The vocabulary that a model's column is written in; it is as the program was written, whatever the language."""
    choices = _choices(model, field)
    told = ((one, [(value, str(label)) for value, label in one.choices]) for one in _VOCABULARIES)
    return next((one for one, said in told if said == choices), None)


def state_of(row: Model, field: str = "state") -> Mark:
    """The mark of a row's state: the column holds text, and the choices of the field say in which vocabulary."""
    stored = getattr(row, field)
    if field == "state" and missed(row):
        return Mark(_("错过"), BLOCKED, _SHAPES[BLOCKED])
    vocabulary = _vocabulary(type(row), field)
    if vocabulary is not None:
        return mark_of(vocabulary(stored))
    return Mark(str(dict(_choices(type(row), field)).get(stored, stored)))


def missed(row: Model) -> bool:
    """Whether a push, or its job, was to be published by hand or by the machine and its time passed without it (§2.7)."""
    if isinstance(row, PublishJob):
        late = row.ask_why == AskWhy.BY_HAND and row.late_after <= clock.now()
        return row.state == JobState.ASK and (late or row.ask_why == AskWhy.WINDOW_MISSED)
    if isinstance(row, Push):
        by_hand = row.channel == Channel.BY_HAND and row.state == PushState.ASK
        return by_hand and row.due_at + GRACE <= clock.now()
    return False


def due_mark(due_at: datetime | None) -> Mark | None:
    """The mark of a due time: an alarm when it is past, a warning when it is near, none otherwise."""
    if due_at is None:
        return None
    left = due_at - clock.now()
    if left <= timedelta():
        return Mark(_("已逾期"), BLOCKED, icon="alert-triangle")
    return Mark(_("即将到期"), WAITING, icon="clock") if left <= SOON else None
