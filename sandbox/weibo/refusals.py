"""Error codes with their texts and HTTP statuses, in the shape Weibo gives them (weibo.md 1 and 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.wire import Json, Reply

if TYPE_CHECKING:
    from sandbox.world import World

TEXTS = {
    10001: "system error!",
    10005: "this resource need app key level higher!",
    10006: "source paramter(appkey) is missing",
    10008: "param error, see doc for more info.",
    10013: "invalid weibo user!",
    10014: "insufficient app permissions!",
    10016: "miss required parameter, see doc for more info.",
    10017: "appkey not bind domain!",
    10020: "request api not found!",
    10021: "http method is not suported for this request!",
    10022: "ip requests out of rate limit!",
    10023: "user requests out of rate limit!",
    10024: "user requests for this api out of rate limit!",
    20001: "ids is null!",
    20002: "uid parameter is null!",
    20003: "user does not exists!",
    20005: "unsupported image type, only support JPG, GIF, PNG!",
    20006: "image size too large!",
    20007: "does multipart has image?",
    20008: "content is null!",
    20009: "ids is too many!",
    20012: "text too long, please input text less than 140 characters!",
    20013: "text too long, please input text less than 300 characters!",
    20015: "account or ip or app is illegal!",
    20016: "out of time limit!",
    20017: "repeated content!",
    20018: "contain illegal website!",
    20019: "repeat content!",
    20020: "contain advertising!",
    20021: "content is illegal!",
    20031: "need you to fill verify code!",
    20032: "update success, while server slow now, please wait 1-2 minutes!",
    20033: "login state is abnormal!",
    20034: "account is locked!",
    20101: "target weibo does not exist!",
    20102: "not your own weibo!",
    20103: "can't repost yourself weibo!",
    20109: "weibo id is null!",
    20111: "repeated weibo text!",
    20112: "permission denied!",
    20201: "target weibo comment does not exist!",
    20203: "not your own comment!",
    20204: "comment id is null!",
    20206: "author only allows those he follows to comment!",
    20207: "author only allows trusted users to comment!",
    21301: "auth by Null spi!",
    21315: "token_expired",
    21316: "token_revoked",
    21317: "token_rejected",
    21319: "accessor_was_revoked",
    21321: "applications over the unaudited use restrictions!",
    21322: "redirect_uri_mismatch",
    21323: "invalid_request",
    21324: "invalid_client",
    21325: "invalid_grant",
    21327: "expired_token",
    21328: "unsupported_grant_type",
    21329: "unsupported_response_type",
    21330: "access_denied",
    21332: "invalid_access_token",
}
UNUSUAL_STATUSES = {
    10001: 500,
    10014: 403,
    10020: 404,
    10021: 405,
    10022: 403,
    10023: 403,
    10024: 403,
    21301: 403,
    21319: 403,
    21321: 403,
    21327: 403,
    21332: 403,
}
USUAL_STATUS = 400
BUSY, SYSTEM_ERROR = -1, 10001
OAUTH = "/oauth2/"


class Refusal(Exception):  # noqa: N818 - the platform's word for it is an answer, not an error of ours
    """The platform answers with an error code instead of doing what it was asked."""

    def __init__(self, errcode: int) -> None:
        """Refuse with ``errcode``; ``-1`` of the common faults is Weibo's 10001."""
        super().__init__(errcode)
        self.errcode = SYSTEM_ERROR if errcode == BUSY else errcode

    @property
    def text(self) -> str:
        """The platform's words."""
        return TEXTS.get(self.errcode, "sandbox refusal")


def reply(world: World, refusal: Refusal, path: str = "", account: str = "") -> Reply:
    """Answer a refusal. Switches say how a code is typed, which HTTP status it has, whether the request is named."""

    def switch(name: str) -> object:
        return world.switches.value(name, account)

    code: int | str = refusal.errcode
    document: Json = {
        "error": refusal.text,
        "error_code": str(code) if switch("weibo_error_code_type") == "string" else code,
    }
    if path and switch("weibo_error_request") == "given":
        document["request"] = path
    if path.startswith(OAUTH):
        document |= {"error_uri": path, "error_description": refusal.text}
    status = switch("weibo_error_status")
    usual = UNUSUAL_STATUSES.get(refusal.errcode, USUAL_STATUS)
    return Reply(status=status if isinstance(status, int) else usual, document=document)
