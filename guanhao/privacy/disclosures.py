"""Lawful disclosure (PD6; 数据安全法 35, 网安法 30): prepared by one, approved by another, made, fetched, delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from guanhao.contents.models import Asset
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.exports import actions as exports
from guanhao.exports.models import ExportJob
from guanhao.exports.types import ExportKind
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.privacy import checks
from guanhao.privacy.models import DisclosedPerson, Disclosure
from guanhao.registry.models import Account

_NOBODY = Denied(Text("请至少指定账号或人员中的一项。", "Name an account or persons, at least one of them."))
_PERIOD = Denied(
    Text("期间的结束须晚于开始，且不晚于现在。", "The period ends after it begins, and not after now.")
)
_DECIDED = Denied(Text("这项调取已经办理过。", "This disclosure was decided already."))
_DELIVERED = Denied(Text("已登记过交付。", "The delivery was noted already."))
_STILL = Denied(Text("资料正在生成。", "The file is being made."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """What the authority showed."""

    authority: str
    officers: str
    number: str
    scan: Asset
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What it is entitled to: an account, persons, or both, in a period; ``until`` is the first instant out again."""

    account: Account | None
    persons: Sequence[Person]
    since: datetime
    until: datetime


@transaction.atomic
def prepare(*, actor: Actor, person: Person, instrument: Instrument, asked: Asked) -> Disclosure:
    """Write down what an authority asks for; somebody else has to approve it.

    Raises:
        Refused: not the person's office, no account and nobody named, no period, or something about the authority left out.
    """
    require(checks.may_prepare_disclosure(person))
    _require_sound(instrument, asked)
    disclosure = Disclosure(
        institution_id=person.institution_id,
        authority=instrument.authority.strip(),
        officers=instrument.officers.strip(),
        instrument_no=instrument.number.strip(),
        instrument=instrument.scan,
        purpose=instrument.purpose.strip(),
        account=asked.account,
        since=asked.since,
        until=asked.until,
        prepared_by=person,
        prepared_at=clock.now(),
    )
    disclosure.save()
    for one in {named.pk: named for named in asked.persons}.values():
        DisclosedPerson(institution_id=disclosure.institution_id, disclosure=disclosure, person=one).save()
    tell(
        actor, disclosure, Action.DISCLOSURE_PREPARED,
        {
            "account": disclosure.account_id, "persons": sorted({one.pk for one in asked.persons}),
            "since": asked.since.isoformat(), "until": asked.until.isoformat(), "scan": instrument.scan.digest,
        },
        {"authority": disclosure.authority, "number": disclosure.instrument_no, "note": disclosure.purpose},
    )  # fmt: skip
    return disclosure


@transaction.atomic
def approve(*, actor: Actor, person: Person, disclosure: Disclosure) -> Disclosure:
    """Approve exactly this scope; the file is made in the background.

    Raises:
        Refused: the person prepared it, or it is not their office. WrongState: it was decided.
    """
    require(checks.may_approve_disclosure(disclosure, person))
    job = _ask(actor, person, disclosure)
    _decide(disclosure, decided_by=person, decided_at=clock.now(), approved=True, job=job)
    tell(actor, disclosure, Action.DISCLOSURE_APPROVED, {"export": job.pk})
    return disclosure


@transaction.atomic
def decline(*, actor: Actor, person: Person, disclosure: Disclosure, reason: str) -> Disclosure:
    """Decline it, or take it back where one prepared it oneself.

    Raises:
        Refused: no reason, or not the person's office. WrongState: it was decided.
    """
    require(checks.may_prepare_disclosure(person))
    require(checks.said(reason, Text("理由", "why")))
    _decide(disclosure, decided_by=person, decided_at=clock.now(), reason=reason.strip())
    tell(actor, disclosure, Action.DISCLOSURE_DECLINED, {}, {"reason": reason.strip()})
    return disclosure


@transaction.atomic
def make_again(*, actor: Actor, person: Person, disclosure: Disclosure) -> Disclosure:
    """Make the file once more where it could not be made or its days are over: the scope is the one approved.

    Raises:
        Refused: not one of the two. WrongState: never approved, being made, or there still.
    """
    require(checks.is_party(disclosure, person))
    locked = Disclosure.objects.select_for_update(of=("self",)).select_related("job").get(pk=disclosure.pk)
    if not locked.approved:
        raise WrongState(_DECIDED)
    if checks.is_there(locked) or (locked.job is not None and locked.job.set_aside_at is None):
        raise WrongState(_STILL)
    if locked.job is not None:
        exports.cancel(actor=actor, job=locked.job)
    locked.job = _ask(actor, person, locked)
    locked.save(update_fields=["job"])
    return locked


@transaction.atomic
def fetch(*, actor: Actor, person: Person, disclosure: Disclosure) -> ExportJob:
    """One of the two takes the file; each taking is recorded.

    Raises:
        Refused: somebody else, or there is no file (any more).
    """
    require(checks.is_party(disclosure, person))
    require(checks.is_there(disclosure))
    job = disclosure.job
    assert job is not None
    tell(actor, disclosure, Action.DISCLOSURE_FETCHED, {"file": disclosure.file_sha256})
    return job


@transaction.atomic
def deliver(*, actor: Actor, person: Person, disclosure: Disclosure, to: str, how: str) -> Disclosure:
    """Note that the file was handed over.

    Raises:
        Refused: not one of the two, nobody named, nothing made. WrongState: noted already.
    """
    require(checks.is_party(disclosure, person))
    require(checks.said(to, Text("交给谁", "to whom it was handed")))
    require(checks.said(how, Text("交付方式", "how it was handed over")))
    values = {"delivered_by": person, "delivered_at": clock.now(), "delivered_to": to.strip()[:200],
              "delivered_how": how.strip()[:200]}  # fmt: skip
    rows = Disclosure.objects.undelivered().filter(pk=disclosure.pk, made_at__isnull=False)
    if not rows.update(**values):
        raise WrongState(_DELIVERED if disclosure.made_at else _STILL)
    disclosure.refresh_from_db()
    tell(
        actor, disclosure, Action.DISCLOSURE_DELIVERED,
        {"manifest": disclosure.manifest_sha256, "file": disclosure.file_sha256},
        {"to": disclosure.delivered_to, "note": disclosure.delivered_how},
    )  # fmt: skip
    return disclosure


def tell(
    actor: Actor, disclosure: Disclosure, action: Action, facts: dict[str, Any], detail: dict[str, Any] | None = None
) -> None:  # fmt: skip
    """Record an event about a disclosure."""
    record(
        institution=disclosure.institution,
        actor=actor,
        action=action,
        subject=Subject("disclosure", str(disclosure.pk), disclosure.instrument_no),
        facts=facts,
        detail=detail,
    )


def _ask(actor: Actor, person: Person, disclosure: Disclosure) -> ExportJob:
    return exports.ask(
        actor=actor, person=person, kind=ExportKind.DISCLOSURE, title=disclosure.instrument_no,
        params={"disclosure": disclosure.pk},
    )  # fmt: skip


def _decide(disclosure: Disclosure, **values: Any) -> None:
    """Of two who decide at once, one does (AP4)."""
    if not Disclosure.objects.waiting().filter(pk=disclosure.pk).update(**values):
        raise WrongState(_DECIDED)
    disclosure.refresh_from_db()


def _require_sound(instrument: Instrument, asked: Asked) -> None:
    for words, what in (
        (instrument.authority, Text("调取机关", "which authority asks")),
        (instrument.officers, Text("经办人员和证件", "who came and how they showed who they are")),
        (instrument.number, Text("法律文书编号", "the number of the instrument")),
        (instrument.purpose, Text("事由", "what it is for")),
    ):
        require(checks.said(words, what))
    if asked.account is None and not asked.persons:
        raise Refused(_NOBODY)
    if not asked.since < asked.until <= clock.now():
        raise Refused(_PERIOD)
