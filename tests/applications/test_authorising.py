"""Delicate matters: the authorisation asked for by its own route, from the form to its effect on the article (gpnu-9, xartvu-11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.applications import actions
from guanhao.applications.models import Application
from guanhao.applications.types import ApplicationState
from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.contents import checks as content_checks
from guanhao.core import clock
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.people import actions as people
from guanhao.people.access import actor_of
from tests.applications.test_changes import TEST
from tests.contents.conftest import decide as decide_article
from tests.contents.conftest import offer  # noqa: F401 - a fixture.
from tests.contents.conftest import submit as submit_article

DAY = timedelta(days=1)
COLLEGE, ADMISSIONS = "计算机科学学院", "招生办公室"
GROUP = (
    "gpnu-party-office", "gpnu-party-office", "gpnu-teaching", "gpnu-graduate", "gpnu-security-dept",
    "gpnu-logistics", "gpnu-students", "gpnu-league", "gpnu-network",
)  # fmt: skip


@pytest.fixture
def major(college, offer):  # noqa: F811
    """A college's article about a major event, handed in."""
    article = offer(college.cast, "gpnu-college", unit=COLLEGE, account="college", classes=["major_event"])
    submit_article(college.cast, "gpnu-college", article)
    article.refresh_from_db()
    return article


def ask(desk, who, article):
    """Ask for the authorisation from the article's page: reason, hand in."""
    person = desk.person(who)
    article.refresh_from_db()
    application = actions.authorisation(actor=actor_of(person), person=person, article=article)
    return desk.submit(who, desk.fill(who, application, reason="学院承办全国竞赛"))


def sits(desk, who, application):
    """Decide the seat that waits for this person; several may wait at once for a joint opinion."""
    person = desk.person(who)
    step = Step.objects.waiting_for(person).filter(case=application.case).first()
    saying = Saying.all_ticked(step, "approve", opinion="同意")
    actions.decide(actor=actor_of(person), person=person, step=step, saying=saying)
    return Application.objects.select_related("case").get(pk=application.pk)


def authorised(desk, article):
    """The college's article, authorised by the whole group and the institution's leader."""
    application = ask(desk, "gpnu-college", article)
    for who in GROUP:
        application = sits(desk, who, application)
    assert application.state == ApplicationState.IN_REVIEW
    return sits(desk, "gpnu-dean", application)


@pytest.mark.article("gpnu-9")
@pytest.mark.article("gpnu-12")
def test_the_group_and_the_institution_s_leader_authorise_and_only_then_it_passes(college, major):
    """Blocked before; nine opinions, the leader's word, recorded about the article; then its own reviewers let it pass."""
    with pytest.raises(content_checks.Blocked) as blocked:
        decide_article(college.cast, "gpnu-college-leader", major)
    assert "申请专项授权" in blocked.value.denied.reason.zh
    application = authorised(college, major)
    assert application.state == ApplicationState.EFFECTIVE
    given = major.authorisations.get()
    assert (given.covers, given.revision_id, given.case_id) == (
        ["major_event"],
        major.current_id,
        application.case_id,
    )
    event = Event.objects.about("article", major.pk).get(action="article.authorised")
    assert (event.clause, event.facts["covers"]) == ("gpnu-9.authorise", ["major_event"])
    decide_article(college.cast, "gpnu-college-leader", major)
    decide_article(college.cast, "gpnu-publicity-head", major)
    assert major.state == "approved"


@pytest.mark.article("xartvu-11")
def test_propaganda_and_the_school_s_leader_authorise(radio, offer):  # noqa: F811
    """By xartvu's route: an opinion and a decision. On the flagship the head of publicity then sits at both steps of the release."""
    article = offer(
        radio.cast, "xartvu-dept", unit=ADMISSIONS, account="flagship_wechat", classes=["sensitive"]
    )
    submit_article(radio.cast, "xartvu-dept", article)
    with pytest.raises(content_checks.Blocked) as blocked:
        decide_article(radio.cast, "xartvu-publicity-head", article)
    assert blocked.value.denied.article == "xartvu-11"
    application = ask(radio, "xartvu-dept", article)
    application = sits(radio, "xartvu-publicity-head", application)
    assert sits(radio, "xartvu-dean", application).state == ApplicationState.EFFECTIVE
    decide_article(radio.cast, "xartvu-publicity-head", article)
    decide_article(radio.cast, "xartvu-publicity-head", article)
    assert article.state == "approved"


@pytest.mark.article("gpnu-9")
def test_another_text_is_not_authorised(college, major):
    """Returned, rewritten, handed in again: what was authorised was the other text, and it can be asked for anew."""
    authorised(college, major)
    decide_article(college.cast, "gpnu-college-leader", major, "return")
    major.working = {**major.working, "body": major.working["body"] + "<p>另有变动。</p>"}
    major.save()
    submit_article(college.cast, "gpnu-college", major)
    with pytest.raises(content_checks.Blocked):
        decide_article(college.cast, "gpnu-college-leader", major)
    assert ask(college, "gpnu-college", major).state == ApplicationState.IN_REVIEW


@pytest.mark.article("gpnu-9")
@pytest.mark.requirement("AP5")
def test_an_authorisation_does_not_outlive_the_post_of_its_giver(college, major):
    """The leader who authorised has lost the post before anything went out."""
    authorised(college, major)
    people.end_appointment(
        actor=TEST, appointment=college.person("gpnu-dean").appointments.get(), on=clock.today() - DAY
    )
    with pytest.raises(content_checks.Blocked):
        decide_article(college.cast, "gpnu-college-leader", major)


@pytest.mark.article("gpnu-9")
def test_what_changed_meanwhile_is_not_authorised_after_the_fact(college, major):
    """The article was returned while the group was asked: the leader's approval is refused and can be a return."""
    application = ask(college, "gpnu-college", major)
    for who in GROUP:
        application = sits(college, who, application)
    decide_article(college.cast, "gpnu-college-leader", major, "return")
    major.working = {**major.working, "title": "改了标题"}
    major.save()
    submit_article(college.cast, "gpnu-college", major)
    with pytest.raises(Refused, match="送审的那一版"):
        sits(college, "gpnu-dean", application)
    assert not major.authorisations.exists()


@pytest.mark.article("gpnu-9")
def test_nothing_is_asked_for_that_needs_no_authorisation_or_is_asked_already(college, major, offer):  # noqa: F811
    """An ordinary article has nothing to ask; a second application for the same article is refused."""
    plain = offer(college.cast, "gpnu-college", unit=COLLEGE, account="college")
    submit_article(college.cast, "gpnu-college", plain)
    with pytest.raises(Refused, match="没有需要授权"):
        ask(college, "gpnu-college", plain)
    ask(college, "gpnu-college", major)
    with pytest.raises(Refused, match="正在办理"):
        ask(college, "gpnu-college", major)
    with pytest.raises(Refused, match="只有"):
        ask(college, "gpnu-foreign", major)
