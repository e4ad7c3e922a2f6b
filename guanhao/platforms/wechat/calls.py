"""The WeChat calls we make, as data: method, path, effect class, and what a good answer must hold."""

from __future__ import annotations

from dataclasses import dataclass

from guanhao.platforms.types import Effect
from guanhao.platforms.wechat.errors import KEY_KNOWN, NO_SUCH_ARTICLE, NO_SUCH_MEDIA


@dataclass(frozen=True, slots=True)
class Call:
    """One endpoint.

    ``expects`` is the key without which even a friendly answer is unusable; ``gone`` are the codes that say "already
    done" of a removal (wechat.md §15), ``adopts`` those that answer a repeat under the client's key with the first
    call's result (§6.1). A call without ``token`` gets its authority from its body.
    """

    name: str
    path: str
    effect: Effect = Effect.INVISIBLE
    expects: str = ""
    method: str = "POST"
    gone: frozenset[int] = frozenset()
    adopts: frozenset[int] = frozenset()
    token: bool = True


STABLE_TOKEN = Call("stable_token", "/cgi-bin/stable_token", expects="access_token", token=False)
BASIC_INFO = Call("basic_info", "/cgi-bin/account/getaccountbasicinfo", method="GET")

UPLOAD_IMAGE = Call("upload_image", "/cgi-bin/media/uploadimg", expects="url")
ADD_MATERIAL = Call("add_material", "/cgi-bin/material/add_material", expects="media_id")
MATERIAL_COUNT = Call(
    "material_count", "/cgi-bin/material/get_materialcount", expects="image_count", method="GET"
)

DRAFT_ADD = Call("draft_add", "/cgi-bin/draft/add", expects="media_id")
DRAFT_GET = Call("draft_get", "/cgi-bin/draft/get", expects="news_item")
DRAFT_LIST = Call("draft_list", "/cgi-bin/draft/batchget", expects="total_count")
DRAFT_COUNT = Call("draft_count", "/cgi-bin/draft/count", expects="total_count", method="GET")
DRAFT_DELETE = Call("draft_delete", "/cgi-bin/draft/delete", gone=frozenset({NO_SUCH_MEDIA}))

SUBMIT = Call("submit", "/cgi-bin/freepublish/submit", Effect.PUBLIC, expects="publish_id")
PUBLISH_GET = Call("publish_get", "/cgi-bin/freepublish/get", expects="publish_status")
PUBLISH_LIST = Call("publish_list", "/cgi-bin/freepublish/batchget", expects="total_count")
ARTICLE_GET = Call("article_get", "/cgi-bin/freepublish/getarticle", expects="news_item")
ARTICLE_DELETE = Call(
    "article_delete", "/cgi-bin/freepublish/delete", Effect.REMOVAL, gone=frozenset({NO_SUCH_ARTICLE})
)

MASS_SEND = Call(
    "mass_send",
    "/cgi-bin/message/mass/sendall",
    Effect.KEYED,
    expects="msg_id",
    adopts=frozenset({KEY_KNOWN}),
)
MASS_GET = Call("mass_get", "/cgi-bin/message/mass/get", expects="msg_status")
MASS_SPEED = Call("mass_speed", "/cgi-bin/message/mass/speed/get", expects="speed")
MASS_PREVIEW = Call("mass_preview", "/cgi-bin/message/mass/preview")
MASS_DELETE = Call("mass_delete", "/cgi-bin/message/mass/delete", Effect.REMOVAL)

MENU_GET = Call("menu_get", "/cgi-bin/menu/get", expects="menu", method="GET")
# As followers see it, whoever made it: the API or the console (wechat.md §8).
MENU_SHOWN = Call("menu_shown", "/cgi-bin/get_current_selfmenu_info", expects="is_menu_open", method="GET")
USER_LIST = Call("user_list", "/cgi-bin/user/get", expects="total", method="GET")
USER_SUMMARY = Call("user_summary", "/datacube/getusersummary", expects="list")
