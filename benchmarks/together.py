"""What security.md RS6 asks of one installation at the same time: pages at a steady rate while three hundred pushes come due.

``python -m benchmarks.together [ARTICLES]`` starts the web server and one worker as the operator's guide does, on the
database the environment names, and lets the worker catch up with what the days before left to do, as one in operation has.
Pages are asked for from more than a minute before the due time; the pushes, each on an account of its own, need one call
each, which takes the platform 0.2 s. Judged by the sandbox's ledger alone.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first.
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from benchmarks import burst, cycles, load, one, world  # noqa: E402
from benchmarks.shape import heading  # noqa: E402
from guanhao.core import clock, tenancy  # noqa: E402
from guanhao.process.pulse import pulses  # noqa: E402
from guanhao.steps.types import Queue  # noqa: E402
from tests.batteries.battery import Battery  # noqa: E402
from tests.publishing.world import DUE, MONDAY  # noqa: E402
from tests.support.pace import Pace  # noqa: E402

SECONDS = 150
BEFORE = 70  # of them before the pushes are due: reads go ahead in the last minute (0007)
EARLIER = timedelta(minutes=12)  # before the pushes are due web and worker start
CAUGHT_UP = (
    5  # times in a row, two seconds apart, that nothing may be found waiting; at most so long is waited
)
LONGEST = 300
HUNDRED = 100
DAILY = {Queue.CONSEQUENCES, Queue.DELIVERIES, Queue.PERIODIC}


def measured(battery: Battery, figures: one.Figures, loaded: world.World, parts: load.Parts) -> None:
    """Ask for pages from before the pushes are due until well after."""
    port, rate = int(os.environ.get("LOAD_PORT", "8897")), load.RATES[connection.vendor]
    battery.sandbox.fault("latency", "*", count=0, seconds=burst.LATENCY, when="before")
    with load.running(port, parts=parts):
        ask = load.page_asker(loaded)
        load.steadily(port, 5, 6, ask)  # every process has loaded what it needs
        battery.run_from(DUE - EARLIER, 1.0)
        if not _caught_up():
            raise AssertionError(f"The worker has not caught up within {LONGEST} seconds.")
        burst.say(f"pages are asked for; the pushes come due in {BEFORE} seconds")
        battery.run_from(DUE - timedelta(seconds=BEFORE), 1.0)
        seen = load.steadily(port, rate, SECONDS, ask)
        burst.say("letting the pushes settle")
        battery.run_from(None, burst.SETTLING_RATE)
        battery.waited(lambda: not battery.stream.unsettled(), burst.LONGEST)
    _tell(figures, battery, seen, rate)


def _caught_up() -> bool:
    """Wait until the worker has nothing to do but the pushes to come."""
    end, quiet = time.monotonic() + LONGEST, 0
    while quiet < CAUGHT_UP and time.monotonic() < end:
        time.sleep(2)
        quiet = 0 if _anything_waits() else quiet + 1
    return quiet == CAUGHT_UP


def _anything_waits() -> bool:
    with tenancy.everywhere("the bench asks what waits for the worker"):
        return any(pulse.waiting.rows for pulse in pulses() if pulse.queue in DAILY)


def _tell(figures: one.Figures, battery: Battery, seen: load.Told, rate: int) -> None:
    said = {"rate": rate, "asked": len(seen.times), "kinds": sorted(set(seen.failures))}
    for name in (50, 95, 99):
        figures.add(f"together.pages.p{name}_ms", seen.percentile(name), "ms", "lower", **said)
    figures.add("together.pages.failed", len(seen.failures), "requests", "lower")
    judged, times = battery.stream.judged(), burst.sent(battery)
    hundredths = quantiles(times, n=HUNDRED)
    found = {"settled": judged.figures(), "first_s": round(times[0], 3)}
    figures.add("together.submit.p95_s", hundredths[94], "s", "lower", **found)
    figures.add("together.submit.p99_s", hundredths[98], "s", "lower")
    figures.add("together.submit.last_s", times[-1], "s", "lower")
    figures.add("together.submit.not_submitted", burst.PUSHES - len(times), "jobs", "lower")
    figures.add("together.lost_or_doubled", len(judged.lost) + len(judged.doubled), "jobs", "lower")


def _run(home: Path, articles: int) -> one.Figures:
    """In a database, a sandbox and processes of their own, all on one time."""
    burst.keep_under(home)
    figures = one.Figures(f"{articles} articles, {burst.PUSHES} jobs")
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    pace = Pace(home / "pace")
    parts = load.Parts(
        application="benchmarks.paced:application",
        worker=("-m", "tests.distributed.paced", "worker"),
        environment={"PACE": str(pace.path)},
    )
    try:
        with clock.frozen(pace):
            pace.set(MONDAY, rate=0.0)
            with burst.stage(home, "platform", pace) as battery:
                call_command("init_keys", verbosity=0, stdout=io.StringIO())
                loaded = world.load(articles)
                with tenancy.within(loaded.demonstration.institution):
                    cycles.in_review(loaded, world.IN_REVIEW)
                burst.prepared(battery)
                pace.set(DUE - EARLIER, rate=0.0)
                with tenancy.within(loaded.demonstration.institution):
                    measured(battery, figures, loaded, parts)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    return figures


def main() -> None:
    """Print one JSON object."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    os.environ["GUANHAO_TEST_SWITCH"] = "1"
    setup_test_environment(debug=False)
    told = heading("django", "granian", web_workers=load.WORKERS, threads=load.THREADS)
    with tempfile.TemporaryDirectory(prefix="guanhao-together-") as home:
        told["results"] = _run(Path(home), articles).results
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
