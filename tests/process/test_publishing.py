"""What follows from publishing: whoever owes it is asked, and whoever made an article hears of its fate."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from guanhao.contents.models import Push, PushItem
from guanhao.contents.types import PushState
from guanhao.core.actors import system
from guanhao.core.text import Text
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.notices.models import Notice
from guanhao.people.access import actor_of
from guanhao.process.periodic import tell_of_unknown_jobs
from guanhao.publishing import stopping
from guanhao.publishing.jobs import create_job
from guanhao.publishing.models import PublishJob
from guanhao.publishing.moves import move
from guanhao.publishing.types import AskWhy, JobState
from tests.contents.conftest import decide, submit
from tests.process.conftest import ME, told, told_people

pytestmark = pytest.mark.database


@pytest.fixture
def job(ruian, offer, time):
    """A student's approved article in a push this afternoon, with its job."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article)
    article.state = "scheduled"
    article.save(update_fields=["state"])
    with transaction.atomic():
        push = Push.objects.create(
            institution=ruian.institution,
            account=ruian.accounts["flagship"],
            channel="wechat_publish",
            due_at=time["now"] + timedelta(hours=7, minutes=30),
            state=PushState.PLANNED,
            planned_by=ruian.people["ruian-editor"],
            planned_at=time["now"],
        )
        PushItem.objects.create(
            institution=ruian.institution, push=push, position=0, revision=article.current
        )
        return create_job(actor=system("test"), push=push)


def moved(job, to, **fields):
    """Move the job as the publisher does."""
    with transaction.atomic():
        move(job, to, **fields)


@pytest.mark.article("ruian-6.3")
def test_a_push_to_publish_by_hand_asks_those_who_publish(ruian, job, follow):
    """The rulebook lets the office publish, so the office's people are asked; the technical unit is not."""
    moved(job, JobState.ASK, ask_why=AskWhy.BY_HAND, cause=Text("请手工发布。"))
    follow()

    assert "ruian-editor" in told_people(ruian, "publish.ask")
    assert not told_people(ruian, "publish.ask") & {"ruian-tech", "ruian-student", "ruian-system"}
    notice = Notice.objects.filter(consequence="publish.ask").first()
    assert notice.link == f"/publishing/{job.pk}/by-hand/"
    assert "11-23 16:30" in notice.title_zh
    assert notice.body_zh == "请手工发布。"
    assert notice.article_ref.startswith("ruian-6")


def test_a_job_that_no_longer_asks_disturbs_nobody(ruian, job, follow):
    """What was answered before the notice went out is not asked any more."""
    moved(job, JobState.ASK, ask_why=AskWhy.WINDOW_MISSED, cause=Text("错过了。"))
    moved(job, JobState.CANCELLED)
    follow()

    assert told_people(ruian, "publish.ask") == set()


def test_contributor_and_deciders_hear_of_the_publication(ruian, job, follow):
    """The student who offered it and the editor who approved it get the good news with the link."""
    job.items.update(url="https://mp.weixin.qq.com/s/abc")
    moved(job, JobState.PUBLISHED)
    follow()

    assert {"ruian-student", "ruian-editor"} <= told_people(ruian, "publish.published")
    assert ("publish.published", "已发布：“技能月开幕”") in told(ruian, "ruian-student")
    assert (
        "https://mp.weixin.qq.com/s/abc"
        in Notice.objects.filter(consequence="publish.published").first().body_zh
    )


def test_a_refusal_by_the_platform_reaches_those_who_owe_it_and_its_author(ruian, job, follow):
    """The cause in plain words goes to the office and to the contributor."""
    moved(job, JobState.REJECTED, cause=Text("标题过长。", "The title is too long."))
    follow()

    assert {"ruian-student", "ruian-editor"} <= told_people(ruian, "publish.ended")
    notice = Notice.objects.filter(consequence="publish.ended").first()
    assert (notice.body_zh, notice.body_en) == ("标题过长。", "The title is too long.")


@pytest.mark.parametrize(
    ("verdict", "state", "heard"),
    [
        ("different", JobState.PUBLISHED, True),
        ("different", JobState.STAGED, False),  # a draft: people are asked about it
        ("found", JobState.PUBLISHED, False),
    ],
)
def test_a_publication_that_reads_otherwise_reaches_office_and_publishers(
    verdict, state, heard, ruian, job, follow
):
    """Only what stands on the platform, and only a look that found another text, is told."""
    with transaction.atomic():
        record(
            institution=ruian.institution,
            actor=system("publisher"),
            action=Action.JOB_LOOKED,
            subject=Subject("job", str(job.pk)),
            facts={"number": 1, "verdict": verdict, "state": state.value},
        )
    follow()

    assert ({"ruian-editor", "ruian-office-head"} <= told_people(ruian, "publish.differs")) is heard
    if heard:
        notice = Notice.objects.filter(consequence="publish.differs").first()
        assert notice.link == f"/publishing/{job.pk}/"
        assert "与审批的不一致" in notice.title_zh
    else:
        assert not told_people(ruian, "publish.differs")


def test_an_unknown_outcome_is_told_within_five_minutes_and_once(ruian, job, time):
    """Not at once, because the first looks mostly find it; but before five minutes have passed, and only once."""
    moved(job, JobState.UNKNOWN, unknown_since=time["now"])
    for minute in range(5):
        if minute == 1:
            assert told_people(ruian, "publish.unknown") == set()
        time["now"] += timedelta(minutes=1)
        tell_of_unknown_jobs(ME)

    assert "ruian-editor" in told_people(ruian, "publish.unknown")
    assert len([name for name, _ in told(ruian, "ruian-editor") if name == "publish.unknown"]) == 1


def test_an_outcome_found_by_the_first_look_is_not_worth_a_notice(ruian, job, time):
    """Unknown for a minute only: nobody is woken."""
    moved(job, JobState.UNKNOWN, unknown_since=time["now"])
    time["now"] += timedelta(minutes=1)
    tell_of_unknown_jobs(ME)
    moved(job, JobState.ACCEPTED)
    time["now"] += timedelta(minutes=5)
    tell_of_unknown_jobs(ME)

    assert told_people(ruian, "publish.unknown") == set()
    assert PublishJob.objects.filter(state=JobState.ACCEPTED).exists()


@pytest.mark.requirement("AP8")
def test_a_stop_and_the_wish_to_lift_it_reach_those_who_may_agree(ruian, follow):
    """Whoever may stop hears of it; the wish to lift goes to the others, because a second person has to agree."""
    office, technician = ruian.people["ruian-office-head"], ruian.people["ruian-tech"]
    halt = stopping.stop(
        actor=actor_of(technician),
        person=technician,
        institution=ruian.institution,
        account=None,
        reason="账号异常",
    )
    stopping.ask_lift(actor=actor_of(office), person=office, halt=halt)
    follow()

    titles = {who: [title for _, title in told(ruian, who)] for who in ("ruian-office-head", "ruian-tech")}
    assert [title.split("：")[0] for title in titles["ruian-office-head"]] == ["已停发"]
    assert [title.split("：")[0] for title in titles["ruian-tech"]] == ["申请解除停发，请另一人确认"]
    assert not told(ruian, "ruian-student")


@pytest.mark.requirement("SE7")
@pytest.mark.article("ruian-7")
def test_a_lost_connection_is_the_technical_units_business(ruian, follow):
    """What only an administrator of the platform can mend is told to the unit that the rulebook names for it."""
    account = ruian.accounts["flagship"]
    with transaction.atomic():
        record(
            institution=ruian.institution,
            actor=system("publisher"),
            action=Action.ACCOUNT_CONNECTION_FAILED,
            subject=Subject("account", str(account.pk), account.name),
            detail={"reason": "服务器地址不在白名单。"},
        )
    follow()

    assert "ruian-tech" in told_people(ruian, "publish.connection_failed")
    assert "ruian-system" not in told_people(ruian, "publish.connection_failed")
    assert told(ruian, "ruian-tech")[0][1] == "账号连接失败：温州职业技术学院瑞安学院"
