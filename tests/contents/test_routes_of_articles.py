"""An article's way from the first word to the last approval, by the three regulations."""

import pytest

from guanhao.contents import actions
from guanhao.contents.approval import approved
from guanhao.contents.models import Finding, Revision
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from tests.contents.conftest import decide, raw_content, submit
from tests.support.emptying import triggers_aside


@pytest.mark.article("ruian-6.1")
def test_a_sections_article_passes_head_and_leader_before_the_office(ruian, offer):
    """Head, supervising leader, office, in this order; then it is approved and nothing else was."""
    article = offer(ruian, "ruian-section", unit="学生科")
    revision = submit(ruian, "ruian-section", article)
    for who in ("ruian-section-head", "ruian-leader", "ruian-editor"):
        assert not approved(revision)
        decide(ruian, who, article)
    assert article.state == "approved"
    assert approved(revision)


@pytest.mark.article("ruian-6.1")
def test_a_students_article_goes_straight_to_the_office(ruian, offer):
    """Individuals need no head and no leader."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article)
    assert article.state == "approved"


@pytest.mark.article("gpnu-14")
@pytest.mark.parametrize(
    ("account", "deciders"),
    [("college", ["gpnu-college-leader"]), ("flagship", ["gpnu-college-leader", "gpnu-publicity-head"])],
)
def test_the_flagship_needs_the_competent_office_in_addition(gpnu, offer, account, deciders):
    """A college's own account: its supervising leader. The institution's: the competent office too."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account=account)
    revision = submit(gpnu, "gpnu-college", article)
    for who in deciders:
        assert not approved(revision)
        decide(gpnu, who, article)
    assert approved(revision)


@pytest.mark.article("xartvu-10")
def test_a_departments_head_approves_before_release(xartvu, offer):
    """The head of the department whose account it is."""
    account = next(key for key, one in xartvu.accounts.items() if not one.flagship)
    unit = xartvu.accounts[account].owner_unit
    writer, head = (sign_in_of(xartvu, unit, post) for post in ("operator", "head"))
    article = offer(xartvu, writer, unit=unit.name, account=account)
    revision = submit(xartvu, writer, article)
    assert not approved(revision)
    decide(xartvu, head, article)
    assert approved(revision)


@pytest.mark.article("ruian-6.2")
def test_a_returned_article_goes_back_with_reasons_and_comes_again(ruian, offer):
    """The provider revises the returned article; the new revision begins anew and remembers what it follows."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    first = submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article, "return")
    assert article.state == "returned"
    save(ruian, "ruian-student", article, title="技能月今日开幕")
    second = submit(ruian, "ruian-student", article)
    assert second.number == 2
    article.refresh_from_db()
    assert article.case.follows.subject_digest == first.hash
    assert not approved(first)


@pytest.mark.requirement("AP2")
def test_an_edit_after_approval_is_not_possible_without_new_decisions(ruian, offer):
    """An approved article cannot be edited; the working copy is closed."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article)
    with pytest.raises(Refused):
        save(ruian, "ruian-student", article, title="换个标题")


@pytest.mark.requirement("AP3")
def test_whoever_laid_a_hand_on_the_article_cannot_approve_it(ruian, offer):
    """The section head edited the draft and is therefore barred from its step."""
    article = offer(ruian, "ruian-section", unit="学生科")
    save(ruian, "ruian-section-head", article, title="科长改过的标题")
    with pytest.raises(Refused) as refused:
        submit(ruian, "ruian-section", article)
    assert refused.value.denied.article


def test_a_rejected_article_can_be_offered_again_as_a_new_one(ruian, offer):
    """Its writers are still its writers."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article, "reject")
    student = ruian.people["ruian-student"]
    again = actions.offer_again(actor=actor_of(student), person=student, article=article)
    assert again.state == "draft"
    assert again.working["title"] == article.title
    assert {hand.person for hand in again.hands.all()} == {student}


def test_a_withdrawn_article_is_nobodys_to_decide(ruian, offer):
    """Withdrawing closes the case too."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    revision = submit(ruian, "ruian-student", article)
    student = ruian.people["ruian-student"]
    actions.withdraw(actor=actor_of(student), person=student, article=article, reason="写重了")
    article.refresh_from_db()
    assert article.state == "withdrawn"
    assert article.case.state == "withdrawn"
    assert not approved(revision)


def test_two_people_saving_at_once_lose_nothing(ruian, offer):
    """The second is told and shown what is there."""
    article = offer(ruian, "ruian-section", unit="学生科")
    serial = article.working_serial
    save(ruian, "ruian-section", article, title="第一个人的标题")
    with pytest.raises(actions.SavedByOthers) as told:
        save(ruian, "ruian-section-head", article, serial=serial, title="第二个人的标题")
    assert told.value.article.working["title"] == "第一个人的标题"


def test_a_stranger_to_the_unit_cannot_offer_in_its_name(ruian, offer):
    """A student has no post in the section."""
    with pytest.raises(Refused):
        offer(ruian, "ruian-student", kind="unit", unit="学生科")


@pytest.mark.article("ruian-6.1")
@pytest.mark.parametrize(
    ("who", "kind", "unit"),
    [
        ("ruian-section", "office", "学生科"),  # would skip head and leader
        ("ruian-tech", "office", "教务科"),  # a function, but another one
        ("ruian-section", "staff", "教务科"),
        ("ruian-section", "student", "学生科"),
        ("ruian-student", "staff", "学生科"),
    ],
)
def test_nobody_shortens_the_route_by_offering_in_another_name(ruian, offer, who, kind, unit):
    """The name decides who reviews."""
    with pytest.raises(Refused):
        offer(ruian, who, kind=kind, unit=unit)


def test_an_article_in_review_cannot_be_submitted_again(ruian, offer):
    """It has its case already."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    with pytest.raises((WrongState, Refused)):
        submit(ruian, "ruian-student", article)


@pytest.mark.requirement("LG2")
def test_every_change_of_an_article_has_its_event(ruian, offer):
    """Begun, submitted, approved: in this order."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article)
    actions_ = [event.action for event in Event.objects.about("article", article.pk)]
    assert actions_ == ["article.created", "article.submitted", "article.approved"]


@pytest.mark.requirement("K1")
def test_a_revision_can_neither_be_changed_nor_deleted(ruian, offer):
    """The database refuses, whoever asks."""
    from django.db import DatabaseError, transaction

    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    revision = submit(ruian, "ruian-student", article)
    for attempt in (
        lambda: type(revision).objects.filter(pk=revision.pk).update(hash="sha256:0"),
        lambda: type(revision).objects.filter(pk=revision.pk).delete(),
    ):
        Finding.objects.filter(revision=revision).delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


@pytest.mark.requirement("K1")
def test_content_changed_behind_our_back_is_no_longer_approved(ruian, offer):
    """Somebody with the database's keys changes a word: the hash no longer fits and nothing goes out."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    revision = submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article)
    assert approved(revision)
    with triggers_aside():
        Revision.objects.filter(pk=revision.pk).update(content=revision.content | {"title": "另一个标题"})
    assert not approved(revision)


@pytest.mark.requirement("AP5")
def test_an_approval_by_somebody_who_left_no_longer_counts(ruian, offer):
    """Between approval and sending."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    revision = submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor-2", article)
    assert approved(revision)
    editor = ruian.people["ruian-editor-2"]
    editor.active = False
    editor.save(update_fields=["active"])
    assert not approved(revision)


def save(cast, who, article, *, serial=None, **changes):
    person = cast.people[who]
    return actions.save_working(
        actor=actor_of(person),
        person=person,
        article=article,
        serial=article.working_serial if serial is None else serial,
        content=raw_content(cast.institution, **changes),
    )


def sign_in_of(cast, unit, post):
    """The sign-in name of somebody who holds a post in a unit."""
    holder = unit.appointments.filter(post=post).first().person
    return next(name for name, person in cast.people.items() if person == holder)
