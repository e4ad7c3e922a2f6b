"""`make bench [SIZES=1000,10000]`: every database and size in a process of its own; one JSON object a line.

`ONLY=pages,cycles,forms,ledger,screening,load,burst` measures only the sets named; without it, all of them;
`ONLY=memory MINUTES=30`, which takes that long, only where it is named, and `ONLY=together` likewise. `DATABASES=sqlite,postgres`
and, for the burst, `RUNNERS=worker,celery` likewise. `ENTRIES=1000000` is the length of the log that is verified.

Figures that stand without a peer here are compared by docs/bench.md's table, which the peers' side fills.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from tools.test import postgres_here

SIZES = os.environ.get("SIZES", "1000,10000")
ENTRIES = os.environ.get("ENTRIES", "1000000")
ONLY = frozenset(os.environ.get("ONLY", "pages,cycles,forms,ledger,screening,load,burst").split(","))

DATABASES = frozenset(os.environ.get("DATABASES", "sqlite,postgres").split(","))
RUNNERS = frozenset(os.environ.get("RUNNERS", "worker,celery").split(","))


def main() -> int:
    """Run them one after the other, so that none disturbs another."""
    failed = False
    with tempfile.TemporaryDirectory() as home:
        common = {
            **os.environ,
            "GUANHAO_SECRET_KEY": "bench" * 12,
            "GUANHAO_VAR": home,
            "GUANHAO_TEST_DIR": home,
            "GUANHAO_TEST_DB_SUFFIX": "_bench",
            "GUANHAO_LOG_LEVEL": "WARNING",
            "GUANHAO_DEMO": "1",  # the invented reviewer has no second factor
        }
        for database in _databases():
            sets = sorted(ONLY - {"ledger", "screening", "load", "memory", "together", "burst"})
            for size in SIZES.split(",") if sets else ():
                failed = not _ran({**common, **database}, "benchmarks.one", size, *sets) or failed
            for name, words in (
                ("ledger", ("benchmarks.ledger", ENTRIES)),
                ("load", ("benchmarks.load",)),
                ("memory", ("benchmarks.memory",)),
                ("together", ("benchmarks.together",)),
                ("screening", ("benchmarks.webmemory",)),
            ):
                failed = (name in ONLY and not _ran({**common, **database}, *words)) or failed
            if "burst" in ONLY:
                for words in _runners(database):
                    failed = not _ran({**common, **database}, "benchmarks.burst", *words) or failed
        if "screening" in ONLY:
            failed = not _ran(common, "benchmarks.screening") or failed
    return 1 if failed else 0


def _databases() -> Iterator[dict[str, str]]:
    """Those that were asked for and answer."""
    if "sqlite" in DATABASES:
        yield {"GUANHAO_DATABASE": "sqlite"}
    if "postgres" in DATABASES:
        found = postgres_here()
        if found:
            yield found
        else:
            print("PostgreSQL does not answer here; it was not measured.", file=sys.stderr)


def _runners(database: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """The burst's: our own worker, and on PostgreSQL Celery as well."""
    if "worker" in RUNNERS:
        yield ()
    if "celery" in RUNNERS and database["GUANHAO_DATABASE"] == "postgres":
        yield ("celery",)


def _ran(environment: dict[str, str], module: str, *words: str) -> bool:
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, env=environment, check=False).returncode == 0  # noqa: S603 - our own modules.


if __name__ == "__main__":
    sys.exit(main())
