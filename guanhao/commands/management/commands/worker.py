"""`manage.py worker`: runs the background steps. Loops, sleeps and signals live here, and nothing else does."""

from __future__ import annotations

import json
import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from guanhao.core import durability
from guanhao.process.steps import PLACES, QUEUES, RESTS, SLOTTED
from guanhao.steps import heartbeats
from guanhao.steps.exclusive import only_one
from guanhao.steps.loop import once, run_queues, until_idle
from guanhao.steps.punctual import be_punctual
from guanhao.steps.types import Queue, Step, Worker

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Run background work: publishing, looking, consequences, deliveries and periodic jobs."""

    help = "Run background steps until SIGTERM or SIGINT; the step in hand is always finished."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be chosen."""
        parser.add_argument(
            "--queues", default=",".join(QUEUES), help=f"of {', '.join(QUEUES)}; all by default"
        )
        parser.add_argument(
            "--places",
            action="append",
            default=[],
            metavar="QUEUE=N",
            help=f"threads for a queue (default {_said(PLACES)}, 1 for the others)",
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="call every step once")
        how.add_argument("--until-idle", action="store_true", help="run until no step has work")
        parser.add_argument("--json", action="store_true", help="report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's form.
        """Run; exit code 1 where a step failed (once, until idle), 2 for a wrong call."""
        durability.require()
        chosen = _chosen(options["queues"])
        with _sole_publisher(chosen):
            if options["once"] or options["until_idle"]:
                self._report(_run_here(chosen, only_once=options["once"]), as_json=options["json"])
                return
            self._serve(chosen, _places(options["places"]))

    def _report(self, rounds: int, *, as_json: bool) -> None:
        self.stdout.write(
            json.dumps({"rounds_with_work": rounds}) if as_json else f"{rounds} round(s) with work."
        )

    def _serve(self, chosen: Mapping[Queue, Sequence[Step]], places: Mapping[str, int]) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        name = Worker.named("worker").name
        self.stdout.write(f"{name}: {', '.join(chosen)}. Ctrl-C ends it once the steps in hand are done.")
        self.stdout.flush()
        steps = {queue.value: steps for queue, steps in chosen.items()}
        be_punctual()
        threads = run_queues(steps, places, name, stop, rests=RESTS, slotted=SLOTTED)
        while not stop.is_set():
            _beat(name, list(chosen))
            stop.wait(heartbeats.EVERY_SECONDS)
        for thread in threads:
            thread.join()
        heartbeats.stopped(name)


def _chosen(text: str) -> dict[Queue, tuple[Step, ...]]:
    try:
        return {Queue(name.strip()): QUEUES[Queue(name.strip())] for name in text.split(",")}
    except (ValueError, KeyError):
        raise CommandError(f"--queues {text}: choose of {', '.join(QUEUES)}.", returncode=2) from None


def _said(places: Mapping[str, int]) -> str:
    return ", ".join(f"{queue}={number}" for queue, number in places.items())


def _places(given: Sequence[str]) -> dict[str, int]:
    places = dict(PLACES)
    for text in given:
        queue, _, number = text.partition("=")
        if queue not in set(QUEUES) or not number.isdecimal() or int(number) < 1:
            raise CommandError(f"--places {text}: write QUEUE=N, such as publish=8.", returncode=2)
        places[queue] = int(number)
    return places


@contextmanager
def _sole_publisher(chosen: Mapping[Queue, Sequence[Step]]) -> Iterator[None]:
    """On SQLite one process publishes; a second one is refused at its start (RS3)."""
    file = str(connection.settings_dict["NAME"])
    alone = Queue.PUBLISH in chosen and connection.vendor == "sqlite" and "memory" not in file
    with only_one(Path(f"{file}.publisher.lock")) if alone else nullcontext():
        yield


def _run_here(chosen: Mapping[Queue, Sequence[Step]], *, only_once: bool) -> int:
    steps = [step for queue in chosen.values() for step in queue]
    worker = Worker.named("worker")
    return int(once(steps, worker)) if only_once else until_idle(steps, worker)


def _beat(name: str, queues: Sequence[str]) -> None:
    try:
        heartbeats.beat(name, queues)
    except DatabaseError:
        log.exception("The sign of life could not be written; the steps try for themselves.")
        connection.close()
