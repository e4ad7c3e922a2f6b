"""From an approved push to a draft in WeChat's box, and a snapshot of it (§2.1, §2.4, §2.6).

1. Pictures of the texts are uploaded once per account, covers once per job: the cover's id is mark 1.
2. The draft is added with mark 2 where the author left the link free.
3. What the platform stored is read back, compared with the approved text, and remembered.

Every upload and the draft have an intent of their own. Where a draft may have been added without our knowing, it is
looked for by its marks, twice and at least 30 s apart, before another is added.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from guanhao.contents.assets import open_asset
from guanhao.core.http import Hooks
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.wechat import calls
from guanhao.platforms.wechat.calls import Call
from guanhao.platforms.wechat.client import Upload
from guanhao.platforms.wechat.errors import BANNED, NO_SUCH_MEDIA, NOT_GRANTED, meaning_of
from guanhao.platforms.wechat.reading import NewsItem, news_items, snapshot
from guanhao.publishing import attempts, pictures
from guanhao.publishing.checks import Barrier, Gate, items_of
from guanhao.publishing.difference import Held, keep_what_is_held
from guanhao.publishing.models import Attempt, JobItem, PublishJob, RemoteMedia
from guanhao.publishing.moves import apply, move
from guanhao.publishing.outgoing import body_of, content_of, cover_of, source_link
from guanhao.publishing.points import Point, passing
from guanhao.publishing.readying import forgotten, ready_from
from guanhao.publishing.types import AskWhy, EffectClass, JobState, LookVerdict, Outcome
from guanhao.publishing.wechat.connection import WeChatWork
from guanhao.publishing.wechat.marks import Marks, marks_of, search
from guanhao.publishing.work import Put, ask_person, evidence_of, note_look
from guanhao.steps.clock import database_now

LOOKS_BEFORE_ADDING_AGAIN = 2
LOOKS_APART = timedelta(seconds=30)
SLOW_MEDIA = timedelta(seconds=3)  # a fresh upload may not be known everywhere at once (wechat.md §4.1)
SLOW_MEDIA_TRIES = 4
MOST_LINK = 1000
INTENT_ALLOWED = timedelta(seconds=30)


def stage(work: WeChatWork) -> None:
    """Bring the job to STAGED, from wherever it was left.

    Raises:
        Put: the work ends here for now, or for good.
    """
    media_id = work.job.staged.get("media_id") or _draft(work)
    items = _read_back(work, media_id)
    staged = {**forgotten(work.job), "media_id": media_id, "snapshot": snapshot(items)}
    passing(Point.SNAPSHOT_READ)
    _compare(work, items)
    with transaction.atomic():
        move(
            work.job,
            JobState.STAGED,
            worker=work.worker,
            run_after=ready_from(work.job),
            cause=Text(zh="", en=""),
            staged=staged,
            facts={"snapshot": staged["snapshot"]},
        )
    passing(Point.STAGED)


def _draft(work: WeChatWork) -> str:
    found = _adopted(work) if _may_be_there(work.job) else None
    return found or _added(work)


# --- Pictures -------------------------------------------------------------------------------------------------------


def inline_url(work: WeChatWork, digest: str) -> str:
    """The address of a text's picture on the platform, uploaded where this account has none yet."""
    known = RemoteMedia.objects.filter(account=work.account, asset_digest=digest, use="inline").first()
    if known is not None:
        return str(known.url)
    data, mime = open_asset(digest)
    if mime == "image/gif":
        return str(
            _uploaded(work, digest, "inline", calls.ADD_MATERIAL, pictures.for_library(data, mime)).url
        )
    return str(_uploaded(work, digest, "inline", calls.UPLOAD_IMAGE, pictures.for_text(data, mime)).url)


def cover_id(work: WeChatWork, item: JobItem) -> str:
    """The cover's id, uploaded for this job alone (mark 1)."""
    digest = cover_of(content_of(item.revision))
    if not digest:
        raise ask_person(
            AskWhy.CONTENT, "稿件没有封面，也没有图片。", "The article has neither cover nor picture."
        )
    known = RemoteMedia.objects.filter(job=work.job, asset_digest=digest, use="cover").first()
    if known is None:
        data, mime = open_asset(digest)
        known = _uploaded(work, digest, "cover", calls.ADD_MATERIAL, pictures.for_library(data, mime))
    return str(known.remote_id)


def _uploaded(work: WeChatWork, digest: str, use: str, call: Call, upload: Upload) -> RemoteMedia:
    attempt = _intend(work, call, {"asset": digest, "use": use})
    passing(Point.UPLOAD_INTENT)
    query = {"type": "image"} if call is calls.ADD_MATERIAL else None
    answer = work.ask(call, upload=upload, query=query)
    passing(Point.UPLOAD_REPLY)
    remote_id, url = str(answer.data.get("media_id", "")), str(answer.data.get("url", ""))
    media = RemoteMedia(
        institution_id=work.job.institution_id,
        account=work.account,
        asset_digest=digest,
        use=use,
        job=work.job if use == "cover" else None,
        remote_id=remote_id,
        url=url,
        uploaded_at=database_now(),
    )
    with transaction.atomic():
        attempts.conclude(attempt, answer, {"media_id": remote_id, "url": url})
        if answer.done:
            media.save()
    passing(Point.UPLOAD_OUTCOME)
    if not answer.done:
        raise _failed(work, answer)
    return media


# --- The draft ------------------------------------------------------------------------------------------------------


def _added(work: WeChatWork) -> str:
    payload = {"articles": [_article(work, item) for item in items_of(work.job)]}
    marks = marks_of(work.job)
    attempt = _intend(
        work, calls.DRAFT_ADD, payload, marks={"covers": sorted(marks.covers), "key": marks.key}
    )
    passing(Point.DRAFT_INTENT)
    hooks = Hooks(after_first_write=lambda: passing(Point.DRAFT_MID_REQUEST))
    answer = work.ask(calls.DRAFT_ADD, payload, hooks=hooks)
    passing(Point.DRAFT_REPLY)
    media_id = str(answer.data.get("media_id", "")) if answer.done else ""
    with transaction.atomic():
        attempts.conclude(attempt, answer, {"media_id": media_id})
        if media_id:
            _keep(work, media_id)
    passing(Point.DRAFT_OUTCOME)
    if not media_id:
        raise _draft_failed(work, answer)
    return media_id


def _article(work: WeChatWork, item: JobItem) -> dict[str, Any]:
    content = content_of(item.revision)
    article = {
        "article_type": "news",
        "title": content.title,
        "author": content.author_line,
        "content": body_of(item.revision, lambda digest: inline_url(work, digest)),
        "content_source_url": source_link(work.job, content)[:MOST_LINK],
        "thumb_media_id": cover_id(work, item),
        "need_open_comment": int(content.comments_open),
        "only_fans_can_comment": int(content.comments_fans_only),
    }
    if content.digest_text and len(work.job.manifest) == 1:
        article["digest"] = content.digest_text  # Only a draft of one article takes it (wechat.md §3).
    return article


def _keep(work: WeChatWork, media_id: str) -> None:
    apply(work.job, {"staged": {**work.job.staged, "media_id": media_id}}, worker=work.worker)


def _intend(work: WeChatWork, call: Call, request: Any, **told: Any) -> Attempt:
    with transaction.atomic():
        return attempts.intend(
            work.job,
            call.name,
            EffectClass.INVISIBLE,
            work.worker,
            request=request,
            allowed=INTENT_ALLOWED,
            **told,
        )


def _failed(work: WeChatWork, answer: Answer) -> Put:
    """What follows from a failed write of class I: repeat what may be repeated, ask or reject what was refused."""
    if answer.outcome is not AnswerClass.REFUSED:
        return work.put_aside(answer)
    reason = meaning_of(answer.errcode)
    if answer.errcode in NOT_GRANTED | BANNED:
        return Put(
            Gate(
                Denied(Text(zh=f"{reason.zh}请改为手工发布。", en=f"{reason.en} Publish it by hand.")),
                Barrier.ASK,
                AskWhy.BY_HAND,
            )
        )
    return Put(Gate(Denied(reason), Barrier.ASK, AskWhy.CONTENT))


def _draft_failed(work: WeChatWork, answer: Answer) -> Put:
    tries = work.job.tries.filter(call=calls.DRAFT_ADD.name, errcode=NO_SUCH_MEDIA).count()
    if answer.errcode == NO_SUCH_MEDIA and tries < SLOW_MEDIA_TRIES:
        return Put(Gate(Denied(work.codes.sentence(answer)), Barrier.HOLD), database_now() + SLOW_MEDIA)
    return _failed(work, answer)


# --- A draft that may be there without our knowing ------------------------------------------------------------------


def _may_be_there(job: PublishJob) -> bool:
    attempts.give_up_pending(job)
    return job.tries.filter(call=calls.DRAFT_ADD.name, outcome=Outcome.UNKNOWN).exists()


def _adopted(work: WeChatWork) -> str | None:
    """The draft that an earlier, unanswered attempt added; nothing once it was looked for often enough.

    Raises:
        Put: it has to be looked for again later.
    """
    job, marks = work.job, marks_of(work.job)
    found = search(work, calls.DRAFT_LIST, marks, job.created_at, bare=True)
    passing(Point.LOOK_REPLY)
    if found.failed is not None:
        raise work.put_aside(found.failed)
    if found.marked:
        media_id = found.marked[0].id
        with transaction.atomic():
            _note(
                work,
                LookVerdict.FOUND,
                "找到了先前提交的草稿，继续使用。",
                "The draft added before was found and is used.",
                marks,
            )
            _keep(work, media_id)
        passing(Point.LOOK_OUTCOME)
        return media_id
    _not_found(work, marks)
    return None


def _not_found(work: WeChatWork, marks: Marks) -> None:
    newest = work.job.tries.filter(call=calls.DRAFT_ADD.name).latest("pk")
    since = newest.finished_at or newest.armed_at
    earlier = work.job.looks.filter(at__gt=since, verdict=LookVerdict.NOT_FOUND).order_by("at")
    first = earlier.first()
    if first is not None and database_now() - first.at < LOOKS_APART:
        raise Put(Gate(), first.at + LOOKS_APART)
    with transaction.atomic():
        _note(
            work,
            LookVerdict.NOT_FOUND,
            "草稿箱里没有先前提交的草稿。",
            "The draft added before is not in the box.",
            marks,
        )
    passing(Point.LOOK_OUTCOME)
    if first is None:
        raise Put(Gate(), database_now() + LOOKS_APART)


def _note(work: WeChatWork, verdict: LookVerdict, zh: str, en: str, marks: Marks) -> None:
    evidence = [{"call": calls.DRAFT_LIST.name, "key": marks.key, "covers": sorted(marks.covers)}]
    note_look(work, verdict, evidence, Text(zh=zh, en=en))


# --- What the platform stored ---------------------------------------------------------------------------------------


def _read_back(work: WeChatWork, media_id: str) -> tuple[NewsItem, ...]:
    answer = work.ask(calls.DRAFT_GET, {"media_id": media_id})
    if answer.done:
        return news_items(answer.data)
    if answer.errcode == NO_SUCH_MEDIA:
        raise ask_person(
            AskWhy.DRAFT_CHANGED,
            "平台上的草稿不见了：可能已被删除，或已在公众平台手工发出。",
            "The draft is gone: deleted, or sent by hand on the console.",
        )
    raise work.put_aside(answer)


def _compare(work: WeChatWork, stored: tuple[NewsItem, ...]) -> None:
    """The text that readers will see is the approved one: the platform's tidying may not change words."""
    wanted = [(one.title, one.text) for one in marks_of(work.job).prints]
    got = [(one.title, one.text) for one in (item.fingerprint() for item in stored)]
    if wanted != got:
        keep_what_is_held(work, [Held.of(item.title, item.author, item.content) for item in stored])
        raise ask_person(
            AskWhy.DRAFT_CHANGED,
            "平台保存的标题或正文与审批通过的内容不一致，请核对草稿。",
            "The title or text that the platform stored differs from what was approved; compare the draft.",
        )


def evidence(answer: Answer) -> list[dict[str, Any]]:
    """One call's answer as evidence."""
    return [evidence_of(answer)]
