"""Findings: what stops at once, what waits for a role, what is settled and stays settled."""

import pytest

from guanhao.contents import actions, checks
from guanhao.contents.approval import approved
from guanhao.contents.assets import PDF
from guanhao.contents.models import Asset, Finding, Revision
from guanhao.contents.types import Stage
from guanhao.core import clock
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from tests.contents.conftest import decide, submit

PHONE = "13812345678"


def settle(cast, who, finding, reason="家长已书面同意公开"):
    person = cast.people[who]
    return actions.settle_finding(actor=actor_of(person), person=person, finding=finding, reason=reason)


def attach(cast, who, article, *, kind="authorisation", issued_by="党政办公室", covers=()):
    person = cast.people[who]
    asset, _ = Asset.objects.get_or_create(
        institution=cast.institution,
        digest="sha256:" + "d" * 64,
        defaults={"kind": "document", "mime": PDF, "size": 1, "uploaded_at": clock.now()},
    )
    return actions.attach(
        actor=actor_of(person),
        person=person,
        article=article,
        asset=asset,
        kind=kind,
        issued_by=issued_by,
        covers=covers,
    )


@pytest.mark.article("ruian-6.3")
def test_what_nobody_may_let_pass_stops_the_submission_and_leaves_nothing(ruian, offer):
    """No source: no revision, no case, no finding; the article is a draft as before."""
    article = offer(ruian, "ruian-section", unit="学生科", source="")
    with pytest.raises(checks.Blocked) as refused:
        submit(ruian, "ruian-section", article)
    assert refused.value.denied.article == "ruian-6.3"
    article.refresh_from_db()
    assert article.state == "draft"
    assert not Revision.objects.filter(article=article).exists()


@pytest.mark.article("ruian-6.3")
def test_the_editor_is_told_before_submitting_also_what_reviewers_will_find(ruian, offer):
    """The preview shows both stages and stores nothing."""
    article = offer(ruian, "ruian-section", unit="学生科", source="", credits={})
    found = checks.preview(article)
    assert {one.rule for one in found} == {"source_stated", "credits"}
    assert all(one.article_ref == "ruian-6.3" for one in found)
    assert not Finding.objects.filter(revision__article=article).exists()


@pytest.mark.article("ruian-6.2")
def test_a_finding_with_a_role_goes_along_and_stops_the_last_approval(ruian, offer):
    """The section's people approve; the office cannot until its head lets the telephone number pass, with a reason."""
    article = offer(ruian, "ruian-section", unit="学生科", source=f"学生科 {PHONE}")
    revision = submit(ruian, "ruian-section", article)
    finding = revision.findings.get(rule="personal_data")
    assert PHONE not in finding.message_zh + str(finding.place)
    decide(ruian, "ruian-section-head", article)
    decide(ruian, "ruian-leader", article)
    with pytest.raises(checks.Blocked):
        decide(ruian, "ruian-editor", article)
    with pytest.raises(Refused):
        settle(ruian, "ruian-section-head", finding)
    with pytest.raises(Refused):
        settle(ruian, "ruian-office-head", finding, reason="  ")
    settled = settle(ruian, "ruian-office-head", finding)
    assert (settled.state, settled.settled_by) == ("overridden", ruian.people["ruian-office-head"])
    decide(ruian, "ruian-editor", article)
    assert article.state == "approved"
    with pytest.raises(WrongState):
        settle(ruian, "ruian-office-head", finding)


@pytest.mark.requirement("AP3")
def test_nobody_lets_their_own_work_pass(ruian, offer):
    """The head of the office wrote it: the role is theirs, the hands are not clean."""
    article = offer(ruian, "ruian-office-head", kind="office", unit="办公室", source=f"办公室 {PHONE}")
    revision = submit(ruian, "ruian-office-head", article)
    with pytest.raises(Refused):
        settle(ruian, "ruian-office-head", revision.findings.get(rule="personal_data"))


def test_what_was_let_pass_is_not_asked_again_at_the_next_stage(ruian, offer):
    """The same clause, sentence and place; settled once."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科", source=f"学生科 {PHONE}")
    revision = submit(ruian, "ruian-student", article)
    settle(ruian, "ruian-office-head", revision.findings.get(rule="personal_data"))
    again = [one for one in checks.run(revision, Stage.REVIEW) if one.rule == "personal_data"]
    assert [one.state for one in again] == ["overridden"]


def test_running_twice_finds_the_same_findings(ruian, offer):
    """No doubles; what is gone is marked as fixed."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科", category="")
    with pytest.raises(checks.Blocked):
        submit(ruian, "ruian-student", article)
    article = offer(ruian, "ruian-student", kind="student", unit="学生科", title="字" * 31)
    revision = submit(ruian, "ruian-student", article)
    first = {one.pk for one in checks.run(revision, Stage.SUBMIT)}
    assert {one.pk for one in checks.run(revision, Stage.SUBMIT)} == first


@pytest.mark.article("gpnu-9")
def test_a_major_event_cannot_pass_without_an_authorisation(gpnu, offer):
    """Attached, issued by somebody, covering the class; then it can."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college", classes=["major_event"])
    submit(gpnu, "gpnu-college", article)
    with pytest.raises(checks.Blocked) as refused:
        decide(gpnu, "gpnu-college-leader", article)
    assert refused.value.denied.article == "gpnu-9"
    with pytest.raises(Refused):
        attach(gpnu, "gpnu-college", article, covers=[])
    with pytest.raises(Refused):
        attach(gpnu, "gpnu-college", article, covers=["major_event"], issued_by=" ")
    attach(gpnu, "gpnu-college", article, covers=["major_event"])
    decide(gpnu, "gpnu-college-leader", article)
    decide(gpnu, "gpnu-publicity-head", article)
    assert article.state == "approved"
    assert "article.authorisation_added" in [one.action for one in Event.objects.about("article", article.pk)]


@pytest.mark.requirement("AP7")
@pytest.mark.article("gpnu-9")
def test_a_class_marked_in_review_adds_the_step_that_authorises_it(gpnu, offer):
    """The supervising leader sees what it is; the competent office is now on the way."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college")
    submit(gpnu, "gpnu-college", article)
    leader = gpnu.people["gpnu-college-leader"]
    article.refresh_from_db()
    assert article.case.steps.count() == 1
    actions.mark_classes(actor=actor_of(leader), person=leader, article=article, classes=["sensitive"])
    article.refresh_from_db()
    assert article.content_classes == ["sensitive"]
    assert article.case.steps.count() == 2


@pytest.mark.requirement("AP7")
def test_only_the_authorising_step_takes_a_class_off(gpnu, offer):
    """The supervising leader may not; the competent office may, while it waits, with a reason."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college", classes=["sensitive"])
    submit(gpnu, "gpnu-college", article)
    article.refresh_from_db()
    leader, office = gpnu.people["gpnu-college-leader"], gpnu.people["gpnu-publicity-head"]
    attach(gpnu, "gpnu-college", article, covers=["sensitive"])

    def take_off(person):
        step = article.case.steps.get(position=article.case.steps.waiting().get().position)
        return actions.unmark_class(
            actor=actor_of(person), person=person, step=step, content_class="sensitive", reason="并不敏感"
        )

    with pytest.raises(Refused):
        take_off(leader)
    decide(gpnu, "gpnu-college-leader", article)
    assert take_off(office).content_classes == []


@pytest.mark.requirement("AP7")
def test_an_approved_article_that_turns_out_delicate_is_in_review_again(gpnu, offer):
    """Marked after the last approval: nothing goes out before the step that such content needs."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college")
    revision = submit(gpnu, "gpnu-college", article)
    decide(gpnu, "gpnu-college-leader", article)
    assert approved(revision)
    leader = gpnu.people["gpnu-college-leader"]
    actions.mark_classes(actor=actor_of(leader), person=leader, article=article, classes=["emergency"])
    article.refresh_from_db()
    assert article.state == "in_review"
    assert not approved(revision)


@pytest.mark.requirement("AP7")
def test_the_author_cannot_take_a_marked_class_away(gpnu, offer):
    """Not by editing the returned article."""
    article = offer(gpnu, "gpnu-college", unit="计算机科学学院", account="college", classes=["sensitive"])
    submit(gpnu, "gpnu-college", article)
    decide(gpnu, "gpnu-college-leader", article, "return")
    writer = gpnu.people["gpnu-college"]
    with pytest.raises(Refused):
        actions.save_working(
            actor=actor_of(writer),
            person=writer,
            article=article,
            serial=article.working_serial,
            content=article.working,
            details=actions.Details(category="news"),
        )


@pytest.mark.article("xartvu-12")
def test_secrecy_is_confirmed_with_the_decision(xartvu, offer):
    """The head ticks the items; without them the decision is refused."""
    account = next(key for key, one in xartvu.accounts.items() if not one.flagship)
    unit = xartvu.accounts[account].owner_unit
    names = {person.pk: name for name, person in xartvu.people.items()}
    writer, head = (
        names[unit.appointments.filter(post=post).first().person_id] for post in ("operator", "head")
    )
    article = offer(xartvu, writer, unit=unit.name, account=account)
    submit(xartvu, writer, article)
    with pytest.raises(Refused):
        decide(xartvu, head, article, checklist={})
    decide(xartvu, head, article)
    assert article.state == "approved"


def test_strangers_can_neither_attach_nor_settle(ruian, offer):
    """A student of another article has no business here."""
    article = offer(ruian, "ruian-section", unit="学生科", title="字" * 31)
    revision = submit(ruian, "ruian-section", article)
    with pytest.raises(Refused):
        attach(ruian, "ruian-student", article, kind="other")
    with pytest.raises(Refused):
        settle(ruian, "ruian-student", revision.findings.get(rule="title_length"))


def test_words_the_rulebook_does_not_know_are_refused(ruian, offer):
    """A category, a class: keys of the file."""
    with pytest.raises(Refused):
        offer(ruian, "ruian-section", unit="学生科", category="gossip")
    with pytest.raises(Refused):
        offer(ruian, "ruian-section", unit="学生科", classes=["aliens"])


def test_a_picture_that_is_not_stored_here_stops_the_submission(ruian, offer):
    """Its digest is well formed and nobody has it."""
    article = offer(ruian, "ruian-section", unit="学生科", cover="sha256:" + "f" * 64)
    with pytest.raises(Refused):
        submit(ruian, "ruian-section", article)
