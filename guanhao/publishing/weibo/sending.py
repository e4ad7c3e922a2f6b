"""The public step on Weibo: is what was approved still what would go out, what does the account show before, post."""

from __future__ import annotations

import io
from typing import Any

from django.db import transaction
from PIL import Image

from guanhao.contents import posting
from guanhao.contents.assets import open_asset
from guanhao.contents.content import Content
from guanhao.core.canonical import digest
from guanhao.core.http import Hooks
from guanhao.core.text import Text
from guanhao.platforms.matching import normalised
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.weibo import calls
from guanhao.platforms.weibo.budget import Purpose
from guanhao.platforms.weibo.client import NEWEST, Picture
from guanhao.platforms.weibo.errors import CAPABILITY_OFF
from guanhao.platforms.weibo.reading import identifier, posts
from guanhao.publishing import fitting, pictures
from guanhao.publishing.checks import items_of
from guanhao.publishing.moves import move
from guanhao.publishing.points import Point, passing
from guanhao.publishing.types import AskWhy, JobState
from guanhao.publishing.weibo.connection import WeiboWork, until
from guanhao.publishing.work import ask_person
from guanhao.registry import budget
from guanhao.registry.actions import note_capability
from guanhao.registry.budget import NoBudget

MOST_BYTES = 5 * 1024 * 1024
_FORMATS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}


def stage(work: WeiboWork) -> None:
    """Nothing is stored on Weibo beforehand: what was frozen at approval is checked once more, and the token too.

    Raises:
        Put: it does not fit any more, and a person is asked.
        NoToken: the account has to be authorised first.
    """
    work.token()
    _require_fitting(work)
    content = work.content
    if content.images:
        picture_of(content)
    passing(Point.SNAPSHOT_READ)
    with transaction.atomic():
        move(
            work.job,
            JobState.STAGED,
            worker=work.worker,
            run_after=work.job.due_at,
            cause=Text(zh="", en=""),
            staged={**work.job.staged, "snapshot": digest(request(work))},
            facts={"snapshot": digest(request(work))},
        )
    passing(Point.STAGED)


def _require_fitting(work: WeiboWork) -> None:
    for item in items_of(work.job):
        verdict = fitting.fits(item.revision)
        if not verdict:
            raise ask_person(AskWhy.CONTENT, verdict.reason.zh, verdict.reason.en)


def ready(work: WeiboWork) -> dict[str, Any]:
    """Marks and the pre-observation for the attempt (§2.3); the post's own call is taken from the day's calls here.

    Raises:
        Put: it does not fit any more, or there are no calls left now.
        NoToken: the authorisation is over.
    """
    _require_fitting(work)
    before = _observed(work)
    try:
        budget.spend(work.account, calls.SHARE, Purpose.PUBLISH)
    except NoBudget as trouble:
        raise until(trouble) from None
    content = work.content
    marks = {
        "key": work.job.mark,
        "texts": [normalised(content.status)],
        "link": posting.link_in(content),
        "pictures": len(content.images),
    }
    return {"marks": marks, "before": before}


def _observed(work: WeiboWork) -> dict[str, Any]:
    """The account's newest post. Seeing is worth a call while there are some; a post is not held back for want of it."""
    try:
        answer = work.ask(
            calls.TIMELINE, Purpose.VERIFY, {"count": str(NEWEST), "base_app": "1", "trim_user": "1"}
        )
    except NoBudget:
        return {"newest": "", "seen": "no_calls_left"}
    if not answer.done:
        raise work.put_aside(answer)
    shown = posts(answer.data)
    return {"newest": shown[0].mid if shown else "", "seen": str(len(shown))}


def request(work: WeiboWork) -> dict[str, str]:
    """What the public call sends, without the token; the operator's address is nobody's later business (PD4)."""
    content = work.content
    return {"status": content.status, "picture": next(iter(content.images), "")}


def submit(work: WeiboWork, hooks: Hooks) -> Answer:
    """The one public call. A right that the platform denies is remembered, so that the plan offers it no more."""
    content = work.content
    answer = work.share(content.status, picture_of(content) if content.images else None, hooks)
    if answer.outcome is AnswerClass.REFUSED and answer.errcode in CAPABILITY_OFF:
        note_capability(work.account, "publish", "refused", answer.errcode, work.codes.sentence(answer))
    return answer


def ids(answer: Answer) -> dict[str, str]:
    """The post's id, as a string: it has sixteen digits."""
    return {"mid": identifier(answer.data)}


def picture_of(content: Content) -> Picture:
    """The post's one picture in a form Weibo takes (weibo.md §3.1): JPEG, PNG or GIF below 5 MB.

    Raises:
        Put: it cannot be brought below that.
    """
    data, mime = open_asset(content.images[0])
    if mime in _FORMATS and len(data) < MOST_BYTES:
        return Picture(f"picture.{_FORMATS[mime]}", mime, data)
    with Image.open(io.BytesIO(data)) as drawing:
        width = drawing.width
    for most in (width, 2160, 1440, 1080):
        smaller = pictures.as_jpeg(data, min(most, width))
        if len(smaller) < MOST_BYTES:
            return Picture("picture.jpg", "image/jpeg", smaller)
    raise ask_person(
        AskWhy.CONTENT, "图片压缩后仍超过 5 MB。", "The picture stays above 5 MB however it is made smaller."
    )
