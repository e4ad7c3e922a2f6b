"""Claiming rows. The row is the queue entry; a lease by the database clock says who works on it (libraries.md, row 1).

1. `claim` takes one due row in one short transaction: row lock with ``SKIP LOCKED`` on PostgreSQL, IMMEDIATE
   on SQLite, and on both a conditional update that must change exactly one row.
2. `keeping` extends the lease while the work runs; `release`, `finish`, `retry` and `set_aside` end it. Each is a
   conditional update ``WHERE owner = me``: a worker that lost its lease changes nothing and learns it by `LeaseLost`.
3. A row that was claimed ``cap`` times without coming to an end is set aside: shown and told, never tried again
   by itself. Attempts count at the claim, so a row that kills its worker counts too.

A lease that ran out says nothing about the effect. Work with effects outside looks them up first (security §2).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import DatabaseError, connection, connections, models, transaction
from django.db.models import Q

from guanhao.core import randomness, rows, tenancy
from guanhao.core.actors import system
from guanhao.core.prepared import Prepared, given
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.steps.clock import database_now
from guanhao.steps.models import Leased
from guanhao.steps.types import Retry, Worker

Row = TypeVar("Row", bound=Leased)

_FREE: dict[str, Any] = {"lease_until": None, "owner": ""}


class LeaseLost(Exception):  # noqa: N818 - a quiet, normal outcome, not a malfunction.
    """The row belongs to another worker by now; whatever this one did in the same transaction is undone."""


class Due(Generic[Row]):
    """Which rows a step claims, put together once: ``build`` makes the queryset of an instant (see `core.prepared`).

    For steps that claim often. Due time, lease and order are added here. ``most`` is how many `claim_together` looks at.
    """

    def __init__(self, build: Callable[[Any], models.QuerySet[Row]], most: int = 1) -> None:
        def due() -> models.QuerySet[Row]:
            return build(given("now")).filter(free(given("now")))

        self._any: Prepared[Any] = Prepared(lambda: due().values_list("pk", flat=True)[:1])
        self._first: Prepared[Row] = Prepared(lambda: lockable(due().order_by("run_after", "pk"))[:most])

    def exists(self, now: datetime) -> bool:
        """Whether any is free."""
        return self._any.first(now=now) is not None

    def first(self, now: datetime) -> Row | None:
        """The one that waits longest, locked where rows can be; in a transaction."""
        return self._first.first(now=now)

    def several(self, now: datetime) -> list[Row]:
        """Those that wait longest, locked likewise."""
        return self._first.all(now=now)


class Batch(Generic[Row]):
    """Which rows a step claims several of at once, by `claim_some`: up to ``most`` that were never tried."""

    def __init__(self, build: Callable[[], models.QuerySet[Row]], most: int) -> None:
        self.fresh: Due[Row] = Due(lambda _: build().filter(attempts=0), most)
        self.tried: Due[Row] = Due(lambda _: build().filter(attempts__gt=0))


def claim(due: models.QuerySet[Row] | Due[Row], worker: Worker, retry: Retry | None = None) -> Row | None:
    """Take one due row that nobody holds, or nothing. ``due`` says which; due time and lease are added here.

    A row that used up its attempts is set aside on the way, and the next one is tried.
    """
    retry = retry or Retry()
    while (row := _take(due, worker)) is not None:
        if row.attempts <= retry.cap:
            return row
        set_aside(row, worker, f"Claimed {retry.cap} times without coming to an end.")
    return None


def hold(row: Leased, worker: Worker) -> bool:
    """Take this row, due or not, if it is in nobody's hands; whether it was taken. For work that a person asked for."""
    now = database_now()
    unheld = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    until = now + worker.lease
    if _all(row).filter(unheld, pk=row.pk).update(owner=worker.name, lease_until=until) != 1:
        return False
    row.owner, row.lease_until = worker.name, until
    return True


def claim_some(batch: Batch[Row], worker: Worker, retry: Retry | None = None) -> list[Row]:
    """Take the due rows that were never tried, as many as go together, and after them at most one that was.

    For short work: each row still ends by itself, as after `claim`, and what cannot be begun in time is handed back
    (`hand_back`). A worker that dies leaves the rest of the batch with an attempt that was none; from then on each of
    them comes alone, so that a row which kills its worker takes nobody along.
    """
    now = database_now()
    fresh = _take_fresh(batch.fresh, worker, now) if batch.fresh.exists(now) else []
    tried = claim(batch.tried, worker, retry) if batch.tried.exists(now) else None
    return fresh if tried is None else [*fresh, tried]


def _take_fresh(due: Due[Row], worker: Worker, now: datetime) -> list[Row]:
    with transaction.atomic():
        won = due.several(now)
        if not won:
            return []
        taken = {"owner": worker.name, "lease_until": now + worker.lease, "attempts": 1}
        number = (
            _all(won[0]).filter(pk__in=[row.pk for row in won], attempts=0).filter(free(now)).update(**taken)
        )
        if number != len(won):
            raise LeaseLost(f"Of {len(won)} rows that were locked, others took {len(won) - number}.")
    for row in won:
        row.attempts, row.owner, row.lease_until = 1, worker.name, now + worker.lease
    return won


def claim_together(
    due: Due[Row], worker: Worker, *, most: int, apart: Callable[[Row], Hashable]
) -> list[Row]:
    """Take up to ``most`` due rows, no two of which ``apart`` answers alike, and at most one that was tried before.

    For rows that are worked on together. One that killed its worker is taken with others, but known by its attempts, so
    that it can be kept from them.
    """
    now = database_now()
    if not _any(due, now):
        return []
    with transaction.atomic():
        found: dict[Hashable, Row] = {}
        tried = 0
        for row in due.several(now):
            again = row.attempts > 0
            if len(found) < most and apart(row) not in found and not (again and tried):
                found[apart(row)] = row
                tried += again
        return [row for row in found.values() if _taken(row, worker, now)]


def hand_back(row: Leased, worker: Worker) -> None:
    """Give up a row that was not begun; the claim counts for nothing.

    Raises:
        LeaseLost: somebody else holds the row; nothing was changed.
    """
    _end(row, worker, {"attempts": row.attempts - 1})


def _take(due: models.QuerySet[Row] | Due[Row], worker: Worker) -> Row | None:
    now = database_now()
    if not _any(due, now):
        return None  # An idle look must not take SQLite's write lock.
    with transaction.atomic():
        row = _first(due, now)
        if row is None:
            return None
        return row if _taken(row, worker, now) else None


def _taken(row: Leased, worker: Worker, now: datetime) -> bool:
    """Put the row into the worker's hands, if it still is as it was read; whether it was."""
    as_read = {"owner": row.owner, "attempts": row.attempts}
    taken = {"owner": worker.name, "attempts": row.attempts + 1, "lease_until": now + worker.lease}
    if not rows.change(row, taken, only_where=as_read):
        return False
    for name, value in taken.items():
        setattr(row, name, value)
    return True


def _any(due: models.QuerySet[Row] | Due[Row], now: datetime) -> bool:
    if connection.features.has_select_for_update_skip_locked:
        return True  # Taking a row locks that row and nothing else: it is simply tried.
    return due.exists(now) if isinstance(due, Due) else due.filter(free(now)).exists()


def _first(due: models.QuerySet[Row] | Due[Row], now: datetime) -> Row | None:
    if isinstance(due, Due):
        return due.first(now)
    return lockable(due.filter(free(now)).order_by("run_after", "pk")).first()


def lockable(due: models.QuerySet[Row]) -> models.QuerySet[Row]:
    """The rows, to be locked as they are read, without those that others have; in a transaction, which locks all of SQLite."""
    if connection.features.has_select_for_update_skip_locked:
        return due.select_for_update(skip_locked=True, of=("self",))
    return due


def free(now: Any) -> Q:
    """Rows that are due at an instant, not set aside, and not under a live lease."""
    unheld = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    return unheld & Q(run_after__lte=now, set_aside_at__isnull=True)


def _all(row: Row) -> models.QuerySet[Row]:
    # Not the tenant manager: the row is in hand, and its key and owner are what is asked for.
    return models.QuerySet(model=type(row))


def mine(row: Leased, worker: Worker) -> models.QuerySet[Any]:
    """The row, if the worker still holds it. For conditional updates that must go with the lease."""
    return _all(row).filter(pk=row.pk, owner=worker.name)


def _end(row: Leased, worker: Worker, fields: dict[str, Any]) -> None:
    changes = {**_FREE, **fields}
    if not rows.change(row, changes, only_where={"owner": worker.name}):
        raise LeaseLost(f"{type(row).__name__} {row.pk} is no longer held by {worker.name}.")
    for name, value in changes.items():
        setattr(row, name, value)


def release(row: Leased, worker: Worker, run_after: datetime, **fields: Any) -> None:
    """Progress was made and the row has more to do at ``run_after``; attempts start anew.

    Raises:
        LeaseLost: somebody else holds the row; nothing was changed.
    """
    _end(row, worker, {"run_after": run_after, "attempts": 0, **fields})


def finish(row: Leased, worker: Worker, **fields: Any) -> None:
    """The work is done; ``fields`` are what the row's own finder looks at (for example ``done_at``).

    Raises:
        LeaseLost: somebody else holds the row; nothing was changed.
    """
    _end(row, worker, fields)


def finish_several(several: Sequence[Row], worker: Worker, **fields: Any) -> int:
    """`finish` for short work that was done one after the other; how many of the rows the worker still held."""
    if not several:
        return 0
    held = _all(several[0]).filter(pk__in=[row.pk for row in several], owner=worker.name)
    return held.update(**_FREE, **fields)


def retry(row: Leased, worker: Worker, why: str, *, plan: Retry | None = None, **fields: Any) -> None:
    """The work failed and may be tried again after the plan's waiting time; after its last attempt it is set aside.

    Raises:
        LeaseLost: somebody else holds the row; nothing was changed.
    """
    plan = plan or Retry()
    if row.attempts >= plan.cap:
        set_aside(row, worker, why, **fields)
        return
    wait = plan.wait(row.attempts) * (
        1 + randomness.jitter() / 4
    )  # Spread, so that an outage does not end in a burst.
    _end(row, worker, {"run_after": database_now() + wait, **fields})


def set_aside(row: Leased, worker: Worker, why: str, **fields: Any) -> None:
    """Take the row out of the queue, loudly: an event in the same transaction, from which people are told.

    Raises:
        LeaseLost: somebody else holds the row; nothing was changed.
    """
    with transaction.atomic():
        _end(row, worker, {"set_aside_at": database_now(), "set_aside_why": why, **fields})
        if isinstance(row, tenancy.Scoped):
            record(
                institution=row.institution,
                actor=system("worker", "后台程序"),
                action=Action.ROW_SET_ASIDE,
                subject=Subject(type(row).__name__.lower(), str(row.pk)),
                facts={"attempts": row.attempts},
                detail={"why": why},
            )


def take_up_again(row: Leased) -> bool:
    """Put a row that was set aside back into its queue, with fresh attempts. Whether it was set aside."""
    again = {**_FREE, "set_aside_at": None, "set_aside_why": "", "attempts": 0, "run_after": database_now()}
    return _all(row).filter(pk=row.pk, set_aside_at__isnull=False).update(**again) == 1


@contextmanager
def keeping(row: Leased, worker: Worker) -> Iterator[threading.Event]:
    """Extend the lease every third of its length while the block runs, ``WHERE owner = me``.

    Yields an event that is set once the lease was found lost. On leaving, the lease stays as it is: ending it is
    the business of `release`, `finish`, `retry` or `set_aside`.
    """
    lost, over = threading.Event(), threading.Event()
    thread = threading.Thread(target=_extend, args=(row, worker, lost, over), daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        over.set()
        thread.join()


def _extend(row: Leased, worker: Worker, lost: threading.Event, over: threading.Event) -> None:
    third = worker.lease.total_seconds() / 3
    try:
        while not over.wait(third):
            if not extend(row, worker):
                lost.set()
                return
    except DatabaseError:
        # The worker finds out for itself when it tries to end the lease.
        lost.set()
    finally:
        connections.close_all()


def extend(row: Leased, worker: Worker, by: timedelta | None = None) -> bool:
    """Lengthen the lease from now on; whether the worker still held the row."""
    until = database_now() + (by or worker.lease)
    with tenancy.everywhere("extending the lease on a row that is held already"):
        return mine(row, worker).update(lease_until=until) == 1
