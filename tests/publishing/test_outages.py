"""Restored databases, platforms that stop answering, posts that disappear, drafts left over (K9, §2.6, §2.8)."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from guanhao.core import faults, tenancy
from guanhao.publishing import actions, breaker, epoch, steps
from guanhao.publishing.models import Breaker, InstanceEpoch, PublishJob, Stop
from guanhao.publishing.moves import move
from guanhao.publishing.points import Point
from guanhao.publishing.types import AskWhy, JobState
from tests.publishing.world import DUE

SUBMIT = "/cgi-bin/freepublish/submit"
LIST = "/cgi-bin/freepublish/batchget"


@pytest.fixture(autouse=True)
def _epoch_of_its_own(settings, tmp_path):
    settings.EPOCH_PATH = tmp_path / "epoch"


def again(job):
    return PublishJob.objects.get(pk=job.pk)


@pytest.mark.requirement("K9")
def test_a_database_behind_the_outside_epoch_is_held_and_asked(world):
    """An older copy of the database knows nothing of the sends since: all waits, for every institution."""
    job = world.staged()
    epoch.remember(InstanceEpoch.objects.get(pk=1).value + 3)
    world.time.to(DUE)
    world.work(seconds=60)
    assert (again(job).state, again(job).ask_why) == (JobState.ASK, AskWhy.RESTORED)
    assert world.sandbox.ledger(path=SUBMIT) == []
    halt = Stop.objects.get()
    assert halt.by is None
    with pytest.raises(Exception):  # noqa: B017
        actions.lift(**world.who("ruian-editor"), halt=halt)
    actions.ask_lift(**world.who("ruian-editor"), halt=halt)
    actions.lift(**world.who("ruian-office-head"), halt=halt)
    actions.answer_ask(**world.who("ruian-editor"), job=again(job), choice="resend")
    world.work(seconds=30)
    assert again(job).state == JobState.PUBLISHED
    assert len(world.accepts()) == 1


@pytest.mark.requirement("K9")
def test_a_database_turned_back_under_a_running_publisher_sends_nothing_more(world):
    """The publisher had passed the check already; its intent would be counted a second time, so it is not written."""
    job = world.staged()
    world.time.to(DUE)

    def turned_back(place):
        if place == Point.BEFORE_INTENT:
            epoch.remember(InstanceEpoch.objects.get(pk=1).value + 1)

    with faults.handler(turned_back):
        steps.send(world.worker)
    assert world.sandbox.ledger(path=SUBMIT) == []
    assert not again(job).tries.filter(call="submit").exists()
    world.work(seconds=20)
    assert (again(job).state, again(job).ask_why) == (JobState.ASK, AskWhy.RESTORED)
    assert world.sandbox.ledger(path=SUBMIT) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("K9")
def test_holding_waits_for_a_publisher_that_is_at_work_on_a_job(world):
    """What it does is finished first, then its job is held with all the others; neither stumbles over the other."""
    job = world.planned()
    world.planned(world.approved("校运会安排"))
    epoch.remember(InstanceEpoch.objects.get(pk=1).value + 3)
    at_work, may_end = threading.Event(), threading.Event()

    def publisher():
        try:
            with tenancy.within(world.cast.institution), transaction.atomic():
                move(again(job), JobState.STAGING)
                at_work.set()
                may_end.wait(30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=publisher)
    thread.start()
    assert at_work.wait(30)
    threading.Timer(0.3, may_end.set).start()
    assert epoch.hold_if_restored()
    thread.join()
    assert {one.state for one in PublishJob.objects.all()} == {JobState.ASK}


@pytest.mark.requirement("K9")
def test_a_job_sent_by_a_forgotten_self_is_found_by_its_mark_before_its_first_send(world):
    """A snapshot of the whole machine turns the epoch back too; a job already due is looked up first."""
    job = world.staged()
    world.sandbox.control("drafts/publish", media_id=job.staged["media_id"])
    world.time.to(DUE + timedelta(minutes=5))
    world.work(seconds=10)
    assert again(job).state == JobState.PUBLISHED
    assert world.sandbox.ledger(path=SUBMIT) == []


@pytest.mark.requirement("K9")
def test_every_public_intent_is_counted_outside_before_the_first_byte(world):
    """The file is never behind what was sent."""
    job = world.staged()
    before = epoch.outside()
    world.time.to(DUE)
    world.work(seconds=10)
    assert epoch.outside() == InstanceEpoch.objects.get(pk=1).value == before + 1
    assert again(job).epoch == str(before + 1)


@pytest.mark.requirement("K9")
def test_places_that_send_at_once_leave_the_highest_number_outside():
    """Eight at a time: none fails, none puts a smaller number back, and no half-written file is ever read."""
    numbers = list(range(1, 201))
    random.Random(7).shuffle(numbers)
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda value: (epoch.remember(value), epoch.outside() >= value), numbers))
    assert all(kept for _, kept in seen)
    assert epoch.outside() == 200


def test_three_unknowns_in_a_minute_stop_new_intents_until_the_platform_answers(world):
    """The breaker opens; waiting jobs stay; a read-only call that is answered closes it."""
    jobs = [world.planned(world.approved(f"第{number}条")) for number in range(4)]
    for job in jobs:
        world.staged(job)
    world.sandbox.fault("http_error", SUBMIT, status=502, when="before", count=0)
    world.time.to(DUE)
    world.work()
    assert "wechat" in breaker.open_on()
    states = sorted(again(job).state for job in jobs)
    assert states == ["staged", "unknown", "unknown", "unknown"]
    world.sandbox.control("faults/clear")
    world.sandbox.fault("http_error", "/cgi-bin/draft/count", status=502, when="before", count=1)
    world.work(seconds=16, step=4)
    assert "wechat" in breaker.open_on()
    world.work(seconds=40, step=4)
    assert "wechat" not in breaker.open_on()
    assert Breaker.objects.get().closed_at is not None
    assert sum(again(job).state == JobState.PUBLISHED for job in jobs) == 1


@pytest.mark.parametrize("end", ["deleted", "banned"])
def test_a_publication_that_disappears_is_noticed(world, end):
    """Nought may become 5 or 6 days later."""
    job = world.staged()
    world.time.to(DUE)
    world.work(seconds=20)
    article_id = again(job).remote["article_id"]
    world.sandbox.control("articles/delete" if end == "deleted" else "articles/ban", article_id=article_id)
    world.work(seconds=1200, step=120)
    assert again(job).state == JobState.REMOVED
    assert ("删除" if end == "deleted" else "封禁") in again(job).cause


@pytest.mark.parametrize(
    ("word", "says"),
    [("沙箱触发状态2", "原创"), ("沙箱触发状态3", "未说明原因"), ("沙箱触发状态4", "审核不通过")],
)
def test_a_task_that_fails_is_rejected_with_the_item_and_the_reason(world, word, says):
    """publish_status 2, 3 and 4, with the place of the refused article."""
    job = world.staged(world.planned(world.approved(f"新闻{word}")))
    world.time.to(DUE)
    world.work(seconds=30)
    assert again(job).state == JobState.REJECTED
    assert says in again(job).cause


def test_the_sweeper_deletes_a_second_draft_of_an_unanswered_add_and_publishes_none(world):
    """draft/add landed unseen and was made again: one is published, the other deleted, none doubled."""
    add = "/cgi-bin/draft/add"
    job = world.planned()
    world.sandbox.fault("reset", add, when="after")
    world.sandbox.fault("http_error", "/cgi-bin/draft/batchget", status=502, when="after", count=1)
    world.time.to(DUE - timedelta(minutes=30))
    world.work(seconds=120, step=5)
    assert again(job).state == JobState.STAGED, again(job).cause
    assert len(world.in_the_box()) == 1
    assert len(world.sandbox.ledger(path=add)) == 1
    world.time.to(DUE)
    world.work(seconds=900, step=30)
    assert len(world.accepts()) == 1
    assert world.in_the_box() == []


def test_a_draft_that_was_not_added_is_added_again_after_two_looks_half_a_minute_apart(world):
    """No effect and no answer: it is looked for twice, then made anew."""
    add = "/cgi-bin/draft/add"
    job = world.planned()
    world.sandbox.fault("reset", add, when="before")
    world.time.to(DUE - timedelta(minutes=30))
    world.work(seconds=20, step=5)
    assert len(world.sandbox.ledger(path=add)) == 1
    world.work(seconds=60, step=5)
    assert again(job).state == JobState.STAGED
    looks = list(job.looks.order_by("pk"))
    assert [look.verdict for look in looks] == ["not_found", "not_found"]
    assert looks[1].at - looks[0].at >= timedelta(seconds=30)


def test_a_cancelled_push_leaves_no_draft_behind(world):
    """What nobody will publish any more is deleted from the box."""
    job = world.staged()
    assert len(world.in_the_box()) == 1
    actions.cancel(**world.who("ruian-editor"), push=job.push, reason="活动延期")
    world.work(seconds=60, step=20)
    assert world.in_the_box() == []
    assert again(job).items.get().revision.article.state == "approved"


@pytest.mark.requirement("RS2")
def test_a_platform_that_is_down_holds_pushes_and_recovers_alone(world):
    """Before the intent a failing read holds the push; when the platform answers again it goes out."""
    job = world.staged()
    world.sandbox.fault("http_error", LIST, status=502, when="before", count=3)
    world.time.to(DUE)
    world.work()
    assert again(job).state == JobState.STAGED
    assert again(job).cause
    world.work(seconds=90, step=5)
    assert again(job).state == JobState.PUBLISHED
    assert len(world.accepts()) == 1
