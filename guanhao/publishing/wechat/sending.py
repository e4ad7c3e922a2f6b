"""The public step on WeChat: is the draft still what was staged, what does the account show before, submit."""

from __future__ import annotations

from typing import Any

from guanhao.core.http import Hooks
from guanhao.core.text import Text
from guanhao.platforms.types import Answer
from guanhao.platforms.wechat import calls
from guanhao.platforms.wechat.errors import NO_SUCH_MEDIA
from guanhao.platforms.wechat.reading import news_items, page, snapshot
from guanhao.publishing.difference import Held, keep_what_is_held
from guanhao.publishing.types import AskWhy
from guanhao.publishing.wechat.connection import WeChatWork
from guanhao.publishing.wechat.marks import marks_of
from guanhao.publishing.work import StagedGone, ask_person

_LANDED = Text(
    zh="草稿已不在草稿箱：上一次发送可能已经生效，正在核对。",
    en="The draft left the box: the earlier send may have landed; looking.",
)
_LOST = Text(
    zh="平台上的草稿不见了：可能已被删除，或已在公众平台手工发出。",
    en="The draft is gone: deleted, or sent by hand on the console.",
)


def ready(work: WeChatWork) -> dict[str, Any]:
    """The draft is as it was staged; answers marks and the pre-observation for the attempt (§2.3).

    Raises:
        StagedGone: the platform has no such draft.
        Put: it was edited, or the platform does not answer.
    """
    answer = work.ask(calls.DRAFT_GET, {"media_id": work.job.staged["media_id"]})
    if answer.errcode == NO_SUCH_MEDIA:
        raise StagedGone(_LANDED, _LOST)
    if not answer.done:
        raise work.put_aside(answer)
    items = news_items(answer.data)
    if snapshot(items) != work.job.staged["snapshot"]:
        keep_what_is_held(work, [Held.of(item.title, item.author, item.content) for item in items])
        raise ask_person(
            AskWhy.DRAFT_CHANGED,
            "平台上的草稿在备好之后被改动过，不能按审批内容发出。",
            "The draft was edited after it was staged; it is not what was approved.",
        )
    marks = marks_of(work.job)
    return {
        "marks": {
            "covers": sorted(marks.covers),
            "key": marks.key,
            "texts": [one.text for one in marks.prints],
        },
        "before": _observed(work),
    }


def _observed(work: WeChatWork) -> dict[str, Any]:
    published = work.ask(calls.PUBLISH_LIST, {"offset": 0, "count": 1, "no_content": 1})
    drafts = work.ask(calls.DRAFT_COUNT)
    for answer in (published, drafts):
        if not answer.done:
            raise work.put_aside(answer)
    newest = page(published.data)
    return {
        "published_total": newest.total,
        "newest": newest.entries[0].id if newest.entries else "",
        "drafts": str(drafts.data["total_count"]),
    }


def request(work: WeChatWork) -> dict[str, str]:
    """What the public call sends, without the token."""
    return {"media_id": work.job.staged["media_id"]}


def submit(work: WeChatWork, hooks: Hooks) -> Answer:
    """The one public call. No token is renewed and nothing is repeated here: each send has an intent of its own."""
    return work.client.ask(calls.SUBMIT, work.token().value, request(work), hooks=hooks)


def ids(answer: Answer) -> dict[str, str]:
    """What an accepted submit tells; ``msg_data_id`` may be missing (wechat.md §5.1)."""
    named = {name: str(answer.data.get(name) or "") for name in ("publish_id", "msg_data_id")}
    return {name: value for name, value in named.items() if value}
