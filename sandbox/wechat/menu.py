"""The custom menu (wechat.md 8). Conditional menus are not played."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.wechat.accounts import Group
from sandbox.wechat.endpoint import OK, Call, Endpoint
from sandbox.wechat.refusals import Refusal
from sandbox.wire import Json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world import World

LONGEST_KEY = 128
LONGEST_URL = 1024
REQUIRED = {
    "click": "key",
    "view": "url",
    "miniprogram": "pagepath",
    "scancode_push": "key",
    "scancode_waitmsg": "key",
    "pic_sysphoto": "key",
    "pic_photo_or_album": "key",
    "pic_weixin": "key",
    "location_select": "key",
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
}


@dataclass(frozen=True)
class Level:
    """Limits of one level of buttons, and the errcodes for breaking them (open question 28)."""

    most: int
    longest_name: int
    wrong_count: int
    wrong_type: int
    wrong_name: int
    wrong_key: int
    wrong_url: int


TOP = Level(3, 16, 40016, 40017, 40018, 40019, 40020)
SUB = Level(5, 60, 40023, 40024, 40025, 40026, 40027)


def create(call: Call) -> Json:
    """Replace the whole menu. Refuses with the code of the first rule that is broken."""
    buttons = call.body.get("button")
    _check_level(buttons, TOP)
    call.world.store.run(
        "INSERT OR REPLACE INTO memo (name, value) VALUES (?, ?)", _name(call), _json(buttons)
    )
    call.effect("menu.created", buttons=[button["name"] for button in buttons or []])
    return OK


def get(call: Call) -> Json:
    """Answer the menu made by this API. Refuses with 46003 when there is none."""
    buttons = stored(call.world, call.appid)
    if buttons is None:
        raise Refusal(46003)
    return {"menu": {"button": buttons}}


def delete(call: Call) -> Json:
    """Take the menu away; without one there is nothing to do."""
    call.world.store.run("DELETE FROM memo WHERE name = ?", _name(call))
    call.effect("menu.deleted")
    return OK


def current(call: Call) -> Json:
    """Answer the menu as followers see it: here lower levels stand in ``sub_button.list``."""
    buttons = stored(call.world, call.appid) or []
    shown = [
        button | {"sub_button": {"list": button["sub_button"]}} if button.get("sub_button") else button
        for button in buttons
    ]
    return {"is_menu_open": int(bool(buttons)), "selfmenu_info": {"button": shown}}


def stored(world: World, appid: str) -> list[Json] | None:
    """Answer an account's buttons, or nothing."""
    row = world.store.row("SELECT value FROM memo WHERE name = ?", f"menu {appid}")
    buttons: list[Json] | None = json.loads(row["value"]) if row else None
    return buttons


def uses(world: World, appid: str, media_id: str) -> bool:
    """Say whether a button of the menu shows this material."""
    return any(button.get("media_id") == media_id for button in _all(stored(world, appid) or []))


def _all(buttons: list[Json]) -> Iterator[Json]:
    for button in buttons:
        yield button
        yield from _all(button.get("sub_button") or [])


def _check_level(buttons: Any, level: Level) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= level.most:
        raise Refusal(level.wrong_count)
    for button in buttons:
        if not isinstance(button, dict):
            raise Refusal(47001)
        name = button.get("name")
        if not isinstance(name, str) or not 1 <= len(name.encode()) <= level.longest_name:
            raise Refusal(level.wrong_name)
        if button.get("sub_button"):
            _check_children(button, level)
        else:
            _check_action(button, level)


def _check_children(button: Json, level: Level) -> None:
    if level is SUB:
        raise Refusal(40022)
    _check_level(button["sub_button"], SUB)


def _check_action(button: Json, level: Level) -> None:
    required = REQUIRED.get(str(button.get("type")))
    if required is None:
        raise Refusal(level.wrong_type)
    if not button.get(required) or len(str(button.get("key", "")).encode()) > LONGEST_KEY:
        raise Refusal(level.wrong_url if required == "url" else level.wrong_key)
    if len(str(button.get("url", "")).encode()) > LONGEST_URL:
        raise Refusal(level.wrong_url)


def _name(call: Call) -> str:
    return f"menu {call.appid}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


ENDPOINTS = (
    Endpoint("POST", "/cgi-bin/menu/create", create, Group.MENU, reads_json=True),
    Endpoint("GET", "/cgi-bin/menu/get", get, Group.MENU),
    Endpoint("GET", "/cgi-bin/menu/delete", delete, Group.MENU),
    Endpoint("GET", "/cgi-bin/get_current_selfmenu_info", current, Group.MENU),
)
