"""From a sighting to its case: the route that the rulebook's watch names, opened once, by whoever decided what it is."""

from __future__ import annotations

import pytest

from guanhao.applications.completing import Done
from guanhao.applications.models import Application
from guanhao.applications.types import ApplicationState, Kind
from guanhao.core import clock
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.access import actor_of
from guanhao.process import sighted
from guanhao.watch.models import Sighting
from guanhao.watch.sightings import decide_sighting
from guanhao.watch.types import SightingState


def seen(desk, who, name, state, note="已核对头像与简介"):
    """A name that somebody saw and decided about; what follows is drawn, twice."""
    person = desk.person(who)
    sighting = Sighting.objects.create(
        institution=desk.cast.institution,
        platform="weibo",
        name=name,
        likeness="to_govern",
        score=70,
        found_by=person,
        found_at=clock.now(),
    )
    decide_sighting(actor=actor_of(person), person=person, sighting=sighting, state=state, note=note)
    event = Event.objects.filter(action=Action.SIGHTING_DECIDED, subject_id=str(sighting.pk)).get()
    for _again in range(2):
        sighted.open_case(event, "sighting.case")
    return Application.objects.filter(sighting=sighting).select_related("case", "current")


@pytest.mark.article("gpnu-5")
def test_an_unauthorised_account_becomes_a_case_that_another_editor_verifies_and_the_head_decides(college):
    """One case however often its event is drawn; the conclusion settles it and makes no account."""
    application = seen(college, "gpnu-publicity", "广师树洞", SightingState.TO_GOVERN).get()
    assert application.act == Kind.HANDLE_UNAUTHORISED
    assert application.current.content["beside"]["name"] == "广师树洞"
    application = college.decide("gpnu-publicity", application, opinion="系外语院学生开设")
    application = college.decide("gpnu-publicity-head", application, opinion="责令补办申请")
    assert (application.state, application.account) == (ApplicationState.EFFECTIVE, None)


@pytest.mark.article("xartvu-2")
def test_whoever_noticed_it_may_verify_it(radio):
    """Xartvu has one registrar: deciding what a sighting is does not make it their own matter."""
    application = seen(radio, "xartvu-office", "西安电大考试帮", SightingState.TO_GOVERN).get()
    application = radio.decide("xartvu-office", application)
    application = radio.decide("xartvu-office-head", application)
    assert application.state == ApplicationState.EFFECTIVE


@pytest.mark.article("xartvu-14")
def test_an_impostor_is_confirmed_reported_and_followed_to_its_closure(radio):
    """The technical unit confirms, reports with what came of it, and verifies the closure."""
    application = seen(radio, "xartvu-tech", "西安电大官方招生", SightingState.IMPOSTOR).get()
    assert application.act == Kind.HANDLE_IMPOSTOR
    application = radio.decide("xartvu-tech", application)
    application = radio.decide("xartvu-tech", application, done=Done(note="已向平台投诉，单号 2026-77"))
    application = radio.decide("xartvu-tech", application)
    assert application.state == ApplicationState.EFFECTIVE


def test_what_has_nothing_to_do_with_us_opens_nothing(college):
    """Only what is to be governed or plays us opens a case."""
    assert not seen(college, "gpnu-publicity", "广州天气", SightingState.NOTHING).exists()
