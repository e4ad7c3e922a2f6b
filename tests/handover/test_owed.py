"""What somebody owes is on their checklist, and what others can go on with has an heir; both sides are told."""

from __future__ import annotations

import pytest

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.duties.actions import pass_on
from guanhao.duties.models import Duty
from guanhao.duties.rebuilding import rebuild
from guanhao.handover import actions
from guanhao.handover.items import items_of
from guanhao.notices.models import Notice
from guanhao.people import actions as people
from guanhao.people.models import Appointment, Person
from guanhao.process.drawing import draw_consequences
from guanhao.process.owing import keep_duties
from guanhao.steps.loop import until_idle
from tests.contents.conftest import decide, offer, submit
from tests.handover.conftest import FRIDAY
from tests.process.conftest import ME, told, told_people

__all__ = ["offer"]
TEST = system("test")
pytestmark = [pytest.mark.requirement("SE4"), pytest.mark.article("ruian-6.6")]


def follow():
    until_idle([draw_consequences], ME)


def lines(person, kind="duty"):
    return [item for item in items_of(person) if item.kind == kind]


@pytest.fixture
def returned(desk, offer):
    """An article the leaver wrote in the office's name came back: they owe its revision themselves (ruian-6.2)."""
    article = offer(desk.cast, "ruian-editor", kind="office", unit="办公室")
    submit(desk.cast, "ruian-editor", article)
    decide(desk.cast, "ruian-editor-2", article, "return", opinion="请补充来源。")
    follow()
    return Duty.objects.get(task="task", person=desk.leaver)


def test_a_personal_duty_needs_an_heir_and_becomes_theirs(desk, returned):
    """It is on the list, leaving without an heir is refused; afterwards the heir owes it, and the ledger says the same."""
    (line,) = lines(desk.leaver)
    assert (line.needs, line.key) == (True, returned.event)
    with pytest.raises(Refused, match="待办义务"):
        actions.leave(actor=desk.by(desk.office)["actor"], person=desk.leaver, on=FRIDAY.date())
    handover = desk.begin()
    desk.give(handover)
    desk.signed(handover)
    desk.complete(handover)
    follow()
    returned.refresh_from_db()
    assert (returned.person, returned.state) == (desk.heir, "open")
    assert not Person.objects.get(pk=desk.leaver.pk).active
    assert rebuild(desk.cast.institution).same


def test_what_concerns_the_person_alone_ends_with_leaving(desk, offer):
    """A student's own article and what each member owes for themselves are on the list without an heir."""
    member = desk.cast.people["ruian-section"]
    keep_duties(ME)
    own = lines(member)
    assert own
    assert not any(item.needs or item.takes_heir for item in own if item.row.person_id)
    student = desk.cast.people["ruian-student"]
    article = offer(desk.cast, "ruian-student", kind="student", unit="学生科")
    submit(desk.cast, "ruian-student", article)
    decide(desk.cast, "ruian-editor", article, "return", opinion="请补充来源。")
    follow()
    (line,) = [item for item in lines(student) if item.row.paper_id == article.pk]
    assert not line.needs
    actions.leave(actor=desk.by(desk.office)["actor"], person=student, on=FRIDAY.date())
    follow()
    assert Duty.objects.get(pk=line.row.pk).state == "dropped"


def test_a_post_that_alone_owes_something_must_be_filled(desk):
    """The office's operator alone owes the weekly plan's updates of the menu; the editors' duties have a second editor."""
    posts = {item.row.post: item.needs for item in lines(desk.leaver, "post")}
    assert posts == {"editor": False, "operator": False, "member": False}
    keep_duties(ME)
    section = desk.cast.people["ruian-section-head"]
    alone = {item.row.post: item.needs for item in lines(section, "post")}
    assert alone["head"] is True  # the section's supply is owed by its head alone
    posts = {item.row.post: item.needs for item in lines(desk.leaver, "post")}
    assert posts["editor"] is False
    through_post = [item for item in lines(section) if item.row.person_id is None]
    assert through_post
    assert not any(item.takes_heir for item in through_post)


def test_a_post_held_alone_that_decides_and_owes_nothing_needs_no_heir(desk):
    """It stays vacant until somebody is appointed: what is owed through it later goes to the competent office meanwhile."""
    college = desk.cast.units["学生科"]
    person = people.add_person(
        actor=TEST, institution=desk.cast.institution, name="路过", kind="staff", staff_no="N-9"
    )
    people.appoint(actor=TEST, person=person, unit=college, post="supervising_leader", since=clock.today())
    Appointment.objects.filter(unit=college, post="supervising_leader").exclude(person=person).delete()
    assert [(item.takes_heir, item.needs) for item in lines(person, "post")] == [(True, False)]
    actions.leave(actor=TEST, person=person, on=clock.today())
    person.refresh_from_db()
    assert not person.active


def test_an_offices_duty_is_not_passed_from_person_to_person(desk):
    """It changes hands with the post."""
    keep_duties(ME)
    duty = Duty.objects.filter(task="supply_articles").first()
    with pytest.raises(Refused, match="随任职移交"):
        pass_on(actor=desk.by(desk.office)["actor"], duty=duty, to=desk.heir)


def test_both_sides_are_told_at_each_turn(desk):
    """Begun: the leaver; named: the heir, once; signed: the other one; all signed: who runs it; done: the heir and, by mail, the leaver."""
    handover = desk.begin()
    follow()
    assert told_people(desk.cast, "handover.begun") == {"ruian-editor"}
    desk.give(handover)
    follow()
    named = [
        title for consequence, title in told(desk.cast, "ruian-editor-2") if consequence == "handover.named"
    ]
    assert named == [f"请您接手 {desk.leaver.name} 的工作"]
    actions.sign(**desk.by(desk.leaver), handover=handover)
    follow()
    assert told_people(desk.cast, "handover.signed") == {"ruian-editor-2"}
    actions.sign(**desk.by(desk.heir), handover=handover)
    follow()
    assert told_people(desk.cast, "handover.signed") == {"ruian-editor-2", "ruian-office-head"}
    desk.complete(handover)
    follow()
    assert told_people(desk.cast, "handover.done") == {"ruian-editor-2", "ruian-editor"}
    left = Notice.objects.get(person=desk.leaver, consequence="handover.done")
    assert desk.heir.name in left.body_zh
    assert left.deliveries.get(channel="email").notice.link == ""  # nothing to open: the sign-in is closed


def test_who_asks_to_hand_over_themselves_is_heard_by_the_office(desk):
    """And when it is broken off, both sides hear that."""
    handover = actions.begin(**desk.by(desk.leaver), person=desk.leaver)
    follow()
    assert "ruian-office-head" in told_people(desk.cast, "handover.begun")
    desk.give(handover)
    actions.drop(**desk.by(desk.office), handover=handover)
    follow()
    assert told_people(desk.cast, "handover.dropped") == {"ruian-editor", "ruian-editor-2"}
