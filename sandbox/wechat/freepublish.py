"""Publishing without notifying followers (wechat.md 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.wechat import articles, drafts, media, publishing
from sandbox.wechat.accounts import Group
from sandbox.wechat.articles import End, ListQuery, Publication
from sandbox.wechat.endpoint import OK, Call, Endpoint
from sandbox.wechat.publishing import Status
from sandbox.wechat.refusals import Refusal
from sandbox.wire import Json

if TYPE_CHECKING:
    from sandbox.world import World

SUBMIT_CHECKS = {"submit_53503": 53503, "submit_53504": 53504, "submit_53505": 53505}


def submit(call: Call) -> Json:
    """Accept a draft for publishing; errcode 0 means no more than that (5.1).

    A second submit while the first runs is undocumented: the switch ``second_submit`` plays every answer, and its
    default makes a second publication, which is what a careless client deserves to find in the ledger.
    """
    draft = drafts.find(call.world, call.appid, call.media_id())
    if draft is None:
        raise Refusal(40007)
    _check_draft(call, draft)
    task = publishing.running(call.world, call.appid, draft.media_id)
    if task and call.switch("second_submit") == "refuse":
        raise Refusal(40007)
    if task is None or call.switch("second_submit") == "new_task":
        task = publishing.start(call, draft)
        call.effect("publish.accepted", publish_id=str(task.publish_id), media_id=draft.media_id)
    reply = OK | {"publish_id": _typed(call, task.publish_id)}
    if call.switch("msg_data_id") == "given":
        reply["msg_data_id"] = _typed(call, task.msg_data_id)
    return reply


def get(call: Call) -> Json:
    """Answer how a task stands (5.2). Refuses an unknown publish_id with 40002.

    Once all articles were deleted or banned the status is 5 or 6; the shape stays that of success (question 22).
    """
    task = publishing.find(call.world, call.appid, _publish_id(call))
    if task is None:
        raise Refusal(40002, "invalid args")
    head: Json = {"publish_id": _typed(call, task.publish_id)}
    publication = articles.find(call.world, task.article_id) if task.article_id else None
    if publication is None:
        return head | {"publish_status": int(task.status), "fail_idx": task.fail_idx}
    ended = _ended(call, publication)
    if ended and call.switch("ended_form") == "bare":
        return head | {"publish_status": ended.value}
    items = publication.addresses(call.world)
    return head | {
        "publish_status": ended.value if ended else int(Status.SUCCESS),
        "article_id": publication.article_id,
        "article_detail": {"count": len(items), "item": items},
        "fail_idx": [],
    }


def batchget(call: Call) -> Json:
    """Answer a page of what was published quietly, newest first, once the switch ``list_lag`` has passed (5.4)."""
    offset, count = call.page()
    until = call.now - call.switch("list_lag")
    query = ListQuery(
        call.appid, until, offset, count, with_deleted=call.switch("list_deleted") == "included"
    )
    total, publications = articles.listed(call.world, query)
    with_content = not call.number("no_content", 0)
    temporary = call.switch("batchget_url") == "temporary"
    items = [
        {
            "article_id": each.article_id,
            "content": _described(call.world, each, with_content=with_content, temporary=temporary),
            "update_time": int(each.updated_at),
        }
        for each in publications
    ]
    return {"total_count": total, "item_count": len(items), "item": items}


def get_article(call: Call) -> Json:
    """Answer one publication, deleted or not (5.5). Refuses with 53600."""
    publication = _own(call)
    if publication.published_at + call.switch("article_lag") > call.now:
        raise Refusal(53600)
    return _described(call.world, publication, with_content=True, temporary=False)


def delete(call: Call) -> Json:
    """Delete one article, counted from 1, or all for 0 (5.6). Refuses with 53600 when nothing is left to delete."""
    publication, index = _own(call), call.number("index", 0)
    if index > len(publication.items):
        raise Refusal(40114)
    indexes = [index] if index else range(1, len(publication.items) + 1)
    gone = publishing.end(call.world, publication, indexes, End.REMOVED, "freepublish/delete")
    if not gone:
        raise Refusal(53600)
    call.effect("article.removed", article_id=publication.article_id, indexes=gone)
    return OK


def _ended(call: Call, publication: Publication) -> End | None:
    """Answer how a publication ended; the switch ``partly_deleted`` says whether one article of several is enough."""
    ends = [End(item["end"]) for item in publication.items if item["end"] is not None]
    if ends and call.switch("partly_deleted") == "ended":
        return ends[0]
    return publication.ended


def _check_draft(call: Call, draft: drafts.Draft) -> None:
    words = call.switch("review_words")
    for name, errcode in SUBMIT_CHECKS.items():
        if any(publishing.contains(article, words.get(name, [])) for article in draft.articles):
            raise Refusal(errcode)


def _publish_id(call: Call) -> int:
    try:
        return call.number("publish_id")
    except Refusal:
        raise Refusal(40002, "invalid args") from None


def _typed(call: Call, number: int) -> int | str:
    return number if call.switch("publish_id_type") == "number" else str(number)


def _own(call: Call) -> Publication:
    publication = articles.find(call.world, str(call.body.get("article_id", "")))
    if publication is None or publication.account != call.appid:
        raise Refusal(53600)
    return publication


def _described(world: World, publication: Publication, *, with_content: bool, temporary: bool) -> Json:
    items = []
    for idx, item in enumerate(publication.items, 1):
        article = {key: value for key, value in item["article"].items() if with_content or key != "content"}
        address = publication.address(world, idx)
        url = f"{world.base_url}/s?temp={item['sn']}" if temporary else address
        cover = _cover(world, item["article"]["thumb_media_id"])
        items.append(article | {"thumb_url": cover, "url": url, "is_deleted": item["end"] is not None})
    times = {"create_time": int(publication.published_at), "update_time": int(publication.updated_at)}
    return {"news_item": items} | times


def _cover(world: World, media_id: str) -> str:
    row = world.store.row("SELECT * FROM media WHERE media_id = ? AND picture IS NOT NULL", media_id)
    return media.picture_address(row) if row else ""


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/freepublish/submit", submit, Group.PUBLISH, reads_json=True),
    Endpoint("POST", "/cgi-bin/freepublish/get", get, Group.PUBLISH, reads_json=True),
    Endpoint("POST", "/cgi-bin/freepublish/batchget", batchget, Group.PUBLISH, reads_json=True),
    Endpoint("POST", "/cgi-bin/freepublish/getarticle", get_article, Group.PUBLISH, reads_json=True),
    Endpoint("POST", "/cgi-bin/freepublish/delete", delete, Group.PUBLISH, reads_json=True),
)
