"""K9: noticing that the database was restored from a backup.

Every public intent counts the database's epoch up, in its own transaction, and the number is written to a file outside
the database before the first byte leaves. A database behind the file has forgotten intents: publishing is stopped for
every institution, what waits is put before a person, and two people lift the stop.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from guanhao.core import clock, tenancy
from guanhao.core.text import Text
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution
from guanhao.publishing.models import InstanceEpoch, PublishJob, Stop
from guanhao.publishing.moves import PUBLISHER, WAITING, move
from guanhao.publishing.types import AskWhy, JobState

RESTORED = Text(
    zh="数据库是从备份恢复的：备份之后的审批、停发和发送记录可能已丢失，请逐项确认后再恢复发布。",
    en="The database was restored from a backup: later approvals, stops and sends may be lost; confirm each before resuming.",
)


def advance() -> int:
    """Count one public intent, in the caller's transaction; the row lock puts intents in one order."""
    begin()
    InstanceEpoch.objects.filter(pk=1).update(value=F("value") + 1)
    return InstanceEpoch.objects.values_list("value", flat=True).get(pk=1)


def remember(value: int) -> None:
    """Write the number outside, durably, before the first byte of the call; never a smaller one."""
    if value <= outside():
        return
    path = Path(settings.EPOCH_PATH)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with beside.open("w", encoding="ascii") as file:
        file.write(str(value))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def outside() -> int:
    """The number outside the database; nought where there is no file yet."""
    try:
        return int(Path(settings.EPOCH_PATH).read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0


def begin() -> InstanceEpoch:
    """The row, made where there is none; called before the first job of an installation is written.

    A new database next to an old file goes on from the file: it holds no job that could have been sent before.
    """
    row: InstanceEpoch = InstanceEpoch.objects.get_or_create(
        pk=1, defaults={"since": clock.now(), "value": outside()}
    )[0]
    return row


def hold_if_restored() -> bool:
    """Whether the database was found behind; then everything is stopped and put before people, in one transaction."""
    known = outside()
    if begin().value >= known:
        return False
    with tenancy.everywhere("the whole installation was restored from a backup"), transaction.atomic():
        behind = InstanceEpoch.objects.filter(pk=1, value__lt=known)
        if behind.update(value=known, restored_at=clock.now()):
            for institution in Institution.objects.all():
                _hold(institution)
    return True


def _hold(institution: Institution) -> None:
    stop = Stop(institution=institution, reason=RESTORED.zh, by=None, at=clock.now())
    stop.save()
    record(
        institution=institution,
        actor=PUBLISHER,
        action=Action.INSTANCE_HELD,
        subject=Subject("stop", str(stop.pk), institution.name),
    )
    for job in PublishJob.objects.filter(institution=institution, state__in=WAITING).select_related(
        "institution", "account"
    ):
        move(job, JobState.ASK, cause=RESTORED, ask_why=AskWhy.RESTORED)
