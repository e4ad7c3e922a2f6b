"""Taking a post down where the platform granted it (effect class R), and forgetting what was kept for the send alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guanhao.core.text import Text
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.weibo import calls
from guanhao.platforms.weibo.budget import Purpose
from guanhao.platforms.weibo.permalink import place_of
from guanhao.publishing.checks import items_of
from guanhao.publishing.models import JobItem
from guanhao.publishing.types import JobState
from guanhao.publishing.weibo import watching
from guanhao.publishing.weibo.connection import WeiboWork
from guanhao.publishing.work import NotRemovable
from guanhao.registry.applications import app_of
from guanhao.registry.budget import NoBudget

_NOT_GRANTED = Text(
    zh="微博没有授予删除接口，请在微博网页上删除。",
    en="Weibo has not granted deletion by API; delete the post on weibo.com.",
)
_UNKNOWN_POST = Text(
    zh="没有这条微博的编号，不能通过接口删除，请在微博网页上删除。",
    en="The post's id is not known, so it cannot be deleted by API; delete it on weibo.com.",
)


def removal(work: WeiboWork, item: JobItem | None) -> Mapping[str, Any]:
    """What deletes the post.

    Raises:
        NotRemovable: the app may not, or the post's id is not known.
    """
    app = app_of(work.account.institution_id)
    if app is None or not app.may_delete:
        raise NotRemovable(_NOT_GRANTED)
    place = place_of((item or items_of(work.job)[0]).url)
    mid = work.job.remote.get("mid") or ("" if place is None else place.mid)
    if not mid:
        raise NotRemovable(_UNKNOWN_POST)
    return {"id": mid}


def remove(work: WeiboWork, request: Mapping[str, Any]) -> Answer:
    """Delete; a post that is gone already counts as deleted."""
    try:
        return work.ask(calls.DESTROY, Purpose.PUBLISH, request)
    except NoBudget as trouble:
        return Answer(calls.DESTROY.name, AnswerClass.NOT_SENT, why=type(trouble).__name__)


def gone(work: WeiboWork, _request: Mapping[str, Any]) -> bool:
    """Whether the post is shown as gone."""
    return watching.recheck(work).state == JobState.REMOVED


def sweep(work: WeiboWork) -> None:
    """Weibo keeps no drafts, so there is nothing to delete."""
