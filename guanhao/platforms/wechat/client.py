"""The WeChat client: makes one call, answers with its class. It never retries, sleeps or stores."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guanhao.core import http
from guanhao.platforms.types import Answer, AnswerClass, masked
from guanhao.platforms.wechat import calls
from guanhao.platforms.wechat.calls import Call
from guanhao.platforms.wechat.errors import MEANINGS

HOSTS = frozenset(
    {
        "api.weixin.qq.com",
        "api2.weixin.qq.com",
        "sh.api.weixin.qq.com",
        "sz.api.weixin.qq.com",
        "hk.api.weixin.qq.com",
    }
)
PAGE = 20  # the most a list call gives
_RID = re.compile(r"rid:\s*([0-9a-fA-F-]+)")
_OK = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture to upload."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class WeChat:
    """One WeChat API address. Tokens are given with each call; this object keeps no state."""

    caller: http.Caller

    def ask(
        self,
        call: Call,
        token: str = "",
        payload: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        upload: Upload | None = None,
        hooks: http.Hooks = http.Hooks(),  # noqa: B008 - frozen and empty.
    ) -> Answer:
        """Make one call and classify what came back (security §2.5). Never raises for an answer or a failure."""
        try:
            reply = self.caller.call(
                call.method,
                call.path,
                query={**(query or {}), **({"access_token": token} if call.token else {})},
                content=_json(payload) if payload is not None else b"",
                files=http.Files("media", upload.name, upload.mime, upload.data) if upload else None,
                hooks=hooks,
            )
        except http.NotSent as failure:
            return Answer(call.name, AnswerClass.NOT_SENT, why=failure.why)
        except http.Unanswered as failure:
            return Answer(call.name, AnswerClass.UNKNOWN, why=failure.why)
        secrets = (token, str((payload or {}).get("secret", "")))
        return classified(call, reply.status, reply.body, secrets)

    def stable_token(self, app_id: str, secret: str, *, force: bool = False) -> Answer:
        """Fetch the token (wechat.md §1.2); ``force`` kills the old one at once and is counted by the platform."""
        payload = {
            "grant_type": "client_credential",
            "appid": app_id,
            "secret": secret,
            "force_refresh": force,
        }
        return self.ask(calls.STABLE_TOKEN, payload=payload)

    def page(
        self, call: Call, token: str, offset: int = 0, *, count: int = PAGE, bare: bool = False
    ) -> Answer:
        """One page of a list call, newest first; ``bare`` leaves the texts out."""
        return self.ask(call, token, {"offset": offset, "count": count, "no_content": int(bare)})


def _json(payload: Mapping[str, Any]) -> bytes:
    # Escaped characters would be stored literally by the platform (wechat.md §0).
    return json.dumps(payload, ensure_ascii=False).encode()


def classified(call: Call, status: int, body: bytes, secrets: tuple[str, ...] = ()) -> Answer:
    """Classify a reply by its JSON, whatever its content type says; what cannot be read is unknown."""
    text = masked(body.decode("utf-8", errors="replace"), secrets)
    data = _parsed(body) if status == _OK else None
    if data is None:
        return Answer(call.name, AnswerClass.UNKNOWN, body=text, http_status=status, why="Unreadable")
    errcode = _code(data)
    errmsg = masked(str(data.get("errmsg", "")), secrets)
    rid = _RID.search(errmsg)
    return Answer(
        call.name,
        _outcome(call, errcode, data),
        data=data,
        body=text,
        http_status=status,
        errcode=errcode,
        errmsg=errmsg,
        rid=rid[1] if rid else "",
    )


def _parsed(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _code(data: Mapping[str, Any]) -> int | None:
    try:
        return int(data["errcode"])
    except (KeyError, TypeError, ValueError):
        return None


def _holds(data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key)
    return value is not None and value != ""


def _outcome(call: Call, errcode: int | None, data: Mapping[str, Any]) -> AnswerClass:
    if errcode in {None, 0}:
        if errcode is None and "errcode" in data:
            return AnswerClass.UNKNOWN
        usable = _holds(data, call.expects) if call.expects else errcode == 0
        return AnswerClass.DONE if usable else AnswerClass.UNKNOWN
    if errcode in call.gone or (errcode in call.adopts and _holds(data, call.expects)):
        return AnswerClass.DONE
    meaning = MEANINGS.get(errcode or 0)
    if meaning is None:
        return AnswerClass.UNKNOWN
    if meaning.outcome is AnswerClass.REFUSED_TOKEN and not call.token:
        return (
            AnswerClass.REFUSED
        )  # On token calls these codes mean a wrong secret, which no renewal mends (§1.3).
    return meaning.outcome
