"""Several publishers at once, one event per change, no secret anywhere: over the whole path."""

import logging
import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, connections, transaction

from guanhao.core import faults, tenancy
from guanhao.core.http import Caller
from guanhao.demo.institutions import APP_SECRET
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.publishing import steps
from guanhao.publishing.models import PublishJob
from guanhao.publishing.moves import move
from guanhao.publishing.points import Point
from guanhao.publishing.types import JobState
from guanhao.registry import vault
from guanhao.registry.models import PlatformToken
from guanhao.steps.claims import LeaseLost
from guanhao.steps.types import Worker
from tests.publishing.world import DUE

SUBMIT = "/cgi-bin/freepublish/submit"


def together(count, only):
    """Let so many workers run the steps at the same time until none has work."""
    errors = []

    def run(number):
        worker = Worker(f"crowd/publisher-{number}")
        try:
            while any(step(worker) for step in only):
                pass
        except LeaseLost:
            pass
        except Exception as error:  # noqa: BLE001 - handed to the test.
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS3")
@pytest.mark.requirement("K2")
def test_of_several_workers_each_job_is_armed_by_one(world):
    """Five pushes, four workers, three rounds: every draft once, every submit once, in both databases."""
    jobs = [world.planned(world.approved(f"第{number}条")) for number in range(5)]
    world.time.to(jobs[0].run_after)
    for _round in range(3):
        together(4, steps.EVERYTHING)
        world.time.pass_(20)
    assert len(world.sandbox.ledger(path="/cgi-bin/draft/add")) == 5
    world.time.to(DUE)
    for _round in range(8):
        together(4, steps.EVERYTHING)
        world.time.pass_(5)
    assert len(world.sandbox.ledger(path=SUBMIT)) == 5
    assert sorted(world.titles_public()) == [f"第{number}条" for number in range(5)]
    with tenancy.within(world.cast.institution):
        assert set(PublishJob.objects.values_list("state", flat=True)) == {JobState.PUBLISHED}


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("RS3")
def test_missed_pushes_are_put_before_people_by_several_workers_without_a_stumble(world):
    """After an outage many are missed at once: each is asked once, and nobody takes what another has in hand."""
    jobs = [world.planned(world.approved(f"第{number}条")) for number in range(8)]
    world.time.to(DUE + timedelta(hours=2))
    together(6, [steps.miss])
    with tenancy.within(world.cast.institution):
        assert set(PublishJob.objects.values_list("state", "ask_why")) == {("ask", "window_missed")}
        asked = Event.objects.filter(action=Action.JOB_ASKED).values_list("subject_id", flat=True)
        assert sorted(asked) == sorted(str(job.pk) for job in jobs)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K2")
def test_a_worker_that_lost_its_lease_does_not_send(world):
    """It slept over its lease between intent and first byte; the fence holds the request back."""
    job = world.staged()
    world.time.to(DUE)

    def sleep_over_the_lease(place):
        if place == Point.AFTER_INTENT:
            PublishJob.objects.filter(pk=job.pk).update(owner="somebody-else")

    with faults.handler(sleep_over_the_lease), pytest.raises(LeaseLost):
        steps.send(world.worker)
    assert world.sandbox.ledger(path=SUBMIT) == []


@pytest.mark.requirement("K2")
def test_a_worker_that_is_too_late_after_its_intent_does_not_send(world):
    """The deadline is asked again when the connection already stands; the next try has a new intent."""
    job = world.staged()
    world.time.to(DUE)

    def dawdle(place):
        if place == Point.AFTER_INTENT:
            world.time.pass_(20)

    with faults.handler(dawdle):
        steps.send(world.worker)
    job.refresh_from_db()
    assert (job.state, job.tries.get(call="submit").body) == (JobState.STAGED, "TooLate")
    assert world.sandbox.ledger(path=SUBMIT) == []
    world.work(seconds=20)
    assert len(world.accepts()) == 1


@pytest.mark.requirement("RS4")
def test_a_clock_that_jumps_back_between_intent_and_first_byte_sends_nothing_before_the_time(world):
    """The push was due by a clock that was wrong and is right again: it goes out at its time, once."""
    job = world.staged()
    world.time.to(DUE)

    def jump_back(place):
        if place == Point.AFTER_INTENT:
            world.time.to(DUE - timedelta(minutes=10))

    with faults.handler(jump_back):
        steps.send(world.worker)
    job.refresh_from_db()
    assert (job.state, job.tries.get(call="submit").body) == (JobState.STAGED, "TooEarly")
    world.work(seconds=300, step=60)
    assert world.sandbox.ledger(path=SUBMIT) == []
    world.time.to(DUE)
    world.work(seconds=20)
    assert len(world.accepts()) == 1


@pytest.mark.requirement("LG2")
def test_every_change_of_state_has_exactly_one_event(world):
    """The states a job went through can be read from its events, each before the next (bijection)."""
    job = world.staged()
    world.time.to(DUE)
    world.work(seconds=20)
    moves = [
        (event.facts["before"], event.facts["after"])
        for event in Event.objects.about("job", job.pk).order_by("index")
        if "before" in event.facts
    ]
    assert moves == [
        ("planned", "staging"),
        ("staging", "staged"),
        ("staged", "armed"),
        ("armed", "accepted"),
        ("accepted", "published"),
    ]


@pytest.mark.requirement("LG2")
def test_a_change_whose_event_fails_is_no_change(world, monkeypatch):
    """One record, one transaction (K5)."""
    job = world.staged()

    def broken(**_told):
        raise RuntimeError("the ledger is full")

    monkeypatch.setattr("guanhao.publishing.moves.record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        move(job, JobState.CANCELLED)
    assert PublishJob.objects.get(pk=job.pk).state == JobState.STAGED


@pytest.mark.requirement("SE2")
def test_neither_secret_nor_token_is_kept_or_logged_anywhere_on_the_whole_path(world, caplog):
    """The canaries: the AppSecret and every token the account ever got, against every row and every log line."""
    caplog.set_level(logging.DEBUG)
    tokens = set()
    job = world.staged()
    for fault in ({"kind": "error", "errcode": 40001}, {"kind": "reset"}):
        world.sandbox.fault(path=SUBMIT, when="before", **fault)
    world.time.to(DUE)
    world.work(seconds=60, step=5)
    with tenancy.everywhere("reading every row"):
        for row in PlatformToken.objects.exclude(sealed=b"").select_related("account"):
            tokens.add(vault.open_sealed(row.account, vault.TOKEN_KIND, row.serial, bytes(row.sealed)))
        rows = [
            repr(values)
            for model in apps.get_models()
            if model._meta.app_label in {"publishing", "registry", "ledger", "contents", "steps"}
            for values in model._base_manager.values()
        ]
    assert tokens
    for canary in {APP_SECRET, *tokens}:
        assert not any(canary in row for row in rows)
        assert canary not in caplog.text
        assert canary not in repr(job.__dict__)


@pytest.mark.requirement("K3")
def test_no_transaction_is_open_while_we_speak_to_the_platform(world, monkeypatch):
    """Anchors rule 15: a slow platform must not hold the database (and a lost COMMIT must not follow a call)."""
    depth = len(connection.savepoint_ids)
    seen = []
    call = Caller.call

    def watched(self, *args, **kwargs):
        seen.append(len(connection.savepoint_ids))
        return call(self, *args, **kwargs)

    monkeypatch.setattr(Caller, "call", watched)
    world.staged()
    world.time.to(DUE)
    world.work(seconds=20)
    assert seen
    assert set(seen) == {depth}
