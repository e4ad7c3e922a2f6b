"""Mass sending, which notifies followers (wechat.md 6): the only write with a key of the client's own."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.clock import DAY, MINUTE
from sandbox.wechat import articles, drafts, followers, mass_jobs
from sandbox.wechat.accounts import Group, Type
from sandbox.wechat.articles import End
from sandbox.wechat.endpoint import OK, Call, Endpoint
from sandbox.wechat.mass_jobs import Job, Message, Status
from sandbox.wechat.refusals import Refusal, worded
from sandbox.wire import Json

if TYPE_CHECKING:
    from sandbox.wechat.articles import Publication

LONGEST_KEY = 64
TOO_FAST = MINUTE
PER_DAY = 1
PER_MONTH = 4
FEWEST_OPENIDS, MOST_OPENIDS = 2, 10_000
FASTEST, SLOWEST = 0, 4
SPEEDS = (80, 60, 45, 30, 10)
KINDS = {
    "mpnews": "media_id",
    "text": "content",
    "voice": "media_id",
    "mpvideo": "media_id",
    "image": "media_ids",
}


def send_to_all(call: Call) -> Json:
    """Accept a send to all followers or to one tag; accepted only, not sent (6.1)."""
    audience = call.body.get("filter")
    if not isinstance(audience, dict):
        raise Refusal(40035)
    to_all = bool(audience.get("is_to_all", False))
    if not to_all and audience.get("tag_id") not in call.account.tags:
        raise Refusal(45159)
    waits = to_all and call.account.mass_protection
    return _send(call, audience, call.account.followers, waits=waits)


def send_to_some(call: Call) -> Json:
    """Accept a send to 2-10 000 openids; service accounts only (6.2)."""
    if call.account.type is not Type.SVC:
        raise Refusal(48001)
    chosen = call.body.get("touser")
    if not isinstance(chosen, list) or not FEWEST_OPENIDS <= len(chosen) <= MOST_OPENIDS:
        raise Refusal(40130)
    if not set(chosen) <= set(followers.openids(call.account)):
        raise Refusal(40003)
    return _send(call, chosen, len(chosen), waits=False)


def preview(call: Call) -> Json:
    """Send to one follower for a look; neither allowance nor draft is used up (6.3)."""
    if not call.body.get("towxname") and call.body.get("touser") not in followers.openids(call.account):
        raise Refusal(43004)
    _message(call, 1)
    call.effect("mass.previewed", msgtype=call.body["msgtype"])
    return {"errcode": 0, "errmsg": "preview success", "msg_id": mass_jobs.FIRST_MSG_ID}


def get(call: Call) -> Json:
    """Answer how a send stands (6.4). Refuses an unknown msg_id with 40035 (open question 26)."""
    job = _own(call)
    if job.waits and call.switch("mass_waiting") == "unknown":
        raise Refusal(40035)
    return {"msg_id": job.msg_id, "msg_status": job.status.value}


def delete(call: Call) -> Json:
    """Delete sent articles by msg_id and index (from 1, 0 all) or by address; the messages themselves stay (6.5)."""
    job, publication, index = _target(call)
    if index > len(publication.items):
        raise Refusal(40060)
    indexes = [index] if index else range(1, len(publication.items) + 1)
    gone = articles.end(call.world, publication, indexes, End.REMOVED, "message/mass/delete")
    if publication.ended:
        mass_jobs.deleted(call.world, job)
    call.effect("article.removed", article_id=publication.article_id, indexes=gone)
    return OK


def get_speed(call: Call) -> Json:
    """Answer the speed step and its ten thousands per minute (6.6)."""
    row = call.world.store.row("SELECT value FROM memo WHERE name = ?", f"speed {call.appid}")
    speed = int(row["value"]) if row else FASTEST
    return {"speed": speed, "realspeed": SPEEDS[speed]}


def set_speed(call: Call) -> Json:
    """Set the speed step, 0 to 4."""
    speed = call.body.get("speed")
    if speed is None:
        raise Refusal(45084)
    if isinstance(speed, bool) or speed not in range(FASTEST, SLOWEST + 1):
        raise Refusal(45083)
    call.world.store.run(
        "INSERT OR REPLACE INTO memo (name, value) VALUES (?, ?)", f"speed {call.appid}", str(speed)
    )
    return OK


def _send(call: Call, audience: Any, recipients: int, *, waits: bool) -> Json:
    """Accept one send. Where the key is checked is open and decisive (24): see the switch ``mass_key_checked``."""
    key = _key(call, audience)
    first = call.switch("mass_key_checked") == "first"
    repeated = _repeated(call, key) if first else None
    if repeated:
        return repeated
    try:
        message = _message(call, recipients)
        if not _within_allowance(call):
            message = replace(message, reached=0)
    except Refusal as refusal:
        if not call.switch("mass_refused_burns_key"):
            raise
        mass_jobs.burn(call.world, call.appid, key)
        return worded(refusal, call.switch("error_tail"))
    repeated = None if first else _repeated(call, key)
    if repeated:
        return repeated
    media_id = str(call.body["mpnews"]["media_id"]) if message.kind == "mpnews" else ""
    job = mass_jobs.start(call, key, message, media_id, waits=waits)
    call.effect("mass.accepted", msg_id=str(job.msg_id), media_id=media_id, clientmsgid=key)
    reply = {"errcode": 0, "errmsg": "send job submission success", "msg_id": job.msg_id}
    return reply | ({"msg_data_id": job.msg_data_id} if media_id else {})


def _key(call: Call, audience: Any) -> str:
    """Answer the client's key; without one the platform makes it of range and content."""
    key = call.body.get("clientmsgid")
    if key is None:
        content = json.dumps(
            [audience, call.body.get("msgtype"), call.body.get("mpnews"), call.body.get("text")]
        )
        return hashlib.sha256(content.encode()).hexdigest()
    if not isinstance(key, str) or len(key.encode()) > LONGEST_KEY:
        raise Refusal(45067)
    return key


def _repeated(call: Call, key: str) -> Json | None:
    """Answer 45065 with the existing msg_id, or 45066 within 60 s, for a key of the last 24 h; else nothing.

    It is an answer and not a refusal, because the try itself must be remembered.
    """
    tail = call.switch("error_tail")
    if mass_jobs.is_burnt(call.world, call.appid, key):
        return worded(Refusal(45065), tail)
    job = mass_jobs.with_key(call.world, call.appid, key, call.now - DAY)
    if job is None or (_is_other(call, job) and call.switch("mass_other_content") == "sent"):
        return None
    since = job.called_at if call.switch("mass_too_fast_from") == "first_call" else job.tried_at
    mass_jobs.tried_again(call.world, job)
    known = {"msg_id": job.msg_id}
    if call.now - since < TOO_FAST:
        return worded(Refusal(45066), tail) | (known if call.switch("mass_too_fast_carries_id") else {})
    return worded(Refusal(45065), tail) | known


def _is_other(call: Call, job: Job) -> bool:
    """Say whether a call carries something else than the job its key was used for."""
    kind = str(call.body.get("msgtype"))
    payload = call.body.get("images" if kind == "image" else kind)
    return (kind, payload) != (job.message.kind, job.message.payload)


def _message(call: Call, recipients: int) -> Message:
    kind = str(call.body.get("msgtype"))
    if kind not in KINDS:
        raise Refusal(40008)
    payload = call.body.get("images" if kind == "image" else kind)
    if not isinstance(payload, dict) or not payload.get(KINDS[kind]):
        raise Refusal(44004 if kind == "text" else 40007)
    listed: list[Json] = []
    if kind == "mpnews":
        draft = drafts.find(call.world, call.appid, str(payload["media_id"]))
        if draft is None:
            raise Refusal(40007)
        listed = draft.articles
    go_on = str(call.body.get("send_ignore_reprint", 0)) == "1"
    return Message(kind, payload, listed, recipients, recipients, go_on)


def _within_allowance(call: Call) -> bool:
    """Say whether anybody will be reached. Refuses with 45028; a service account's surplus may be silent (3)."""
    allowed = PER_DAY if call.account.type is Type.SUB else PER_MONTH
    if mass_jobs.used_allowance(call.world, call.account) < allowed:
        return True
    if call.account.type is Type.SUB or call.switch("svc_over_limit") == "refuse":
        raise Refusal(45028)
    return False


def _own(call: Call) -> Job:
    job = mass_jobs.find(call.world, call.appid, call.number("msg_id"))
    if job is None:
        raise Refusal(40035)
    return job


def _target(call: Call) -> tuple[Job, Publication, int]:
    url = call.body.get("url")
    if url:
        return _by_address(call, str(url))
    job = _own(call)
    publication = articles.find(call.world, job.article_id) if job.article_id else None
    if publication is None or job.status is not Status.SUCCESS:
        raise Refusal(40035)
    return job, publication, call.number("article_idx", 0)


def _by_address(call: Call, url: str) -> tuple[Job, Publication, int]:
    found = articles.by_url(call.world, url)
    job = mass_jobs.by_article(call.world, call.appid, found[0].article_id) if found else None
    if found is None or job is None:
        raise Refusal(40035)
    return job, *found


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/message/mass/sendall", send_to_all, Group.MASS, reads_json=True),
    Endpoint("POST", "/cgi-bin/message/mass/send", send_to_some, Group.MASS, reads_json=True),
    Endpoint("POST", "/cgi-bin/message/mass/preview", preview, Group.MASS, reads_json=True),
    Endpoint("POST", "/cgi-bin/message/mass/get", get, Group.MASS, reads_json=True),
    Endpoint("POST", "/cgi-bin/message/mass/delete", delete, Group.MASS, reads_json=True),
    Endpoint("POST", "/cgi-bin/message/mass/speed/get", get_speed, Group.MASS),
    Endpoint("POST", "/cgi-bin/message/mass/speed/set", set_speed, Group.MASS, reads_json=True),
)
