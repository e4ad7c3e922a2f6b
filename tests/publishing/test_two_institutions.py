"""Pushes of two institutions due at one instant: never in one transaction, each in its own log, each with its own stops."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from guanhao.core import tenancy
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.publishing import actions, volleys
from guanhao.publishing.models import Attempt, PublishJob
from guanhao.publishing.points import Point
from guanhao.publishing.types import JobState
from guanhao.steps.slots import Slots
from tests.batteries import sides
from tests.publishing.test_volleys import once_at, send
from tests.publishing.world import DUE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("TN3")]
EACH = 3


@pytest.fixture
def both(world):
    """Either institution's side, with three pushes each on an account of its own: made ready, and due now."""
    two = [side(world.time, world.sandbox) for side in (sides.WeChat, sides.CollegeWeChat)]
    for place in range(EACH):
        for which, side in enumerate(two):
            sides.plan_on(side, place, f"第{which}{place:03d}条", DUE)
    world.time.to(DUE - timedelta(minutes=30))
    world.work()
    world.time.to(DUE - timedelta(seconds=30))
    world.work()
    world.time.to(DUE)
    return two


@pytest.fixture
def slots():
    """So many that all six are claimed at once."""
    with Slots(16) as many:
        yield many


@pytest.fixture
def volleys_of(monkeypatch):
    """Of which institutions each transaction of intents was, and whether it was one of its own."""
    seen = []
    armed_together = volleys.armed_together

    def noted(several):
        seen.append((Counter(one.work.job.institution.key for one in several), connection.in_atomic_block))
        return armed_together(several)

    monkeypatch.setattr(volleys, "armed_together", noted)
    return seen


def states(side):
    with tenancy.within(side.institution):
        return Counter(PublishJob.objects.values_list("state", flat=True))


def events(side, action):
    with tenancy.within(side.institution):
        return list(Event.objects.filter(action=action).values_list("subject_id", flat=True))


def jobs(side):
    with tenancy.within(side.institution):
        return {str(pk) for pk in PublishJob.objects.values_list("pk", flat=True)}


@pytest.mark.requirement("K2")
def test_they_are_armed_side_by_side_and_never_in_one_transaction(both, slots, volleys_of):
    """One turn claims all six; each institution's three are armed in a transaction of their own and written in its log."""
    assert send(slots)
    assert sorted(of.most_common() for of, _ in volleys_of) == [[("gpnu", EACH)], [("ruian", EACH)]]
    assert not any(within_another for _, within_another in volleys_of)
    for side in both:
        assert states(side) == {JobState.ACCEPTED: EACH}
        assert set(events(side, Action.JOB_ARMED)) == set(events(side, Action.JOB_ACCEPTED)) == jobs(side)
        assert len(events(side, Action.JOB_ARMED)) == EACH
        with tenancy.within(side.institution):
            assert Attempt.objects.filter(call="submit").count() == EACH
    with tenancy.everywhere("counting the numbers of both"):
        assert PublishJob.objects.values("epoch").distinct().count() == 2 * EACH


@pytest.mark.requirement("K3")
def test_one_institutions_stop_does_not_touch_the_others_pushes(world, both, slots):
    """Stopped while the volleys are being armed: all of its own wait with the reason, all of the other's go out."""
    ruian, gpnu = both

    def stopped():
        with tenancy.within(ruian.institution):
            actions.stop(**ruian.who(), institution=ruian.institution, account=None, reason="演练")

    with once_at(Point.BEFORE_INTENT, stopped):
        assert send(slots)
    assert states(ruian) == {JobState.STAGED: EACH}
    assert states(gpnu) == {JobState.ACCEPTED: EACH}
    assert events(ruian, Action.JOB_ARMED) == []
    assert events(gpnu, Action.STOP_IMPOSED) == []
    with tenancy.within(ruian.institution):
        assert all("演练" in cause for cause in PublishJob.objects.values_list("cause", flat=True))


@pytest.mark.requirement("K2")
def test_one_institutions_trouble_does_not_undo_the_others_volley(both, slots, monkeypatch):
    """The transaction of one fails as a whole: its pushes go one by one, the other's went together and once."""
    ruian, gpnu = both
    armed_together, sizes = volleys.armed_together, Counter()

    def failing(several):
        key = several[0].work.job.institution.key
        if key == "ruian":
            raise DatabaseError("as a deadlock would")
        sizes[key] += len(several)
        return armed_together(several)

    monkeypatch.setattr(volleys, "armed_together", failing)
    assert send(slots)
    assert states(ruian) == states(gpnu) == {JobState.ACCEPTED: EACH}
    assert sizes == {"gpnu": EACH}
    assert len(ruian.world.accepts()) == 2 * EACH
