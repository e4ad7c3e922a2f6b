"""Events an account is told about: queued when something ends, pushed until somebody says they heard (wechat.md 12).

A queued event is a row; one delivery is one claim of that row. The push itself happens outside every lock.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from sandbox import outgoing
from sandbox.clock import MINUTE
from sandbox.wechat import accounts, callback, followers
from sandbox.wechat.accounts import Account
from sandbox.wire import Json

if TYPE_CHECKING:
    import sqlite3

    from sandbox.wechat.callback import Callback
    from sandbox.world import World

LEASE = 2 * outgoing.SECONDS_TO_ANSWER
MOST_DELIVERIES = 3
OLD = 60 * MINUTE
HTTP_OK = 200


class State(Enum):
    """What became of an event."""

    WAITING = "waiting"
    HEARD = "heard"
    GIVEN_UP = "given_up"
    LOST = "lost"


@dataclass(frozen=True)
class Delivery:
    """One push about to be made."""

    number: int
    account: str
    address: str
    body: bytes


def announce(world: World, account: Account, event: str, moment: float, fields: Json) -> None:
    """Queue an event about a job of an account, as the switch ``event_id_type`` writes its number."""
    if world.switches.value("event_id_type", account.appid) == "text":
        fields = _with_text_ids(fields)
    head = {"FromUserName": _openid(account), "MsgType": "event", "Event": event}
    tell(world, account, moment, head | fields)


def tell(world: World, account: Account, moment: float, fields: Json) -> None:
    """Queue a message for an account that has a callback, once, twice or as lost (switch ``event_mischief``)."""
    if account.callback is None:
        return
    mischief = world.switches.value("event_mischief", account.appid)
    head = {
        "ToUserName": account.original_id,
        "FromUserName": fields["FromUserName"],
        "CreateTime": int(moment),
    }
    message, event = head | fields, str(fields.get("Event", fields["MsgType"]))
    state = State.LOST if mischief == "lost" else State.WAITING
    for _ in range(2 if mischief == "duplicate" else 1):
        world.store.insert(
            "INSERT INTO events (account, event, message, due_at, deliveries, state, nonce, answers)"
            " VALUES (?, ?, ?, ?, 0, ?, ?, '[]')",
            account.appid, event, json.dumps(message, ensure_ascii=False),
            moment + world.switches.value("event_delay", account.appid), state.value, _nonce(),
        )  # fmt: skip


def deliver_due(world: World) -> bool:
    """Push one event that is due; say whether there was one."""
    with world.store.transaction():
        delivery = _claim(world)
    if delivery is None:
        return False
    status, text = _post(delivery)
    with world.store.transaction():
        _note(world, delivery, status, text)
    return True


def is_pending(world: World) -> bool:
    """Say whether any event still waits to be pushed."""
    return bool(world.store.number("SELECT COUNT(*) FROM events WHERE state = 'waiting'"))


def listing(world: World, account: str) -> list[Json]:
    """Answer all events with their state and the answers they got."""
    rows = world.store.rows("SELECT * FROM events WHERE ? IN ('', account) ORDER BY number", account)
    return [dict(row) | {name: json.loads(row[name]) for name in ("message", "answers")} for row in rows]


def verify(world: World, account: Account) -> bool:
    """Check the callback as the console does when it is entered: it must echo what it is sent (12.1)."""
    if account.callback is None:
        return False
    settings, echo = callback.Callback.parse(account.callback), secrets.token_hex(8)
    address = callback.verification(settings, int(world.clock.now()), _nonce(), echo)
    status, text = _request("GET", address, b"")
    return status == HTTP_OK and text == echo


def _claim(world: World) -> Delivery | None:
    """Take the next due event. Until its answer is noted it is leased: a stop in between only delays it."""
    row = world.store.row(
        "SELECT * FROM events WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, number",
        world.clock.now(),
    )
    account = accounts.find(world, row["account"]) if row else None
    if row is None or account is None or account.callback is None:
        return None
    world.store.run(
        "UPDATE events SET due_at = ?, deliveries = deliveries + 1 WHERE number = ?",
        world.clock.now() + LEASE,
        row["number"],
    )
    address, body = _wrapped(world, account, callback.Callback.parse(account.callback), row)
    return Delivery(row["number"], account.appid, address, body)


def _wrapped(world: World, account: Account, settings: Callback, row: sqlite3.Row) -> tuple[str, bytes]:
    """Answer address and body of a delivery; a repeat may carry the first one's timestamp and nonce (question 2)."""
    mischief = world.switches.value("event_mischief", account.appid)
    same = world.switches.value("event_repeat", account.appid) == "same_nonce"
    moment = json.loads(row["message"])["CreateTime"] if same else int(world.clock.now())
    about_a_job = row["event"].endswith("JOBFINISH")
    withheld = about_a_job and world.switches.value("event_openid", account.appid) == "withheld"
    envelope = callback.Envelope(
        timestamp=moment - (OLD if mischief == "old_timestamp" else 0),
        nonce=row["nonce"] if same else _nonce(),
        appid="wx" + "0" * 16 if mischief == "wrong_appid" else account.appid,
        openid="" if withheld else json.loads(row["message"])["FromUserName"],
        as_json=world.switches.value("event_format", account.appid) == "json",
        signed_with="wrong" if mischief == "wrong_signature" else settings.token,
    )
    return callback.pushed(settings, json.loads(row["message"]), envelope)


def _note(world: World, delivery: Delivery, status: int, text: str) -> None:
    row = world.store.rows("SELECT * FROM events WHERE number = ?", delivery.number)[0]
    any_200 = world.switches.value("event_heard_by", delivery.account) == "any_200"
    heard = status == HTTP_OK and (any_200 or text in {"", "success"})
    again = State.GIVEN_UP if row["deliveries"] >= MOST_DELIVERIES else State.WAITING
    pause = world.switches.value("event_pause", delivery.account)
    answers = [*json.loads(row["answers"]), {"status": status, "text": text[:200]}]
    world.store.run(
        "UPDATE events SET state = ?, due_at = ?, answers = ? WHERE number = ?",
        (State.HEARD if heard else again).value, world.clock.now() + pause,
        json.dumps(answers, ensure_ascii=False), delivery.number,
    )  # fmt: skip


def _post(delivery: Delivery) -> tuple[int, str]:
    return _request("POST", delivery.address, delivery.body)


def _request(method: str, address: str, body: bytes) -> tuple[int, str]:
    return outgoing.request(method, address, body, "text/xml")


def _with_text_ids(fields: Json) -> Json:
    about = fields.get("PublishEventInfo")
    texts = {"MsgID": str(fields["MsgID"])} if "MsgID" in fields else {}
    if about:
        texts["PublishEventInfo"] = about | {"publish_id": str(about["publish_id"])}
    return fields | texts


def _openid(account: Account) -> str:
    return next(iter(followers.openids(account)), "mphelper")


def _nonce() -> str:
    return str(secrets.randbelow(10**10))
