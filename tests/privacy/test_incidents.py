"""Incidents (PD7): the clock from noticing, who is told when, each step recorded, closed with lessons, kept three years."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.privacy import incidents
from guanhao.privacy.models import Incident, Measure, Report
from guanhao.privacy.types import Addressee
from guanhao.process import periodic
from tests.privacy.conftest import facts
from tests.process.conftest import ME, MONDAY, told, told_people
from tests.support.bijection import assert_bijection

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD7")]


def report(incident, to):
    return Report.objects.select_related("incident__institution").get(incident=incident, to=to)


def settle_all(incident, doing, but=()):
    for row in Report.objects.filter(incident=incident).exclude(to__in=but):
        incidents.report_not_needed(report=row, words="影响很小", **doing("ruian-editor"))


def test_the_clock_counts_from_when_it_was_noticed_and_moves_with_it(ruian, incident, doing, time):
    """One hour, four hours, and a day for the persons; a noticing that was earlier makes all of them earlier."""
    due = dict(Report.objects.values_list("to", "due_at"))
    assert due == {
        Addressee.AUTHORITY: MONDAY + timedelta(hours=1),
        Addressee.CYBERSPACE: MONDAY + timedelta(hours=4),
        Addressee.PERSONS: MONDAY + timedelta(hours=24),
    }
    earlier = facts(ruian, noticed_at=MONDAY - timedelta(minutes=30))
    incidents.change_facts(incident=incident, facts=earlier, **doing("ruian-system"))
    assert report(incident, Addressee.AUTHORITY).due_at == MONDAY + timedelta(minutes=30)
    event = Event.objects.filter(action=Action.INCIDENT_CHANGED).get()
    assert event.facts == {"fields": ["noticed_at"]}
    assert event.actor_id == str(ruian.people["ruian-system"].pk)


def test_office_and_system_administrators_are_told_at_once_and_when_a_report_is_near_or_late(
    ruian, incident, follow, time
):
    """Whoever opened it is not told what they know; the reminders reach everybody who can report, once each."""
    follow()
    assert told_people(ruian, "incident.opened") == {
        "ruian-leader", "ruian-editor-2", "ruian-office-head", "ruian-system",
    }  # fmt: skip
    for minutes, titles in ((44, 0), (45, 1), (46, 1), (61, 2), (62, 2), (181, 3), (241, 4)):
        time["now"] = MONDAY + timedelta(minutes=minutes)
        periodic.remind_of_incidents(ME)
        follow()
        said = [title for name, title in told(ruian, "ruian-editor") if name.startswith("incident.")]
        assert len(said) == titles, (minutes, said)
    assert "主管部门和公安机关" in said[0]
    assert said[0].startswith("即将到期")
    assert said[-1].startswith("已超过时限")
    assert "网信部门" in said[-1]


def test_a_report_that_was_made_is_not_reminded_of_and_says_whether_it_was_late(
    incident, doing, follow, time
):
    """Made within the hour: nothing is told of it. Made after four: on record as late."""
    time["now"] = MONDAY + timedelta(minutes=50)
    first = report(incident, Addressee.AUTHORITY)
    incidents.report_made(
        report=first, made_at=time["now"], whom="市公安局网安支队", words="电话", **doing("ruian-editor")
    )
    time["now"] = MONDAY + timedelta(hours=5)
    periodic.remind_of_incidents(ME)
    overdue = Event.objects.filter(action=Action.INCIDENT_REPORT_OVERDUE)
    assert [event.facts["to"] for event in overdue] == ["cyberspace"]
    second = report(incident, Addressee.CYBERSPACE)
    incidents.report_made(
        report=second, made_at=time["now"], whom="省网信办", words="", **doing("ruian-editor")
    )
    made = Event.objects.filter(action=Action.INCIDENT_REPORTED).order_by("index")
    assert [event.facts["late"] for event in made] == [False, True]
    assert "市公安局网安支队" not in str(made[0].facts)
    assert made[0].detail.data["detail"]["whom"] == "市公安局网安支队"
    with pytest.raises(WrongState):
        incidents.report_not_needed(report=second, words="又", **doing("ruian-editor"))


def test_it_is_closed_with_lessons_once_every_report_is_settled_and_then_stands(ruian, incident, doing, time):
    """No lessons, or a report still owed: refused with what is missing. Closed: nothing changes any more."""
    who = doing("ruian-editor")
    with pytest.raises(Refused, match="教训"):
        incidents.close_incident(incident=incident, lessons=" ", **who)
    settle_all(incident, doing, but=(Addressee.PERSONS,))
    with pytest.raises(Refused, match="有关的个人"):
        incidents.close_incident(incident=incident, lessons="离任当天换密码", **who)
    settle_all(incident, doing, but=(Addressee.AUTHORITY, Addressee.CYBERSPACE))
    closed = incidents.close_incident(incident=incident, lessons="离任当天换密码", **who)
    assert closed.keep_until >= time["now"] + timedelta(days=3 * 365)
    for attempt in (
        lambda: incidents.add_measure(incident=incident, words="再查", **who),
        lambda: incidents.change_facts(incident=incident, facts=facts(ruian, title="改名"), **who),
        lambda: incidents.close_incident(incident=incident, lessons="又", **who),
    ):
        with pytest.raises(WrongState):
            attempt()


def test_it_is_kept_for_three_years_and_not_longer(incident, doing, time):
    """The periodic job leaves open ones and young ones alone; afterwards the entry stays, the words are gone."""
    who = doing("ruian-editor")
    incidents.add_measure(incident=incident, words="停用旧账户", **who)
    settle_all(incident, doing)
    incidents.close_incident(incident=incident, lessons="离任当天换密码", **who)
    still = incidents.open_incident(facts=facts_of(incident), **who)
    time["now"] += timedelta(days=3 * 365)
    periodic.forget(ME)
    assert Incident.objects.count() == 2
    time["now"] += timedelta(days=4)
    periodic.forget(ME)
    assert list(Incident.objects.all()) == [still]
    assert not Measure.objects.exists()
    assert Event.objects.get(action=Action.INCIDENT_FORGOTTEN).subject_id == str(incident.pk)


def facts_of(incident):
    return facts_like(incident, accounts=())


def facts_like(incident, **more):
    names = ("kind", "title", "what", "noticed_at", "happened_at", "persons_number", "persons_who", "data_kinds",
             "causes", "advice", "contact")  # fmt: skip
    return incidents.IncidentFacts(**{name: getattr(incident, name) for name in names} | more)


def test_only_those_whose_office_it_is_open_one_and_times_have_to_be_possible(ruian, doing, time):
    """An author and an auditor are refused; so is what would have been noticed tomorrow."""
    for who in ("ruian-section", "ruian-audit", "ruian-tech"):
        with pytest.raises(Refused):
            incidents.open_incident(facts=facts(ruian), **doing(who))
    for wrong in (
        {"noticed_at": MONDAY + timedelta(minutes=1)},
        {"happened_at": MONDAY + timedelta(minutes=1)},
        {"what": "  "},
        {"title": ""},
    ):
        with pytest.raises(Refused):
            incidents.open_incident(facts=facts(ruian, **wrong), **doing("ruian-security"))
    assert not Incident.objects.exists()
    assert not Event.objects.filter(action=Action.INCIDENT_OPENED).exists()


def test_every_incident_and_measure_has_its_entry(ruian, incident, doing):
    """Change and entry go together (LG2); accounts of other institutions are not taken (TN2)."""
    incidents.add_measure(incident=incident, words="停用旧账户", **doing("ruian-system"))
    foreign = facts(ruian, accounts=(999999,))
    other = incidents.open_incident(facts=foreign, **doing("ruian-security"))
    assert not other.accounts.exists()
    assert_bijection(Incident.objects.all(), Action.INCIDENT_OPENED)
    assert_bijection(Measure.objects.all(), Action.INCIDENT_MEASURE, fact="measure")
