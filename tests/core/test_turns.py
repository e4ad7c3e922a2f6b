"""Writers on SQLite take turns, in one process and between several: none is overtaken for ever."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import OperationalError, connection, connections, transaction

from guanhao.core import estimates
from guanhao.core.sqlite3.turns import Turns
from guanhao.people.models import Institution

ROOT = Path(__file__).resolve().parents[2]
OUTSIDER = """
import sqlite3, sys
from pathlib import Path
from guanhao.core.sqlite3.turns import NEXT, NOW, Turns

turns = Turns(Path(sys.argv[1] + ".turns"))
turns._locked(NEXT, 1e12)
print("waiting", flush=True)
turns._locked(NOW, 1e12)
turns._unlock(NEXT)
with open(sys.argv[1], "a") as file:
    file.write("outsider\\n")
turns._unlock(NOW)
"""

sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL queues its writers itself")


@pytest.mark.requirement("RS2")
def test_a_writer_of_another_process_is_not_overtaken_by_those_who_came_later(tmp_path):
    """It waited first, so it writes first, however many threads of this process come after it."""
    shared = tmp_path / "order"
    shared.touch()
    turns = Turns(Path(f"{shared}.turns"))
    assert turns.take(1)

    def write(name):
        assert turns.take(60)
        with shared.open("a") as file:
            file.write(f"{name}\n")
        turns.leave()

    with subprocess.Popen(
        [sys.executable, "-c", OUTSIDER, str(shared)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as outsider:
        assert outsider.stdout.readline() == "waiting\n"
        threads = [threading.Thread(target=write, args=(name,)) for name in ("one", "two", "three")]
        for thread in threads:
            thread.start()
        turns.leave()
        for thread in threads:
            thread.join()
    assert shared.read_text().split()[0] == "outsider"
    assert sorted(shared.read_text().split()) == ["one", "outsider", "three", "two"]


def test_whoever_waits_too_long_is_told_and_holds_nothing(tmp_path):
    """The turn that did not come leaves no trace: the next asker gets it."""
    turns = Turns(tmp_path / "x.turns")
    assert turns.take(1)
    assert not turns.take(0.01)
    turns.leave()
    assert turns.take(1)
    turns.leave()


@sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS3")
@pytest.mark.requirement("K11")
@pytest.mark.parametrize("what", ["transaction", "single statement", "estimates"])
def test_whoever_cannot_write_in_time_reads_that_it_is_locked(what, monkeypatch):
    """As with SQLite's own waiting; afterwards it is free again, whatever way the holder left."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    said = []

    def write():
        try:
            if what == "transaction":
                with transaction.atomic():
                    Institution.objects.update(short_names=[])
            elif what == "estimates":
                estimates.keep()
            else:
                Institution.objects.update(short_names=[])
        except OperationalError as error:
            said.append(str(error))
        finally:
            connections.close_all()

    def in_a_thread():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    for leaving in (None, ZeroDivisionError):
        try:
            with transaction.atomic():
                in_a_thread()
                if leaving:
                    raise leaving
        except ZeroDivisionError:
            pass
    assert len(said) == 2
    assert all("others wrote" in one for one in said)
    in_a_thread()
    with transaction.atomic():
        connection.close()
        in_a_thread()
    assert len(said) == 2
