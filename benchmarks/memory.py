"""Whether memory stays flat: web server and worker under load for half an hour, resident memory minute by minute (RS6).

``MINUTES=30 python -m benchmarks.memory [ARTICLES]`` asks for pages and pushes sealed messages at a rate that leaves the
processors room. The first minutes, in which every thread loads what it needs, are counted apart: what is compared is the
mean of the last quarter with that of the second.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import fmean

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first.
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from benchmarks import cycles, load, one, world  # noqa: E402
from benchmarks.shape import heading  # noqa: E402
from guanhao.core import tenancy  # noqa: E402

MINUTES = int(os.environ.get("MINUTES", "30"))
RATE = int(os.environ.get("RATE", "10"))  # requests a second, every fourth of them a push
EVERY = 4


def mixed_asker(loaded: world.World, port: int) -> load.Ask:
    """Pages and pushes, each push another one."""
    page, push = load.page_asker(loaded), load.push_asker(loaded, port)
    pushed = iter(range(10**9))

    def ask(link: http.client.HTTPConnection, number: int) -> http.client.HTTPResponse:
        return push(link, next(pushed)) if number % EVERY == 0 else page(link, number)

    return ask


def measured(figures: one.Figures, loaded: world.World, port: int) -> None:
    """Minute by minute: what both hold, and what failed."""
    with load.running(port) as parts:
        ask, failed = mixed_asker(loaded, port), 0
        course: dict[str, list[float]] = {"web": [], "worker": []}
        for _minute in range(MINUTES):
            failed += len(load.steadily(port, RATE, 60, ask).failures)
            for name, part in zip(course, parts, strict=True):
                course[name].append(round(load.resident(part.pid), 1))
    quarter = max(MINUTES // 4, 1)
    for name, held in course.items():
        figures.add(f"memory.{name}_start_mb", held[0], "MiB", "lower")
        figures.add(f"memory.{name}_end_mb", held[-1], "MiB", "lower", course=held, rate=RATE, failed=failed)
        grown = fmean(held[-quarter:]) - fmean(held[quarter : 2 * quarter] or held)
        figures.add(f"memory.{name}_grown_mb", grown, "MiB", "lower", minutes=MINUTES)


def main() -> None:
    """Measure in a fresh database that is dropped afterwards."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    port = int(os.environ.get("LOAD_PORT", "8898"))
    setup_test_environment(debug=False)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as home:
            settings.MEDIA_ROOT = Path(home) / "media"
            call_command("init_keys", verbosity=0, stdout=io.StringIO())
            figures = one.Figures(f"{articles} articles, {MINUTES} minutes")
            told = heading("django", "granian", web_workers=load.WORKERS, threads=load.THREADS)
            loaded = world.load(articles)
            with tenancy.within(loaded.demonstration.institution):
                cycles.in_review(loaded, world.IN_REVIEW)
                measured(figures, loaded, port)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    told["results"] = figures.results
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
