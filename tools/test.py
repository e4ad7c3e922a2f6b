"""`make test`: gates first, then pytest on SQLite, then the database tests on PostgreSQL; one summary at the end.

Exits non-zero as soon as anything failed, but runs every part, so that one report names all faults or the first forty of each.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
JUST_LINTING = {"GUANHAO_SECRET_KEY": "only-for-checks"}
MOST_FAILURES = 40  # of one suite: they name what is broken, and browser tests that fail wait long
SUMMARY = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)")


def main() -> int:
    """Run the gates and the suites; print the runner's closing line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--long", action="store_true", help="only the long batteries")
    parser.add_argument("--fast", action="store_true", help="no gates, no PostgreSQL")
    options = parser.parse_args()
    started = time.monotonic()
    faults: list[str] = []
    if not options.long and not options.fast:
        faults += [name for name, command in GATES if not _run(name, command)]
    marker = "long" if options.long else "not long"
    suites = [("sqlite", marker, {"GUANHAO_DATABASE": "sqlite"})]
    if not options.fast:
        postgres = postgres_here()
        if postgres:
            # What the browser sees does not depend on the database; one run of it is enough.
            suites.append(("postgres", f"database and not browser and ({marker})", postgres))
        elif os.environ.get("GUANHAO_REQUIRE_POSTGRES") == "1":
            faults.append("PostgreSQL does not answer on 127.0.0.1:5432, and it is required here")
        else:
            print("PostgreSQL does not answer: its half of the tests is left out.", flush=True)
    totals: dict[str, int] = {}
    for name, expression, environment in suites:
        if not _pytest(name, expression, environment, totals):
            faults.append(f"tests on {name}")
    minutes = (time.monotonic() - started) / 60
    print(f"\nThis took {minutes:.1f} minutes.")
    for fault in faults:
        print(f"FAULT: {fault}")
    failed = totals.get("failed", 0) + totals.get("error", 0) + totals.get("errors", 0)
    print(
        f"{totals.get('passed', 0)} passed, {failed + (1 if faults and not failed else 0)} failed, {totals.get('skipped', 0)} skipped"
    )
    return 1 if faults else 0


GATES: list[tuple[str, list[str]]] = [
    ("ruff check", [str(BIN / "ruff"), "check", "."]),
    ("ruff format", [str(BIN / "ruff"), "format", "--check", "."]),
    ("mypy --strict", [str(BIN / "mypy")]),
    ("import contracts", [str(BIN / "lint-imports")]),
    ("migrations are complete", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
]


def _run(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **JUST_LINTING}, capture_output=True, text=True, check=False
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name}: {verdict} ({time.monotonic() - started:.1f} s)", flush=True)
    if done.returncode != 0:
        print(done.stdout[-6000:], done.stderr[-3000:], flush=True)
    return done.returncode == 0


def postgres_here() -> dict[str, str]:
    """The environment for a PostgreSQL that answers on this machine and lets us create databases; empty when none."""
    for user in (os.environ.get("GUANHAO_PG_USER"), "postgres", "root"):
        if not user:
            continue
        try:
            with psycopg.connect(
                host="127.0.0.1", port=5432, user=user, dbname="postgres", connect_timeout=3
            ):
                return {
                    "GUANHAO_DATABASE": "postgres",
                    "GUANHAO_PG_USER": user,
                    "GUANHAO_PG_NAME": "postgres",
                }
        except psycopg.OperationalError:
            continue
    return {}


def _pytest(name: str, expression: str, environment: dict[str, str], totals: dict[str, int]) -> bool:
    print(f"\n== tests on {name}", flush=True)
    workers = os.environ.get("GUANHAO_TEST_WORKERS", "2")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-m",
        expression,
        "-n",
        workers,
        "--dist",
        "loadgroup",
        "-p",
        "no:cacheprovider",
        f"--maxfail={MOST_FAILURES}",
    ]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment, "GUANHAO_TEST_PREPARED": ""},  # databases made afresh
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        last = ""
        for line in process.stdout:
            print(line, end="", flush=True)
            if SUMMARY.search(line):
                last = line
    for number, word in SUMMARY.findall(last):
        totals[word] = totals.get(word, 0) + int(number)
    return process.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
