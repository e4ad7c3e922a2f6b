"""After an unanswered call and after an accepted one: read-only looks on a schedule, then a person (§2.6, §2.7)."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from guanhao.core.text import Text
from guanhao.publishing import attempts
from guanhao.publishing.channels import DRIVERS, driver_for
from guanhao.publishing.evidence import NEVER, POLL_WAITING, RECHECKS, Seen, take_in
from guanhao.publishing.models import HandReport, JobItem
from guanhao.publishing.moves import apply, move
from guanhao.publishing.points import Point, passing
from guanhao.publishing.settling import unknown
from guanhao.publishing.types import AskWhy, JobState, LookVerdict
from guanhao.publishing.work import Work, note_look
from guanhao.registry.checks import is_connected
from guanhao.registry.tokens import NoToken
from guanhao.steps.claims import release
from guanhao.steps.clock import database_now

# After the moment the outcome became unknown; the last one is the quiet time of §2.7.
LOOKS = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 600, 1200))
QUIET_TIME = LOOKS[-1]
SHORTEST_POLL = timedelta(seconds=3)
LONGEST_POLL = timedelta(minutes=5)

_DIED = Text(
    zh="发送程序在等待平台答复时中断，正在核对是否已经发出。",
    en="The publisher stopped while waiting for the answer; looking whether it was sent.",
)
_NOT_FOUND = Text(
    zh="平台没有明确答复，核对多次也没有找到。请到公众平台查看后选择。",
    en="The platform gave no clear answer and repeated looks found nothing. See the console, then choose.",
)
_VANISHED = Text(
    zh="平台不认识这次发布任务，正在核对。",
    en="The platform does not know the publish task; looking.",
)


def recover(work: Work) -> None:
    """An armed job whose worker lost its lease: whether the call left is not known, so it is looked for (§2.6)."""
    attempts.give_up_pending(work.job)
    unknown(work, None, None, _DIED)


def look(work: Work) -> None:
    """One look at an unknown job."""
    job = work.job
    seen = _seen(work)
    passing(Point.LOOK_REPLY)
    if seen.state is not None:
        take_in(work, seen)
    elif seen.verdict is LookVerdict.SEVERAL:
        _ask(work, seen, AskWhy.SEVERAL, seen.sentence)
    elif job.looks_done + 1 >= len(LOOKS):
        _ask(work, seen, AskWhy.NOT_FOUND, _NOT_FOUND)
    else:
        _later(work, seen)
    passing(Point.LOOK_OUTCOME)


def _seen(work: Work) -> Seen:
    """What the driver sees; without a token the look is inconclusive, and the schedule goes on towards a person."""
    try:
        return DRIVERS[work.job.channel].look(work)
    except NoToken as trouble:
        return Seen(LookVerdict.INCONCLUSIVE, trouble.sentence, [{"call": "token", "errcode": trouble.code}])


def _ask(work: Work, seen: Seen, why: AskWhy, cause: Text) -> None:
    with transaction.atomic():
        note_look(work, seen.verdict, seen.calls, seen.sentence)
        move(work.job, JobState.ASK, worker=work.worker, ask_why=why, cause=cause, looks_done=0)


def _later(work: Work, seen: Seen) -> None:
    job = work.job
    done = job.looks_done + 1
    again = max((job.unknown_since or database_now()) + LOOKS[done], database_now())
    with transaction.atomic():
        note_look(work, seen.verdict, seen.calls, seen.sentence)
        apply(job, {"looks_done": done}, worker=work.worker)
        release(job, work.worker, again)


def poll(work: Work) -> None:
    """One look at an accepted job: published, refused, or still at work."""
    job = work.job
    seen = DRIVERS[job.channel].poll(work)
    passing(Point.POLL_REPLY)
    if seen.state is not None and seen.state != job.state:
        take_in(work, seen)
    elif seen.refused:
        with transaction.atomic():
            note_look(work, seen.verdict, seen.calls, seen.sentence)
            unknown(work, None, None, _VANISHED)
    else:
        age = database_now() - (job.armed_at or job.due_at)
        with transaction.atomic():
            note_look(work, seen.verdict, seen.calls, seen.sentence)
            longest = POLL_WAITING if job.state == JobState.WAITING_CONFIRM else LONGEST_POLL
            release(job, work.worker, database_now() + min(max(age / 4, SHORTEST_POLL), longest))
    passing(Point.POLL_OUTCOME)


def recheck(work: Work) -> None:
    """One look at a published job: whether it is still there, and whether what a person said can be confirmed."""
    job = work.job
    seen = _still_there(work)
    if seen is not None and seen.state == JobState.REMOVED:
        take_in(work, seen)
        return
    done = job.looks_done + 1
    wait = RECHECKS[done] if done < len(RECHECKS) else NEVER
    with transaction.atomic():
        if seen is not None:
            note_look(work, seen.verdict, seen.calls, seen.sentence)
        if seen is not None and seen.state == JobState.PUBLISHED:
            _confirm(work, seen)
        apply(job, {"looks_done": done}, worker=work.worker)
        release(job, work.worker, database_now() + wait)


def _still_there(work: Work) -> Seen | None:
    """What the platform shows of a publication; nothing where there is no machine to ask, or no token for it.

    A push by hand on a connected account is looked for by its content (mark 3).
    """
    driver = driver_for(work.job)
    if driver is None or not is_connected(work.account):
        return None
    try:
        return driver.recheck(work)
    except NoToken:
        return None


def _confirm(work: Work, seen: Seen) -> None:
    """The platform shows what a person reported: the report counts as confirmed, missing addresses are filled in."""
    job = work.job
    HandReport.objects.filter(job=job, choice="published", confirmed=False).update(confirmed=True)
    for item, url in zip(job.items.order_by("position"), seen.urls, strict=False):
        JobItem.objects.filter(pk=item.pk, url="").update(url=url)
    if seen.ids:
        apply(job, {"remote": {**job.remote, **seen.ids}}, worker=work.worker)
