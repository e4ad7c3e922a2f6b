"""What readers see against what was approved: asked once it is published, and whenever it is looked at again.

The draft is read a last time shortly before it is sent (`readying`), and drafts can be edited on the console until then.
Whatever reads differently afterwards is found here; it is out, so people are told and decide whether it is taken down.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from guanhao.core.text import Text
from guanhao.platforms.wechat import calls
from guanhao.platforms.wechat.reading import NewsItem, news_items
from guanhao.publishing.difference import Held, keep_what_is_held
from guanhao.publishing.types import LookVerdict
from guanhao.publishing.wechat.connection import WeChatWork
from guanhao.publishing.wechat.marks import marks_of

DIFFERENT = Text(
    zh="已发布，但平台上的标题或正文与审批通过的不一致：可能有人在公众平台改动过。请核对，必要时撤回。",
    en="Published, but its title or text differs from what was approved: somebody may have edited it on the console."
    " Compare it, and withdraw it if need be.",
)


def read_back(work: WeChatWork, article_id: str) -> bool:
    """Whether the publication reads as approved, by its own record; where that does not answer, nothing is claimed."""
    answer = work.ask(calls.ARTICLE_GET, {"article_id": article_id})
    return not answer.done or as_approved(work, news_items(answer.data))


def as_approved(work: WeChatWork, items: tuple[NewsItem, ...]) -> bool:
    """Whether these articles read as approved; what differs is kept with a look, once for each text."""
    shown = [item for item in items if item.content and not item.deleted]
    wanted = marks_of(work.job).prints
    if len(shown) != len(wanted):
        return True  # Some were taken down, or the record has no text: there is nothing to compare.
    if [(one.title, one.text) for one in wanted] == [
        (one.title, one.text) for one in (item.fingerprint() for item in shown)
    ]:
        return True
    held = [Held.of(item.title, item.author, item.content) for item in shown]
    if _kept(work) != [asdict(one) for one in held]:
        keep_what_is_held(work, held)
    return False


def _kept(work: WeChatWork) -> list[dict[str, Any]]:
    look = work.job.looks.filter(verdict=LookVerdict.DIFFERENT).order_by("-pk").first()
    return (
        []
        if look is None
        else [{**one, "paragraphs": tuple(one["paragraphs"])} for one in look.evidence[0]["held"]]
    )
