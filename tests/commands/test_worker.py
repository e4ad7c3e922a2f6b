"""The worker command: once, until idle, for good; drained by SIGTERM; alone on SQLite."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from guanhao.commands.management.commands import worker
from guanhao.steps.exclusive import AlreadyRunning, only_one
from guanhao.steps.types import Queue

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pile(monkeypatch):
    """A queue with three things to do, and one that is always empty."""
    left = [3]

    def step(_worker):
        left[0] -= 1
        return left[0] >= 0

    monkeypatch.setattr(worker, "QUEUES", {Queue.DELIVERIES: (step,), Queue.LOOK: (lambda _worker: False,)})
    return left


def test_until_idle_works_everything_off_and_says_how_much(pile):
    """Three rounds had work; the report can be read by machines."""
    out = StringIO()
    call_command("worker", "--until-idle", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"rounds_with_work": 3}


def test_once_calls_every_step_once(pile):
    """One round and no more."""
    out = StringIO()
    call_command("worker", "--once", stdout=out)

    assert pile == [2]
    assert out.getvalue() == "1 round(s) with work.\n"


def test_a_queue_can_be_left_out(pile):
    """Only what was chosen is served."""
    call_command("worker", "--until-idle", "--queues", "look", stdout=StringIO())

    assert pile == [3]


@pytest.mark.parametrize(
    "arguments",
    [["--queues", "nonsense"], ["--places", "publish"], ["--places", "publish=0"], ["--places", "x=2"]],
)
def test_a_wrong_call_is_refused_with_what_would_be_right(pile, arguments):
    """Exit code 2 and a sentence."""
    with pytest.raises(CommandError) as refusal:
        call_command("worker", *arguments, stdout=StringIO())
    assert refusal.value.returncode == 2


@pytest.mark.requirement("RS6")
def test_a_worker_that_is_told_nothing_publishes_in_eight_places(db, monkeypatch):
    """What the operator's guide starts; what is said of one queue leaves the others as they are."""
    told = []
    monkeypatch.setattr(
        worker, "run_queues", lambda _steps, places, *_rest, **_more: told.append(places) or []
    )
    monkeypatch.setattr(worker.signal, "signal", lambda _number, end: end())
    for arguments in ([], ["--places", "look=4"]):
        call_command("worker", *arguments, stdout=StringIO())
    assert told == [{"publish": 8, "look": 2}, {"publish": 8, "look": 4}]


@pytest.mark.requirement("RS3")
def test_a_second_publisher_on_one_sqlite_file_is_refused(db, monkeypatch):
    """The refusal names the file and the process that holds it; other queues may run beside."""
    if connection.vendor != "sqlite":
        pytest.skip("Several publishers on PostgreSQL are meant.")
    monkeypatch.setattr(
        worker, "QUEUES", {Queue.PUBLISH: (lambda _worker: False,), Queue.LOOK: (lambda _worker: False,)}
    )
    with only_one(Path(f"{connection.settings_dict['NAME']}.publisher.lock")):
        with pytest.raises(AlreadyRunning):
            call_command("worker", "--once", stdout=StringIO())
        call_command("worker", "--once", "--queues", "look", stdout=StringIO())


def test_sigterm_drains_a_running_worker(tmp_path):
    """Started for good on an empty database, it says it is alive, and ends cleanly when asked to."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "GUANHAO_SECRET_KEY": "x" * 50,
        "GUANHAO_VAR": str(tmp_path),
        "GUANHAO_DATABASE": "sqlite",
        "GUANHAO_SQLITE_PATH": str(tmp_path / "worker.sqlite3"),
        "GUANHAO_LOG_LEVEL": "WARNING",
    }
    run = {"cwd": ROOT, "env": environment, "text": True}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True, **run)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **run
    )
    try:
        assert "Ctrl-C" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()

    assert process.returncode == 0, errors
    assert errors == ""
