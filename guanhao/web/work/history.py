"""A record's history as sentences people say, each leading to its proof in the ledger (ui.md, pattern 2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from guanhao.cases.types import Verdict
from guanhao.core.prepared import Family, given
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.web.eventwords import who, words
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING
from guanhao.web.viewer import Viewer

MOST = 100
_TONES: dict[str, str] = {
    **dict.fromkeys(
        (Action.ARTICLE_APPROVED, Action.ARTICLE_PUBLISHED, Action.DUTY_MET, Action.JOB_PUBLISHED, Action.JOB_REPORTED_BY_HAND), DONE
    ),
    **dict.fromkeys(
        (Action.ARTICLE_SUBMITTED, Action.ARTICLE_CLASS_ADDED, Action.PUSH_PLANNED, Action.PUSH_MOVED, Action.JOB_ARMED,
         Action.JOB_ACCEPTED, Action.JOB_RETRIED), WAITING
    ),
    **dict.fromkeys(
        (Action.ARTICLE_RETURNED, Action.ARTICLE_REJECTED, Action.ARTICLE_WITHDRAWN, Action.CASE_WITHDRAWN,
         Action.DUTY_ESCALATED, Action.DUTY_MISSED, Action.DUTY_OVERDUE, Action.PUSH_CANCELLED, Action.JOB_UNKNOWN, Action.JOB_ASKED, Action.JOB_REJECTED, Action.JOB_REMOVED,
         Action.JOB_CANCELLED), BLOCKED
    ),
}  # fmt: skip
# What only repeats, in other words, what another event of the same gesture says.
_SILENT = (
    Action.ARTICLE_CHECKED, Action.CASE_APPROVED, Action.CASE_CLASS_MARKED, Action.CASE_OPENED, Action.CASE_REJECTED,
    Action.CASE_RETURNED, Action.CASE_STEP_DUE_SOON, Action.CASE_STEP_OPENED, Action.JOB_ATTEMPTED, Action.JOB_LOOKED,
    Action.JOB_PLANNED, Action.JOB_STAGING,
)  # fmt: skip
_VERDICT_TONES = {Verdict.APPROVE: DONE, Verdict.HOLD: WAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a history."""

    tone: str
    at: datetime
    sentence: str
    quote: str = ""
    article: str = ""
    clause: str = ""
    proof: str = ""


def history_of(viewer: Viewer, *subjects: tuple[str, Iterable[object]]) -> list[Entry]:
    """What happened to the subjects, the latest first; events that say nothing to readers of a record are left out."""
    said: dict[str, Any] = {}
    for place, (kind, keys) in enumerate(subjects):
        said |= {f"kind_{place}": kind, f"keys_{place}": [str(key) for key in keys]}
    return [_entry(viewer, event) for event in _TOLD.of(len(subjects)).all(**said)]


def _told_of(subjects: int) -> QuerySet[Event]:
    wanted = Q(pk__in=())
    for place in range(subjects):
        of_one = {"subject_kind": given(f"kind_{place}"), "subject_id__in": given(f"keys_{place}", many=True)}
        wanted |= Q(**of_one)
    told = Event.objects.filter(wanted).exclude(action__in=_SILENT)
    return told.select_related("detail").newest_first()[:MOST]


_TOLD: Family[int, Event] = Family(_told_of, usual=(1, 2, 4))  # as many subjects as pages name


def _entry(viewer: Viewer, event: Event) -> Entry:
    data: dict[str, Any] = event.detail.data
    detail: dict[str, Any] = data.get("detail", {})
    phrase, tone = _said(event)
    return Entry(
        tone=tone,
        at=event.at,
        sentence=_("%(who)s：%(what)s") % {"who": who(event) or _("（已删除）"), "what": phrase},
        quote=str(detail.get("opinion") or detail.get("reason") or detail.get("note") or ""),
        article=_article_of(viewer, event.clause),
        clause=event.clause,
        proof=reverse("ledger_event", args=[event.index]) if viewer.may("ledger.see") else "",
    )


def _said(event: Event) -> tuple[str, str]:
    if event.action == Action.CASE_DECIDED:
        verdict = Verdict(event.facts["verdict"])
        return str(verdict.label), _VERDICT_TONES.get(verdict, BLOCKED)
    return words(event.action), _TONES.get(event.action, NEUTRAL)


def _article_of(viewer: Viewer, clause: str) -> str:
    """The article a clause belongs to, by the rulebook in force; none for a clause it no longer has."""
    try:
        return viewer.rulebook.clause(clause).article
    except KeyError:
        return ""
