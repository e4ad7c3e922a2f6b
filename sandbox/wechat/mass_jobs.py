"""Mass sends from acceptance to their end: waiting for an administrator, sending, success or failure (wechat.md 6)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any

from sandbox.clock import MINUTE, beijing_day, beijing_month
from sandbox.ledger import PublicEffect
from sandbox.wechat import accounts, articles, drafts, events
from sandbox.wechat.accounts import Type
from sandbox.wechat.articles import Channel
from sandbox.wechat.publishing import contains

if TYPE_CHECKING:
    import sqlite3

    from sandbox.wechat.accounts import Account
    from sandbox.wechat.endpoint import Call
    from sandbox.wire import Json
    from sandbox.world import World

FIRST_MSG_ID = 1_000_000_000
ADMINISTRATOR_WAITS = 30 * MINUTE
REFUSED_BY_ADMINISTRATOR = "err(40001)"
ADMINISTRATOR_SILENT = "err(40002)"
REPRINT_STOPPED = "err(30003)"
SENT = "send success"


class Status(Enum):
    """``msg_status`` of ``mass/get``; waiting for the administrator shows as SENDING (open question 25)."""

    SENDING = "SENDING"
    SUCCESS = "SEND_SUCCESS"
    FAILED = "SEND_FAIL"
    DELETED = "DELETE"


class Check(IntEnum):
    """``CheckState``: an original, a reprint that may go out, one that may not (6.7)."""

    ORIGINAL = 1
    REPRINT = 2
    STOPPED = 3


@dataclass(frozen=True)
class Message:
    """What is sent to how many: articles of a draft, or anything else as it came."""

    kind: str
    payload: Json
    articles: list[Json]
    recipients: int
    reached: int
    go_on_with_reprint: bool


@dataclass(frozen=True)
class Job:
    """One accepted mass send."""

    number: int
    account: str
    called_at: float
    tried_at: float
    due_at: float
    status: Status
    waits: bool
    message: Message
    media_id: str
    article_id: str | None
    msg_data_id: int
    report: Json

    @classmethod
    def of(cls, row: sqlite3.Row) -> Job:
        """Read a job from its row."""
        return cls(
            row["number"], row["account"], row["called_at"], row["tried_at"], row["due_at"], Status(row["status"]),
            bool(row["waits"]), Message(**json.loads(row["message"])), row["media_id"], row["article_id"],
            row["msg_data_id"], json.loads(row["report"]),
        )  # fmt: skip

    @property
    def msg_id(self) -> int:
        """The number the client knows the job by."""
        return FIRST_MSG_ID + self.number


def start(call: Call, key: str, message: Message, media_id: str, *, waits: bool) -> Job:
    """Accept a mass send under the client's key. One that waits for the administrator fails after 30 minutes."""
    delay = ADMINISTRATOR_WAITS if waits else call.switch("mass_delay")
    number = call.world.store.insert(
        "INSERT INTO mass_jobs (account, clientmsgid, called_at, tried_at, due_at, status, waits, message, media_id,"
        " msg_data_id, report) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '{}')",
        call.appid, key, call.now, call.now, call.now + delay, Status.SENDING.value, int(waits),
        _json(vars(message)), media_id, articles.next_message(call.world),
    )  # fmt: skip
    if media_id and call.switch("draft_leaves") == "accept":
        drafts.leave_box(call.world, media_id)
    return _one(call.world, "number = ?", number)


def with_key(world: World, account: str, key: str, since: float) -> Job | None:
    """Answer the job an account's key was used for since a moment, or nothing."""
    column = "called_at" if world.switches.value("mass_day_from", account) == "first_call" else "tried_at"
    row = world.store.row(
        f"SELECT * FROM mass_jobs WHERE account = ? AND clientmsgid = ? AND {column} > ? ORDER BY number DESC",  # noqa: S608
        account, key, since,
    )  # fmt: skip
    return Job.of(row) if row else None


def burn(world: World, account: str, key: str) -> None:
    """Use a key up without a job (switch ``mass_refused_burns_key``)."""
    world.store.run("INSERT OR IGNORE INTO memo (name, value) VALUES (?, '1')", f"burnt {account} {key}")


def is_burnt(world: World, account: str, key: str) -> bool:
    """Say whether a key was used up without a job."""
    return world.store.row("SELECT value FROM memo WHERE name = ?", f"burnt {account} {key}") is not None


def tried_again(world: World, job: Job) -> None:
    """Note that the client tried the same key again."""
    world.store.run("UPDATE mass_jobs SET tried_at = ? WHERE number = ?", world.clock.now(), job.number)


def find(world: World, account: str, msg_id: int) -> Job | None:
    """Answer an account's job by the number its client knows, or nothing."""
    row = world.store.row(
        "SELECT * FROM mass_jobs WHERE account = ? AND number = ?", account, msg_id - FIRST_MSG_ID
    )
    return Job.of(row) if row else None


def by_article(world: World, account: str, article_id: str) -> Job | None:
    """Answer the job that made an article public, or nothing."""
    row = world.store.row("SELECT * FROM mass_jobs WHERE account = ? AND article_id = ?", account, article_id)
    return Job.of(row) if row else None


def deleted(world: World, job: Job) -> None:
    """Note that all articles of a job were deleted."""
    world.store.run("UPDATE mass_jobs SET status = ? WHERE number = ?", Status.DELETED.value, job.number)


def confirm(world: World, msg_id: int, *, accepted: bool) -> bool:
    """Let the administrator answer; say whether anything waited for it."""
    row = world.store.row(
        "SELECT * FROM mass_jobs WHERE number = ? AND waits = 1 AND status = ?",
        msg_id - FIRST_MSG_ID, Status.SENDING.value,
    )  # fmt: skip
    if row is None:
        return False
    if accepted:
        due = world.clock.now() + world.switches.value("mass_delay", row["account"])
        world.store.run("UPDATE mass_jobs SET waits = 0, due_at = ? WHERE number = ?", due, row["number"])
    else:
        _fail(world, Job.of(row), REFUSED_BY_ADMINISTRATOR)
    return True


def used_allowance(world: World, account: Account) -> int:
    """Answer how many sends count now: of this day for a subscription account, of this month for a service one.

    Sends from the console count; whether a running or a failed one does is the switch ``mass_allowance``.
    """
    period = beijing_day if account.type is Type.SUB else beijing_month
    counting = {
        "accept_returned": (Status.SENDING, Status.SUCCESS, Status.DELETED),
        "accept_kept": tuple(Status),
        "success": (Status.SUCCESS, Status.DELETED),
    }[world.switches.value("mass_allowance", account.appid)]
    now = period(world.clock.now())
    rows = world.store.rows("SELECT called_at, status FROM mass_jobs WHERE account = ?", account.appid)
    by_api = sum(period(row["called_at"]) == now and Status(row["status"]) in counting for row in rows)
    sent_by_hand = articles.times_published(world, account.appid, Channel.CONSOLE_NOTIFIED)
    by_hand = sum(period(moment) == now for moment in sent_by_hand)
    return by_api + by_hand


def settle(world: World) -> None:
    """End every job that is due."""
    rows = world.store.rows(
        "SELECT * FROM mass_jobs WHERE status = 'SENDING' AND due_at <= ? ORDER BY due_at, number",
        world.clock.now(),
    )
    for row in rows:
        _finish(world, Job.of(row))


def is_pending(world: World) -> bool:
    """Say whether a job is running."""
    return bool(world.store.number("SELECT COUNT(*) FROM mass_jobs WHERE status = 'SENDING'"))


def _finish(world: World, job: Job) -> None:
    outcome = ADMINISTRATOR_SILENT if job.waits else _judged(world, job)
    account = accounts.find(world, job.account)
    if outcome != SENT or account is None:
        _fail(world, job, outcome)
        return
    article_id = _make_public(world, account, job)
    _end(world, job, Status.SUCCESS, _figures(SENT, job.message.recipients, job.message.reached), article_id)


def _judged(world: World, job: Job) -> str:
    """Answer ``Status`` of the finish event: success, or err(N) by the words in the message."""
    words = world.switches.value("review_words", job.account)
    listed = job.message.articles or [{"title": "", "content": _json(job.message.payload)}]
    for name in words:
        if name.startswith("mass_") and any(contains(article, words[name]) for article in listed):
            return f"err({name.removeprefix('mass_')})"
    reprint = any(contains(article, words.get("reprint", [])) for article in listed)
    return REPRINT_STOPPED if reprint and not job.message.go_on_with_reprint else SENT


def _make_public(world: World, account: Account, job: Job) -> str | None:
    if job.message.articles:
        task = articles.Task(str(job.msg_id), job.msg_data_id, job.due_at, "message/mass")
        publication = articles.publish(world, account, Channel.MASS, job.message.articles, task)
        drafts.leave_box(world, job.media_id)
        return publication.article_id
    world.ledger.made_public(
        PublicEffect(
            at=job.due_at, account=job.account, kind="sent", channel=Channel.MASS.value, article_id="", idx=1,
            title=job.message.kind, url="", source_url="", content=_json(job.message.payload),
            publish_id=str(job.msg_id), cause="message/mass",
        )
    )  # fmt: skip
    return None


def _fail(world: World, job: Job, outcome: str) -> None:
    _end(world, job, Status.FAILED, _figures(outcome, job.message.recipients, 0), None)
    kept = world.switches.value("failed_draft", job.account)
    if job.media_id and world.switches.value("draft_leaves", job.account) == "accept" and kept != "lost":
        drafts.put_back(world, job.media_id, as_copy=kept == "new_id")


def _figures(outcome: str, total: int, sent: int) -> Json:
    return {
        "Status": outcome,
        "TotalCount": total,
        "FilterCount": total,
        "SentCount": sent,
        "ErrorCount": total - sent,
    }


def _end(world: World, job: Job, status: Status, report: Json, article_id: str | None) -> None:
    """Write down how a job ended, and tell the account (wechat.md 6.7)."""
    world.store.run(
        "UPDATE mass_jobs SET status = ?, report = ?, article_id = ?, waits = 0 WHERE number = ?",
        status.value, _json(report), article_id, job.number,
    )  # fmt: skip
    account = accounts.find(world, job.account)
    if account is not None:
        fields = {"MsgID": job.msg_id} | report | _checked(world, job) | _addresses(world, article_id)
        events.announce(world, account, "MASSSENDJOBFINISH", min(job.due_at, world.clock.now()), fields)


def _checked(world: World, job: Job) -> Json:
    """Answer the originality check of the whole send and of each article that is no original."""
    words = world.switches.value("review_words", job.account).get("reprint", [])
    reprint = Check.REPRINT if job.message.go_on_with_reprint else Check.STOPPED
    checks = [reprint if contains(article, words) else Check.ORIGINAL for article in job.message.articles]
    items = [
        {"ArticleIdx": idx, "UserDeclareState": 0, "AuditState": 0, "CanReprint": int(check is Check.REPRINT)}
        for idx, check in enumerate(checks, 1)
        if check is not Check.ORIGINAL
    ]
    worst = max(checks, default=Check.ORIGINAL)
    if not items and world.switches.value("event_empty_check", job.account) == "absent":
        return {}
    return {
        "CopyrightCheckResult": {"Count": len(items), "ResultList": {"item": items}, "CheckState": int(worst)}
    }


def _addresses(world: World, article_id: str | None) -> Json:
    publication = articles.find(world, article_id) if article_id else None
    listed = publication.addresses(world) if publication else []
    items = [{"ArticleIdx": each["idx"], "ArticleUrl": each["article_url"]} for each in listed]
    return {"ArticleUrlResult": {"Count": len(items), "ResultList": {"item": items}}}


def _one(world: World, condition: str, *values: Any) -> Job:
    return Job.of(world.store.rows(f"SELECT * FROM mass_jobs WHERE {condition}", *values)[0])  # noqa: S608


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
