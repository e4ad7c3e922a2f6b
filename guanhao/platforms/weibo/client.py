"""The Weibo client: makes one call, answers with its class. It never retries, sleeps or stores.

Tokens travel in the query of a GET and in the form of a POST (weibo.md §1). Neither reaches an exception, a
representation or the body kept for the record (SE2).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from guanhao.core import http
from guanhao.platforms.types import Answer, AnswerClass, masked
from guanhao.platforms.weibo import calls
from guanhao.platforms.weibo.calls import Call
from guanhao.platforms.weibo.errors import MEANINGS
from guanhao.platforms.weibo.reading import identifier

HOSTS = frozenset({"api.weibo.com"})
NEWEST = 5  # the most the timeline gives (§3.3)
MOST_COUNTED = 100  # posts in one count call (§3.5)
_OK = 200
_SERVER_ERROR = 500
_SECRET_FIELDS = ("client_secret", "code")


@dataclass(frozen=True, slots=True)
class App:
    """The app registered with Weibo: its key, its secret, and where it lets people come back to."""

    key: str
    secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The one picture of a post."""

    name: str
    mime: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Weibo:
    """One Weibo API address. Tokens are given with each call; this object keeps no state."""

    caller: http.Caller

    def ask(
        self,
        call: Call,
        token: str = "",
        fields: Mapping[str, str] | None = None,
        *,
        picture: Picture | None = None,
        hooks: http.Hooks = http.Hooks(),  # noqa: B008 - frozen and empty.
    ) -> Answer:
        """Make one call and classify what came back (security §2.5). Never raises for an answer or a failure."""
        sent = {**(fields or {}), **({"access_token": token} if call.token else {})}
        posts = call.method == "POST"
        try:
            reply = self.caller.call(
                call.method,
                call.path,
                query=None if posts else sent,
                form=sent if posts else None,
                files=http.Files("pic", picture.name, picture.mime, picture.data, sent) if picture else None,
                hooks=hooks,
            )
        except http.NotSent as failure:
            return Answer(call.name, AnswerClass.NOT_SENT, why=failure.why)
        except http.Unanswered as failure:
            return Answer(call.name, AnswerClass.UNKNOWN, why=failure.why)
        secrets = (token, *(sent.get(name, "") for name in _SECRET_FIELDS))
        return classified(call, reply.status, reply.body, secrets)

    def authorisation_address(self, app: App, state: str) -> str:
        """Where the operator's browser goes to authorise (§2.1); lets them choose the institution's account."""
        fields = {
            "client_id": app.key,
            "redirect_uri": app.redirect_uri,
            "response_type": "code",
            "state": state,
            "forcelogin": "true",
        }
        return f"{self.caller.base}/oauth2/authorize?{urlencode(fields)}"

    def access_token(self, app: App, code: str) -> Answer:
        """Exchange the code a browser brought back for a token (§2.2)."""
        fields = {
            "client_id": app.key,
            "client_secret": app.secret,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": app.redirect_uri,
        }
        return self.ask(calls.ACCESS_TOKEN, fields=fields)

    def share(
        self,
        token: str,
        text: str,
        *,
        address: str = "",
        picture: Picture | None = None,
        hooks: http.Hooks = http.Hooks(),  # noqa: B008 - frozen and empty.
    ) -> Answer:
        """Post (§3.1). ``address`` is the operator's IP (PD4); one that is not public is left out."""
        fields = {"status": text} | ({"rip": address} if _is_public(address) else {})
        return self.ask(calls.SHARE, token, fields, picture=picture, hooks=hooks)

    def timeline(self, token: str) -> Answer:
        """The newest posts of the authorising account made through this app (§3.3, security §2.6)."""
        return self.ask(calls.TIMELINE, token, {"count": str(NEWEST), "base_app": "1"})

    def counts(self, token: str, mids: Iterable[str]) -> Answer:
        """Reposts, comments and likes of up to 100 posts in one call (§3.5); ValueError for more."""
        wanted = list(mids)
        if len(wanted) > MOST_COUNTED:
            raise ValueError(f"one call counts {MOST_COUNTED} posts, not {len(wanted)}")
        return self.ask(calls.COUNTS, token, {"ids": ",".join(wanted)})


def _is_public(address: str) -> bool:
    try:
        return http.is_public(address)
    except ValueError:
        return False


def classified(call: Call, status: int, body: bytes, secrets: Iterable[str] = ()) -> Answer:
    """Classify a reply by its error code, then by its HTTP status (§1); what cannot be read is unknown.

    A gateway's 5xx says nothing certain, whatever its body holds (security §2.5).
    """
    secrets = tuple(secrets)
    text = masked(body.decode("utf-8", errors="replace"), secrets)
    data = _parsed(call, body)
    if data is None:
        return Answer(call.name, AnswerClass.UNKNOWN, body=text, http_status=status, why="Unreadable")
    errcode = _code(data)
    return Answer(
        call.name,
        _outcome(call, status, errcode, data),
        data=data,
        body=text,
        http_status=status,
        errcode=errcode,
        errmsg=masked(str(data.get("error") or ""), secrets),
    )


def _parsed(call: Call, body: bytes) -> dict[str, Any] | None:
    """The JSON object; the array of a listing call is put under ``items``."""
    try:
        data = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if isinstance(data, list) and call.listed:
        return {"items": data}
    return data if isinstance(data, dict) else None


def _code(data: Mapping[str, Any]) -> int | None:
    # A number in reality, a string in the manual's sample.
    try:
        return int(data["error_code"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _outcome(call: Call, status: int, errcode: int | None, data: Mapping[str, Any]) -> AnswerClass:
    if status >= _SERVER_ERROR:
        return AnswerClass.UNKNOWN
    if errcode is None:
        friendly = status == _OK and "error" not in data and "error_code" not in data
        return AnswerClass.DONE if friendly and _usable(call, data) else AnswerClass.UNKNOWN
    if errcode in call.gone:
        return AnswerClass.DONE
    meaning = MEANINGS.get(errcode)
    if meaning is None:
        return AnswerClass.UNKNOWN
    if meaning.outcome is AnswerClass.REFUSED_TOKEN and not call.token:
        return AnswerClass.REFUSED  # There was no token that a new authorisation could replace.
    return meaning.outcome


def _usable(call: Call, data: Mapping[str, Any]) -> bool:
    if call.listed:
        return "items" in data
    if call.expects == calls.ID:
        return identifier(data) != ""
    return not call.expects or any(_is_given(data.get(key)) for key in call.expects)


def _is_given(value: object) -> bool:
    return value is not None and value != ""
