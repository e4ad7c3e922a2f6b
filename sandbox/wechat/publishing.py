"""Publishing tasks: accepted now, ended later, by the sandbox's clock (wechat.md 5.2).

The tasks that are due are ended before every request, in order of their due time and with that time, so that the
outcome never depends on when somebody looked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from sandbox.wechat import accounts, articles, drafts, events
from sandbox.wechat.accounts import Grant, Group
from sandbox.wechat.articles import Channel

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from sandbox.wechat.accounts import Account
    from sandbox.wechat.articles import End, Publication
    from sandbox.wechat.endpoint import Call
    from sandbox.wire import Json
    from sandbox.world import World

FIRST_PUBLISH_ID = 100_000_000


class Status(IntEnum):
    """``publish_status`` as far as a task itself decides it; 5 and 6 come from what happens to the articles."""

    SUCCESS = 0
    RUNNING = 1
    ORIGINALITY = 2
    FAILED = 3
    REVIEW = 4


REVIEWED = {"status_2": Status.ORIGINALITY, "status_3": Status.FAILED, "status_4": Status.REVIEW}


@dataclass(frozen=True)
class Task:
    """One submitted publication."""

    number: int
    account: str
    media_id: str
    due_at: float
    status: Status
    snapshot: list[Json]
    fail_idx: list[int]
    article_id: str | None
    msg_data_id: int

    @classmethod
    def of(cls, row: sqlite3.Row) -> Task:
        """Read a task from its row."""
        return cls(
            row["number"], row["account"], row["media_id"], row["due_at"], Status(row["status"]),
            json.loads(row["snapshot"]), json.loads(row["fail_idx"]), row["article_id"], row["msg_data_id"],
        )  # fmt: skip

    @property
    def publish_id(self) -> int:
        """The number the client knows the task by."""
        return FIRST_PUBLISH_ID + self.number


def start(call: Call, draft: drafts.Draft) -> Task:
    """Accept a draft for publishing; what it holds now is what goes out, unless ``publish_snapshot`` says later."""
    store = call.world.store
    number = store.insert(
        "INSERT INTO tasks (account, media_id, submitted_at, due_at, status, snapshot, msg_data_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        call.appid, draft.media_id, call.now, call.now + call.switch("publish_delay"), Status.RUNNING,
        json.dumps(draft.articles, ensure_ascii=False), articles.next_message(call.world),
    )  # fmt: skip
    if call.switch("draft_leaves") == "accept":
        drafts.leave_box(call.world, draft.media_id)
    return _one(call.world, number)


def running(world: World, account: str, media_id: str) -> Task | None:
    """Answer the first task of a draft that has not ended, or nothing."""
    row = world.store.row(
        "SELECT * FROM tasks WHERE account = ? AND media_id = ? AND status = ? ORDER BY number",
        account, media_id, Status.RUNNING,
    )  # fmt: skip
    return Task.of(row) if row else None


def find(world: World, account: str, publish_id: int) -> Task | None:
    """Answer an account's task by the number its client knows, or nothing."""
    row = world.store.row(
        "SELECT * FROM tasks WHERE account = ? AND number = ?", account, publish_id - FIRST_PUBLISH_ID
    )
    return Task.of(row) if row else None


def settle(world: World) -> None:
    """End every task that is due."""
    # The status stands in the statement, and not in a parameter, so that the partial index over it is used.
    rows = world.store.rows(
        "SELECT * FROM tasks WHERE status = 1 AND due_at <= ? ORDER BY due_at, number", world.clock.now()
    )
    for row in rows:
        _finish(world, Task.of(row))


def is_pending(world: World) -> bool:
    """Say whether a task is running."""
    return bool(world.store.number("SELECT COUNT(*) FROM tasks WHERE status = 1"))


def _finish(world: World, task: Task) -> None:
    content = _content(world, task)
    status, failed = _review(world, task, content)
    account = accounts.find(world, task.account)
    if status is not Status.SUCCESS or account is None:
        _fail(world, task, status, failed)
    else:
        _succeed(world, account, task, content)
    if account is not None:
        _announce(world, account, _one(world, task.number))


def end(world: World, publication: Publication, indexes: Iterable[int], how: End, cause: str) -> list[int]:
    """Take articles away from the public; where ``ended_event`` says so, the account is told that all are gone (22)."""
    gone = articles.end(world, publication, indexes, how, cause)
    row = world.store.row("SELECT * FROM tasks WHERE article_id = ?", publication.article_id)
    account = accounts.find(world, publication.account)
    wanted = world.switches.value("ended_event", publication.account)
    if gone and publication.ended and row and account and wanted:
        info = {"publish_id": Task.of(row).publish_id, "publish_status": publication.ended.value}
        events.announce(world, account, "PUBLISHJOBFINISH", world.clock.now(), {"PublishEventInfo": info})
    return gone


def _succeed(world: World, account: Account, task: Task, content: list[Json]) -> None:
    made = articles.Task(str(task.publish_id), task.msg_data_id, task.due_at, "freepublish/submit")
    publication = articles.publish(world, account, Channel.FREEPUBLISH, content, made)
    world.store.run(
        "UPDATE tasks SET status = ?, article_id = ? WHERE number = ?",
        Status.SUCCESS, publication.article_id, task.number,
    )  # fmt: skip
    drafts.leave_box(world, task.media_id)


def _announce(world: World, account: Account, task: Task) -> None:
    """Tell the account how its task ended (wechat.md 5.3)."""
    publication = articles.find(world, task.article_id) if task.article_id else None
    info: Json = {"publish_id": task.publish_id, "publish_status": int(task.status)}
    if publication is None:
        info |= {"fail_idx": task.fail_idx}
    else:
        items = publication.addresses(world)
        info |= {"article_id": publication.article_id, "article_detail": {"count": len(items), "item": items}}
    events.announce(world, account, "PUBLISHJOBFINISH", task.due_at, {"PublishEventInfo": info})


def _fail(world: World, task: Task, status: Status, failed: list[int]) -> None:
    world.store.run(
        "UPDATE tasks SET status = ?, fail_idx = ? WHERE number = ?", status, json.dumps(failed), task.number
    )
    kept = world.switches.value("failed_draft", task.account)
    if world.switches.value("draft_leaves", task.account) == "accept" and kept != "lost":
        drafts.put_back(world, task.media_id, as_copy=kept == "new_id")


def _content(world: World, task: Task) -> list[Json]:
    """Answer what goes out; nothing when the draft was to be read at the end and has gone (open question 21)."""
    if world.switches.value("publish_snapshot", task.account) == "accept":
        return task.snapshot
    draft = drafts.find(world, task.account, task.media_id)
    return draft.articles if draft else []


def _review(world: World, task: Task, content: list[Json]) -> tuple[Status, list[int]]:
    """Answer how the task ends, and the articles, counted from 1, that are to blame."""
    account = accounts.find(world, task.account)
    material_for = world.switches.value("material_for", task.account)
    granted = account is not None and account.grant(Group.PUBLISH, task.due_at, material_for) is Grant.GRANTED
    if not content or not granted:
        return Status.FAILED, []
    words = world.switches.value("review_words", task.account)
    for name, status in REVIEWED.items():
        blamed = [idx for idx, article in enumerate(content, 1) if contains(article, words.get(name, []))]
        if blamed:
            return status, blamed
    return Status.SUCCESS, []


def contains(article: Json, words: list[str]) -> bool:
    """Say whether title or content of an article holds one of the words."""
    return any(word in article["title"] or word in article["content"] for word in words)


def _one(world: World, number: int) -> Task:
    return Task.of(world.store.rows("SELECT * FROM tasks WHERE number = ?", number)[0])
