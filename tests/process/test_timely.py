"""What the time alone brings about for pushes: reminders by hand, lateness of the machine, queues that stand still."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from guanhao.contents import actions as contents
from guanhao.contents.models import Push, PushItem
from guanhao.contents.types import ArticleState, PushState
from guanhao.core.actors import system
from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.access import actor_of
from guanhao.process.alarms import raise_alarms
from guanhao.process.models import Alarm
from guanhao.process.periodic import remind_of_jobs
from guanhao.process.pulse import pulses, unserved
from guanhao.process.timely import QUEUE_NAMES
from guanhao.publishing import withdrawing
from guanhao.publishing.jobs import create_job
from guanhao.publishing.models import PublishJob, Reminder, Withdrawal
from guanhao.publishing.moves import apply, move
from guanhao.publishing.types import AskWhy, JobState, WithdrawalState
from guanhao.steps import heartbeats
from guanhao.steps.clock import database_now
from guanhao.steps.models import Heartbeat, Tick
from guanhao.steps.types import Queue
from tests.contents.conftest import decide, raw_content, submit
from tests.process.conftest import ME, told, told_people
from tests.support.bijection import assert_bijection

pytestmark = pytest.mark.database

TO_DUE = timedelta(hours=7, minutes=30)


@pytest.fixture
def planned(ruian, offer, time):
    """A student's approved article in a push at half past four, on a channel the test names."""
    article = offer(ruian, "ruian-student", kind="student", unit="学生科")
    submit(ruian, "ruian-student", article)
    decide(ruian, "ruian-editor", article)

    def plan(channel):
        with transaction.atomic():
            push = Push.objects.create(
                institution=ruian.institution,
                account=ruian.accounts["flagship"],
                channel=channel,
                due_at=time["now"] + TO_DUE,
                state=PushState.PLANNED,
                planned_by=ruian.people["ruian-editor"],
                planned_at=time["now"],
            )
            PushItem.objects.create(
                institution=ruian.institution, push=push, position=0, revision=article.current
            )
            return create_job(actor=system("test"), push=push)

    return plan


@pytest.fixture
def by_hand(planned):
    """The push waits for a person, as half an hour before its time."""
    job = planned("by_hand")
    with transaction.atomic():
        move(job, JobState.ASK, ask_why=AskWhy.BY_HAND, cause=Text("请手工发布。"))
    return job


@pytest.fixture
def remind(follow):
    """Let the minute's job run, and draw what follows."""

    def run():
        remind_of_jobs(ME)
        follow()

    return run


def titles(cast, who):
    return [title.split("：")[0] for _, title in told(cast, who)]


def test_whoever_holds_the_account_is_reminded_before_at_and_after_the_time(ruian, by_hand, time, remind):
    """Half an hour before, at the time, when it was missed: the holder and the publishers; each once."""
    holder = ruian.accounts["flagship"].manager
    name = next(key for key, person in ruian.people.items() if person == holder and "-" in key)
    remind()
    assert titles(ruian, name) == ["待手工发布"]
    time["now"] += TO_DUE
    remind()
    remind()
    assert titles(ruian, name)[1:] == ["现在请手工发布"]
    time["now"] += timedelta(minutes=30)
    remind()
    assert titles(ruian, name)[2:] == ["错过手工发布"]
    assert "ruian-student" not in told_people(ruian, "publish.remind")
    assert_bijection(PublishJob.objects.all(), Action.JOB_PLANNED)
    assert Reminder.objects.count() == Event.objects.filter(action=Action.JOB_REMINDED).count()


@pytest.mark.article("ruian-6.3")
def test_one_that_stays_missed_goes_to_the_competent_office(ruian, by_hand, time, remind):
    """An hour after it was missed every member of the office hears it, the head included."""
    time["now"] += TO_DUE + timedelta(minutes=89)
    remind()
    assert "手工发布超时未处理" not in titles(ruian, "ruian-office-head")
    time["now"] += timedelta(minutes=2)
    remind()
    assert "手工发布超时未处理" in titles(ruian, "ruian-office-head")
    assert "手工发布超时未处理" not in titles(ruian, "ruian-student")


@pytest.mark.parametrize("why", [AskWhy.WINDOW_MISSED, AskWhy.NOT_FOUND, AskWhy.DRAFT_CHANGED])
def test_a_question_about_a_push_by_api_that_nobody_answers_goes_to_the_office(
    ruian, planned, time, remind, why
):
    """Missed, not found, refused: an hour after its window every member of the office hears it, once."""
    job = planned("wechat_publish")
    with transaction.atomic():
        move(job, JobState.ASK, ask_why=why, cause=Text("请确认。"))
    time["now"] += TO_DUE + timedelta(minutes=89)
    remind()
    assert "推送待确认，一个多小时没有人处理" not in titles(ruian, "ruian-office-head")
    time["now"] += timedelta(minutes=2)
    remind()
    remind()
    assert titles(ruian, "ruian-office-head").count("推送待确认，一个多小时没有人处理") == 1
    assert Reminder.objects.filter(occasion="ask_late").count() == 1


@pytest.mark.parametrize(("why", "words"), [
    (AskWhy.BY_HAND, "手工发布超时未处理"), (AskWhy.NOT_FOUND, "推送待确认，一个多小时没有人处理"),
])  # fmt: skip
def test_what_nobody_answers_is_said_again_and_then_to_the_publishers_as_well(
    ruian, planned, time, remind, why, words
):
    """An hour after its window to the office alone; after a day, two, four and so on also to those who can answer."""
    job = planned("by_hand" if why == AskWhy.BY_HAND else "wechat_publish")
    with transaction.atomic():
        move(job, JobState.ASK, ask_why=why, cause=Text("请确认。"))
    began = time["now"] + TO_DUE + timedelta(minutes=90)
    heard = []
    for days in range(20):
        time["now"] = began + timedelta(days=days)
        remind()
        remind()
        heard.append(
            (titles(ruian, "ruian-office-head").count(words), titles(ruian, "ruian-editor").count(words))
        )
    assert [office for office, _ in heard] == [1, 2, 3, 3, 4, 4, 4, 4, 5, *[5] * 7, *[6] * 4]
    assert heard[-1][1] >= 5
    assert_bijection(PublishJob.objects.all(), Action.JOB_PLANNED)


def test_times_of_saying_it_again_that_were_slept_through_are_said_once(ruian, planned, time, remind):
    """No worker ran for a week: one reminder, not four."""
    job = planned("wechat_publish")
    with transaction.atomic():
        move(job, JobState.ASK, ask_why=AskWhy.NOT_FOUND, cause=Text("请确认。"))
    time["now"] += timedelta(days=7)
    remind()
    remind()
    assert list(Reminder.objects.values_list("occasion", "again")) == [("ask_late", 3)]


# --- The platform refused it ----------------------------------------------------------------------------------------

REFUSED, LEFT = "平台拒绝发布", "被平台拒绝，仍未修改"


@pytest.fixture
def refused(ruian, planned, time, remind):
    """The platform refused a student's article a while after its time."""
    job = planned("wechat_publish")
    for item in job.items.select_related("revision__article"):
        item.revision.article.state = ArticleState.SCHEDULED
        item.revision.article.save(update_fields=["state"])
    time["now"] += TO_DUE
    with transaction.atomic():
        move(job, JobState.REJECTED, cause=Text("内容不合规。"))
    remind()
    return job


def test_a_refused_push_that_nobody_edits_is_brought_to_mind_again(ruian, refused, time, remind):
    """At once, after an hour and then after a day, two, four: the author and the publishers; from the first day the office."""
    assert REFUSED in titles(ruian, "ruian-student")
    assert REFUSED in titles(ruian, "ruian-editor")
    time["now"] += timedelta(minutes=59)
    remind()
    assert LEFT not in titles(ruian, "ruian-student")
    time["now"] += timedelta(minutes=1)
    remind()
    remind()
    assert titles(ruian, "ruian-student").count(LEFT) == titles(ruian, "ruian-editor").count(LEFT) == 1
    assert LEFT not in titles(ruian, "ruian-office-head")
    time["now"] += timedelta(days=1)
    remind()
    assert titles(ruian, "ruian-student").count(LEFT) == 2
    assert titles(ruian, "ruian-office-head").count(LEFT) == 1
    assert_bijection(PublishJob.objects.all(), Action.JOB_PLANNED)


def test_a_refused_push_whose_article_was_edited_is_not_brought_to_mind(ruian, refused, time, remind):
    """Another version was handed in: there is nothing left to remind of."""
    article, student = refused.items.get().revision.article, ruian.people["ruian-student"]
    contents.save_working(
        actor=actor_of(student), person=student, article=article, serial=article.working_serial,
        content=raw_content(ruian.institution, title="技能月圆满开幕"),
    )  # fmt: skip
    submit(ruian, "ruian-student", article)
    time["now"] += timedelta(days=2)
    remind()
    assert LEFT not in titles(ruian, "ruian-student")


def test_a_refused_push_that_is_given_up_is_not_brought_to_mind(ruian, refused, time, remind):
    """The article was withdrawn."""
    contents.withdraw(
        actor=actor_of(ruian.people["ruian-student"]),
        person=ruian.people["ruian-student"],
        article=refused.items.get().revision.article,
        reason="不再发布",
    )
    time["now"] += timedelta(days=2)
    remind()
    assert LEFT not in titles(ruian, "ruian-student")


def test_a_mass_send_that_no_administrator_confirms_is_brought_to_mind_at_half_time(
    ruian, planned, time, remind
):
    """After a quarter of an hour, while the platform still waits for another."""
    words = "群发仍待管理员确认"
    job = planned("wechat_mass")
    time["now"] += TO_DUE
    with transaction.atomic():
        move(job, JobState.WAITING_CONFIRM, armed_at=time["now"], cause=Text("请管理员确认。"))
    time["now"] += timedelta(minutes=14)
    remind()
    assert words not in titles(ruian, "ruian-editor")
    time["now"] += timedelta(minutes=1)
    remind()
    remind()
    assert titles(ruian, "ruian-editor").count(words) == 1


# --- What is to be withdrawn and still stands there -------------------------------------------------------------------

UNDECIDED, STANDING = "撤回一个多小时没有人决定", "已决定撤回，仍未手工删除"


@pytest.fixture
def out(ruian, planned, time):
    """A push by hand that is out on the flagship account."""
    job = planned("by_hand")
    time["now"] += TO_DUE
    with transaction.atomic():
        move(job, JobState.PUBLISHED, published_at=time["now"])
    return job


def withdraw(ruian, job, who="ruian-editor"):
    person = ruian.people[who]
    return withdrawing.ask_withdrawal(
        actor=actor_of(person), person=person, job=job, item=None, reason="数字有误"
    )


def test_a_withdrawal_that_nobody_decides_is_brought_to_mind(ruian, out, time, remind):
    """An hour after it was asked for, then after a day, two and so on; not once it is decided."""
    order = withdraw(ruian, out)
    remind()
    assert UNDECIDED not in titles(ruian, "ruian-office-head")
    time["now"] += timedelta(minutes=61)
    remind()
    remind()
    assert titles(ruian, "ruian-office-head").count(UNDECIDED) == 1
    assert Reminder.objects.get().due_at == order.asked_at
    time["now"] += timedelta(days=1)
    remind()
    assert titles(ruian, "ruian-office-head").count(UNDECIDED) == 2
    head = ruian.people["ruian-office-head"]
    withdrawing.drop(actor=actor_of(head), person=head, order=order, reason="数字无误")
    time["now"] += timedelta(days=7)
    remind()
    assert titles(ruian, "ruian-office-head").count(UNDECIDED) == 2


def test_what_is_to_be_removed_by_hand_is_said_until_it_is_gone(ruian, out, time, remind):
    """An hour after it became a task by hand to whoever can do it; the day after to others of the office as well."""
    order = withdraw(ruian, out)
    Withdrawal.objects.filter(pk=order.pk).update(
        state=WithdrawalState.BY_HAND, decided_at=time["now"], decided_by=ruian.people["ruian-office-head"]
    )
    time["now"] += timedelta(minutes=61)
    remind()
    first = told_people(ruian, "publish.remind")
    assert titles(ruian, "ruian-editor").count(STANDING) == 1
    time["now"] += timedelta(days=1)
    remind()
    assert titles(ruian, "ruian-editor").count(STANDING) == 2
    assert told_people(ruian, "publish.remind") > first
    Withdrawal.objects.filter(pk=order.pk).update(state=WithdrawalState.DONE)
    time["now"] += timedelta(days=7)
    remind()
    assert titles(ruian, "ruian-editor").count(STANDING) == 2


def test_a_second_withdrawal_is_brought_to_mind_like_the_first(ruian, out, time, remind):
    """Each counts from its own moment."""
    for _ in range(2):
        order = withdraw(ruian, out)
        time["now"] += timedelta(minutes=61)
        remind()
        Withdrawal.objects.filter(pk=order.pk).update(state=WithdrawalState.DROPPED)
    assert titles(ruian, "ruian-office-head").count(UNDECIDED) == 2


def test_what_was_published_meanwhile_reminds_nobody(ruian, by_hand, time, follow):
    """The reminder was recorded, then the link came: whoever reads later is not disturbed."""
    time["now"] += TO_DUE
    remind_of_jobs(ME)
    with transaction.atomic():
        move(by_hand, JobState.PUBLISHED, published_at=time["now"])
    follow()
    assert told_people(ruian, "publish.remind") == set()


def test_a_push_with_another_time_is_reminded_of_afresh(ruian, by_hand, time, remind):
    """Moved to tomorrow: due again tomorrow."""
    time["now"] += TO_DUE
    remind()
    tomorrow = time["now"] + timedelta(days=1)
    apply(by_hand, {"due_at": tomorrow, "late_after": tomorrow + timedelta(minutes=30)})
    remind()
    assert Reminder.objects.count() == 1
    time["now"] = tomorrow
    remind()
    assert Reminder.objects.count() == 2


@pytest.mark.requirement("RS2")
def test_a_push_the_machine_has_not_begun_is_told_to_the_duty_and_the_office(ruian, planned, time, remind):
    """Past its time without an intent: the technical unit and the office hear it, once; its author does not."""
    planned("wechat_publish")
    time["now"] += TO_DUE + timedelta(minutes=1)
    remind()
    assert told_people(ruian, "publish.remind") == set()
    time["now"] += timedelta(minutes=2)
    remind()
    remind()
    assert {"ruian-tech", "ruian-editor"} <= told_people(ruian, "publish.remind")
    assert titles(ruian, "ruian-tech").count("到时间没有开始发送") == 1
    assert "ruian-student" not in told_people(ruian, "publish.remind")


def test_an_outcome_unknown_for_five_minutes_is_told_to_the_duty(ruian, planned, time, remind):
    """Besides those who owe the push, who hear it earlier."""
    job = planned("wechat_publish")
    with transaction.atomic():
        move(job, JobState.UNKNOWN, unknown_since=time["now"])
    time["now"] += timedelta(minutes=4)
    remind()
    assert "ruian-tech" not in told_people(ruian, "publish.remind")
    time["now"] += timedelta(minutes=1)
    remind()
    assert "ruian-tech" in told_people(ruian, "publish.remind")


# --- Queues ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def worker(time):
    """A worker that serves everything."""
    heartbeats.beat("worker-1", list(Queue))
    return "worker-1"


@pytest.mark.requirement("RS1")
def test_a_queue_whose_worker_fell_silent_raises_one_alarm_and_ends_it(ruian, worker, time, follow):
    """After a minute of silence the duty is told, once; when a worker is back, it is told that too."""
    raise_alarms(ME)
    assert not Alarm.objects.exists()
    time["now"] += timedelta(seconds=61)
    raise_alarms(ME)
    raise_alarms(ME)
    follow()
    assert set(unserved()) == set(Queue)
    assert titles(ruian, "ruian-tech").count("后台停顿") == len(Queue)
    assert "后台停顿" not in titles(ruian, "ruian-student")
    heartbeats.beat(worker, list(Queue))
    raise_alarms(ME)
    follow()
    assert not Alarm.objects.filter(ended_at__isnull=True).exists()
    assert titles(ruian, "ruian-tech").count("后台恢复") == len(Queue)


def test_a_worker_that_said_goodbye_raises_no_alarm(ruian, worker, time):
    """An update of the software is no incident."""
    heartbeats.stopped(worker)
    time["now"] += timedelta(minutes=3)
    raise_alarms(ME)
    assert not Alarm.objects.exists()


def test_a_queue_that_is_served_but_does_not_get_on_alarms_too(ruian, planned, worker, time):
    """A live worker and a due row that nobody has taken for more than five minutes."""
    job = planned("wechat_publish")
    PublishJob.objects.filter(pk=job.pk).update(run_after=database_now() - timedelta(minutes=6))
    (publish,) = [pulse for pulse in pulses() if pulse.queue is Queue.PUBLISH]
    assert (publish.served, publish.waiting.rows, publish.alarming) == (True, 1, True)
    raise_alarms(ME)
    assert Alarm.objects.get(ended_at__isnull=True).queue == Queue.PUBLISH


def test_a_row_in_somebodys_hands_is_not_waiting(ruian, planned, time):
    """Leased or not yet due: no backlog."""
    job = planned("wechat_publish")
    PublishJob.objects.filter(pk=job.pk).update(
        run_after=database_now() - timedelta(minutes=6), lease_until=database_now() + timedelta(minutes=1)
    )
    assert [pulse.waiting.rows for pulse in pulses() if pulse.queue is Queue.PUBLISH] == [0]


def test_missed_ticks_count_as_work_of_the_periodic_queue(ruian, time):
    """Nobody took the minute's ticks for a quarter of an hour."""
    Tick.objects.create(job="x", due_at=time["now"] - timedelta(minutes=15), owner="worker-1")
    (periodic,) = [pulse for pulse in pulses() if pulse.queue is Queue.PERIODIC]
    assert (periodic.waiting.rows, periodic.stuck) == (15, True)


def test_undrawn_events_count_as_work_of_consequences(ruian, by_hand):
    """What happened and was not followed yet."""
    (drawing,) = [pulse for pulse in pulses() if pulse.queue is Queue.CONSEQUENCES]
    assert drawing.waiting.rows > 0


@pytest.mark.requirement("RS7")
def test_every_queue_has_a_name_and_figures():
    """A new queue needs a name that people are told."""
    assert set(QUEUE_NAMES) == set(Queue)


@pytest.mark.requirement("RS1")
def test_with_no_worker_alive_the_timer_beside_it_tells_people(ruian, worker, time):
    """`pulse --tell` raises, draws and mails in its own process, and ends with an error code."""
    time["now"] += timedelta(minutes=2)
    out = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("pulse", "--tell", "--json", stdout=out)
    assert ended.value.returncode == 1
    figures = {row["queue"]: row for row in json.loads(out.getvalue())["queues"]}
    assert figures["publish"]["silent"] == 1
    assert figures["publish"]["alarming"]
    technician = ruian.people["ruian-tech"].email
    assert any("后台停顿" in one.subject for one in mail.outbox if technician in one.to)


def test_pulse_of_a_healthy_house_ends_well(ruian, worker, time):
    """Nothing to tell, exit code 0."""
    out = io.StringIO()
    call_command("pulse", stdout=out)
    assert "publish" in out.getvalue()
    assert "ALARM" not in out.getvalue()
    assert Heartbeat.objects.count() == 1
