"""Getting a token: the page an operator consents on, and the exchange of its code (weibo.md 2.1, 2.2).

These two have no token yet; the app says who it is with its key.
"""

from __future__ import annotations

import hmac
import html as escaping
from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from sandbox.ledger import Effect
from sandbox.weibo import refusals, tokens
from sandbox.weibo.apps import APPS, App
from sandbox.weibo.endpoint import fields_of
from sandbox.weibo.refusals import Refusal
from sandbox.weibo.users import USERS, User
from sandbox.wire import Reply, Request, html

if TYPE_CHECKING:
    from sandbox.world import World

AUTHORISE = "/oauth2/authorize"
ACCESS_TOKEN = "/oauth2/access_token"  # noqa: S105 - an address
FOUND = 302
# No form-action: a browser would hold back the redirect to the app that ends the form.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
CARRIED = ("client_id", "redirect_uri", "response_type", "state", "scope")

_PAGE = Template("""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>授权 · 沙箱微博</title><style>
body{margin:0;background:#f2f2f5;color:#333;font:16px/1.7 "PingFang SC","Noto Sans CJK SC",sans-serif}
.banner{background:#fa9d3b;color:#000;text-align:center;font-size:14px;padding:6px}
main{max-width:420px;margin:24px auto;background:#fff;padding:16px 24px 24px;border-radius:8px}h1{font-size:20px}
button{display:block;width:100%;margin:10px 0;padding:10px;border:0;border-radius:6px;background:#ff9f3d;color:#000;
font:inherit}button.no{background:#ddd;color:#333}</style></head><body>
<div class="banner" role="note">沙箱 Sandbox：演示内容，不是真实的微博</div><main>$body</main></body></html>""")
_FORM = Template("""<h1>“$app”申请访问你的微博</h1><p>以哪个账号授权？</p>
<form method="post" action="$path">$hidden$buttons<button class="no" name="refuse" value="1">拒绝</button></form>""")


@dataclass(frozen=True)
class Done:
    """An answer, what was done for it, and the app key and uid whose calls it counts among."""

    reply: Reply
    effects: list[Effect]
    spent_by: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Wish:
    """What a browser asks for at the authorise page, checked."""

    app: App
    fields: dict[str, str]

    @property
    def redirect_uri(self) -> str:
        """Where the browser goes back to."""
        return self.fields["redirect_uri"]


def authorise(world: World, request: Request) -> Done:
    """Show the page (GET), or take the operator's choice (POST) and send the browser back with code or refusal."""
    fields = fields_of(request)
    try:
        wish = _checked(world, fields)
    except Refusal as refusal:
        return Done(_unsent(world, refusal, fields), [])
    if request.method != "POST":
        return Done(_asking(world, wish), [])
    user = USERS.find(world, fields.get("uid", ""))
    if fields.get("refuse") or user is None:
        return Done(_back(wish.redirect_uri, _error(Refusal(21330)), fields), [])
    return _consented(world, wish, user)


def access_token(world: World, request: Request) -> Done:
    """Exchange a code for a token. Refuses with 21323, 21324, 21328, 21325, 21322, 21321."""
    fields = fields_of(request)
    needed = ("client_id", "client_secret", "grant_type", "code", "redirect_uri")
    if request.method != "POST" or not all(fields.get(name) for name in needed):
        raise Refusal(21323)
    app = _authentic(world, fields)
    if fields["grant_type"] != "authorization_code":
        raise Refusal(21328)
    code = tokens.redeem(world, app, fields["code"])
    if fields["redirect_uri"] != code["redirect_uri"]:
        raise Refusal(21322)
    _check_room(world, app, code["uid"], "token")
    row = tokens.issue(world, app, code["uid"], code["scope"])
    life = int(row["expires_at"] - row["created_at"])
    document = {
        "access_token": row["token"],
        "remind_in": str(life - 1),
        "expires_in": life - 1,
        "uid": row["uid"],
        "isRealName": "true",
    }
    effect = Effect("token.issued", {"uid": row["uid"]})
    return Done(Reply(document=document), [effect], (app.app_key, row["uid"]))


def _checked(world: World, fields: dict[str, str]) -> Wish:
    app = APPS.find(world, fields.get("client_id", ""))
    if app is None:
        raise Refusal(21324)
    if fields.get("redirect_uri") != app.redirect_uri:
        raise Refusal(21322)
    if fields.get("response_type", "code") != "code":
        raise Refusal(21329)
    return Wish(app, fields)


def _authentic(world: World, fields: dict[str, str]) -> App:
    app = APPS.find(world, fields["client_id"])
    if app is None or not hmac.compare_digest(fields["client_secret"].encode(), app.secret.encode()):
        raise Refusal(21324)
    return app


def _consented(world: World, wish: Wish, user: User) -> Done:
    try:
        _check_room(world, wish.app, user.uid, "authorise")
    except Refusal as refusal:
        return Done(_back(wish.redirect_uri, _error(refusal), wish.fields), [])
    code = tokens.issue_code(world, wish.app, user.uid, wish.fields.get("scope", ""))
    return Done(
        _back(wish.redirect_uri, {"code": code}, wish.fields), [Effect("code.issued", {"uid": user.uid})]
    )


def _check_room(world: World, app: App, uid: str, where: str) -> None:
    here = world.switches.value("weibo_sixteenth_user", app.app_key) == where
    if here and tokens.is_one_too_many(world, app, uid):
        raise Refusal(21321)


def _asking(world: World, wish: Wish) -> Reply:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escaping.escape(wish.fields[name])}">'
        for name in CARRIED
        if name in wish.fields
    )
    buttons = "".join(
        f'<button name="uid" value="{user.uid}">{escaping.escape(user.screen_name)}</button>'
        for user in USERS.every(world)
    )
    form = _FORM.substitute(
        app=escaping.escape(wish.app.name), path=AUTHORISE, hidden=hidden, buttons=buttons
    )
    return _framed(form)


def _unsent(world: World, refusal: Refusal, fields: dict[str, str]) -> Reply:
    """Answer a wish that names no app or a wrong way back: as a page, as JSON, or by going back all the same [33]."""
    way = world.switches.value("weibo_authorise_error", fields.get("client_id", ""))
    if way == "json":
        return refusals.reply(world, refusal, AUTHORISE)
    if way == "redirect" and fields.get("redirect_uri"):
        return _back(fields["redirect_uri"], _error(refusal), fields)
    return _framed(f"<h1>访问出错了</h1><p>error:{refusal.text}</p><p>error_code:{refusal.errcode}</p>", 400)


def _error(refusal: Refusal) -> dict[str, str]:
    return {
        "error": refusal.text,
        "error_code": str(refusal.errcode),
        "error_uri": AUTHORISE,
        "error_description": refusal.text,
    }


def _back(address: str, answer: dict[str, str], fields: dict[str, str]) -> Reply:
    echoed = {"state": fields["state"]} if "state" in fields else {}
    joint = "&" if urlsplit(address).query else "?"
    location = f"{address}{joint}{urlencode(answer | echoed)}"
    return Reply(status=FOUND, content_type="text/plain", headers={"Location": location})


def _framed(body: str, status: int = 200) -> Reply:
    reply = html(_PAGE.substitute(body=body), status)
    reply.headers |= {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
    return reply
