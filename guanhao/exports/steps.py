"""Making exports: the queue of its own, so that a long one starves nothing else (RS7)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils.module_loading import import_string

from guanhao.core import clock, tenancy
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.exports.files import path_of
from guanhao.exports.models import ExportJob
from guanhao.exports.types import BUILDERS, ExportKind
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.access import actor_of
from guanhao.steps.claims import LeaseLost, claim, finish, keeping, mine, set_aside
from guanhao.steps.clock import database_now
from guanhao.steps.types import Retry, Worker

PLAN = Retry(first=timedelta(seconds=30), cap=3)
TELL_SECONDS = 1.0

Told = Callable[[int, int], None]
EXPORTER = system("exporter", "导出程序")


def export_one(worker: Worker) -> bool:
    """Make one export that was asked for; whether there was one.

    A refusal ends it with its reason. Any other failure leaves the lease to run out; after the third it is set aside.
    """
    with tenancy.everywhere("exports of all institutions are one queue"):
        rows = ExportJob.objects.waiting().select_related("institution", "person__institution")
        job = claim(rows, worker, PLAN)
    if job is None:
        return False
    with tenancy.within(job.institution), keeping(job, worker):
        _make(job, worker)
    return True


def _make(job: ExportJob, worker: Worker) -> None:
    mine(job, worker).update(begun_at=database_now(), done=0)
    place = path_of(job)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = place.with_name(f".{place.name}.{worker.name.replace('/', '-')}")
    part.unlink(missing_ok=True)
    try:
        import_string(BUILDERS[ExportKind(job.kind)])(job, part, _teller(job, worker))
        _finished(job, worker, part, place)
    except Refused as refused:
        set_aside(job, worker, refused.denied.reason.zh)
    finally:
        part.unlink(missing_ok=True)


def _finished(job: ExportJob, worker: Worker, part: Path, place: Path) -> None:
    with part.open("rb") as file:
        os.fsync(file.fileno())
    size = part.stat().st_size
    part.replace(place)
    rows = ExportJob.objects.values_list("done", flat=True).filter(pk=job.pk).first() or 0
    with transaction.atomic():
        finish(job, worker, finished_at=database_now(), size=size)
        record(
            institution=job.institution,
            actor=actor_of(job.person),
            action=Action.LIST_EXPORTED,
            subject=Subject("export", str(job.pk), job.title),
            facts={"kind": job.kind, "rows": rows, "size": size},
        )


def _teller(job: ExportJob, worker: Worker) -> Told:
    """Writes progress at most once a second; raises where the export was taken back or the lease is lost."""
    last = [0.0]

    def told(done: int, total: int) -> None:
        now = clock.monotonic()
        if done < total and now - last[0] < TELL_SECONDS:
            return
        last[0] = now
        if mine(job, worker).update(done=done, total=total) != 1:
            raise LeaseLost(f"Export {job.pk} is no longer held by {worker.name}.")

    return told


def forget_exports(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Delete what is older than seven days, files first: a row without its file is harmless, the other way it is not."""
    with tenancy.everywhere("old exports of every institution"):
        for job in ExportJob.objects.expired().select_related("institution").order_by("pk"):
            path_of(job).unlink(missing_ok=True)
            with transaction.atomic():
                if job.delete()[0]:
                    record(
                        institution=job.institution,
                        actor=EXPORTER,
                        action=Action.EXPORT_EXPIRED,
                        subject=Subject("export", str(job.pk), job.title),
                    )
