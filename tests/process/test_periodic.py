"""What time alone brings about: checkpoints that leave the house, clocks compared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.ledger import checkpoints, keys, notes, outside
from guanhao.ledger.actions import record
from guanhao.ledger.models import Checkpoint, Event
from guanhao.ledger.types import Action, Subject
from guanhao.ledger.verify import verify
from guanhao.process import periodic
from guanhao.process.checkpoints import directory, keep_checkpoints, put_copies_aside
from guanhao.process.steps import ALL_STEPS, QUEUES
from guanhao.steps.types import Queue
from tests.process.conftest import ME

pytestmark = pytest.mark.database


@pytest.fixture
def house(ruian, time, tmp_path, settings):
    """The cast, with a key and a place outside."""
    settings.LEDGER_KEY_PATH = tmp_path / "ledger.key"
    settings.LEDGER_OUTSIDE_PATH = tmp_path / "outside"
    keys.create_if_missing()
    return ruian.institution


def happen(institution, number=1):
    for key in range(number):
        with transaction.atomic():
            record(
                institution=institution,
                actor=system("test"),
                action=Action.UNIT_CHANGED,
                subject=Subject("unit", str(key)),
            )


@pytest.mark.requirement("LG4")
def test_checkpoints_are_made_hourly_while_the_log_grows(house, time):
    """The first at once, the next after an hour; a log that did not grow keeps the one it has."""
    keep_checkpoints(ME)
    happen(house)
    time["now"] += timedelta(minutes=59)
    keep_checkpoints(ME)
    assert Checkpoint.objects.count() == 1
    time["now"] += timedelta(minutes=1)
    keep_checkpoints(ME)
    assert Checkpoint.objects.count() == 2
    time["now"] += timedelta(hours=3)
    keep_checkpoints(ME)
    assert Checkpoint.objects.count() == 2


@pytest.mark.requirement("LG4")
def test_a_thousand_entries_do_not_wait_for_the_hour(house, time, monkeypatch):
    """Growth makes a checkpoint due, too."""
    assert checkpoints.ENTRIES == 1000
    monkeypatch.setattr(checkpoints, "ENTRIES", 20)
    keep_checkpoints(ME)
    happen(house, 19)
    keep_checkpoints(ME)
    assert Checkpoint.objects.count() == 1
    happen(house, 1)
    keep_checkpoints(ME)
    assert Checkpoint.objects.count() == 2


@pytest.mark.requirement("LG4")
def test_a_checkpoint_leaves_the_house_as_file_and_to_the_named_people(house):
    """The files verify the log; the mail goes to the audit administrators with the same content attached."""
    keep_checkpoints(ME)

    checkpoint = Checkpoint.objects.get()
    assert checkpoint.channels == ["file", "email"]
    assert checkpoint.delivered_at is not None
    report = verify(house, key=keys.public_key(), witnesses=outside.read(directory(house)))
    assert report.good
    assert report.protected == checkpoint.size
    (message,) = [one for one in mail.outbox if "ruian-audit@example.invalid" in one.to]
    assert checkpoint.note in message.body
    assert [name for name, *_ in message.attachments] == [
        f"{checkpoint.size:012d}.checkpoint",
        f"{checkpoint.size:012d}.leaves",
    ]
    key = (directory(house) / "key.txt").read_text()
    assert notes.open_note(checkpoint.note, notes.read_verifier_key(key)).size == checkpoint.size


def test_what_could_not_leave_is_tried_again(house, settings, tmp_path, caplog):
    """A full disk and a dead mail server leave the checkpoint waiting; when they are back, it goes."""
    blocked = tmp_path / "blocked"
    blocked.write_text("not a directory")
    settings.LEDGER_OUTSIDE_PATH = blocked
    settings.EMAIL_BACKEND = "tests.notices.test_delivering.DeadServer"
    keep_checkpoints(ME)
    assert Checkpoint.objects.get().delivered_at is None

    settings.LEDGER_OUTSIDE_PATH = tmp_path / "outside"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    keep_checkpoints(ME)
    assert Checkpoint.objects.get().channels == ["file", "email"]
    assert caplog.records


@pytest.mark.requirement("LG5")
def test_a_log_that_forked_is_not_written_over_what_is_outside(house, time, caplog):
    """The copy outside is evidence: a checkpoint of the same size with another root does not replace it."""
    keep_checkpoints(ME)
    path = next(directory(house).glob("*.checkpoint"))
    evidence = "another history\n"
    path.write_text(evidence)
    Checkpoint.objects.update(delivered_at=None)
    keep_checkpoints(ME)

    assert path.read_text() == evidence
    assert "Forked" in caplog.text


def test_copies_of_a_demonstration_that_was_thrown_away_do_not_accuse_the_next_one(house):
    """They are moved aside, not deleted, and the new log begins with copies of its own."""
    keep_checkpoints(ME)
    assert put_copies_aside("ruian")
    assert not put_copies_aside("ruian")

    assert list(outside.read(directory(house))) == []
    (kept,) = directory(house).parent.glob("ruian.until-*")
    assert len(list(outside.read(kept))) == 1


def test_without_a_key_the_operator_is_told_and_the_house_goes_on(ruian, settings, tmp_path, caplog):
    """No key is made in passing, nothing is signed, and the other work is not disturbed."""
    settings.LEDGER_KEY_PATH = tmp_path / "gone.key"
    keep_checkpoints(ME)

    assert not Checkpoint.objects.exists()
    assert "gone.key" in caplog.text
    assert not settings.LEDGER_KEY_PATH.exists()


@pytest.mark.requirement("LG8")
def test_clocks_that_are_apart_are_recorded(ruian, monkeypatch):
    """A host whose clock disagrees with the database's is named in the log of every institution."""
    periodic.compare_clocks(ME)
    assert not Event.objects.filter(action=Action.CLOCK_JUMPED).exists()
    monkeypatch.setattr(periodic, "database_now", lambda: clock.now() + timedelta(minutes=3))
    periodic.compare_clocks(ME)

    assert Event.objects.get(action=Action.CLOCK_JUMPED).facts == {"apart_seconds": pytest.approx(180, abs=2)}


@pytest.mark.requirement("RS7")
def test_every_queue_has_steps_and_none_serves_two():
    """Queues are separate; each step belongs to exactly one."""
    assert set(QUEUES) == set(Queue)
    assert all(QUEUES.values())
    assert len(ALL_STEPS) == len(set(ALL_STEPS))
