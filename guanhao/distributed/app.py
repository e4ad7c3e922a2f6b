"""The Celery application: one task, which works a queue's steps off for a few seconds; publishing see `publisher`.

Messages carry nothing but a queue's name. Claims, leases and fences stay in our database, so a lost, doubled or late
message costs a tick and never a push; that is why acknowledging early, transient messages and short lives are right here.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Sequence
from datetime import timedelta

import django
from django.apps import apps

if not apps.apps_ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
    django.setup()

from celery import Celery
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from kombu import Queue as BrokerQueue
from kombu.exceptions import KombuError

from guanhao.core import clock, env
from guanhao.distributed import publisher
from guanhao.process.steps import QUEUES, RESTS
from guanhao.steps import heartbeats
from guanhao.steps.loop import work_off
from guanhao.steps.types import Queue, Worker

SLICE_SECONDS = 5.0  # a task ends after so long, so that queues take turns in one pool
MESSAGE_SECONDS = 10  # a wake that nobody took by then is forgotten; another has followed it
CONNECT_SECONDS = 3.0
LIFE = "celery/"  # how the names of these workers begin
_PREFIX = settings.BROKER_PREFIX

log = logging.getLogger(__name__)


class NoBroker(env.BadSetting):
    """No broker is configured."""


def broker_queue(queue: Queue) -> BrokerQueue:
    """The broker's queue of one of ours."""
    return BrokerQueue(f"{_PREFIX}.{queue.value}", durable=True, message_ttl=MESSAGE_SECONDS)


def make() -> Celery:
    """The application, from the settings.

    Raises:
        NoBroker: GUANHAO_BROKER_URL is not set.
    """
    if not settings.BROKER_URL:
        raise NoBroker("GUANHAO_BROKER_URL", "is not set: write amqp://… (RabbitMQ) or redis://….")
    made = Celery("guanhao", broker=settings.BROKER_URL)
    made.conf.update(
        task_queues=[broker_queue(queue) for queue in Queue],
        task_default_queue=f"{_PREFIX}.{Queue.CONSEQUENCES.value}",
        task_default_delivery_mode="transient",
        task_ignore_result=True,
        task_acks_late=False,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_timeout=CONNECT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={"socket_timeout": 10, "socket_connect_timeout": CONNECT_SECONDS},
        timezone="Asia/Shanghai",
        enable_utc=True,
        guanhao_places=1,
    )
    return made


app = make()
_beaten: dict[Queue, float] = {}


@app.task(name="guanhao.wake", ignore_result=True)  # type: ignore[untyped-decorator] # Celery has no types.
def wake(queue: str) -> None:
    """Work one queue's steps off until none has work or the slice is over."""
    close_old_connections()
    chosen = Queue(queue)
    _beat(chosen)
    name = Worker.named(f"{LIFE}{chosen.value}").name
    if chosen is Queue.PUBLISH:
        publisher.spell(
            name, app.conf.guanhao_places, lambda: _beat(chosen), lambda: _call_more(chosen, 1)
        )  # The one that is called is another worker's: this one is at work.
    else:
        work_off(
            QUEUES[chosen],
            Worker(name),
            SLICE_SECONDS,
            rest=RESTS.get(chosen),
            on_work=lambda: _call_more(chosen, 2),
        )


def serve(queues: Sequence[Queue], places: int) -> None:
    """Be a Celery worker for some queues: one process that publishes with so many slots, or so many processes."""
    app.conf.guanhao_places = places
    processes = 1 if Queue.PUBLISH in queues else places
    names = ",".join(broker_queue(queue).name for queue in queues)
    app.worker_main([
        "worker", f"--queues={names}", "--pool=prefork", f"--concurrency={processes}", "--loglevel=INFO",
        "--without-gossip", "--without-mingle", "--without-heartbeat",
    ])  # fmt: skip


def _call_more(queue: Queue, number: int) -> None:
    """Where one finds work there may be more: others are called, and each of them calls others. The bell rings on anyway."""
    with contextlib.suppress(KombuError, OSError):
        for _ in range(number):
            wake.apply_async(
                args=[queue.value], queue=broker_queue(queue).name, retry=False, expires=MESSAGE_SECONDS
            )


def _beat(queue: Queue) -> None:
    """This process's sign of life, at most every few seconds; what it remembers is only when it last said so."""
    now = clock.monotonic()
    lately = {known for known, at in _beaten.items() if now - at < heartbeats.SILENT_AFTER.total_seconds()}
    if queue in lately and now - _beaten[queue] < heartbeats.EVERY_SECONDS:
        return
    _beaten[queue] = now
    try:
        heartbeats.beat(f"{LIFE}{os.uname().nodename[:30]}-{os.getpid()}", sorted(lately | {queue}))
    except DatabaseError:
        log.exception("The sign of life could not be written; the steps try for themselves.")
        connection.close()


def lifetime() -> timedelta:
    """How long after its last sign of life a queue counts as served."""
    return timedelta(seconds=3 * heartbeats.EVERY_SECONDS)
