"""The circuit breaker of §2.8: several unknown outcomes on one platform within a minute, and no new intent begins.

Waiting jobs stay where they are. A read-only call that the platform answers closes it again.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from guanhao.core import tenancy
from guanhao.core.prepared import Prepared
from guanhao.publishing.models import Attempt, Breaker
from guanhao.publishing.types import EffectClass, Outcome
from guanhao.steps.clock import database_now

UNKNOWNS = 3
WITHIN = timedelta(seconds=60)
PROBE_EVERY = timedelta(seconds=15)
PUBLIC = (EffectClass.PUBLIC, EffectClass.KEYED)
_OPEN: Prepared[str] = Prepared(
    lambda: Breaker.objects.filter(open_since__isnull=False).values_list("platform", flat=True)
)


def open_on() -> frozenset[str]:
    """The platforms on which no new intent may begin."""
    return frozenset(_OPEN.all())


def note_unknown(platform: str) -> None:
    """Open the breaker if the newest unknown outcome was one too many; in the transaction that records it."""
    now = database_now()
    with tenancy.everywhere("unknown outcomes of a platform are counted over all institutions"):
        recent = Attempt.objects.filter(
            account__platform=platform,
            effect__in=PUBLIC,
            outcome=Outcome.UNKNOWN,
            finished_at__gt=now - WITHIN,
        )
        closed = Breaker.objects.filter(platform=platform).values_list("closed_at", flat=True).first()
        if closed is not None:
            recent = recent.filter(finished_at__gt=closed)
        tripped = recent.count() >= UNKNOWNS
    if tripped:
        Breaker.objects.get_or_create(platform=platform)
        Breaker.objects.filter(platform=platform, open_since__isnull=True).update(
            open_since=now, probe_after=now + PROBE_EVERY
        )


def take_probe() -> str | None:
    """A platform whose breaker is to be probed now, taken by exactly one worker; nothing where none is due."""
    now = database_now()
    due = (
        Breaker.objects.filter(Q(probe_after__lte=now), open_since__isnull=False)
        .order_by("probe_after")
        .first()
    )
    if due is None:
        return None
    taken = Breaker.objects.filter(pk=due.pk, probe_after=due.probe_after).update(
        probe_after=now + PROBE_EVERY
    )
    return due.platform if taken == 1 else None


def close(platform: str) -> None:
    """The platform answers again."""
    Breaker.objects.filter(platform=platform).update(
        open_since=None, probe_after=None, closed_at=database_now()
    )
