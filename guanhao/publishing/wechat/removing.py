"""Taking down what was published on WeChat (effect class R): one article, or all of a publication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from guanhao.core.text import Text
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.wechat import calls
from guanhao.platforms.wechat.errors import NO_SUCH_ARTICLE
from guanhao.platforms.wechat.reading import MassStatus, mass_status, news_items
from guanhao.publishing.models import JobItem
from guanhao.publishing.wechat.connection import WeChatWork
from guanhao.publishing.work import NotRemovable

_UNKNOWN_SEND = Text(
    zh="没有平台的群发编号，不能通过接口删除，请在公众平台上删除。",
    en="The platform's number of the send is not known, so it cannot be deleted by API; delete it on the console.",
)
_UNKNOWN_ARTICLE = Text(
    zh="没有平台的文章编号，不能通过接口删除，请在公众平台上删除。",
    en="The platform's article id is not known, so it cannot be deleted by API; delete it on the console.",
)


def published(work: WeChatWork, item: JobItem | None) -> Mapping[str, Any]:
    """What deletes a published article, or all of them (wechat.md §5.6: places count from 1, absent is all).

    Raises:
        NotRemovable: the article's id is not known, for example where a person published it.
    """
    article_id = work.job.remote.get("article_id")
    if not article_id:
        raise NotRemovable(_UNKNOWN_ARTICLE)
    return {"article_id": article_id} | ({} if item is None else {"index": item.position + 1})


def delete_published(work: WeChatWork, request: Mapping[str, Any]) -> Answer:
    """Delete; an article that is gone already counts as deleted."""
    return work.ask(calls.ARTICLE_DELETE, request)


def mass_sent(work: WeChatWork, item: JobItem | None) -> Mapping[str, Any]:
    """What deletes a mass-sent article, or all of them (wechat.md §6.5); the card stays in the receivers' chats.

    Raises:
        NotRemovable: the send's number is not known, for example where a person made it.
    """
    msg_id = work.job.remote.get("msg_id")
    if not msg_id:
        raise NotRemovable(_UNKNOWN_SEND)
    return {"msg_id": msg_id, "article_idx": 0 if item is None else item.position + 1}


def delete_mass_sent(work: WeChatWork, request: Mapping[str, Any]) -> Answer:
    """Delete. The platform names no code for "gone already", so where it refuses it is asked how the send stands."""
    answer = work.ask(calls.MASS_DELETE, request)
    if answer.outcome is AnswerClass.REFUSED and mass_gone(work, request):
        return replace(answer, outcome=AnswerClass.DONE)
    return answer


def published_gone(work: WeChatWork, request: Mapping[str, Any]) -> bool:
    """Whether the publication's own record shows the article, or all of them, as deleted."""
    answer = work.ask(calls.ARTICLE_GET, {"article_id": request["article_id"]})
    if answer.errcode == NO_SUCH_ARTICLE:
        return True
    items = news_items(answer.data) if answer.done else ()
    place = request.get("index")
    asked = items if place is None else items[place - 1 : place]
    return bool(asked) and all(item.deleted for item in asked)


def mass_gone(work: WeChatWork, request: Mapping[str, Any]) -> bool:
    """Whether the whole send is shown as deleted; of a single article of it nothing can be read."""
    answer = work.ask(calls.MASS_GET, {"msg_id": request["msg_id"]})
    return answer.done and mass_status(answer.data) is MassStatus.DELETED
