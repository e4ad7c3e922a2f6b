"""Reading WeChat's own records: how a task stands, whether an unanswered submit landed, whether it is still there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from guanhao.core.text import Text
from guanhao.platforms.types import Answer
from guanhao.platforms.wechat import calls
from guanhao.platforms.wechat.errors import NO_SUCH_ARTICLE, NO_SUCH_MEDIA
from guanhao.platforms.wechat.reading import Listed, NewsItem, Progress, PublishStatus, news_items, progress
from guanhao.publishing.checks import items_of
from guanhao.publishing.evidence import Seen
from guanhao.publishing.models import RemoteMedia
from guanhao.publishing.outgoing import content_of, cover_of
from guanhao.publishing.types import JobState, LookVerdict
from guanhao.publishing.wechat.comparing import DIFFERENT, as_approved, read_back
from guanhao.publishing.wechat.connection import WeChatWork
from guanhao.publishing.wechat.marks import Search, marks_of, search
from guanhao.publishing.work import evidence_of

_PUBLISHED = Text(zh="平台确认已发布。", en="The platform confirms the publication.")
_FOUND = Text(
    zh="在平台的已发布列表中找到了这次发布。", en="It was found in the platform's list of publications."
)
_SEVERAL = Text(
    zh="平台的已发布列表里有多条符合，无法判断是哪一条。", en="Several publications on the platform match."
)
_NOT_FOUND = Text(
    zh="在平台的已发布列表中没有找到（列表可能延迟，不能证明没有发出）。",
    en="It is not in the platform's list of publications (which may lag, and proves nothing).",
)
_REASONS = {
    PublishStatus.ORIGINALITY: Text(zh="原创声明校验失败", en="the originality declaration failed"),
    PublishStatus.FAILED: Text(
        zh="发布失败，平台未说明原因", en="it failed, and the platform gave no reason"
    ),
    PublishStatus.REVIEW_REFUSED: Text(zh="平台审核不通过", en="the platform's review refused it"),
}
_GONE = {
    PublishStatus.DELETED: Text(
        zh="文章已在公众平台被删除。", en="The articles were deleted on the console."
    ),
    PublishStatus.BANNED: Text(zh="文章已被平台封禁。", en="The platform banned the articles."),
}


def probe(work: WeChatWork) -> Answer:
    """Something harmless, to learn whether the platform answers again (§2.8)."""
    return work.client.ask(calls.DRAFT_COUNT, work.token().value)


def poll(work: WeChatWork) -> Seen:
    """How the accepted task stands. Inconclusive while it runs or the platform does not answer."""
    answer = work.ask(calls.PUBLISH_GET, {"publish_id": work.job.remote["publish_id"]})
    if not answer.done:
        return Seen(LookVerdict.INCONCLUSIVE, work.codes.sentence(answer), [evidence_of(answer)])
    stand = progress(answer.data)
    evidence = [evidence_of(answer, publish_status=None if stand.status is None else int(stand.status))]
    if stand.status is PublishStatus.SUCCESS and stand.article_id:
        found = {"article_id": stand.article_id}
        said = _PUBLISHED if read_back(work, stand.article_id) else DIFFERENT
        return Seen(LookVerdict.FOUND, said, evidence, JobState.PUBLISHED, found, stand.urls)
    if stand.status in _GONE:
        found = {"article_id": stand.article_id} if stand.article_id else {}
        return Seen(LookVerdict.FOUND, _GONE[stand.status], evidence, JobState.REMOVED, found)
    if stand.status in _REASONS:
        return Seen(
            LookVerdict.FOUND,
            _rejection(stand),
            evidence,
            JobState.REJECTED,
            code=f"status {int(stand.status)}",
        )
    return Seen(
        LookVerdict.INCONCLUSIVE, Text(zh="平台仍在处理。", en="The platform is still at work."), evidence
    )


def _rejection(stand: Progress) -> Text:
    assert stand.status is not None
    reason = _REASONS[stand.status]
    if not stand.failed:
        return Text(zh=f"{reason.zh}。", en=f"Refused: {reason.en}.")
    places = "、".join(str(index) for index in stand.failed)
    return Text(
        zh=f"第 {places} 篇：{reason.zh}。请修改后重新提交审批。",
        en=f"Item {places.replace('、', ', ')}: {reason.en}. Edit it and submit it again.",
    )


def look(work: WeChatWork) -> Seen:
    """Whether a submit without usable answer landed (§2.6); a match by mark or, failing that, by content alone."""
    job = work.job
    if job.remote.get("publish_id"):
        seen = poll(work)
        if not seen.refused:
            return seen
    since = job.armed_at or job.created_at
    found = search(work, calls.PUBLISH_LIST, marks_of(job), since)
    if found.failed is not None:
        return Seen(LookVerdict.INCONCLUSIVE, work.codes.sentence(found.failed), [evidence_of(found.failed)])
    evidence = [_list_evidence(found), _draft_evidence(work)]
    matches = found.marked or found.alike
    if len(matches) == 1:
        entry = _with_addresses(work, matches[0])
        urls = tuple(item.url for item in _in_order(work, entry))
        return Seen(LookVerdict.FOUND, _FOUND, evidence, JobState.PUBLISHED, {"article_id": entry.id}, urls)
    if matches:
        return Seen(LookVerdict.SEVERAL, _SEVERAL, evidence)
    return Seen(LookVerdict.NOT_FOUND, _NOT_FOUND, evidence)


def _with_addresses(work: WeChatWork, entry: Listed) -> Listed:
    """The publication with the addresses of its own record: the list's may be temporary (open question 6)."""
    answer = work.ask(calls.ARTICLE_GET, {"article_id": entry.id})
    items = news_items(answer.data) if answer.done else ()
    return replace(entry, items=items) if len(items) == len(entry.items) else entry


def _list_evidence(found: Search) -> dict[str, Any]:
    return {
        "call": calls.PUBLISH_LIST.name,
        "seen": found.seen,
        "total": found.total,
        "marked": [entry.id for entry in found.marked],
        "alike": [entry.id for entry in found.alike],
    }


def _draft_evidence(work: WeChatWork) -> dict[str, Any]:
    """Where the draft is: shown to people, never a proof (§2.6)."""
    media_id = work.job.staged.get("media_id")
    if not media_id:
        return {"call": calls.DRAFT_GET.name, "draft": "none"}
    answer = work.ask(calls.DRAFT_GET, {"media_id": media_id})
    draft = "there" if answer.done else "gone" if answer.errcode == NO_SUCH_MEDIA else "unclear"
    return evidence_of(answer, draft=draft)


def _in_order(work: WeChatWork, entry: Listed) -> list[NewsItem]:
    """The publication's items in the order of ours: by their covers, else as they stand."""
    covers = dict(
        RemoteMedia.objects.filter(job=work.job, use="cover").values_list("asset_digest", "remote_id")
    )
    by_cover = {item.thumb_media_id: item for item in entry.items}
    wanted = [covers.get(cover_of(content_of(item.revision)), "") for item in items_of(work.job)]
    if len(set(wanted)) == len(wanted) and all(cover in by_cover for cover in wanted):
        return [by_cover[cover] for cover in wanted]
    return list(entry.items)


def recheck(work: WeChatWork) -> Seen:
    """Whether what was published is still there; found means it is, a state of REMOVED that it is not."""
    if work.job.remote.get("publish_id"):
        return poll(work)
    article_id = work.job.remote.get("article_id")
    if not article_id:
        return look(work)
    answer = work.ask(calls.ARTICLE_GET, {"article_id": article_id})
    return _still_there(work, answer)


def _still_there(work: WeChatWork, answer: Answer) -> Seen:
    evidence = [evidence_of(answer)]
    items = news_items(answer.data) if answer.done else ()
    if answer.errcode == NO_SUCH_ARTICLE or (items and all(item.deleted for item in items)):
        return Seen(LookVerdict.FOUND, _GONE[PublishStatus.DELETED], evidence, JobState.REMOVED)
    if items:
        said = _PUBLISHED if as_approved(work, items) else DIFFERENT
        return Seen(LookVerdict.FOUND, said, evidence, JobState.PUBLISHED)
    return Seen(LookVerdict.INCONCLUSIVE, work.codes.sentence(answer), evidence)
