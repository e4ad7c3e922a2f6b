"""Counting a use, and whether it is within the limit (NT4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac

from guanhao.core import clock, tenancy
from guanhao.limiting.models import Counted
from guanhao.limiting.types import MOST, Use

KEPT = timedelta(days=1)
TOGETHER = "together"
# A row for the one and, where there is a bound in common, a row for all; neither once the one has reached its own.
_COUNT = """
    INSERT INTO {table} AS counted (institution_id, "use", who, begun_at, "count")
    SELECT %s, %s, told.who, %s, 1 FROM ({rows}) AS told
    WHERE NOT EXISTS (
        SELECT 1 FROM {table}
        WHERE institution_id = %s AND "use" = %s AND who = %s AND begun_at = %s AND "count" >= %s
    )
    ON CONFLICT (institution_id, "use", who, begun_at)
    DO UPDATE SET "count" = counted."count" + 1
    WHERE counted."count" < CASE counted.who WHEN %s THEN %s ELSE %s END
    RETURNING who
"""


def allowed(use: Use, who: str) -> bool:
    """Count one use in the institution in scope, in one statement; whether it is within both limits.

    ``who`` is an address or a person's key. Beyond a limit nothing more is written, so that whoever is refused costs
    little.
    """
    most, digest = MOST[use], _digest(who)
    rows = [digest] if most.together is None else [digest, _digest(TOGETHER)]
    where: list[Any] = [tenancy.current_institution_id(), use.value]
    at = connection.ops.adapt_datetimefield_value(_begin(clock.now(), most.span))
    table = connection.ops.quote_name(Counted._meta.db_table)  # noqa: SLF001 - Django's documented interface.
    statement = _COUNT.format(table=table, rows=" UNION ALL ".join(["SELECT %s AS who"] * len(rows)))
    limits: list[Any] = [digest, most.one, most.together or most.one]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*where, at, *rows, *where, digest, at, most.one, *limits])
        return len(cursor.fetchall()) == len(rows)


def seconds_left(use: Use) -> int:
    """How long until the present span is over and a use counts anew."""
    now, span = clock.now(), MOST[use].span
    return int((_begin(now, span) + span - now).total_seconds()) + 1


def forget() -> None:
    """Drop the counts of yesterday, in the institution in scope."""
    Counted.objects.filter(begun_at__lt=clock.now() - KEPT).delete()


def _digest(who: str) -> str:
    """Who it is, as far as it is kept."""
    return salted_hmac("guanhao.limiting", who, algorithm="sha256").hexdigest()


def _begin(now: datetime, span: timedelta) -> datetime:
    """When the present span began: spans follow one another from the epoch."""
    seconds = int(span.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)
