"""Retention (LG8): entries older than the institution's period are removed, and every proof goes on verifying.

1. What may go: the longest beginning of the log whose entries are all older than the period, as far as a checkpoint
   vouches for it, a batch at a time.
2. Its leaf hashes are kept as nodes of level 0, so that tree, checkpoints, proofs and copies outside still agree to the
   last entry. A leaf hash says nothing about anybody.
3. A `Pruning` row says from where on the log is kept; only below it do triggers let entries and details go, and they
   let it be written only where everything below is older than the period by the database's own clock.
4. The removal is itself an entry. A log in which there is nothing old but such entries is left alone.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from guanhao.core import faults
from guanhao.core.actors import system
from guanhao.ledger import checkpoints
from guanhao.ledger.actions import record
from guanhao.ledger.appending import Owner
from guanhao.ledger.models import Event, LogHead, Pruning, Retention
from guanhao.ledger.proofs import root_at
from guanhao.ledger.types import USUAL_MONTHS, Action, Subject

BATCH = 2000
KEEPER = system("retention", "留存期限")
_MARGIN = timedelta(days=1)  # months are of unequal length, and databases do not shorten them alike

_KEEP_LEAVES = """
INSERT INTO ledger_node (institution_id, level, "index", hash)
SELECT institution_id, 0, "index", leaf_hash FROM ledger_event WHERE institution_id = %s AND "index" < %s
"""
_SAY_SO = 'INSERT INTO ledger_pruning (institution_id, below, older_than, "at") VALUES (%s, %s, %s, %s)'
_DROP_DETAILS = """
DELETE FROM ledger_eventdetail WHERE event_id IN
(SELECT id FROM ledger_event WHERE institution_id = %s AND "index" < %s)
"""
_DROP_EVENTS = 'DELETE FROM ledger_event WHERE institution_id = %s AND "index" < %s'


@dataclass(frozen=True, slots=True)
class Pruned:
    """What one step removed: the entries ``[first, below)``."""

    first: int
    below: int


def months_of(institution: Owner) -> int:
    """For how many months the institution keeps entries."""
    row = Retention.objects.filter(institution_id=institution.pk).first()
    return row.months if row is not None else USUAL_MONTHS


def horizon(institution: Owner) -> int:
    """The first index that is kept; 0 where nothing was ever removed."""
    newest = Pruning.objects.filter(institution_id=institution.pk).first()
    return newest.below if newest is not None else 0


def older_than(now: datetime, months: int) -> datetime:
    """The instant before which an entry is older than the period, never later than any database would say."""
    years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    day = min(now.day, calendar.monthrange(years, month + 1)[1])
    return now.replace(year=years, month=month + 1, day=day) - _MARGIN


@transaction.atomic
def prune(institution: Owner, now: datetime, *, most: int = BATCH) -> Pruned | None:
    """Remove the next few entries that are older than the period; nothing where there are none.

    The head is locked meanwhile: two jobs remove one after the other, and no entry comes in between.
    """
    LogHead.objects.select_for_update().filter(institution_id=institution.pk).first()
    first, limit = horizon(institution), older_than(now, months_of(institution))
    below = _end(institution, first, limit, most)
    if below is None:
        return None
    _remove(institution, below, limit, now)
    faults.point("ledger_pruned")
    record(
        institution=institution,
        actor=KEEPER,
        action=Action.LEDGER_PRUNED,
        subject=Subject("ledger", institution.key),
        facts={
            "first": first,
            "below": below,
            "older_than": limit,
            "root": root_at(institution.pk, below).hex(),
        },
    )
    return Pruned(first, below)


def _end(institution: Owner, first: int, limit: datetime, most: int) -> int | None:
    """Up to where may be removed, or nothing where it is not worth an entry of its own."""
    rows = Event.objects.filter(institution_id=institution.pk, index__gte=first)
    young = rows.filter(at__gte=limit).order_by("index").values_list("index", flat=True).first()
    vouched = checkpoints.newest(institution)
    end = min(first + most, vouched.size if vouched else 0, *([] if young is None else [young]))
    old = rows.filter(index__lt=end)
    return end if old.exclude(action=Action.LEDGER_PRUNED).exists() else None


def _remove(institution: Owner, below: int, limit: datetime, now: datetime) -> None:
    """By one function of the tables' owner on PostgreSQL, so that the application's role needs no right to delete."""
    said = [connection.ops.adapt_datetimefield_value(instant) for instant in (limit, now)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT ledger_prune(%s, %s, %s, %s)", [institution.pk, below, *said])
            return
        cursor.execute(_KEEP_LEAVES, [institution.pk, below])
        cursor.execute(_SAY_SO, [institution.pk, below, *said])
        cursor.execute(_DROP_DETAILS, [institution.pk, below])
        cursor.execute(_DROP_EVENTS, [institution.pk, below])
