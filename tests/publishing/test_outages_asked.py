"""Questions that arose together, answers while the machine still looks, and what a changed draft reads like (§2.7)."""

from datetime import timedelta

import pytest

from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.publishing import actions, answering
from guanhao.publishing.difference import difference
from guanhao.publishing.models import HandReport, PublishJob
from guanhao.publishing.outages import Answer, Kind, answer_each, grouped, may_answer_all
from guanhao.publishing.types import Answered, AskWhy, JobState
from tests.publishing.test_asking import LINK, SUBMIT, _second_operator, again, answer
from tests.publishing.world import DUE


@pytest.fixture
def unknown(world):
    """A job whose one send was answered by silence and had no effect, ten seconds ago."""
    job = world.staged()
    world.sandbox.fault("reset", SUBMIT, when="before")
    world.time.to(DUE)
    world.work(seconds=10)
    assert again(job).state == JobState.UNKNOWN
    return again(job)


def three(world):
    """Three jobs due a minute after each other, staged."""
    jobs = [
        world.planned(world.approved(f"第{number}篇稿件"), due=DUE + timedelta(minutes=number))
        for number in range(3)
    ]
    world.time.to(DUE - timedelta(minutes=25))
    world.work()
    return jobs


def test_whoever_sees_it_on_the_platform_need_not_wait_for_the_machine(world, unknown):
    """已发出 with the link settles a job that is still being looked for."""
    answer(world, unknown, "published", links=[LINK])
    assert (again(unknown).state, again(unknown).items.get().url) == (JobState.PUBLISHED, LINK)


@pytest.mark.requirement("AP8")
def test_sending_again_while_it_is_looked_for_takes_two(world, unknown):
    """The first person's wish changes nothing; the second's yes sends the same draft, after one more look."""
    report = answer(world, unknown, "resend")
    assert again(unknown).state == JobState.UNKNOWN
    world.work(seconds=30)
    assert len(world.sandbox.ledger(path=SUBMIT)) == 1
    second = _second_operator(world)
    actions.confirm_resend(actor=world.who("ruian-editor-2")["actor"], person=second, report=report)
    world.work(seconds=30)
    assert again(unknown).state == JobState.PUBLISHED
    assert len(world.accepts()) == 1
    assert again(unknown).tries.filter(call="draft_add").count() == 1


def test_what_is_still_looked_for_is_not_given_up(world, unknown):
    """It may turn up; giving up is open when the looks are over."""
    with pytest.raises(Refused):
        answer(world, unknown, "give_up", note="算了")
    assert again(unknown).state == JobState.UNKNOWN
    world.work(seconds=1300, step=50)
    answer(world, again(unknown), "give_up", note="算了")
    assert again(unknown).state == JobState.CANCELLED


def test_looking_at_once_hastens_the_machine_and_sends_nothing(world, unknown):
    """One look more, at once."""
    before = unknown.looks.count()
    actions.look_again(**world.who("ruian-editor"), job=unknown)
    world.work()
    assert again(unknown).looks.count() == before + 1
    assert len(world.sandbox.ledger(path=SUBMIT)) == 1


def test_unknown_jobs_of_one_outage_stand_together_and_those_of_another_apart(world):
    """Two that went unanswered within minutes are one group; a third, an hour later, is its own."""
    jobs = three(world)
    for job, minutes in zip(jobs, (0, 2, 62), strict=True):
        sent = {"armed_at": DUE + timedelta(minutes=minutes), "ask_why": AskWhy.NOT_FOUND}
        PublishJob.objects.filter(pk=job.pk).update(state=JobState.ASK, **sent)
    groups = grouped(PublishJob.objects.all())
    assert [(group.kind, len(group.jobs)) for group in groups] == [(Kind.UNKNOWN, 2), (Kind.UNKNOWN, 1)]


def test_missed_pushes_are_one_list_oldest_first_and_are_never_sent_by_themselves(world):
    """The machine slept over three times; hours later nothing has gone out."""
    jobs = three(world)
    world.time.to(DUE + timedelta(minutes=45))
    world.work(seconds=3600, step=600)
    (group,) = grouped(PublishJob.objects.asking())
    assert (group.kind, group.jobs) == (Kind.MISSED, jobs)
    assert world.sandbox.ledger(path=SUBMIT) == []


@pytest.mark.requirement("LG2")
def test_one_answer_for_several_leaves_each_its_own_record(world):
    """Given up together: three reports, three events, each by name."""
    jobs = three(world)
    world.time.to(DUE + timedelta(minutes=45))
    world.work()
    waiting = list(PublishJob.objects.asking())
    assert may_answer_all(world.editor, waiting, Answered.GIVE_UP)
    answers = [Answer(job, Answered.GIVE_UP, note="停电") for job in waiting]
    assert answer_each(**world.who("ruian-editor"), answers=answers) == []
    assert HandReport.objects.count() == len(jobs)
    assert Event.objects.filter(action="job.ask_answered").count() == len(jobs)
    assert {again(job).state for job in jobs} == {JobState.CANCELLED}


def test_one_refused_answer_does_not_undo_the_others(world):
    """Without a reason one stays open; the other is recorded."""
    first, second, _third = three(world)
    world.time.to(DUE + timedelta(minutes=45))
    world.work()
    answers = [Answer(first, Answered.GIVE_UP), Answer(second, Answered.GIVE_UP, note="停电")]
    ((job, denied),) = answer_each(**world.who("ruian-editor"), answers=answers)
    assert (job, denied.reason.zh) == (first, "请写明理由。")
    assert (again(first).state, again(second).state) == (JobState.ASK, JobState.CANCELLED)


def test_links_and_early_resends_are_not_answered_in_bulk(world, unknown):
    """Each link is one job's; an early re-send is judged by itself; a stranger answers for none."""
    assert not may_answer_all(world.editor, [unknown], Answered.PUBLISHED)
    assert not may_answer_all(world.editor, [unknown], Answered.RESEND)
    world.work(seconds=1300, step=50)
    assert may_answer_all(world.editor, [again(unknown)], Answered.RESEND)
    assert not may_answer_all(world.cast.people["ruian-student"], [again(unknown)], Answered.RESEND)


def test_the_time_from_which_one_person_may_send_again_is_known(world, unknown):
    """Twenty minutes after the intent; nothing to wait for where nothing was sent."""
    assert answering.opens_at(unknown) == unknown.armed_at + timedelta(minutes=20)
    assert not answering.quiet(unknown)
    world.time.pass_(1200)
    assert answering.quiet(unknown)


def test_an_answered_job_refuses_the_next_answer(world, unknown):
    """Two people at once: the second learns that it is settled."""
    answer(world, unknown, "published", links=[LINK])
    with pytest.raises(WrongState):
        answer(world, unknown, "resend")


def test_a_changed_draft_is_shown_as_readers_would_see_it(world):
    """Somebody edited the draft on the console: the page says which words, not which bytes."""
    job = world.staged()
    (draft,) = world.in_the_box()
    changed = {"title": "技能月闭幕", "content": "<p>现场气氛冷清。</p>"}
    world.sandbox.control("drafts/edit", media_id=draft["media_id"], index=0, **changed)
    world.time.to(DUE)
    world.work()
    assert (again(job).state, again(job).ask_why) == (JobState.ASK, AskWhy.DRAFT_CHANGED)
    (one,) = difference(again(job))
    words = {
        (change.label, part.kind, part.text)
        for change in one.changes
        for part in change.segments
        if part.kind != "same"
    }
    assert any(kind == "added" and "闭幕" in text for _label, kind, text in words)
    assert any(label == "标题" for label, _kind, _text in words)
    assert any("正文" in label for label, _kind, _text in words)


def test_an_unchanged_draft_has_no_difference(world, unknown):
    """Nothing was found different, so nothing is shown."""
    assert difference(unknown) == []
