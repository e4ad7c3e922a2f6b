"""K9: noticing that the database was restored from a backup.

Every public intent counts the database's epoch up, in its own transaction, and the number is written to a file outside
the database before the first byte leaves. A database behind the file has forgotten intents: publishing is stopped for
every institution, what waits is put before a person, and two people lift the stop.

The same holds where the file is gone although the database has counted sends: a database that was carried to another
machine without its file cannot say what it forgot. A further host of the same installation is therefore given the file
together with the keys.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

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

_COUNT = "UPDATE {} SET value = value + %s WHERE id = 1 RETURNING value"


class Behind(Exception):  # noqa: N818 - states the fact.
    """The database was turned back under a running publisher; the next step finds it so and holds."""


def advance(intents: int = 1) -> int:
    """Count public intents, in the caller's transaction, and answer the last one's number; the row lock puts them in order.

    Raises:
        Behind: a number that the file has already was counted again. A number is written outside only once it is
            committed, so in a database that forgot nothing this cannot be.
    """
    value = _asked(_COUNT, intents)
    if value is None:
        begin()
        value = _asked(_COUNT, intents)
    if value is None or value - intents < outside():
        raise Behind
    return value


def _asked(statement: str, *values: int) -> int | None:
    """The row's number, asked for or counted up by one plain statement at every step; nothing where there is no row."""
    table = connection.ops.quote_name(InstanceEpoch._meta.db_table)  # noqa: SLF001 - Django's documented interface.
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table), values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


@dataclass(frozen=True, slots=True)
class Standing:
    """What database and file say; ``outside`` is nothing where there is no file."""

    inside: int
    outside: int | None

    @property
    def held(self) -> bool:
        """Whether the database has forgotten intents, or cannot know that it has not."""
        return self.inside > 0 if self.outside is None else self.inside < self.outside


def standing() -> Standing:
    """Both numbers, without changing anything."""
    row = InstanceEpoch.objects.filter(pk=1).first()
    return Standing(row.value if row else outside(), _written())


def remember(value: int) -> None:
    """Write the number outside, durably, before the first byte of the call; never a smaller one.

    Several places send at once: one writes at a time, and whoever waited finds a later number written already, which
    covers its own.
    """
    path = Path(settings.EPOCH_PATH)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.with_name(f"{path.name}.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = _written()
        if known is None or known < value:
            _write(path, value)


def _write(path: Path, value: int) -> None:
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="ascii") as file:
        file.write(str(value))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)  # Without it the new name itself may be lost at a power cut.
    finally:
        os.close(directory)


def outside() -> int:
    """The number outside the database; nought where there is no file yet."""
    return _written() or 0


def _written() -> int | None:
    try:
        return int(Path(settings.EPOCH_PATH).read_text(encoding="ascii"))
    except FileNotFoundError:
        return None


def begin() -> InstanceEpoch:
    """The row, made where there is none; called before the first job of an installation is written.

    A new database next to an old file goes on from the file: it holds no job that could have been sent before.
    """
    row: InstanceEpoch = InstanceEpoch.objects.get_or_create(
        pk=1, defaults={"since": clock.now(), "value": outside()}
    )[0]
    if row.value == 0:
        remember(
            0
        )  # The file is there before the first intent, so that its absence later means that it was lost.
    return row


def hold_if_restored() -> bool:
    """Whether the database was found behind; then everything is stopped and put before people, in one transaction.

    The file is brought up to the same number, so that one restore holds once.
    """
    found = Standing(_asked("SELECT value FROM {} WHERE id = 1") or begin().value, _written())
    if not found.held:
        return False
    known = found.inside + 1 if found.outside is None else found.outside
    with tenancy.everywhere("the whole installation was restored from a backup"), transaction.atomic():
        behind = InstanceEpoch.objects.filter(pk=1, value__lt=known)
        if behind.update(value=known, restored_at=clock.now()):
            waiting = _waiting_locked()
            for institution in Institution.objects.all():
                _hold(institution, [job for job in waiting if job.institution_id == institution.pk])
    remember(known)
    return True


def hold_after_restore(counted: int) -> None:
    """Hold a database that was just restored; ``counted`` is what its backup had counted.

    The file must already say more (`remember`), so that a restore that breaks off is held as well.
    """
    InstanceEpoch.objects.get_or_create(pk=1, defaults={"since": clock.now(), "value": counted})
    if not hold_if_restored():
        raise AssertionError("The epoch file was to be raised before the data came back.")


def _waiting_locked() -> list[PublishJob]:
    """What waits, as it is once everybody who is at work on it has ended; before any ledger is locked."""
    waiting = PublishJob.objects.filter(state__in=WAITING).select_related("institution", "account")
    return list(waiting.select_for_update(of=("self",)).order_by("pk"))


def _hold(institution: Institution, waiting: list[PublishJob]) -> None:
    stop = Stop(institution=institution, reason=RESTORED.zh, by=None, at=clock.now())
    stop.save()
    record(
        institution=institution,
        actor=PUBLISHER,
        action=Action.INSTANCE_HELD,
        subject=Subject("stop", str(stop.pk), institution.name),
    )
    for job in waiting:
        move(job, JobState.ASK, cause=RESTORED, ask_why=AskWhy.RESTORED)
