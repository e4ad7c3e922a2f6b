"""Reading Weibo's own records: is the post there, did an unanswered one land, is it still there (weibo.md §3.3, §3.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from guanhao.contents import posting
from guanhao.core.text import Text
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.weibo import calls
from guanhao.platforms.weibo.budget import Purpose
from guanhao.platforms.weibo.client import NEWEST
from guanhao.platforms.weibo.errors import NO_SUCH_POST
from guanhao.platforms.weibo.finding import Sent, candidates, short_links
from guanhao.platforms.weibo.permalink import permalink, place_of
from guanhao.platforms.weibo.reading import Post, expanded, post, posts
from guanhao.publishing.evidence import Seen
from guanhao.publishing.types import JobState, LookVerdict
from guanhao.publishing.weibo.connection import WeiboWork
from guanhao.publishing.work import evidence_of
from guanhao.registry.budget import NoBudget
from guanhao.steps.clock import database_now

SHOWS_LATE = timedelta(minutes=10)  # a post this young that is not shown may only be slow
_NOT_VISIBLE = 20112

_PUBLISHED = Text(zh="微博确认已发布。", en="Weibo confirms the post.")
_FOUND = Text(zh="在本账号的微博中找到了这次发布。", en="It was found among the account's posts.")
_SEVERAL = Text(
    zh="本账号有多条微博符合，无法判断是哪一条。", en="Several posts of the account match; which is it?"
)
_NOT_FOUND = Text(
    zh="最近五条微博中没有找到（可能尚未显示，不能证明没有发出）。",
    en="It is not among the newest five posts, which may lag and prove nothing.",
)
_SLOW = Text(zh="微博还没有显示这条内容。", en="Weibo does not show the post yet.")
_GONE = Text(
    zh="微博上已经没有这条内容：可能被删除，或被平台处理。",
    en="Weibo has the post no more: deleted, or taken away by the platform.",
)


def poll(work: WeiboWork) -> Seen:
    """Whether the accepted post is there. One that is not shown within ten minutes is gone."""
    return _shown(work, work.job.remote.get("mid", ""), Purpose.VERIFY)


def recheck(work: WeiboWork) -> Seen:
    """Whether what was published is still there; for a post by hand, the one whose address the person gave."""
    mid = work.job.remote.get("mid", "")
    if not mid:
        place = place_of(work.job.items.values_list("url", flat=True)[0])
        mid = "" if place is None else place.mid
    return _shown(work, mid, Purpose.STATISTICS) if mid else look(work)


def _shown(work: WeiboWork, mid: str, purpose: Purpose) -> Seen:
    try:
        answer = work.ask(calls.SHOW, purpose, {"id": mid})
    except NoBudget as trouble:
        return _no_calls(trouble)
    if answer.done:
        shown = post(answer.data)
        return _gone(answer) if shown.deleted else _there(work, shown, answer)
    if answer.errcode in {NO_SUCH_POST, _NOT_VISIBLE}:
        young = database_now() - (work.job.armed_at or work.job.due_at) < SHOWS_LATE
        return Seen(LookVerdict.INCONCLUSIVE, _SLOW, [_told(answer)]) if young else _gone(answer)
    if answer.outcome is AnswerClass.REFUSED:
        return look(
            work
        )  # The app may not show single posts (§3.4); the timeline has them while they are new.
    return Seen(LookVerdict.INCONCLUSIVE, work.codes.sentence(answer), [evidence_of(answer)])


def _there(work: WeiboWork, shown: Post, answer: Answer) -> Seen:
    uid = shown.uid or work.uid
    return Seen(
        LookVerdict.FOUND,
        _PUBLISHED,
        [evidence_of(answer, mid=shown.mid)],
        JobState.PUBLISHED,
        {"mid": shown.mid, "uid": uid},
        (permalink(uid, shown.mid),),
    )


def _gone(answer: Answer) -> Seen:
    return Seen(LookVerdict.FOUND, _GONE, [_told(answer)], JobState.REMOVED)


def _told(answer: Answer) -> dict[str, Any]:
    """An answer that the post is not there: an answer to the question, not a refusal of it."""
    return evidence_of(answer) | {"outcome": AnswerClass.DONE.value, "shown": "no"}


def look(work: WeiboWork) -> Seen:
    """Whether a post without usable answer landed: one match among the account's newest five (§2.6)."""
    try:
        answer = work.ask(calls.TIMELINE, Purpose.VERIFY, {"count": str(NEWEST), "base_app": "1"})
        if not answer.done:
            return Seen(LookVerdict.INCONCLUSIVE, work.codes.sentence(answer), [evidence_of(answer)])
        shown = tuple(one for one in posts(answer.data) if not one.deleted)
        long = _expanded(work, shown)
    except NoBudget as trouble:
        return _no_calls(trouble)
    found = candidates(shown, sent_by(work), long)
    evidence = [evidence_of(answer, seen=len(shown), matching=[one.mid for one in found])]
    if len(found) == 1:
        uid = found[0].uid or work.uid
        address = permalink(uid, found[0].mid)
        named = {"mid": found[0].mid, "uid": uid}
        return Seen(LookVerdict.FOUND, _FOUND, evidence, JobState.PUBLISHED, named, (address,))
    if found:
        return Seen(LookVerdict.SEVERAL, _SEVERAL, evidence)
    return Seen(LookVerdict.NOT_FOUND, _NOT_FOUND, evidence)


def sent_by(work: WeiboWork) -> Sent:
    """What the job sent, or would send."""
    content = work.content
    link = posting.link_in(content) if posting.mark_in(content) else ""
    armed = work.job.armed_at or work.job.created_at
    return Sent(content.status, link, armed, len(content.images))


def _expanded(work: WeiboWork, shown: tuple[Post, ...]) -> dict[str, str]:
    """Long addresses of the timeline's short links, where there are any to ask about (weibo.md §3.1)."""
    short = sorted({link for one in shown for link in short_links(one)})
    if not short:
        return {}
    answer = work.ask(calls.EXPAND, Purpose.VERIFY, {"url_short": ",".join(short)})
    return expanded(answer.data) if answer.done else {}


def _no_calls(trouble: NoBudget) -> Seen:
    return Seen(
        LookVerdict.INCONCLUSIVE,
        trouble.sentence,
        [{"call": "budget", "again_at": trouble.again_at.isoformat()}],
    )


def probe(work: WeiboWork) -> Answer:
    """Something harmless to ask while the breaker is open; with no calls left nothing is asked, and it stays open."""
    try:
        return work.ask(calls.TIMELINE, Purpose.VERIFY, {"count": "1"})
    except NoBudget:
        return Answer(calls.TIMELINE.name, AnswerClass.NOT_SENT, why="NoBudget")
