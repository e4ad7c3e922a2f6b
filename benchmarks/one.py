"""One side's figures for one database and one size, in a database of its own; prints one JSON object.

Run by `python -m benchmarks`; `python -m benchmarks.one 1000 [pages cycles forms]` measures the database the
environment names.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from benchmarks import cycles, forms, pages, shape, shorter, world  # noqa: E402 - Django must be set up first.
from guanhao.core import tenancy  # noqa: E402
from guanhao.screening import warming  # noqa: E402

SETS = frozenset({"pages", "cycles", "forms"})
REVIEWER = "ruian-section-head"
OFFICE = "ruian-office-head"


@dataclass(slots=True)
class Figures:
    """Collects results in the shape of docs/bench.md."""

    scale: str
    results: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, key: str, value: float, unit: str, better: str, *, variant: str = "ruian", **detail: Any
    ) -> None:
        """Add one figure."""
        database = "postgres" if connection.vendor == "postgresql" else "sqlite"
        self.results.append(
            {
                "key": key,
                "value": round(value, 3),
                "unit": unit,
                "better": better,
                "db": database,
                "scale": self.scale,
                "variant": variant,
                "detail": detail,
            }
        )


def measured(articles: int, wanted: frozenset[str]) -> list[dict[str, Any]]:
    """Load the world and measure the wanted sets of keys; answers the results."""
    loaded = world.load(articles)
    figures = Figures(f"{articles} articles")
    with tenancy.within(loaded.demonstration.institution):
        cycles.in_review(loaded, world.IN_REVIEW)
        if "pages" in wanted:
            _pages(figures, loaded)
        if "cycles" in wanted:
            _cycles(figures, loaded, "ruian", start=1_000)
        if "forms" in wanted:
            _forms(figures, loaded, "ruian", start=2_000)
        if wanted & {"cycles", "forms"}:
            shorter.adopt_two_approvals(loaded)
        if "cycles" in wanted:
            _cycles(figures, loaded, "two-approvals", start=3_000)
            figures.add("memory.rss_after_cycles_mb", _resident(), "MiB", "lower")
        if "forms" in wanted:
            _forms(figures, loaded, "two-approvals", start=4_000)
    return figures.results


def _pages(figures: Figures, loaded: world.World) -> None:
    warming.in_background().join()  # As a web process begins.
    for page in pages.measure(loaded, REVIEWER, ledger_reader=OFFICE):
        figures.add(f"page.{page.key}.median_ms", page.median_ms, "ms", "lower", cpu_ms=page.cpu_ms)
        figures.add(f"page.{page.key}.p95_ms", page.p95_ms, "ms", "lower")
        figures.add(f"page.{page.key}.queries", page.queries, "queries", "lower")
    figures.add("memory.rss_mb", _resident(), "MiB", "lower")


def _cycles(figures: Figures, loaded: world.World, variant: str, *, start: int) -> None:
    """The cycles through the API, from a saved article and from writing one."""
    for key, with_edit in (("review.cycle.api", False), ("review.cycle.api_with_edit", True)):
        timing = cycles.run(loaded, with_edit=with_edit, start=start + (500 if with_edit else 0))
        _cycle(figures, key, timing, variant)
        if not with_edit:
            first = median(timing.first_approvals) * 1000
            figures.add("review.approve.api_ms", first, "ms", "lower", variant=variant)


def _forms(figures: Figures, loaded: world.World, variant: str, *, start: int) -> None:
    """The cycles through posted forms, without and with the pages around them."""
    for key, with_pages in (("review.cycle.http", False), ("review.cycle.http_with_pages", True)):
        timing = forms.run(loaded, with_pages=with_pages, start=start + (500 if with_pages else 0))
        _cycle(figures, key, timing, variant)


def _cycle(figures: Figures, key: str, timing: cycles.Timing, variant: str) -> None:
    said = {
        "ledger": "included",
        "approvals": timing.approvals / timing.cycles,
        "mails": timing.mails / timing.cycles,
        "together": timing.cycles,
        "cpu_ms": round(timing.cpu / timing.cycles * 1000, 1),
    }
    figures.add(key, timing.rate, "cycles/s", "higher", variant=variant, **said)


def _resident() -> float:
    """Resident memory in MiB, as the kernel counts it."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - a kernel file.
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Measure in a fresh database that is dropped afterwards."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    wanted = frozenset(sys.argv[2:]) or SETS
    started = time.perf_counter()
    setup_test_environment(debug=False)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        call_command("init_keys", verbosity=0, stdout=io.StringIO())
        durability = "FULL" if connection.vendor == "sqlite" else "server default"
        figures = shape.heading("django", durability=durability)
        figures["results"] = measured(articles, wanted)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    figures["config"]["seconds"] = round(time.perf_counter() - started, 1)
    print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
