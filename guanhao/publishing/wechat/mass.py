"""Mass sending (群发): the same draft, sent to every follower under a key of our own (wechat.md §6, class Q).

The key is the job's mark: 32 hexadecimal characters, fixed and written when the push was planned, never omitted, never
another one. Within a day the platform answers a second call with the first one's number and sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guanhao.core.http import Hooks
from guanhao.platforms.types import Answer
from guanhao.platforms.wechat import calls
from guanhao.publishing.types import Outcome
from guanhao.publishing.wechat import sending
from guanhao.publishing.wechat.connection import WeChatWork
from guanhao.publishing.wechat.marks import marks_of
from guanhao.publishing.work import StagedGone


def ready(work: WeChatWork) -> dict[str, Any]:
    """As for publishing; after a send that may have landed, a draft that left the box is no obstacle.

    Then the same call under the same key either brings that send's number or is refused for want of the draft.

    Raises:
        StagedGone: the platform has no such draft, and nothing was sent before.
        Put: the draft was edited, or the platform does not answer.
    """
    try:
        return sending.ready(work)
    except StagedGone:
        doubted = work.job.tries.filter(call=calls.MASS_SEND.name, outcome=Outcome.UNKNOWN)
        if not doubted.exists():
            raise
        marks = marks_of(work.job)
        return {
            "marks": {"covers": sorted(marks.covers), "key": marks.key},
            "before": {"draft": "gone"},
        }


def request(work: WeChatWork) -> Mapping[str, Any]:
    """What the public call sends, without the token. A judged reprint stops the send: nobody approved a reprint."""
    return {
        "filter": {"is_to_all": True},
        "mpnews": {"media_id": work.job.staged["media_id"]},
        "msgtype": "mpnews",
        "send_ignore_reprint": 0,
        "clientmsgid": work.job.mark,
    }


def submit(work: WeChatWork, hooks: Hooks) -> Answer:
    """The one call. No token is renewed and nothing is repeated here: each send has an intent of its own."""
    return work.client.ask(calls.MASS_SEND, work.token().value, request(work), hooks=hooks)


def ids(answer: Answer) -> dict[str, str]:
    """What an accepted send tells; one adopted by its key tells only its number."""
    named = {name: str(answer.data.get(name) or "") for name in ("msg_id", "msg_data_id")}
    return {name: value for name, value in named.items() if value}


def preview(work: WeChatWork, wechat_id: str) -> Answer:
    """Show the draft to one follower, by WeChat id; uses up neither the draft nor an allowance (wechat.md §6.3)."""
    payload = {
        "towxname": wechat_id,
        "mpnews": {"media_id": work.job.staged["media_id"]},
        "msgtype": "mpnews",
    }
    return work.client.ask(calls.MASS_PREVIEW, work.token().value, payload)
