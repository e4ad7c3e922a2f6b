"""How often one address may ask, file or report (NT4). The count is a row, so that several hosts count together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.crypto import salted_hmac

from guanhao.core import clock, tenancy
from guanhao.directory.models import Visit
from guanhao.directory.types import Use

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MOST: dict[Use, tuple[int, timedelta]] = {
    Use.CHECK: (60, MINUTE),
    Use.FILE: (10, MINUTE),
    Use.REPORT: (5, HOUR),
}
KEPT = timedelta(days=1)


def allowed(use: Use, address: str) -> bool:
    """Count one use by the address; whether it is within the limit. Over the limit nothing more is written."""
    most, span = MOST[use]
    where: dict[str, Any] = {
        "institution_id": tenancy.current_institution_id(),
        "use": use.value,
        "sender": salted_hmac("guanhao.directory.visit", address, algorithm="sha256").hexdigest(),
        "begun_at": _begin(clock.now(), span),
    }
    row, _new = Visit.objects.get_or_create(**where)
    return bool(Visit.objects.filter(pk=row.pk, count__lt=most).update(count=F("count") + 1))


def forget_visits() -> None:
    """Drop the counts of yesterday."""
    Visit.objects.filter(begun_at__lt=clock.now() - KEPT).delete()


def _begin(now: datetime, span: timedelta) -> datetime:
    """When the present span began: spans follow one another from the epoch."""
    seconds = int(span.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)
