"""What a publisher knows and cannot write down is kept, so that nobody has to look for it (RS2)."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F

from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.publishing import epoch, sending, steps, volleys
from guanhao.publishing.channels import DRIVERS
from guanhao.publishing.models import Attempt, PublishJob
from guanhao.publishing.types import JobState, Outcome
from guanhao.steps.types import Worker
from tests.publishing.test_volleys import again, due, send, sent, slots, states
from tests.publishing.world import DUE

__all__ = ["due", "slots"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("K2")]


@pytest.mark.requirement("RS2", "K9")
@pytest.mark.parametrize("number", [1, 3])
def test_without_room_for_the_epoch_nothing_is_sent_and_nobody_has_to_be_asked(
    due, slots, world, monkeypatch, number
):
    """Whoever armed them knows that no byte left: they wait, and go out once there is room."""
    jobs = due(number)
    remember = epoch.remember

    def full(value):
        if value:  # Nought is there since the installation began.
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(epoch, "remember", full)
    send(slots)
    assert not sent(world)
    assert set(states(jobs)) == {JobState.STAGED}
    assert outcomes(jobs) == {Outcome.NOT_SENT}
    assert all("磁盘" in again(job).cause for job in jobs)  # Not that the platform cannot be reached.
    send_alone = steps.send
    world.time.to(DUE + timedelta(seconds=5))
    assert send_alone(Worker("alone/publish"))  # One by itself, as a worker without slots sends it: the same.
    assert not sent(world)
    assert set(states(jobs)) == {JobState.STAGED}
    monkeypatch.setattr(epoch, "remember", remember)
    world.time.to(DUE + timedelta(minutes=2))
    send(slots)
    assert set(states(jobs)) == {JobState.ACCEPTED}
    assert sorted(sent(world).values()) == [1] * number


@pytest.mark.requirement("RS2")
@pytest.mark.parametrize("number", [1, 3])
def test_an_answer_that_cannot_be_written_is_kept_until_it_can(due, slots, world, monkeypatch, number):
    """The database has no room when the acceptances come: they are written later, and never looked for."""
    jobs = due(number)
    left = [5]
    accept, settle = volleys.accept, sending.settle

    def after_a_while(act):
        def tried(*given, **named):
            act(*given, **named)
            if left[0]:
                left[0] -= 1
                raise OperationalError("database or disk is full")

        return tried

    monkeypatch.setattr(sending, "KEPT_SECONDS", 0.01)
    monkeypatch.setattr(volleys, "accept", after_a_while(accept))
    monkeypatch.setattr(sending, "settle", undone(after_a_while(settle)))
    send(slots)
    assert left == [0]
    assert set(states(jobs)) == {JobState.ACCEPTED}
    assert sorted(sent(world).values()) == [1] * number
    assert outcomes(jobs) == {Outcome.DONE}
    assert Event.objects.filter(action=Action.JOB_ACCEPTED).count() == number


@pytest.mark.requirement("RS2")
def test_a_worker_without_slots_keeps_the_answer_too(due, world, monkeypatch):
    """The same of a push that is sent by itself: written once there is room, sent once, never looked for."""
    (job,) = due(1)
    left = [3]

    def full(*given):
        settle(*given)
        if left[0]:
            left[0] -= 1
            raise OperationalError("database or disk is full")

    settle = sending.settle
    monkeypatch.setattr(sending, "KEPT_SECONDS", 0.01)
    monkeypatch.setattr(sending, "settle", undone(full))
    assert steps.send(Worker("alone/publish"))
    assert left == [0]
    assert states([job]) == [JobState.ACCEPTED]
    assert sorted(sent(world).values()) == [1]
    assert outcomes([job]) == {Outcome.DONE}
    assert Event.objects.filter(action=Action.JOB_ACCEPTED).count() == 1


@pytest.mark.requirement("RS2", "K4")
def test_an_answer_is_written_by_a_connection_that_replaces_a_lost_one(due, world, monkeypatch):
    """Which sees the rows of its institution (row-level security), as the lost one did."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no wire, and no row-level security.")
    (job,) = due(1)
    seen, settle = [], sending.settle

    def cut(*given):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.institution', true), pg_backend_pid()")
            seen.append(cursor.fetchone())
        if len(seen) == 1:
            connection.connection.close()
            raise OperationalError("server closed the connection unexpectedly")
        settle(*given)

    monkeypatch.setattr(sending, "KEPT_SECONDS", 0.01)
    monkeypatch.setattr(sending, "settle", cut)
    assert steps.send(Worker("alone/publish"))
    (before, first), (after, second) = seen
    assert before == after == str(job.institution_id)
    assert first != second
    assert states([job]) == [JobState.ACCEPTED]
    assert sorted(sent(world).values()) == [1]


@pytest.mark.requirement("K2")
def test_an_answer_is_kept_no_longer_than_the_lease(due, world, monkeypatch):
    """Then whoever comes finds an armed job and looks for it; nobody waits for this publisher."""
    (job,) = due(1)

    def full(*_given):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(sending, "KEPT_SECONDS", 0.01)
    monkeypatch.setattr(sending, "settle", full)
    with pytest.raises(OperationalError):
        steps.send(Worker("alone/publish", lease=timedelta(seconds=0.2)))
    assert states([job]) == [JobState.ARMED]
    assert sorted(sent(world).values()) == [1]


def outcomes(jobs):
    """What came of the public calls, as it is written down."""
    tries = Attempt.objects.filter(call=DRIVERS[jobs[0].channel].call)
    return set(tries.values_list("outcome", flat=True))


def undone(act):
    """What fails is rolled back, as where a COMMIT fails."""

    def tried(*given):
        with transaction.atomic():
            act(*given)

    return tried


@pytest.mark.requirement("K1")
def test_an_answer_that_is_kept_gives_way_to_whoever_has_the_job(due, slots, world, monkeypatch):
    """Another publisher found it and took it up meanwhile: what is written then stays."""
    (job,) = due(1)
    tries = []

    def taken(*_given):
        tries.append(job.pk)
        if len(tries) == 1:
            PublishJob.objects.filter(pk=job.pk).update(serial=F("serial") + 1, owner="another")
            raise OperationalError("database or disk is full")
        return settle(*_given)

    settle = sending.settle
    monkeypatch.setattr(sending, "KEPT_SECONDS", 0.01)
    monkeypatch.setattr(volleys, "_accepted", lambda *_given: False)
    monkeypatch.setattr(sending, "settle", taken)
    send(slots)
    assert len(tries) == 2
    assert again(job).owner == "another"
    assert states([job]) == [JobState.ARMED]
