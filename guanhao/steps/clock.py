"""The database's clock. Leases are measured by it, so that workers on hosts that disagree still agree."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from guanhao.core import clock

_NOW = {
    "postgresql": "SELECT clock_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
}


def database_now() -> datetime:
    """The present instant by the database, aware, in UTC; the replaced clock where one stands in for time."""
    if clock.is_replaced():
        return clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_NOW[connection.vendor])
        instant: datetime | str = cursor.fetchone()[0]
    if isinstance(instant, str):
        return datetime.fromisoformat(instant).replace(tzinfo=UTC)
    return instant.astimezone(UTC)
