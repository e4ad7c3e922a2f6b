"""Pushes due together: armed together, called side by side, settled together, and each for itself where something is amiss."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guanhao.contents.models import Article
from guanhao.core import faults, tenancy
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.publishing import actions, arming, epoch, readying, steps, volleys
from guanhao.publishing.channels import DRIVERS, work_on
from guanhao.publishing.models import Attempt, PublishJob
from guanhao.publishing.points import Point
from guanhao.publishing.types import AskWhy, JobState, Outcome
from guanhao.registry.models import Account
from guanhao.registry.types import AccountState
from guanhao.steps import loop
from guanhao.steps.clock import database_now
from guanhao.steps.slots import Slots
from guanhao.steps.types import Worker
from tests.batteries import sides
from tests.publishing.test_kills import forks, killer
from tests.publishing.world import DUE

__all__ = ["forks"]

SUBMIT = "/cgi-bin/freepublish/submit"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("K2")]


class Accounts(sides.WeChat):
    """Each push on an account of its own."""

    pushes_an_account = take_turns = 1


@pytest.fixture
def due(world):
    """A function that brings so many pushes, each on its own account, to their time: made ready, and due now."""
    side = Accounts(world.time, world.sandbox)

    def made(number, seconds=()):
        jobs = []
        for place in range(number):
            jobs.append(sides.plan_on(side, place, f"第{place:04d}条", DUE).job)
            if place < len(seconds):
                later = side.world.approved(seconds[place])
                side.world.planned(later, due=DUE + timedelta(hours=1))
        world.time.to(DUE - timedelta(minutes=30))
        world.work()
        world.time.to(DUE - timedelta(seconds=30))
        world.work()
        world.time.to(DUE)
        return [again(job) for job in jobs]

    return made


@pytest.fixture
def slots():
    """Two at a time."""
    with Slots(2) as two:
        yield two


def again(job):
    """As it is now, with what a claim brings along."""
    jobs = PublishJob.objects.select_related("institution", "account", "push")
    return jobs.get(pk=getattr(job, "pk", job))


def states(jobs):
    return [again(job).state for job in jobs]


def sent(world, **only):
    """How often the platform was called, by AppID."""
    return Counter(entry["account"] for entry in world.sandbox.ledger(path=SUBMIT, **only))


def send(slots):
    """Turn after turn until nothing is due or under way; whether there was anything."""
    worker = Worker("volley/publish", slots=slots)
    turns = 0
    while steps.send(worker):
        turns += 1
    return turns > 0


def once_at(point, act):
    """Do something the first time a place is passed; threads pass places, too, and wait there until it is done."""
    left, gate = [act], threading.Lock()

    def at(place):
        if place == point:
            with gate:
                if left:
                    left.pop()()

    return faults.handler(at)


@pytest.fixture
def together(monkeypatch):
    """How many jobs each transaction of intents was for."""
    sizes = []
    armed_together = volleys.armed_together

    def counted(several):
        sizes.append(len(several))
        return armed_together(several)

    monkeypatch.setattr(volleys, "armed_together", counted)
    return sizes


def test_each_goes_out_once_and_never_more_are_under_way_than_there_are_slots(world, due, slots, together):
    """Seven pushes, two slots: two calls side by side, never three; each has its attempt, its number and its events."""
    jobs, lock, under_way, most = due(7), threading.Lock(), [0], []
    world.sandbox.fault("latency", SUBMIT, count=0, seconds=0.15, when="before")

    def counted(place):
        with lock:
            under_way[0] += {Point.AFTER_INTENT: 1, Point.AFTER_REPLY: -1}.get(place, 0)
            most.append(under_way[0])

    with faults.handler(counted):
        assert send(slots)
    assert max(most) == 2
    assert together[0] == 2
    assert sum(together) == 7
    assert set(sent(world).values()) == {1}
    assert len(sent(world)) == 7
    assert set(states(jobs)) == {JobState.ACCEPTED}
    attempts = Attempt.objects.filter(call="submit")
    assert set(attempts.values_list("outcome", "number")) == {(Outcome.DONE, 1)}
    assert len({again(job).epoch for job in jobs}) == 7
    told = Event.objects.filter(subject_kind="job", action__in=[Action.JOB_ARMED, Action.JOB_ACCEPTED])
    assert Counter(told.values_list("action", flat=True)) == {Action.JOB_ARMED: 7, Action.JOB_ACCEPTED: 7}
    assert not send(slots)


@pytest.mark.requirement("K9")
def test_the_last_number_of_a_volley_is_outside_before_its_first_byte(due, slots):
    """Whoever restores a backup of before finds the file ahead, whichever of them had left."""
    jobs, seen = due(2), []

    def noted(place):
        if place == Point.AFTER_INTENT:
            seen.append(epoch.outside())

    with faults.handler(noted):
        send(slots)
    numbers = sorted(int(again(job).epoch) for job in jobs)
    assert seen == [numbers[-1]] * 2
    assert numbers == [numbers[-1] - 1, numbers[-1]]


@pytest.mark.requirement("AP5")
def test_a_closed_gate_closes_its_own_job_only(world, due, slots):
    """One account is suspended between claim and intent: its push waits with the reason, the others are out."""
    jobs = due(4)

    def suspended():
        Account.objects.filter(pk=jobs[0].account_id).update(state=AccountState.SUSPENDED)

    with once_at(Point.BEFORE_INTENT, suspended):
        send(slots)
    assert states(jobs) == [JobState.STAGED, *[JobState.ACCEPTED] * 3]
    assert "不能发布" in again(jobs[0]).cause
    assert jobs[0].account.app_id not in sent(world)


@pytest.mark.requirement("AP5")
def test_an_approval_that_counts_no_more_ends_its_own_push_only(world, due, slots):
    """What the approvals of several rest on is read together; each is still judged by its own."""
    jobs = due(4)

    def withdrawn():
        Article.objects.filter(current__job_items__job=jobs[1]).update(state="draft")

    with once_at(Point.BEFORE_INTENT, withdrawn):
        send(slots)
    assert states(jobs) == [JobState.ACCEPTED, JobState.CANCELLED, JobState.ACCEPTED, JobState.ACCEPTED]
    assert "已撤回" in again(jobs[1]).cause
    assert jobs[1].account.app_id not in sent(world)


def test_a_lease_lost_before_the_intent_costs_the_others_nothing(world, due, slots):
    """Somebody else has one of them by now: it is theirs, and nothing of it was sent here."""
    jobs = due(4)

    def stolen():
        PublishJob.objects.filter(pk=jobs[0].pk).update(owner="thief", serial=jobs[0].serial + 1)

    with once_at(Point.BEFORE_INTENT, stolen):
        send(slots)
    assert states(jobs) == [JobState.STAGED, *[JobState.ACCEPTED] * 3]
    assert again(jobs[0]).owner == "thief"
    assert jobs[0].account.app_id not in sent(world)


def test_an_account_that_sends_already_is_left_alone(world, due, slots, together):
    """It is not claimed while another push of it is in flight; where that begins in between, only it waits."""
    jobs = due(5, seconds=("另一条", "又一条"))
    busy, late = jobs[:2]
    others = PublishJob.objects.filter(due_at__gt=DUE)
    others.filter(account=busy.account_id).update(state=JobState.ARMED)

    def begins():
        others.filter(account=late.account_id).update(state=JobState.ARMED)

    with once_at(Point.BEFORE_INTENT, begins):
        send(slots)
    assert states(jobs) == [JobState.STAGED] * 2 + [JobState.ACCEPTED] * 3
    assert (again(busy).attempts, again(busy).cause) == (0, "")
    assert "正在发送" in again(late).cause
    assert together[0] == 2
    assert set(sent(world).values()) == {1}


def test_one_refused_answer_among_accepted_ones_rejects_its_own_push(world, due, slots):
    """The platform refuses one for its content: that one needs an edit; the others are accepted."""
    jobs = due(4)
    world.sandbox.fault("error", SUBMIT, account=jobs[2].account.app_id, errcode=53503, when="before")
    send(slots)
    assert states(jobs) == [JobState.ACCEPTED, JobState.ACCEPTED, JobState.REJECTED, JobState.ACCEPTED]
    assert again(jobs[2]).tries.get(call="submit").outcome == Outcome.REFUSED


def test_one_unanswered_call_among_accepted_ones_is_looked_for(world, due, slots):
    """Its effect is unknown, and only its own."""
    jobs = due(4)
    world.sandbox.fault("reset", SUBMIT, account=jobs[1].account.app_id, when="after")
    send(slots)
    assert states(jobs) == [JobState.ACCEPTED, JobState.UNKNOWN, JobState.ACCEPTED, JobState.ACCEPTED]
    world.work(seconds=60, step=5)
    assert set(states(jobs)) == {JobState.PUBLISHED}
    assert set(sent(world).values()) == {1}


def test_a_lease_lost_during_the_call_costs_the_others_nothing(world, due, slots):
    """The answers were to be written together; the one whose job is another's is not, and it is found by a look."""
    jobs = due(2)

    def stolen():
        PublishJob.objects.filter(pk=jobs[0].pk).update(owner="thief")

    both = threading.Barrier(2, action=stolen)  # done before either of the two goes on

    with faults.handler(lambda place: place == Point.AFTER_REPLY and both.wait(30)):
        send(slots)
    assert states(jobs) == [JobState.ARMED, JobState.ACCEPTED]
    world.time.pass_(65)
    world.work(seconds=60, step=5)
    assert set(states(jobs)) == {JobState.PUBLISHED}
    assert set(sent(world).values()) == {1}


def test_a_stop_between_intent_and_first_byte_holds_what_has_not_begun(world, due, slots):
    """Jobs are armed ahead of their calls; whoever stops publishing then stops these, too, and they wait with the reason."""
    jobs = due(4)

    def stopped():
        with tenancy.within(world.cast.institution):
            actions.stop(
                **world.who("ruian-editor"), institution=world.cast.institution, account=None, reason="演练"
            )

    with once_at(Point.AFTER_INTENT, stopped):
        send(slots)
    assert sent(world) == {}
    assert set(states(jobs)) == {JobState.STAGED}
    held = Attempt.objects.filter(call="submit", body="Stopped")
    assert held.count() >= 2  # armed together, and every one of them was stopped before its first byte
    world.work(seconds=30, step=5)
    assert sent(world) == {}
    assert "演练" in again(held.first().job).cause


def test_who_was_tried_before_comes_by_itself(due, slots, together):
    """A job that killed its worker takes no others along: it is armed in a transaction of its own."""
    jobs = due(3)
    PublishJob.objects.filter(pk=jobs[0].pk).update(attempts=1)
    send(slots)
    assert set(states(jobs)) == {JobState.ACCEPTED}
    assert sum(together) == 2


def test_who_has_to_be_read_at_its_time_keeps_nobody_waiting(world, due, slots, together):
    """A mass send is read when it is due, in a slot; what was read ahead is armed meanwhile."""
    mass = world.planned(channel="wechat_mass")
    jobs = due(3)
    send(slots)
    assert set(states([mass, *jobs])) == {JobState.ACCEPTED}
    assert len(world.sends()) == 1
    assert sum(together) == 3


def test_a_repeat_under_the_key_goes_through_a_slot_as_well(world, slots):
    """Every public call of a worker with slots is one of theirs."""
    job = world.staged(channel="wechat_mass")
    world.sandbox.fault("reset", "/cgi-bin/message/mass/sendall", when="after")
    world.time.to(DUE)
    send(slots)
    assert again(job).state == JobState.UNKNOWN
    world.time.pass_(62)
    assert send(slots)
    assert again(job).state == JobState.ACCEPTED
    assert len(world.sends()) == 1


def test_trouble_of_one_is_told_and_the_others_go_on(world, due, slots, monkeypatch, caplog):
    """An error nobody foresaw, in one call: it is logged with its trace; that job is looked for when its lease ends."""
    jobs = due(3)
    called = volleys.sending.called

    def broken(shot):
        if shot.work.job.pk == jobs[0].pk:
            raise ZeroDivisionError("poison")
        return called(shot)

    monkeypatch.setattr(volleys.sending, "called", broken)
    send(slots)
    assert states(jobs) == [JobState.ARMED, JobState.ACCEPTED, JobState.ACCEPTED]
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [ZeroDivisionError]
    world.time.pass_(65)
    world.work(seconds=1300, step=60)
    assert (again(jobs[0]).state, again(jobs[0]).ask_why) == (JobState.ASK, AskWhy.NOT_FOUND)
    assert jobs[0].account.app_id not in sent(world)


def test_a_call_that_hangs_keeps_its_own_slot_and_nobody_else(world, due, slots):
    """While the platform leaves one call without an answer, what comes due is claimed and sent through the other slot."""
    jobs, worker = due(4), Worker("volley/publish", slots=slots)
    hangs = threading.Event()

    def hold(place):
        if place == Point.AFTER_INTENT and held:
            held.pop()
            hangs.wait(60)

    held = [True]
    with faults.handler(hold):
        while Counter(states(jobs))[JobState.ACCEPTED] < 3:
            assert steps.send(worker)
        assert Counter(states(jobs))[JobState.ARMED] == 1
        hangs.set()
        send(slots)
    assert set(states(jobs)) == {JobState.ACCEPTED}


def test_asked_to_end_it_begins_nothing_more_and_settles_what_is_under_way(world, due, slots):
    """Two are out, none is left armed; the others wait for the next publisher."""
    jobs, worker = due(6), Worker("volley/publish", slots=slots)
    world.sandbox.fault("latency", SUBMIT, count=0, seconds=0.1, when="before")
    steps.send(worker)
    loop.finish([steps.send], worker, slots)
    told = Counter(states(jobs))
    assert told[JobState.ACCEPTED] == 2
    assert told[JobState.STAGED] == 4
    assert not slots.busy


def ready(jobs, worker):
    return [
        arming.Ready(work_on(job, worker), DRIVERS[job.channel], readying.seen_ahead(job, database_now()))
        for job in jobs
    ]


def test_a_further_job_of_a_volley_costs_one_statement(due):
    """What means the same for one and for many is asked once; only the job's own conditional update is its own."""
    jobs, worker = due(5), Worker("counting")
    PublishJob.objects.update(owner=worker.name, lease_until=DUE + timedelta(minutes=1))
    counted = []
    for several in ([jobs[0]], [jobs[1]], jobs[2:]):
        with CaptureQueriesContext(connection) as asked:
            assert len(arming.armed_together(ready(several, worker)).armed) == len(several)
        counted.append(len(asked))
    assert counted[2] - counted[1] <= 2 + 1  # two further jobs, and now and then a node of the log


@pytest.mark.requirement("RS1")
@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize(
    "point",
    [Point.BEFORE_INTENT, Point.AFTER_INTENT, Point.MID_REQUEST, Point.AFTER_REPLY, Point.AFTER_OUTCOME],
)
def test_killed_with_several_in_flight_each_is_found_or_asked_and_none_doubled(
    world, due, forks, tmp_path, point, nth
):
    """Judged by the platform's ledger: published exactly once, or put before a person; never sent again blindly."""
    jobs = due(5)
    killer(forks, world, tmp_path, "work_in_slots")(point, DUE, 5, nth)
    world.worker = Worker("restarted/publisher-0")
    world.time.to(DUE + timedelta(seconds=65))
    world.work(seconds=1400, step=20)
    accepted = sent(world, effect="publish.accepted")
    assert set(states(jobs)) <= {JobState.PUBLISHED, JobState.ASK}
    for job in jobs:
        out = accepted[job.account.app_id]
        assert out == 1 if again(job).state == JobState.PUBLISHED else out == 0
    assert len(world.titles_public()) == sum(accepted.values())
    if point in {Point.BEFORE_INTENT, Point.AFTER_OUTCOME} and nth == 1:
        assert JobState.PUBLISHED in states(jobs)
