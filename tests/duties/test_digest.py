"""The weekly digest: once, on the first working morning of a week, to everybody who owes something and nobody else."""

from datetime import date

import pytest
from django.core import mail

from guanhao.contents.days import set_day
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.models import Notice
from guanhao.notices.steps import deliver_some
from guanhao.people.models import Person
from guanhao.process.digesting import announce_digest, owed_by_person
from guanhao.steps.loop import until_idle
from tests.duties.conftest import ACTOR, ME, at

pytestmark = pytest.mark.database


@pytest.fixture
def monday(ruian, keep, time):
    """A Monday morning on which people owe what the week brings."""
    time.to(at(23, 7, 59))
    keep()
    return ruian


@pytest.fixture
def announce(follow):
    """Let the hour's job run and everything follow."""

    def run():
        announce_digest(ME)
        follow()
        return list(Notice.objects.filter(consequence="duty.digest").order_by("person"))

    return run


@pytest.mark.article("ruian-12")
def test_from_eight_on_everybody_hears_what_they_owe_and_only_once(monday, announce, time):
    """Nothing before eight; afterwards one notice a person, however often the job runs and on whichever day."""
    assert announce() == []
    time.to(at(23, 8))
    told = announce()
    owing = owed_by_person()
    assert {notice.person_id for notice in told} == {person.pk for person, _ in owing}
    assert len(told) == len(owing) < Person.objects.active().count()
    editor = monday.people["ruian-editor"]
    (mine,) = [notice for notice in told if notice.person_id == editor.pk]
    duties = next(duties for person, duties in owing if person == editor)
    assert mine.title_zh == f"本周待办义务 {len(duties)} 项，其中逾期 0 项"
    assert "制定每周推送计划" in mine.body_zh
    assert mine.body_en
    assert mine.link == "/duties/"
    time.to(at(25, 12))
    assert len(announce()) == len(told)
    assert Event.objects.filter(action=Action.DUTY_DIGEST).count() == 1
    time.to(at(30, 9))
    assert len(announce()) > len(told)


def test_it_goes_out_by_mail_with_what_is_owed(monday, announce, time):
    """The same words reach whoever has an address."""
    editor = monday.people["ruian-editor"]
    editor.email = "zhixia@college.example"
    editor.save(update_fields=["email"])
    time.to(at(23, 8))
    announce()
    until_idle([deliver_some], ME)
    (letter,) = [one for one in mail.outbox if one.to == [editor.email] and "本周待办义务" in one.subject]
    assert "制定每周推送计划" in letter.body


def test_a_week_that_begins_with_a_holiday_waits_for_its_first_working_day(monday, announce, time):
    """The school's own calendar counts: Monday off, Tuesday morning it is."""
    house, clerk = monday.institution, monday.people["ruian-office-head"]
    set_day(
        actor=ACTOR, person=clerk, institution=house, day=date(2026, 11, 23), working=False, name="校庆日"
    )
    time.to(at(23, 10))
    assert announce() == []
    time.to(at(24, 8))
    assert announce()


def test_late_ones_are_counted(monday, announce, time):
    """What was due before the digest stands in its title."""
    time.to(at(23, 21, 30))
    editor = monday.people["ruian-editor"]
    (mine,) = [notice for notice in announce() if notice.person_id == editor.pk]
    assert "其中逾期 1 项" in mine.title_zh
