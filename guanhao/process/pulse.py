"""Signs of life of the background work: who serves which queue, what waits there, what is overdue.

One module of figures for the panel, the alarms, the health endpoint and the metrics. Each function counts in the scope
that is open: within an institution its own rows, everywhere all of them. Workers serve all institutions alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery

from guanhao.contents.models import LinkState, Rescreening
from guanhao.exports.models import ExportJob
from guanhao.inbound.models import InboxItem
from guanhao.ledger.models import Event, LogHead
from guanhao.lexicon.models import ProofTraining
from guanhao.notices.steps import waiting as deliveries
from guanhao.process.models import Cursor
from guanhao.publishing.models import PublishJob
from guanhao.publishing.reminding import long_unknown, overdue
from guanhao.publishing.types import JobState
from guanhao.steps import heartbeats
from guanhao.steps.claims import free
from guanhao.steps.clock import database_now
from guanhao.steps.models import Heartbeat, Tick
from guanhao.steps.types import Queue

__all__ = ["Pulse", "Waiting", "long_unknown", "overdue", "pulses", "states", "unserved"]

STUCK = timedelta(minutes=5)  # a due row that nobody has taken for so long
TICK = timedelta(minutes=1)  # the shortest period of any periodic job


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is due in a queue and in nobody's hands: how many rows, and since when the oldest."""

    rows: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """One queue at one moment. ``seen_at`` is the last sign of life of any worker that served it."""

    queue: Queue
    now: datetime
    workers: int
    silent: int
    seen_at: datetime | None
    waiting: Waiting

    @property
    def served(self) -> bool:
        """Whether a live worker takes its rows."""
        return self.workers > 0

    @property
    def lag(self) -> timedelta:
        """How long the oldest due row has been waiting."""
        return self.now - self.waiting.oldest if self.waiting.oldest else timedelta(0)

    @property
    def stuck(self) -> bool:
        """Whether a due row waits longer than any healthy worker would let it."""
        return self.lag > STUCK

    @property
    def alarming(self) -> bool:
        """Whether somebody has to be told: nobody serves it although somebody did, or something waits too long."""
        return self.stuck or (not self.served and self.silent > 0)


def pulses(now: datetime | None = None) -> list[Pulse]:
    """Every queue, in the order of `Queue`."""
    now = now or database_now()
    alive, silent = list(heartbeats.alive()), list(heartbeats.silent())
    known = list(Heartbeat.objects.all())
    return [
        Pulse(
            queue=queue,
            now=now,
            workers=len(_serving(alive, queue)),
            silent=len(_serving(silent, queue)),
            seen_at=max((beat.seen_at for beat in _serving(known, queue)), default=None),
            waiting=_WAITING[queue](now) if queue in _WAITING else Waiting(),
        )
        for queue in Queue
    ]


def unserved() -> list[Queue]:
    """Queues whose workers fell silent, without a look at what waits in them: cheap enough for every page."""
    silent = heartbeats.unheard()
    if not silent:
        return []
    alive = list(heartbeats.alive())
    return [queue for queue in Queue if _serving(silent, queue) and not _serving(alive, queue)]


def states() -> dict[JobState, int]:
    """How many jobs are in each state that is not over: what `/metrics` counts."""
    over = {JobState.CANCELLED, JobState.REMOVED}
    counted = dict(PublishJob.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted.get(state.value, 0) for state in JobState if state not in over}


def _serving(beats: Iterable[Heartbeat], queue: Queue) -> list[Heartbeat]:
    return [beat for beat in beats if queue in beat.queues]


def _due(rows: QuerySet[Any], now: datetime) -> Waiting:
    due = rows.filter(free(now))
    return Waiting(due.count(), due.aggregate(oldest=Min("run_after"))["oldest"])


def _to_publish(now: datetime) -> Waiting:
    in_time = Q(state__in=[JobState.PLANNED, JobState.STAGING]) | Q(state=JobState.STAGED, due_at__lte=now)
    return _due(PublishJob.objects.filter(in_time), now)


def _to_look(now: datetime) -> Waiting:
    looked_at = [
        JobState.ARMED,
        JobState.ACCEPTED,
        JobState.WAITING_CONFIRM,
        JobState.UNKNOWN,
        JobState.PUBLISHED,
    ]
    return _due(PublishJob.objects.filter(state__in=looked_at), now)


def _to_draw(_now: datetime) -> Waiting:
    """Events whose consequences are not drawn yet."""
    size = LogHead.objects.filter(institution=OuterRef("institution")).values("size")[:1]
    behind = Cursor.objects.annotate(size=Subquery(size)).filter(size__gt=F("next_index"))
    rows, oldest = 0, None
    for cursor in behind:
        rows += cursor.size - cursor.next_index
        event = Event.objects.filter(institution=cursor.institution_id, index=cursor.next_index).first()
        if event is not None and (oldest is None or event.at < oldest):
            oldest = event.at
    return Waiting(rows, oldest)


def _to_deliver(now: datetime) -> Waiting:
    return _due(deliveries(), now)


def _to_export(now: datetime) -> Waiting:
    return _due(ExportJob.objects.waiting(), now)


def _to_hear(now: datetime) -> Waiting:
    """Pushed messages; one that waits for its job is due again and again, and is counted only while it is due."""
    return _due(InboxItem.objects.waiting(), now)


def _to_read(now: datetime) -> Waiting:
    """Re-screenings that go on by themselves; where there are none, trainings of a model; else addresses to try."""
    queues = (Rescreening.objects.running(), ProofTraining.objects.running(), LinkState.objects.waiting())
    return next((waiting for queue in queues if (waiting := _due(queue, now)).rows), Waiting())


def _to_tick(now: datetime) -> Waiting:
    """Periodic work that came due after the last that was taken; nothing where none was ever taken."""
    last = Tick.objects.aggregate(last=Max("due_at"))["last"]
    if last is None or now - last < 2 * TICK:
        return Waiting()
    return Waiting((now - last) // TICK, last + TICK)


_WAITING: Mapping[Queue, Callable[[datetime], Waiting]] = {
    Queue.CALLBACKS: _to_hear,
    Queue.CONSEQUENCES: _to_draw,
    Queue.DELIVERIES: _to_deliver,
    Queue.EXPORTS: _to_export,
    Queue.LOOK: _to_look,
    Queue.PERIODIC: _to_tick,
    Queue.PUBLISH: _to_publish,
    Queue.SCREENING: _to_read,
}
