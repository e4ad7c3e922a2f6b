"""Queues that nobody serves, told to people (RS1, RS2): raised once, ended when the queue is well again.

The check itself runs in a queue. Where no worker lives at all, the pages show it, and `manage.py pulse --tell`, called
from outside by a timer, raises and delivers the alarm without any worker.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from guanhao.core import tenancy
from guanhao.core.actors import system
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution
from guanhao.process.models import Alarm
from guanhao.process.pulse import Pulse, pulses
from guanhao.steps.types import Worker

WATCH = system("pulse", "值守程序")


def raise_alarms(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Raise an alarm for each queue that does not get on, and end those of queues that do, institution by institution."""
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            for pulse in pulses():
                if pulse.alarming:
                    _raise(institution, pulse)
                elif pulse.served:
                    _end(institution, pulse)


def _raise(institution: Institution, pulse: Pulse) -> None:
    if Alarm.objects.filter(queue=pulse.queue, ended_at__isnull=True).exists():
        return
    try:
        with transaction.atomic():
            Alarm(institution=institution, queue=pulse.queue, since=pulse.now).save()
            _record(institution, Action.QUEUE_UNSERVED, pulse)
    except IntegrityError:
        return  # Another worker raised it first.


def _end(institution: Institution, pulse: Pulse) -> None:
    with transaction.atomic():
        raised = Alarm.objects.filter(queue=pulse.queue, ended_at__isnull=True)
        if raised.update(ended_at=pulse.now):
            _record(institution, Action.QUEUE_SERVED, pulse)


def _record(institution: Institution, action: Action, pulse: Pulse) -> None:
    record(
        institution=institution,
        actor=WATCH,
        action=action,
        subject=Subject("queue", pulse.queue.value),
        facts={
            "workers": pulse.workers,
            "silent": pulse.silent,
            "waiting": pulse.waiting.rows,
            "lag_seconds": int(pulse.lag.total_seconds()),
        },
    )
