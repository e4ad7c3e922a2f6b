"""停发全部: the whole installation stands still, by its system administration, and two people lift it (AP8, §2.8)."""

import pytest

from guanhao.core import tenancy
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.people import actions as people
from guanhao.publishing import stopping_all
from guanhao.publishing.models import InstallationStop, PublishJob
from guanhao.publishing.types import JobState
from tests.publishing.test_asking import SUBMIT
from tests.publishing.world import DUE

pytestmark = pytest.mark.requirement("AP8")


@pytest.fixture
def run_by(settings):
    """瑞安学院 runs the installation."""
    settings.RUN_BY = "ruian"


@pytest.fixture
def second(world):
    """A second system administrator."""
    person = world.cast.people["ruian-career-head"]
    people.grant_capability(actor=world.who("ruian-dean")["actor"], person=person, capability="system_admin")
    return world.who("ruian-career-head")


def test_no_intent_begins_anywhere_until_two_have_lifted_it(world, run_by, second):
    """A staged push waits past its time's first minutes; lifted, it goes out once."""
    job = world.staged()
    halt = stopping_all.stop_all(**world.who("ruian-system"), reason="平台通报异常")
    world.time.to(DUE)
    world.work(seconds=60, step=20)
    assert world.sandbox.ledger(path=SUBMIT) == []
    assert "平台通报异常" in PublishJob.objects.get(pk=job.pk).cause
    stopping_all.ask_lift_all(**world.who("ruian-system"), halt=halt)
    with pytest.raises(Refused):
        stopping_all.lift_all(**world.who("ruian-system"), halt=halt)
    stopping_all.lift_all(**second, halt=halt)
    world.work(seconds=60, step=20)
    assert PublishJob.objects.get(pk=job.pk).state == JobState.PUBLISHED
    assert len(world.accepts()) == 1


def test_every_institution_has_it_in_its_own_record_without_the_name_of_a_stranger(world, run_by):
    """Three ledgers, three entries; only our own names our administrator."""
    stopping_all.stop_all(**world.who("ruian-system"), reason="平台通报异常")
    with tenancy.everywhere("test"):
        events = list(Event.objects.filter(action="stop.all_imposed").select_related("institution"))
        assert {event.institution.key for event in events} == {"ruian", "gpnu", "xartvu"}
        assert {event.institution.key for event in events if event.actor_kind == "person"} == {"ruian"}


@pytest.mark.parametrize(
    "who", ["ruian-student", "ruian-editor", "ruian-office-head", "ruian-tech", "ruian-security"]
)
def test_only_the_system_administration_stops_all(world, run_by, who):
    """Neither the office nor the technical unit nor the security administrator."""
    with pytest.raises(Refused):
        stopping_all.stop_all(**world.who(who), reason="x")
    assert not InstallationStop.objects.exists()


def test_administrators_of_a_guest_institution_do_not(world, settings):
    """With several institutions and nobody named, nobody may; with another named, ours may not."""
    for key in ("", "gpnu"):
        settings.RUN_BY = key
        with pytest.raises(Refused):
            stopping_all.stop_all(**world.who("ruian-system"), reason="x")


def test_it_takes_a_reason_and_is_lifted_once(world, run_by, second):
    """Nobody lifts what nobody asked to lift, and nobody lifts it twice."""
    with pytest.raises(Refused):
        stopping_all.stop_all(**world.who("ruian-system"), reason=" ")
    halt = stopping_all.stop_all(**world.who("ruian-system"), reason="演练")
    with pytest.raises(WrongState):
        stopping_all.lift_all(**second, halt=halt)
    stopping_all.ask_lift_all(**world.who("ruian-system"), halt=halt)
    stopping_all.lift_all(**second, halt=halt)
    with pytest.raises(WrongState):
        stopping_all.lift_all(**second, halt=halt)
