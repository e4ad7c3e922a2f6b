"""Three hundred pushes due at one instant, with two publishers of eight places each and 0.2 s on every call.

Judged by the sandbox's ledger alone. Each push is on an account of its own, approved, staged before its time; what is
counted is when the platform received the one public call. ``python -m benchmarks.burst [celery]`` measures the database
the environment names, once undisturbed and once with a publisher killed while they go out. Without a word it is
`guanhao worker`: two processes on PostgreSQL, on SQLite the one that may publish, with all sixteen places.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first.
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from benchmarks.celeries import Celeries  # noqa: E402
from guanhao import __version__  # noqa: E402
from guanhao.contents.types import Channel  # noqa: E402
from guanhao.core import clock  # noqa: E402
from guanhao.demo.institutions import set_up  # noqa: E402
from tests.batteries import sides  # noqa: E402
from tests.batteries.battery import Battery  # noqa: E402
from tests.batteries.crew import Crew  # noqa: E402
from tests.batteries.places import child_settings, surroundings  # noqa: E402
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
SUBMIT = "/cgi-bin/freepublish/submit"


class Burst(sides.WeChat):
    """Each push on an account of its own, so that none waits for another."""

    pushes_an_account = 1


def measured(battery: Battery, crew: Any, *, kill: bool) -> list[dict[str, Any]]:
    """Plan, stage, let the time come, and read the ledger."""
    battery.stream.plan({Channel.WECHAT_PUBLISH: PUSHES}, spread(DUE, PUSHES))
    battery.run_from(DUE - timedelta(minutes=20), 1.0)
    battery.crew.start(2, places=8)
    battery.until(lambda: battery.stream.staged() == PUSHES, LONGEST)
    battery.crew.kill_all()
    battery.sandbox.fault("latency", "*", count=0, seconds=LATENCY, when="before")
    battery.run_from(DUE - timedelta(seconds=5), 1.0)
    crew.start(2, places=8 if connection.vendor == "postgresql" else PLACES)
    if kill:
        battery.until(lambda: battery.stream.accepted() >= PUSHES // 3, LONGEST)
        victim = crew.working.pop(0)
        victim.signal(signal.SIGKILL)
        victim.wait()
        if not crew.working:
            crew.start(1, places=PLACES)
    battery.waited(lambda: not battery.stream.unsettled(), LONGEST)
    crew.kill_all()
    return _figures(battery, kill=kill)


def _figures(battery: Battery, *, kill: bool) -> list[dict[str, Any]]:
    judged = battery.stream.judged()
    due = DUE.timestamp()
    times = sorted(
        float(entry["at"]) - due for entry in battery.sandbox.ledger(path=SUBMIT, effect="publish.accepted")
    )
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


def _figure(key: str, value: float, unit: str, better: str, **detail: Any) -> dict[str, Any]:
    runner = sys.argv[1] if len(sys.argv) > 1 else "worker"
    variant = f"{connection.vendor}, {runner}"
    return {"key": key, "value": round(value, 3), "unit": unit, "better": better, "scale": SCALE,
            "variant": variant, "detail": detail}  # fmt: skip


def _run(home: Path, *, kill: bool) -> list[dict[str, Any]]:
    """One burst, in a database, a sandbox and processes of its own."""
    for name, file in (("KEK_PATH", "kek.json"), ("LEDGER_KEY_PATH", "ledger.key"), ("EPOCH_PATH", "epoch")):
        setattr(settings, name, home / "keys" / file)
    settings.MEDIA_ROOT, settings.LEDGER_OUTSIDE_PATH = home / "media", home / "outside"
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with ExitStack() as stack:
            sandbox = stack.enter_context(RunningSandbox.in_process(home / "sandbox"))
            settings.WECHAT_BASE_URL = settings.WEIBO_BASE_URL = sandbox.base_url
            pace = Pace(home / "pace")
            pace.set(MONDAY, rate=0.0)
            sandbox.control("clock", freeze=MONDAY.timestamp())
            stack.enter_context(clock.frozen(pace))
            set_up("ruian")
            forks = stack.enter_context(
                Forks(surroundings(), ["tests.batteries.workers", "guanhao.process.steps"], pace.path)
            )
            crew = stack.enter_context(Crew(forks, home / "publishers.log", child_settings()))
            battery = Battery(0, pace, sandbox, Stream(pace, sandbox), crew, print)
            runner = stack.enter_context(Celeries(home, pace.path, surroundings())) if _celery() else crew
            return measured(battery, runner, kill=kill)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _celery() -> bool:
    return sys.argv[1:] == ["celery"]


def main() -> None:
    """Print one JSON object with both runs."""
    os.environ["GUANHAO_TEST_SWITCH"] = "1"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    sides.CHANNELS[Channel.WECHAT_PUBLISH] = Burst
    setup_test_environment(debug=False)
    load, results = os.getloadavg()[0], []
    for kill in (False, True):
        with tempfile.TemporaryDirectory(prefix="guanhao-burst-") as home:
            results += _run(Path(home), kill=kill)
    told = {
        "schema": "guanhao-bench/1",
        "side": "product",
        "name": "guanhao",
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "versions": {"guanhao": __version__},
        "machine": {
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "load_before": round(load, 2),
        },
        "config": {
            "calls_a_job": "token, draft read, newest publication, submit",
            "killed_after": PUSHES // 3,
        },
        "results": results,
    }
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
