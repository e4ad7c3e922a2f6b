"""Counting a use, and whether it is within the limit (NT4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from guanhao.core import clock, tenancy
from guanhao.limiting.models import Counted
from guanhao.limiting.types import MOST, Use

KEPT = timedelta(days=1)
TOGETHER = "together"
_COUNT = """
    INSERT INTO {table} AS counted (institution_id, "use", who, begun_at, "count") VALUES (%s, %s, %s, %s, 1)
    ON CONFLICT (institution_id, "use", who, begun_at)
    DO UPDATE SET "count" = counted."count" + 1 WHERE counted."count" < %s
    RETURNING "count"
"""


def allowed(use: Use, who: str) -> bool:
    """Count one use in the institution in scope; whether it is within both limits.

    ``who`` is an address or a person's key. Beyond a limit nothing more is written, so that whoever is refused costs
    little.
    """
    most = MOST[use]
    begun_at = _begin(clock.now(), most.span)
    with transaction.atomic():
        if not _counted(use, who, begun_at, most.one):
            return False
        return most.together is None or _counted(use, TOGETHER, begun_at, most.together)


def seconds_left(use: Use) -> int:
    """How long until the present span is over and a use counts anew."""
    now, span = clock.now(), MOST[use].span
    return int((_begin(now, span) + span - now).total_seconds()) + 1


def forget() -> None:
    """Drop the counts of yesterday, in the institution in scope."""
    Counted.objects.filter(begun_at__lt=clock.now() - KEPT).delete()


def _counted(use: Use, who: str, begun_at: datetime, most: int) -> bool:
    """One statement, whether or not there is a row; it answers a row only where the use was counted."""
    digest = salted_hmac("guanhao.limiting", who, algorithm="sha256").hexdigest()
    at = connection.ops.adapt_datetimefield_value(begun_at)
    table = connection.ops.quote_name(Counted._meta.db_table)  # noqa: SLF001 - Django's documented interface.
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT.format(table=table), [tenancy.current_institution_id(), use.value, digest, at, most]
        )
        return cursor.fetchone() is not None


def _begin(now: datetime, span: timedelta) -> datetime:
    """When the present span began: spans follow one another from the epoch."""
    seconds = int(span.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)
