"""Claims and leases: one worker a row, ended only by its owner, poison set aside loudly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from guanhao.core import clock, tenancy
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.models import Delivery, Notice
from guanhao.steps import claims
from guanhao.steps.types import Retry, Worker

pytestmark = pytest.mark.database

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
A, B = Worker("a", timedelta(seconds=60)), Worker("b", timedelta(seconds=60))


@pytest.fixture
def time():
    """A clock that the test moves by hand."""
    hands = {"now": NOON}
    with clock.frozen(lambda: hands["now"]):
        yield hands


@pytest.fixture
def rows(db, time, make_rows):
    """Three due rows, in scope of their institution."""
    with tenancy.within(make_rows(3, NOON)):
        yield Delivery.objects.filter(done_at__isnull=True)


def test_each_row_goes_to_one_worker(rows):
    """Two workers that take turns get different rows, oldest first, until none is free."""
    taken = [claims.claim(rows, worker) for worker in (A, B, A, B)]

    assert [row.owner for row in taken[:3]] == ["a", "b", "a"]
    assert len({row.pk for row in taken[:3]}) == 3
    assert taken[3] is None


def test_a_row_is_not_taken_before_it_is_due(rows):
    """A row for later waits until its time by the database's clock."""
    rows.update(run_after=NOON + timedelta(seconds=1))
    assert claims.claim(rows, A) is None


def test_a_dead_workers_row_is_taken_over_when_its_lease_runs_out(rows, time):
    """Nobody gives the row back, so the lease does; attempts count the death."""
    rows.exclude(pk=claims.claim(rows, A).pk).delete()

    time["now"] += timedelta(seconds=59)
    assert claims.claim(rows, B) is None
    time["now"] += timedelta(seconds=1)
    taken = claims.claim(rows, B)

    assert (taken.owner, taken.attempts) == ("b", 2)


def test_only_the_owner_ends_a_lease_and_the_loser_learns_it(rows, time):
    """A worker that lost its row cannot mark it done, and what it did beside it is undone."""
    rows.exclude(pk=claims.claim(rows, A).pk).delete()
    lost = rows.get()
    time["now"] += timedelta(minutes=2)
    claims.claim(rows, B)

    def finish_late():
        with transaction.atomic():
            Notice.objects.filter(pk=lost.notice_id).update(kind="changed")
            claims.finish(lost, A, done_at=clock.now())

    with pytest.raises(claims.LeaseLost):
        finish_late()
    assert rows.get().owner == "b"
    assert Notice.objects.filter(kind="changed").count() == 0


def test_finishing_takes_the_row_out_of_the_queue(rows):
    """A finished row carries its result and no lease."""
    row = claims.claim(rows, A)
    claims.finish(row, A, done_at=clock.now())
    row.refresh_from_db()

    assert (row.owner, row.lease_until, row.done_at) == ("", None, NOON)
    assert rows.count() == 2


def test_a_released_row_waits_for_its_next_turn_with_fresh_attempts(rows, time):
    """Progress clears the count: only failures in a row lead to being set aside."""
    row = claims.claim(rows, A)
    claims.release(row, A, NOON + timedelta(minutes=5), last_error="")
    row.refresh_from_db()

    assert (row.attempts, row.run_after, row.owner) == (0, NOON + timedelta(minutes=5), "")


def test_failures_wait_longer_each_time_and_end_set_aside(rows, time):
    """The wait doubles up to its longest; after the last attempt the row is out, with an event that says so."""
    rows.exclude(pk=rows.first().pk).delete()
    plan, waits = Retry(first=timedelta(seconds=10), longest=timedelta(seconds=25), cap=4), []
    for _ in range(4):
        row = claims.claim(rows, A, plan)
        claims.retry(row, A, "no route", plan=plan)
        row.refresh_from_db()
        waits.append((row.run_after - time["now"]).total_seconds())
        time["now"] += timedelta(hours=2)

    assert 10 <= waits[0] < 12.6
    assert 20 <= waits[1] < 25.1
    assert 25 <= waits[2] < 31.3
    assert row.set_aside_at is not None
    assert row.set_aside_why == "no route"
    assert claims.claim(rows, A, plan) is None
    event = Event.objects.get()
    assert (event.action, event.subject_kind, event.subject_id) == (
        Action.ROW_SET_ASIDE, "delivery", str(row.pk),
    )  # fmt: skip
    assert event.detail.data["detail"] == {"why": "no route"}


def test_a_row_that_kills_its_workers_is_set_aside_and_the_next_one_is_served(rows, time):
    """Attempts count at the claim, so a row whose workers die without a word is poison too."""
    poison = rows.order_by("pk").first()
    for _ in range(3):
        assert claims.claim(rows.filter(pk=poison.pk), A, Retry(cap=3)).pk == poison.pk
        time["now"] += timedelta(minutes=2)

    following = claims.claim(rows, B, Retry(cap=3))

    poison.refresh_from_db()
    assert poison.set_aside_at is not None
    assert following.pk != poison.pk


def test_a_row_set_aside_can_be_taken_up_again(rows):
    """A person may put it back; it starts with fresh attempts."""
    row = claims.claim(rows, A)
    claims.set_aside(row, A, "to be looked at")

    assert claims.take_up_again(row)
    assert not claims.take_up_again(row)
    assert rows.filter(pk=row.pk, attempts=0, set_aside_at=None, set_aside_why="").exists()


def test_a_lease_is_extended_by_its_owner_only(rows, time):
    """The heartbeat keeps the row from others, and stops keeping it once it is lost."""
    row = claims.claim(rows, A)
    time["now"] += timedelta(seconds=50)
    assert claims.extend(row, A)
    assert not claims.extend(row, B)
    time["now"] += timedelta(seconds=50)

    assert claims.claim(rows.filter(pk=row.pk), B) is None


def some(worker, most):
    batch = claims.Batch(lambda: Delivery.objects.filter(done_at__isnull=True), most)
    return claims.claim_some(batch, worker)


def test_several_that_were_never_tried_are_taken_together(rows):
    """In one go, oldest first, and by nobody else meanwhile; each is ended by itself."""
    taken = some(A, 2)

    assert [(row.owner, row.attempts) for row in taken] == [("a", 1), ("a", 1)]
    assert len(some(B, 2)) == 1
    assert some(B, 2) == []
    claims.finish(taken[0], A, done_at=NOON)
    assert rows.count() == 2


def test_a_row_that_was_tried_before_comes_alone_and_last(rows, time):
    """So that a row which kills its worker takes no other along."""
    some(A, 2)
    time["now"] += timedelta(seconds=60)

    assert [row.attempts for row in some(B, 20)] == [1, 2]
    assert [row.attempts for row in some(B, 20)] == [2]


def test_what_was_not_begun_is_handed_back_as_it_was(rows):
    """The claim counts for nothing, and another worker may have the row at once."""
    first, *_ = some(A, 3)
    claims.hand_back(first, A)

    again = some(B, 3)
    assert [(row.pk, row.attempts) for row in again] == [(first.pk, 1)]
    with pytest.raises(claims.LeaseLost):
        claims.hand_back(first, A)


def together(rows_, apart=lambda row: row.pk, most=2):
    due = claims.Due(lambda _: Delivery.objects.filter(done_at__isnull=True), most=8)
    return claims.claim_together(due, rows_, most=most, apart=apart)


def test_several_are_claimed_together_and_no_two_that_must_be_apart(rows):
    """Up to so many, oldest first; of those that are alike one, and the others are left as they were."""
    assert [row.owner for row in together(A)] == ["a", "a"]
    assert len(together(B)) == 1
    rows.update(owner="", lease_until=None, attempts=0)
    assert len(together(A, apart=lambda row: "the same")) == 1
    assert rows.filter(owner="", attempts=0).count() == 2


def test_of_those_that_were_tried_before_one_comes_at_a_time(rows, time):
    """Two killed their worker, perhaps: they are not taken together, and counted on."""
    assert len(together(A)) == 2
    time["now"] += timedelta(seconds=60)
    taken = together(B, most=3)
    assert sorted(row.attempts for row in taken) == [1, 2]
