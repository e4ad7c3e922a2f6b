"""Requests of persons about their own data (PD3, PIPL 44–50): asked by everybody, answered by the office in fifteen days."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, WrongState, require
from guanhao.exports import actions as exports
from guanhao.exports.models import ExportJob
from guanhao.exports.types import ExportKind
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.correcting import correct_person
from guanhao.people.models import Person
from guanhao.privacy import checks, erasing
from guanhao.privacy.models import PersonRequest
from guanhao.privacy.types import REQUEST_AHEAD, REQUEST_TERM, RequestKind, RequestState

REMINDER = system("reminder", "到期提醒")
_OVER = Denied(Text("这项请求已经答复或撤回。", "The request was answered or withdrawn."))
_AGAIN = Denied(Text("同样的请求正在办理。", "The same request is being handled."))


@transaction.atomic
def ask(*, actor: Actor, by: Person, person: Person, kind: str, words: str) -> PersonRequest:
    """Ask about one's own data; the office may write down what somebody asked who cannot sign in.

    Raises:
        Refused: for somebody else without the office, the same is asked already, or a correction says not what.
    """
    require(ALLOWED if by.pk == person.pk else checks.may_answer(by))
    if kind == RequestKind.CORRECT:
        require(checks.said(words, Text("要更正什么", "what is to be corrected")))
    if PersonRequest.objects.open().filter(person=person, kind=kind).exists():
        raise Refused(_AGAIN)
    now = clock.now()
    request = PersonRequest(
        institution_id=person.institution_id, person=person, kind=RequestKind(kind), words=words.strip()[:3000],
        asked_by=by, asked_at=now, due_at=now + REQUEST_TERM,
    )  # fmt: skip
    request.save()
    _tell(actor, request, Action.PERSONAL_REQUEST_ASKED, {"kind": kind}, {"note": request.words})
    return request


@transaction.atomic
def withdraw(*, actor: Actor, person: Person, request: PersonRequest) -> PersonRequest:
    """Take one's own request back.

    Raises:
        Refused: somebody else's. WrongState: it is over.
    """
    if person.pk not in {request.person_id, request.asked_by_id}:
        raise Refused(Denied(Text("只有本人可以撤回。", "Only the person can take it back.")))
    _close(request, state=RequestState.WITHDRAWN)
    _tell(actor, request, Action.PERSONAL_REQUEST_WITHDRAWN, {})
    return request


@transaction.atomic
def decline(*, actor: Actor, person: Person, request: PersonRequest, answer: str) -> PersonRequest:
    """Decline it with the reason, which the person can take to court (PIPL 50).

    Raises:
        Refused: not the person's office, one's own, no reason. WrongState: it is over.
    """
    require(checks.said(answer, Text("不同意的理由", "why it is declined")))
    return _answer(actor, person, request, RequestState.DECLINED, answer)


@transaction.atomic
def give_copy(*, actor: Actor, person: Person, request: PersonRequest, answer: str) -> PersonRequest:
    """Make the copy in the background: into the person's own exports, or the office's where they cannot sign in any more.

    Raises:
        Refused: not the person's office, one's own. WrongState: it is over.
    """
    request.job = _copy(actor, request.person if request.person.active else person, request)
    return _answer(actor, person, request, RequestState.DONE, answer, job=request.job)


@transaction.atomic
def give_correction(
    *, actor: Actor, person: Person, request: PersonRequest, answer: str, values: dict[str, str]
) -> PersonRequest:
    """Put the particulars right.

    Raises:
        Refused: not the person's office, one's own, or values that cannot be. WrongState: it is over.
    """
    require(checks.may_answer_this(request, person))
    correct_person(actor=actor, person=request.person, values=values)
    return _answer(actor, person, request, RequestState.DONE, answer)


@transaction.atomic
def give_deletion(*, actor: Actor, person: Person, request: PersonRequest, answer: str) -> PersonRequest:
    """Delete what is held of somebody who has left.

    Raises:
        Refused: not the person's office, one's own, or they are still active. WrongState: it is over.
    """
    answered = _answer(actor, person, request, RequestState.DONE, answer)
    erasing.erase(actor=actor, person=request.person)
    return answered


@transaction.atomic
def explain(*, actor: Actor, person: Person, request: PersonRequest, answer: str) -> PersonRequest:
    """Explain how data is handled.

    Raises:
        Refused: not the person's office, one's own, nothing said. WrongState: it is over.
    """
    require(checks.said(answer, Text("说明", "the explanation")))
    return _answer(actor, person, request, RequestState.DONE, answer)


def remind() -> None:
    """Record which requests are soon due and which are late, once each; the office is told as a consequence."""
    now = clock.now()
    rows = PersonRequest.objects.select_related("institution")
    for request in rows.to_remind_of(now, REQUEST_AHEAD):
        _remind(request, "reminded_at", Action.PERSONAL_REQUEST_DUE_SOON, now)
    for request in rows.newly_overdue(now):
        _remind(request, "overdue_at", Action.PERSONAL_REQUEST_OVERDUE, now)


@transaction.atomic
def _remind(request: PersonRequest, field: str, action: Action, now: datetime) -> None:
    rows = PersonRequest.objects.open().filter(pk=request.pk, **{f"{field}__isnull": True})
    if rows.update(**{field: now}):
        _tell(REMINDER, request, action, {"kind": request.kind})


def _copy(actor: Actor, person: Person, request: PersonRequest) -> ExportJob:
    return exports.ask(
        actor=actor, person=person, kind=ExportKind.PERSONAL, title="个人信息副本",
        params={"person": request.person_id},
    )  # fmt: skip


def _answer(
    actor: Actor, person: Person, request: PersonRequest, state: RequestState, answer: str, **more: Any
) -> PersonRequest:
    require(checks.may_answer_this(request, person))
    now = clock.now()
    _close(request, state=state, answer=answer.strip()[:3000], answered_by=person, answered_at=now, **more)
    _tell(
        actor, request, Action.PERSONAL_REQUEST_ANSWERED,
        {"kind": request.kind, "state": state, "late": now > request.due_at}, {"note": request.answer},
    )  # fmt: skip
    return request


def _close(request: PersonRequest, **values: Any) -> None:
    if not PersonRequest.objects.open().filter(pk=request.pk).update(**values):
        raise WrongState(_OVER)
    for name, value in values.items():
        setattr(request, name, value)


def _tell(
    actor: Actor, request: PersonRequest, action: Action, facts: dict[str, Any], detail: dict[str, Any] | None = None
) -> None:  # fmt: skip
    record(
        institution=request.institution,
        actor=actor,
        action=action,
        subject=Subject("personal_request", str(request.pk)),
        facts={"person": request.person_id, **facts},
        detail=detail,
    )
