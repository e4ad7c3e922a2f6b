"""Asking for an export, and taking that back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.exports.files import path_of
from guanhao.exports.models import ExportJob
from guanhao.exports.types import ExportKind
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.steps.clock import database_now

KEPT = timedelta(days=7)
MOST_WAITING = 5  # of one person at a time, so that nobody fills the queue for the others

_TOO_MANY = Denied(
    Text(
        zh=f"您已有 {MOST_WAITING} 项导出在等待，请等其中一项完成，或取消一项。",
        en=f"{MOST_WAITING} exports of yours are waiting; let one finish or cancel one.",
    )
)


@transaction.atomic
def ask(*, actor: Actor, person: Person, kind: ExportKind, title: str, params: dict[str, Any]) -> ExportJob:
    """Ask for an export; it is made by the queue `exports`.

    Raises:
        Refused: the person has too many waiting already.
    """
    if ExportJob.objects.of(person).waiting().filter(set_aside_at__isnull=True).count() >= MOST_WAITING:
        raise Refused(_TOO_MANY)
    now = clock.now()
    job = ExportJob(
        institution_id=person.institution_id, person=person, kind=kind, title=title[:200], params=params,
        asked_at=now, run_after=database_now(), expires_at=now + KEPT,
    )  # fmt: skip
    job.save()
    record(
        institution=person.institution,
        actor=actor,
        action=Action.EXPORT_ASKED,
        subject=Subject("export", str(job.pk), job.title),
        facts={"kind": kind.value},
    )
    return job


@transaction.atomic
def cancel(*, actor: Actor, job: ExportJob) -> None:
    """Take an export back, or throw a finished one away before its time; a worker that makes it stops by itself."""
    if not ExportJob.objects.filter(pk=job.pk).delete()[0]:
        return
    record(
        institution=job.institution,
        actor=actor,
        action=Action.EXPORT_CANCELLED,
        subject=Subject("export", str(job.pk), job.title),
    )
    path_of(job).unlink(missing_ok=True)
