"""The sender refuses whatever no longer holds, whichever road led to it (§2.3)."""

from datetime import timedelta

import pytest
from django.db import transaction

from guanhao.contents import actions as contents
from guanhao.contents.models import PushItem, Revision
from guanhao.core import faults
from guanhao.core.verdicts import Refused, WrongState
from guanhao.people import actions as people
from guanhao.people.access import actor_of
from guanhao.people.models import Person
from guanhao.publishing import actions, checks
from guanhao.publishing.jobs import create_job
from guanhao.publishing.models import JobItem, PublishJob, Stop
from guanhao.publishing.points import Point
from guanhao.publishing.types import AskWhy, JobState
from guanhao.registry import actions as registry
from guanhao.regulation import actions as regulation
from guanhao.regulation.queries import in_force
from tests.contents.conftest import decide, raw_content, submit
from tests.publishing.world import DUE, MONDAY

SUBMIT = "/cgi-bin/freepublish/submit"


def after(world, job, seconds=0):
    """The time comes."""
    world.time.to(DUE)
    world.work(seconds=seconds)
    job.refresh_from_db()
    return job


def never_submitted(world):
    return world.sandbox.ledger(path=SUBMIT) == []


def approver_leaves(world):
    """Whoever approved it goes."""
    people.deactivate(actor=world.who("ruian-dean")["actor"], person=world.editor, on=MONDAY.date())


@pytest.mark.requirement("AP5")
@pytest.mark.article("ruian-6.3")
@pytest.mark.parametrize("when", ["before staging", "after staging", "between gate and intent"])
def test_an_approval_lost_before_sending_stops_the_push(world, when):
    """The approver left: the job ends with the reason, at whatever moment that happens before the intent."""
    job = world.planned()
    if when == "before staging":
        approver_leaves(world)
    world.staged(job)
    if when == "after staging":
        approver_leaves(world)

    def at_the_last_moment(place):
        if when == "between gate and intent" and place == Point.BEFORE_INTENT:
            approver_leaves(world)

    with faults.handler(at_the_last_moment):
        after(world, job)
    assert job.state == JobState.CANCELLED
    assert "不再有效" in job.cause
    assert never_submitted(world)


@pytest.mark.requirement("K1")
def test_a_job_never_sends_another_revision_than_it_was_planned_with(world):
    """A row changed behind our back is met by the manifest."""
    job = world.staged()
    other = world.approved("另一篇")
    JobItem.objects.filter(job=job).update(revision=other)
    after(world, job)
    assert (job.state, never_submitted(world)) == (JobState.CANCELLED, True)


@pytest.mark.requirement("AP1")
def test_a_job_made_without_any_approval_is_refused_by_the_sender(world):
    """Even a push written straight into the tables does not go out."""
    job = world.planned()
    revision = job.items.get().revision
    bare = Revision.objects.create(
        institution=world.cast.institution,
        article=revision.article,
        number=9,
        content={**revision.content, "title": "未经审批"},
        hash="sha256:" + "0" * 64,
        created_by=world.editor,
        created_at=MONDAY,
    )
    push = job.push
    push.pk = None
    push.save()
    PushItem.objects.create(institution=world.cast.institution, push=push, position=0, revision=bare)
    with transaction.atomic():
        forged = create_job(actor=world.who("ruian-editor")["actor"], push=push)
    after(world, forged, seconds=5)
    assert forged.state == JobState.CANCELLED
    assert "未经审批" not in world.titles_public()


@pytest.mark.article("gpnu-13")
@pytest.mark.parametrize("loss", ["suspended", "nobody responsible", "too many holders"])
def test_an_account_that_may_not_publish_holds_its_pushes_back(world, loss):
    """Suspended, without anybody answering for it, or in too many hands: the job waits, and then a person is asked."""
    job = world.staged()
    if loss == "suspended":
        registry.change_account(
            actor=world.who("ruian-office-head")["actor"], account=world.account, state="suspended"
        )
    elif loss == "nobody responsible":
        Person.objects.filter(pk=world.account.first_responsible_id).update(active=False)
    else:
        third = world.cast.people["ruian-tech"]
        registry.add_holder(
            actor=world.who("ruian-office-head")["actor"], account=world.account, person=third
        )
        _limit_of_two(world)
    after(world, job)
    assert job.state == JobState.STAGED
    assert job.cause
    world.work(seconds=1900, step=60)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.WINDOW_MISSED)
    assert never_submitted(world)


def _limit_of_two(world):
    """A rulebook that allows two holders, adopted now."""
    source = in_force(world.cast.institution).version.source
    stricter = source.replace("{what: credential_holders, of: account, at_least: 1, at_most: 3}",
                              "{what: credential_holders, of: account, at_least: 1, at_most: 2}")  # fmt: skip
    assert stricter != source
    regulation.adopt(
        actor=world.who("ruian-dean")["actor"], institution=world.cast.institution, source=stricter
    )


@pytest.mark.requirement("AP8")
@pytest.mark.parametrize("scope", ["account", "institution"])
def test_a_stop_holds_every_intent_not_yet_committed_and_two_people_lift_it(world, scope):
    """一键停发: nothing begins while it is in force; one person cannot lift it alone; then the push goes out."""
    job = world.staged()
    halt = actions.stop(
        **world.who("ruian-office-head"),
        institution=world.cast.institution,
        account=world.account if scope == "account" else None,
        reason="舆情核实",
    )
    after(world, job, seconds=120)
    assert (job.state, never_submitted(world)) == (JobState.STAGED, True)
    assert "舆情核实" in job.cause
    with pytest.raises(WrongState):
        actions.lift(**world.who("ruian-editor"), halt=halt)
    actions.ask_lift(**world.who("ruian-editor"), halt=halt)
    with pytest.raises(Refused):
        actions.lift(**world.who("ruian-editor"), halt=halt)
    actions.lift(**world.who("ruian-office-head"), halt=halt)
    world.work(seconds=60)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED


@pytest.mark.requirement("K12")
@pytest.mark.parametrize("name", ["ruian-student", "ruian-system", "ruian-security", "ruian-audit"])
def test_neither_contributors_nor_administrators_stop_or_send(world, name):
    """The three administrators get no say in publishing by virtue of their role."""
    with pytest.raises(Refused):
        actions.stop(**world.who(name), institution=world.cast.institution, account=None, reason="x")
    revision = world.approved()
    with pytest.raises(Refused):
        actions.schedule(
            **world.who(name),
            account=world.account,
            revisions=[revision],
            channel="wechat_publish",
            due_at=DUE,
        )
    assert not Stop.objects.exists()
    assert not PublishJob.objects.exists()


@pytest.mark.article("ruian-6.3")
def test_only_the_office_publishes_and_the_refusal_cites_the_article(world):
    """Somebody of a section may neither plan nor answer for a push; the reason names the article."""
    job = world.planned()
    verdict = checks.may_handle(world.cast.people["ruian-section-head"], job)
    assert not verdict
    assert verdict.article.startswith("ruian-6")
    assert checks.may_handle(world.editor, job)


@pytest.mark.article("gpnu-14")
@pytest.mark.parametrize(("account", "publishes"), [("flagship", False), ("college", True)])
def test_a_college_publishes_on_its_own_account_and_not_on_the_flagship(gpnu, account, publishes):
    """Whom the route names as publisher depends on the account."""
    person = gpnu.people["gpnu-college"]
    article = contents.create_article(
        actor=actor_of(person),
        person=person,
        account=gpnu.accounts[account],
        unit=gpnu.units["计算机科学学院"],
        kind="unit",
        content=raw_content(gpnu.institution),
        details=contents.Details(category="news"),
    )
    submit(gpnu, "gpnu-college", article)
    deciders = ["gpnu-college-leader"] + (["gpnu-publicity-head"] if account == "flagship" else [])
    for who in deciders:
        decide(gpnu, who, article)
    assert bool(checks.may_publish(person, article)) is publishes


def test_a_push_that_missed_its_time_is_asked_and_not_sent_late_by_itself(world):
    """The publisher was down over the push's time and grace: nothing goes out without a person's word (§2.7, 4)."""
    job = world.staged()
    world.time.to(DUE + timedelta(minutes=31))
    world.work()
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.WINDOW_MISSED)
    assert never_submitted(world)


@pytest.mark.article("ruian-11")
def test_sending_again_after_the_window_has_closed_is_refused_by_the_rulebook(world):
    """A person's word does not open a window: at 18:10 the push is put before a person again."""
    job = world.staged()
    world.time.to(DUE + timedelta(minutes=100))
    world.work()
    job.refresh_from_db()
    actions.answer_ask(**world.who("ruian-editor"), job=job, choice="resend")
    world.work(seconds=30)
    job.refresh_from_db()
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.WINDOW_MISSED)
    assert "推送时段" in job.cause
    assert never_submitted(world)


@pytest.mark.parametrize("what", ["edited", "deleted", "published by hand"])
def test_a_draft_touched_on_the_console_is_put_before_a_person(world, what):
    """What is in the box is no longer what was approved, or is gone: nothing is sent (§2.7, 3)."""
    job = world.staged()
    media_id = job.staged["media_id"]
    if what == "edited":
        world.sandbox.control("drafts/edit", media_id=media_id, content="<p>改过</p>")
    elif what == "deleted":
        world.sandbox.control("drafts/delete", media_id=media_id)
    else:
        world.sandbox.control("drafts/publish", media_id=media_id, notify=True)
    after(world, job)
    assert (job.state, job.ask_why) == (JobState.ASK, AskWhy.DRAFT_CHANGED)
    assert never_submitted(world)


def test_two_pushes_of_one_account_are_never_in_flight_together(world):
    """The second waits until the first has its answer; both go out, each once."""
    first, second = world.planned(), world.planned(world.approved("第二条消息"))
    for job in (first, second):
        world.staged(job)
    world.time.to(DUE)
    world.work(seconds=60)
    assert sorted(world.titles_public()) == sorted(["技能月开幕", "第二条消息"])
    assert len(world.accepts()) == 2


def test_a_revision_has_one_live_job_per_account_and_channel(world):
    """The table refuses a second one; after a cancellation it is free again."""
    job = world.planned()
    revision = job.items.get().revision
    with pytest.raises(Refused):
        world.planned(revision)
    actions.cancel(**world.who("ruian-editor"), push=job.push, reason="改期")
    again = world.planned(revision)
    assert again.pk != job.pk


def test_moving_a_staged_push_keeps_its_draft_and_its_new_time(world):
    """Drag on the calendar after staging: the same draft goes out at the new time, not at the old one."""
    job = world.staged()
    push = job.push
    push.refresh_from_db()
    later = DUE + timedelta(minutes=45)
    actions.move(**world.who("ruian-editor"), push=push, due_at=later, serial=push.serial)
    after(world, job, seconds=30)
    assert (job.state, never_submitted(world)) == (JobState.STAGED, True)
    world.time.to(later)
    world.work(seconds=20)
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED
    assert len(world.sandbox.effects("draft.added")) <= 1
