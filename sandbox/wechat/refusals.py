"""Error codes and their English texts, in the shape the platform gives them (wechat.md 0 and 14)."""

from __future__ import annotations

from sandbox.identifiers import request_id
from sandbox.wire import Json

TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40009: "invalid image size",
    40010: "invalid voice size",
    40011: "invalid video size",
    40012: "invalid thumb size",
    40003: "invalid openid",
    40032: "invalid openid list size",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid parameter",
    40060: "invalid article idx",
    40066: "invalid url",
    40114: "invalid index value",
    40125: "invalid appsecret",
    40130: "invalid openid list size, at least two openid",
    40137: "invalid image format",
    40164: "invalid ip",
    40243: "appsecret is frozen",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    41039: "invalid content_source_url",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    44001: "empty media data",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45004: "description size out of limit",
    45005: "url size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit  must slower  retry next minute",
    45028: "has no masssend quota",
    45065: "clientmsgid exist",
    45066: "same clientmsgid retry too fast",
    45067: "clientmsgid size out of limit",
    45083: "invalid speed",
    45084: "speed missing",
    45106: "this api has been superseded",
    45110: "author size out of limit",
    45159: "invalid tag_id",
    45166: "invalid content",
    46003: "menu no exist",
    47001: "data format error",
    48001: "api unauthorized",
    48004: "api forbidden for irregularities",
    48005: "media is used by menu or auto reply",
    48006: "forbid to clear quota because of reaching the limit",
    50002: "user limited",
    50004: "forbidden to get access_token",
    50007: "account frozen",
    53402: "cover crop failed",
    53406: "goods are not enabled for this account",
    53503: "the draft did not pass the publish check",
    53504: "this draft must be handled in the console",
    53505: "this draft must be saved by hand in the console first",
    53600: "invalid article_id",
    49003: "not match openid with appid",
    61500: "date format error",
    61501: "date range error",
    61503: "data not ready",
    76001: "rid not found",
    76002: "rid is error",
    87009: "reply is not exists",
    87014: "risky content",
    88000: "without comment privilege",
    88001: "msg_data is not exists",
    88002: "the article is limit for safety",
    88003: "elected comment upper limit",
    88004: "comment was deleted by user",
    88005: "already reply",
    88007: "reply content beyond max len or content len is zero",
    88008: "comment is not exists",
    88010: "count range error. cout <= 0 or count > 50",
    89503: "this ip needs an administrator's confirmation",
}


class Refusal(Exception):  # noqa: N818 - the platform's word for it is an answer, not an error of ours
    """The platform answers with an errcode instead of doing what it was asked."""

    def __init__(self, errcode: int, detail: str = "") -> None:
        """Refuse with ``errcode``; ``detail`` replaces the catalogue's text."""
        super().__init__(errcode, detail)
        self.errcode = errcode
        self.errmsg = detail or TEXTS.get(errcode, "sandbox refusal")


def worded(refusal: Refusal, tail: str) -> Json:
    """Answer a refusal as JSON. ``tail`` is the switch ``error_tail``."""
    endings = {
        "rid": f" rid: {request_id()}",
        "hint_and_rid": f" hint: [sandbox-{refusal.errcode}] rid: {request_id()}",
        "nothing": "",
    }
    return {"errcode": refusal.errcode, "errmsg": refusal.errmsg + endings[tail]}
