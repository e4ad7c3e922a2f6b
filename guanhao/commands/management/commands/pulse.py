"""`manage.py pulse`: signs of life, for people, timers and monitors. With --tell it alarms people without any worker."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from guanhao.core import tenancy
from guanhao.notices.steps import deliver_some
from guanhao.process.alarms import raise_alarms
from guanhao.process.drawing import draw_consequences
from guanhao.process.periodic import remind_of_jobs
from guanhao.process.pulse import Pulse, long_unknown, overdue, pulses
from guanhao.steps.clock import database_now
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker


class Command(BaseCommand):
    """Say who serves which queue and what is late."""

    help = "Signs of life of the background work; exit code 1 where something stands still."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be chosen."""
        parser.add_argument("--json", action="store_true", help="report as JSON")
        parser.add_argument(
            "--tell",
            action="store_true",
            help="also raise the alarm and deliver it from here, for a timer that runs beside the worker",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's form.
        """Report; exit code 1 where a queue alarms, a push is overdue or an outcome long unknown."""
        with tenancy.everywhere("signs of life of the whole installation"):
            found = pulses()
            late, unknown = overdue(database_now()).count(), long_unknown(database_now()).count()
        if options["tell"]:
            tell()
        self.stdout.write(
            json.dumps({"queues": [told(pulse) for pulse in found], "overdue": late, "long_unknown": unknown})
            if options["json"]
            else "\n".join([*map(_line, found), f"overdue: {late}", f"long unknown: {unknown}"])
        )
        if late or unknown or any(pulse.alarming for pulse in found):
            raise CommandError("Something stands still; see above.", returncode=1)


def tell() -> None:
    """Raise the alarms and deliver what follows, in this process: the worker may be what is missing."""
    worker = Worker.named("pulse")
    remind_of_jobs(worker)
    raise_alarms(worker)
    until_idle([draw_consequences, deliver_some], worker)


def told(pulse: Pulse) -> dict[str, Any]:
    """One queue's figures as plain values."""
    return {
        "queue": pulse.queue.value,
        "workers": pulse.workers,
        "silent": pulse.silent,
        "seen_at": pulse.seen_at.isoformat() if pulse.seen_at else None,
        "waiting": pulse.waiting.rows,
        "lag_seconds": int(pulse.lag.total_seconds()),
        "alarming": pulse.alarming,
    }


def _line(pulse: Pulse) -> str:
    word = "ALARM" if pulse.alarming else "ok" if pulse.served else "unserved"
    return (
        f"{pulse.queue.value:13} {word:9} workers {pulse.workers} silent {pulse.silent}"
        f" waiting {pulse.waiting.rows} oldest {int(pulse.lag.total_seconds())} s"
    )
