"""Signs of life: who runs which queues, and since when nothing was heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import models

from guanhao.core.prepared import Prepared, given
from guanhao.steps.clock import database_now
from guanhao.steps.models import Heartbeat

EVERY_SECONDS = 10.0
SILENT_AFTER = timedelta(seconds=60)
KEPT = timedelta(days=2)


def beat(worker: str, queues: Sequence[str]) -> None:
    """Say that the worker is alive."""
    now = database_now()
    seen = {"seen_at": now, "queues": list(queues), "stopped_at": None}
    Heartbeat.objects.update_or_create(
        worker=worker, defaults=seen, create_defaults={**seen, "started_at": now}
    )


def stopped(worker: str) -> None:
    """Say that the worker ended on purpose, and forget workers that ended long ago."""
    now = database_now()
    Heartbeat.objects.filter(worker=worker).update(stopped_at=now, seen_at=now)
    Heartbeat.objects.filter(seen_at__lt=now - KEPT).delete()


def alive() -> models.QuerySet[Heartbeat]:
    """Workers heard of within the last minute."""
    return Heartbeat.objects.filter(stopped_at__isnull=True, seen_at__gt=database_now() - SILENT_AFTER)


def silent() -> models.QuerySet[Heartbeat]:
    """Workers that did not end on purpose and have not been heard of for a minute."""
    return _silent_since(database_now() - SILENT_AFTER)


def unheard() -> list[Heartbeat]:
    """The same, as a question every page may ask."""
    return _UNHEARD.all(since=database_now() - SILENT_AFTER)


def _silent_since(since: Any) -> models.QuerySet[Heartbeat]:
    return Heartbeat.objects.filter(stopped_at__isnull=True, seen_at__lte=since)


_UNHEARD: Prepared[Heartbeat] = Prepared(lambda: _silent_since(given("since")))
