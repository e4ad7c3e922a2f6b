"""Three hundred pushes due at one instant, with two publishers of eight places each and 0.2 s on every call.

Judged by the sandbox's ledger alone. Each push is on an account of its own, approved, staged before its time; what is
counted is when the platform received the one public call. ``python -m benchmarks.burst [celery]`` measures the database
the environment names, once undisturbed and once with a publisher killed while they go out, from the same prepared state.
Without a word it is `guanhao worker`: two processes on PostgreSQL, on SQLite the one that may publish, with all sixteen
places. What it is doing is said on standard error.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first.
from django.db import connection, connections  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from benchmarks.celeries import Celeries  # noqa: E402
from benchmarks.shape import heading  # noqa: E402
from guanhao.contents.types import Channel  # noqa: E402
from guanhao.core import clock, tenancy  # noqa: E402
from guanhao.demo.institutions import set_up  # noqa: E402
from guanhao.publishing.models import PublishJob  # noqa: E402
from guanhao.publishing.readying import KEPT  # noqa: E402
from guanhao.publishing.types import JobState  # noqa: E402
from guanhao.steps.clock import database_now  # noqa: E402
from guanhao.steps.models import Heartbeat  # noqa: E402
from guanhao.steps.types import Queue  # noqa: E402
from tests.batteries import sides  # noqa: E402
from tests.batteries.battery import Battery  # noqa: E402
from tests.batteries.crew import Crew  # noqa: E402
from tests.batteries.places import child_settings, moved, surroundings  # noqa: E402
from tests.batteries.stream import Stream, spread  # noqa: E402
from tests.publishing.world import DUE, MONDAY  # noqa: E402
from tests.support.forks import Forks  # noqa: E402
from tests.support.pace import Pace  # noqa: E402
from tests.support.sandbox import RunningSandbox  # noqa: E402

PUSHES = int(os.environ.get("BURST", "300"))
PLACES, LATENCY = 16, 0.2
SCALE = f"{PUSHES} jobs, 2x8, 0.2 s"
IDEAL = PUSHES / PLACES * LATENCY
LONGEST = 900
AHEAD_RATE, SETTLING_RATE = 2.0, 20.0
AFTER_A_LEASE = 60
WAITING = [JobState.STAGED, JobState.ARMED]
SUBMIT = "/cgi-bin/freepublish/submit"


class Burst(sides.WeChat):
    """Each push on an account of its own, so that none waits for another."""

    pushes_an_account = take_turns = 1


def prepared(battery: Battery) -> None:
    """Plan all of them and bring their drafts to the platform."""
    say(f"planning {PUSHES} pushes")
    battery.stream.plan({Channel.WECHAT_PUBLISH: PUSHES}, spread(DUE, PUSHES))
    say("staging them")
    battery.run_from(DUE - timedelta(minutes=20), 1.0)
    battery.crew.start(2, places=8)
    battery.until(lambda: _count(state=JobState.STAGED) == PUSHES, LONGEST)
    battery.crew.kill_all()


def measured(battery: Battery, crew: Any, *, kill: bool) -> list[dict[str, Any]]:
    """Let the time come, and read the ledger. Until shortly before it time runs faster, and again after the last call."""
    battery.sandbox.fault("latency", "*", count=0, seconds=LATENCY, when="before")
    say("making them ready" + (", with a publisher to be killed" if kill else ""))
    battery.run_from(DUE - timedelta(seconds=61), 0.0)
    crew.start(2, places=8 if connection.vendor == "postgresql" else PLACES)
    _wait(lambda: _publishers() >= len(crew.working), LONGEST)
    battery.run_from(DUE - timedelta(seconds=61), AHEAD_RATE)
    battery.waited(
        lambda: _count(staged__has_key=KEPT) == PUSHES or battery.pace() > DUE - timedelta(seconds=6), LONGEST
    )
    say(f"{_count(staged__has_key=KEPT)} are ready; five seconds to go")
    battery.run_from(DUE - timedelta(seconds=5), 1.0)
    if kill:
        _kill_one(crew)
    _wait(lambda: _count(state__in=WAITING) == 0, AFTER_A_LEASE + 60)
    say("all were sent or put aside; letting them settle")
    battery.run_from(None, SETTLING_RATE)
    battery.waited(lambda: not battery.stream.unsettled(), LONGEST)
    crew.kill_all()
    return _figures(battery, kill=kill)


def _kill_one(crew: Any) -> None:
    """End a publisher without warning when a third are out; on SQLite another takes its place."""
    _wait(lambda: _count(state__in=[JobState.ACCEPTED, JobState.PUBLISHED]) >= PUSHES // 3, LONGEST)
    victim = crew.working.pop(0)
    victim.signal(signal.SIGKILL)
    victim.wait()
    say("killed one; its leases end in a minute")
    if not crew.working:
        crew.start(1, places=PLACES)


def _publishers() -> int:
    """How many were heard of just now, a bell that helps out not counted."""
    heard = Heartbeat.objects.filter(seen_at__gt=database_now() - timedelta(seconds=5))
    named = heard.values_list("worker", "queues")
    return sum(Queue.PUBLISH in queues and not worker.startswith("wake-") for worker, queues in named)


def _count(**where: Any) -> int:
    with tenancy.everywhere("the bench counts its own pushes"):
        return PublishJob.objects.filter(**where).count()


def _wait(condition: Any, seconds: float) -> None:
    """Wait at most so long, asking seldom and lightly: what is measured must not be disturbed."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)


def say(what: str) -> None:
    """Tell whoever waits."""
    print(f"  {time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _figures(battery: Battery, *, kill: bool) -> list[dict[str, Any]]:
    judged, times = battery.stream.judged(), sent(battery)
    last = times[-1]
    found = {"settled": judged.figures(), "calls": len(battery.sandbox.ledger(path=SUBMIT))}
    if kill:
        return [
            _figure("burst.kill.lost", len(judged.lost), "jobs", "lower", **found),
            _figure("burst.kill.doubled", len(judged.doubled), "jobs", "lower"),
            _figure("burst.kill.not_submitted", PUSHES - len(times), "jobs", "lower"),
            _figure("burst.kill.last_s", last, "s", "lower"),
        ]
    return [
        _figure("burst.p95_s", times[int(len(times) * 0.95) - 1], "s", "lower", **found),
        _figure("burst.last_s", last, "s", "lower"),
        _figure("burst.share_of_ideal", IDEAL / last, "share", "higher", ideal_s=IDEAL),
        _figure("burst.early", sum(one < 0 for one in times), "jobs", "lower"),
    ]


def sent(battery: Battery) -> list[float]:
    """When the platform received each public call, in seconds from the due time, the earliest first."""
    ledger = battery.sandbox.ledger(path=SUBMIT, effect="publish.accepted")
    return sorted(float(entry["at"]) - DUE.timestamp() for entry in ledger)


def _figure(key: str, value: float, unit: str, better: str, **detail: Any) -> dict[str, Any]:
    runner = sys.argv[1] if len(sys.argv) > 1 else "worker"
    variant = f"{connection.vendor}, {runner}"
    return {"key": key, "value": round(value, 3), "unit": unit, "better": better, "scale": SCALE,
            "variant": variant, "detail": detail}  # fmt: skip


def _run(home: Path) -> list[dict[str, Any]]:
    """Both bursts, in a database, a sandbox and processes of their own, copied from one prepared state."""
    keep_under(home)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    pace = Pace(home / "pace")
    results = []
    try:
        with clock.frozen(pace):
            pace.set(MONDAY, rate=0.0)
            with stage(home, "prepared", pace) as battery:
                set_up("ruian")
                prepared(battery)
            for kill in (False, True):
                pace.set(DUE - timedelta(minutes=19), rate=0.0)  # Publishers begin before the pushes are due.
                copy = f"run{int(kill)}"
                shutil.copytree(home / "prepared", home / copy)
                settings.EPOCH_PATH = home / "keys" / f"epoch-{copy}"
                shutil.copy2(home / "keys" / "epoch", settings.EPOCH_PATH)
                with (
                    copied(name, copy),
                    stage(home, copy, pace, battery.stream) as again,
                    _runner(again, home, pace) as runner,
                ):
                    results += measured(again, runner, kill=kill)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    return results


def keep_under(home: Path) -> None:
    """Keys and files of this process lie in one directory, and every push goes out on an account of its own."""
    for name, file in (("KEK_PATH", "kek.json"), ("LEDGER_KEY_PATH", "ledger.key"), ("EPOCH_PATH", "epoch")):
        setattr(settings, name, home / "keys" / file)
    settings.MEDIA_ROOT, settings.LEDGER_OUTSIDE_PATH = home / "media", home / "outside"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    sides.CHANNELS[Channel.WECHAT_PUBLISH] = (Burst,)


@contextmanager
def stage(home: Path, directory: str, pace: Pace, stream: Stream | None = None) -> Iterator[Battery]:
    """A sandbox over a directory, and publishers over the database that the connection names."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(RunningSandbox.in_process(home / directory))
        settings.WECHAT_BASE_URL = settings.WEIBO_BASE_URL = sandbox.base_url
        sandbox.control("clock", freeze=pace().timestamp())
        stream = stream or Stream(pace, sandbox)
        stream.sandbox = sandbox
        forks = stack.enter_context(
            Forks(surroundings(), ["tests.batteries.workers", "guanhao.process.steps"], pace.path)
        )
        crew = stack.enter_context(Crew(forks, home / f"{directory}.log", child_settings()))
        yield Battery(0, pace, sandbox, stream, crew, print, slower=1.0)


def _runner(battery: Battery, home: Path, pace: Pace) -> Any:
    """What is killed at the end of its block, however that comes."""
    return Celeries(home, pace.path, surroundings()) if _celery() else nullcontext(battery.crew)


@contextmanager
def copied(name: str, copy: str) -> Iterator[None]:
    """Speak to a copy of the prepared database for the length of a block."""
    connections.close_all()
    target = f"{name}_{copy}"
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(name)) as source, closing(sqlite3.connect(target)) as place:
            source.backup(place)
    else:
        with connection._nodb_cursor() as cursor:  # noqa: SLF001 - as Django's own test databases are made.
            cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{name}"')
    with moved(NAME=target):
        yield
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:  # noqa: SLF001
            cursor.execute(f'DROP DATABASE "{target}" WITH (FORCE)')


def _celery() -> bool:
    return sys.argv[1:] == ["celery"]


def main() -> None:
    """Print one JSON object with both runs."""
    os.environ["GUANHAO_TEST_SWITCH"] = "1"
    setup_test_environment(debug=False)
    told = heading(
        calls_a_job="at its time submit; up to a minute before: draft read, newest publication, drafts counted",
        killed_after=PUSHES // 3,
    )
    with tempfile.TemporaryDirectory(prefix="guanhao-burst-") as home:
        told["results"] = _run(Path(home))
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
