"""`guanhao wake`: rings for every queue once a second, and does the work itself where nobody answers.

1. Of all bells that run, the one that began first rings (by signs of life in our database; no beat server). 2. A queue
in which enough wakes lie unread is not rung for, so nothing piles up. 3. Where the broker refuses, or no Celery worker
of a queue was heard of for half a minute, each bell runs that queue's steps itself, in threads of its own, until one is
heard again. So a lost broker, purged messages and dead workers cost delay, never a push.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta

from celery import Celery
from django.db import DatabaseError, connection
from kombu import Connection
from kombu.exceptions import KombuError

from guanhao.distributed.app import LIFE, MESSAGE_SECONDS, app, broker_queue, lifetime
from guanhao.process.steps import QUEUES
from guanhao.steps import heartbeats
from guanhao.steps.clock import database_now
from guanhao.steps.loop import run_queues
from guanhao.steps.models import Heartbeat
from guanhao.steps.types import Queue, Step, Worker

EVERY_SECONDS = 1.0
MOST_UNREAD = 4
ELECTED_FOR = timedelta(seconds=10)
NAME = "wake"
_RINGING = "bell"

log = logging.getLogger(__name__)


class Bell:
    """One bell of possibly many, for some queues. ``helping`` tells for each of them whether its steps are run here."""

    def __init__(self, queues: Iterable[Queue] = tuple(Queue), celery: Celery = app) -> None:
        self.celery = celery
        self.name = Worker.named(NAME).name
        self.helping = {queue: threading.Event() for queue in queues}
        self._broker: Connection | None = None

    def start(self, stop: threading.Event) -> list[threading.Thread]:
        """Start the threads that help where help is needed; they rest otherwise."""
        steps = {
            queue.value: [_only_while(event, step) for step in QUEUES[queue]]
            for queue, event in self.helping.items()
        }
        return run_queues(steps, {}, self.name, stop)

    def round(self) -> None:
        """Ring where this bell is the elected one, and see which queues need help."""
        try:
            answered = self._ring() if self._elected() else self._reachable()
            heard = _heard()
            for queue, event in self.helping.items():
                if answered and queue in heard:
                    event.clear()
                else:
                    event.set()
            heartbeats.beat(
                self.name, [_RINGING, *(queue for queue, event in self.helping.items() if event.is_set())]
            )
        except DatabaseError:
            log.exception("The bell could not ask the database; the next round asks again.")
            connection.close()

    def silence(self) -> None:
        """Say goodbye."""
        self._forget_broker()
        heartbeats.stopped(self.name)

    def _elected(self) -> bool:
        since = database_now() - ELECTED_FOR
        ringing = Heartbeat.objects.filter(
            worker__startswith=f"{NAME}-", stopped_at__isnull=True, seen_at__gt=since
        ).order_by("started_at", "pk")
        first = ringing.values_list("worker", flat=True).first()
        return first in {None, self.name}

    def _ring(self) -> bool:
        return self._tried(self._ring_all)

    def _reachable(self) -> bool:
        return self._tried(lambda broker: broker.default_channel)

    def _ring_all(self, broker: Connection) -> None:
        channel = broker.default_channel
        for queue in self.helping:
            place = broker_queue(queue)
            unread = place.bind(channel).queue_declare().message_count
            if unread < MOST_UNREAD:
                self.celery.send_task(
                    "guanhao.wake", args=[queue.value], queue=place.name, connection=broker,
                    retry=False, expires=MESSAGE_SECONDS,
                )  # fmt: skip

    def _tried(self, act: Callable[[Connection], object]) -> bool:
        try:
            if self._broker is None:
                self._broker = self.celery.connection_for_write()
                self._broker.ensure_connection(max_retries=1, interval_start=0)
            act(self._broker)
        except (KombuError, OSError, *self.celery.connection().connection_errors) as trouble:
            if not all(event.is_set() for event in self.helping.values()):
                log.warning("The broker does not answer (%s); the work is done here.", trouble)
            self._forget_broker()
            return False
        return True

    def _forget_broker(self) -> None:
        broker, self._broker = self._broker, None
        if broker is not None:
            broker.collect(socket_timeout=1)


def _heard() -> set[Queue]:
    """Queues of which a Celery worker was heard lately."""
    alive = Heartbeat.objects.filter(
        worker__startswith=LIFE, stopped_at__isnull=True, seen_at__gt=database_now() - lifetime()
    )
    known = {queue for beat in alive for queue in beat.queues}
    return {queue for queue in Queue if queue.value in known}


def _only_while(helping: threading.Event, step: Step) -> Step:
    """The step, resting while no help is needed."""

    def gated(worker: Worker) -> bool:
        return helping.is_set() and step(worker)

    return gated
