"""Rotating a password after somebody left: from the event to the reminder, the lateness and the end."""

from __future__ import annotations

from datetime import date

import pytest

from guanhao.duties.rebuilding import rebuild
from guanhao.duties.types import DutyState
from guanhao.ledger.actions import record
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people import actions as people
from guanhao.registry import actions as registry
from tests.duties.conftest import ACTOR, at, duties, rotate
from tests.process.conftest import told_people

pytestmark = pytest.mark.database


@pytest.fixture
def left(ruian, time, follow):
    """The office's operator of the account leaves on Monday morning."""
    account = next(iter(ruian.accounts.values()))
    holder = account.holders.order_by("slot").first()
    people.deactivate(actor=ACTOR, person=holder.person, on=date(2026, 11, 23))
    follow()
    return account


@pytest.mark.article("ruian-6.6")
def test_who_left_leaves_a_rotation_owed_within_the_working_day(ruian, left):
    """One duty for the account, owed by the head of the office, due a working day later; without it secrets outlive people."""
    (duty,) = duties("rotate_credential")
    assert (duty.clause, duty.about_kind, duty.about_id) == (
        "ruian-6.6.rotate_credential",
        "account",
        str(left.pk),
    )
    assert duty.due_at == at(24)
    assert duty.state == DutyState.OPEN
    assert told_people(ruian, "duty.opened") == {"ruian-office-head"}


@pytest.mark.article("ruian-6.6")
def test_it_is_late_after_the_working_day_and_goes_up(ruian, left, keep, time):
    """On the minute it is late, its owner and the supervising leader hear of it, once."""
    time.to(at(24, 8, 59))
    keep()
    assert told_people(ruian, "duty.overdue") == set()
    time.to(at(24, 9, 1))
    keep()
    keep()
    (duty,) = duties("rotate_credential")
    assert duty.late_at is not None
    assert told_people(ruian, "duty.overdue") == {"ruian-office-head"}
    assert told_people(ruian, "duty.escalated") == {"ruian-leader"}
    assert Event.objects.filter(action="duty.overdue", subject_id=duty.key).count() == 1


@pytest.mark.article("ruian-6.6")
def test_only_a_rotation_meets_it(ruian, left, follow, time):
    """Something else about the account leaves it open; the rotation ends it, by its event."""
    time.on(hours=1)
    registry.change_account(actor=ACTOR, account=left, address="https://example.invalid/")
    follow()
    assert duties("rotate_credential")[0].state == DutyState.OPEN
    rotate(left, left=1)
    follow()
    assert duties("rotate_credential")[0].state == DutyState.OPEN
    rotate(left)
    follow()
    (duty,) = duties("rotate_credential")
    assert duty.state == DutyState.MET
    assert duty.ended_at == time.now


def test_dropped_and_rebuilt_they_are_the_same(ruian, left, keep, time):
    """Whatever happened to duties, the ledger alone gives the same rows again."""
    time.to(at(24, 9, 1))
    keep()
    told = rebuild(ruian.institution)
    assert told.same
    assert told.before == told.after > 0


@pytest.mark.article("xartvu-13")
def test_a_leak_is_answered_within_the_hour(xartvu, time, follow):
    """The head of the department owes a new password an hour after the leak became known."""
    account = next(iter(xartvu.accounts.values()))
    record(
        institution=xartvu.institution,
        actor=ACTOR,
        action=Action.CREDENTIAL_LEAKED,
        subject=registry.subject_of(account),
    )
    follow()
    (duty,) = duties("rotate_credential", account=account)
    assert duty.due_at == at(23, 10)
    time.on(minutes=30)
    rotate(account)
    follow()
    assert duties("rotate_credential", account=account)[0].state == DutyState.MET
