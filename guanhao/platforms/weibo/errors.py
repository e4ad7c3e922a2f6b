"""Weibo's error codes: what each says about the effect of the call, what is to be done, and the sentence people read.

An explicit table (weibo.md §7). A code that is not in it leaves the outcome unknown (security §2.5), also where the
platform page would let one try again: a doubled announcement is worse than a question.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from guanhao.core.text import Text
from guanhao.platforms.types import AnswerClass, Codes

NO_PERMISSION = 10014
WITHDRAWN = 10020
DONE_SLOWLY = 20032
NO_SUCH_POST = 20101
NO_SUCH_COMMENT = 20201
TOO_MANY_TEST_USERS = 21321
# These switch a capability of the account off until somebody probes again (§7).
CAPABILITY_OFF = frozenset({10005, NO_PERMISSION, WITHDRAWN})
# The platform has such a text already: perhaps ours from an attempt without an answer, so it is looked for (§3.1).
SIMILAR = frozenset({20017, 20019, 20111})


class Advice(StrEnum):
    """What follows from a code, beside its class: the words of the platform page's last column."""

    NO = "no"
    LATER = "later"
    AUTHORISE = "authorise"
    LOOK = "look"
    HUMAN = "human"
    RESTART = "restart"


OUTCOMES = {
    Advice.NO: AnswerClass.REFUSED,
    Advice.LATER: AnswerClass.REFUSED_LATER,
    Advice.AUTHORISE: AnswerClass.REFUSED_TOKEN,
    Advice.LOOK: AnswerClass.UNKNOWN,
    Advice.HUMAN: AnswerClass.REFUSED,
    Advice.RESTART: AnswerClass.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says. ``wait`` is how many seconds to wait before the next try or look."""

    advice: Advice
    text: Text
    wait: int

    @property
    def outcome(self) -> AnswerClass:
        """The class of an answer with this code."""
        return OUTCOMES[self.advice]


_HOUR = 3600
# The windows are an hour for addresses and calls, a Beijing day for the user; a daily one is tried each hour, too.
_WAITS = {10022: _HOUR, 10023: _HOUR, 10024: _HOUR, 20016: 600, 20023: _HOUR, DONE_SLOWLY: 90}
_USUAL_WAIT = 60

_Row = tuple[Iterable[int], Advice, str, str]


def _table(*rows: _Row) -> dict[int, Meaning]:
    return {
        code: Meaning(advice, Text(zh=zh, en=en), _WAITS.get(code, _USUAL_WAIT))
        for codes, advice, zh, en in rows
        for code in codes
    }


_SYSTEM = _table(
    (
        (10001, 10002, 10003, 10009, 10010, 10011),
        Advice.LOOK,
        "微博系统繁忙，结果不明。",
        "Weibo is busy; what became of the call is unknown.",
    ),
    ((10004,), Advice.HUMAN, "本服务器的 IP 被微博限制。", "Weibo restricts this server's IP address."),
    ((10005,), Advice.HUMAN, "应用的接口级别不够。", "The app's level is too low for this call."),
    ((10006,), Advice.AUTHORISE, "请求没有带授权凭证。", "The access token is missing."),
    ((10007,), Advice.NO, "文件类型不受支持。", "The media type is not supported."),
    ((10008, 10016, 10025), Advice.NO, "参数缺失或不合法。", "A parameter is missing or not valid."),
    ((10012,), Advice.NO, "请求不合法。", "The request is not valid."),
    ((10013,), Advice.HUMAN, "微博账号不可用。", "The Weibo user is not valid."),
    (
        (NO_PERMISSION,),
        Advice.HUMAN,
        "应用没有这个接口的权限，请在微博网页上操作。",
        "The app has no right to this call; do it on weibo.com.",
    ),
    (
        (10017,),
        Advice.HUMAN,
        "正文没有应用安全域名下的链接，或域名尚未绑定。",
        "The text has no link on the app's safe domain, or the domain is not bound.",
    ),
    ((10018,), Advice.NO, "请求内容过长。", "The body is too long."),
    ((WITHDRAWN,), Advice.NO, "微博已停用这个接口。", "Weibo has withdrawn this call."),
    ((10021,), Advice.NO, "请求方式不正确。", "The request method is wrong."),
    ((10022,), Advice.LATER, "本服务器的调用次数已达上限。", "This server's calls are used up for now."),
    (
        (10023,),
        Advice.LATER,
        "本账号今天的调用次数已用完。",
        "The account's calls are used up for this window.",
    ),
    (
        (10024,),
        Advice.LATER,
        "本账号这个接口的调用次数已用完。",
        "The account's calls of this endpoint are used up for this window.",
    ),
    ((10032,), Advice.AUTHORISE, "授权范围不足，须重新授权。", "A scope was refused; authorise again."),
)

_SERVICE = _table(
    ((20001, 20002, 20109, 20204), Advice.NO, "缺少标识。", "An id is missing."),
    ((20003,), Advice.NO, "微博上没有这个用户。", "There is no such user."),
    (
        (20005,),
        Advice.NO,
        "图片格式不受支持，只能是 JPEG、GIF、PNG。",
        "The picture must be JPEG, GIF or PNG.",
    ),
    ((20006,), Advice.NO, "图片须小于 5 MB。", "The picture must be smaller than 5 MB."),
    ((20007,), Advice.NO, "图片没有按要求上传。", "The picture was not sent as a multipart form."),
    ((20008,), Advice.NO, "内容为空。", "The text is empty."),
    ((20009,), Advice.NO, "一次给出的标识过多。", "There are too many ids in one call."),
    ((20012, 20013), Advice.NO, "正文过长。", "The text is too long."),
    ((20014,), Advice.LATER, "参数有误，微博要求重试。", "Weibo asks to call again."),
    ((20015,), Advice.HUMAN, "账号、IP 或应用异常。", "The account, address or app is abnormal."),
    ((20016,), Advice.LATER, "发布过于频繁。", "Posts are coming too fast."),
    (
        SIMILAR,
        Advice.LOOK,
        "微博认为内容与刚发布的相同或相近，正在核对是否已经发出。",
        "Weibo has the same or a similar text already; whether it is ours is being looked up.",
    ),
    ((20018,), Advice.NO, "正文含有微博禁止的链接。", "The text holds a forbidden link."),
    ((20020,), Advice.HUMAN, "微博认为内容是广告。", "Weibo takes the text for advertising."),
    ((20021,), Advice.HUMAN, "微博认为内容违规。", "Weibo takes the text for illegal content."),
    ((20022,), Advice.HUMAN, "本服务器的 IP 异常。", "This server's IP address is abnormal."),
    ((20023,), Advice.LATER, "微博暂停了这项功能。", "Weibo has switched this off for a time."),
    (
        (20031,),
        Advice.HUMAN,
        "微博要求验证码，须在网页上操作。",
        "Weibo asks for a captcha; act on weibo.com.",
    ),
    ((DONE_SLOWLY,), Advice.LOOK, "微博称已发布，稍后可见。", "Weibo says it is done and will show soon."),
    ((20033,), Advice.HUMAN, "登录状态异常。", "The login state is abnormal."),
    ((20034,), Advice.HUMAN, "账号被锁定。", "The account is locked."),
    ((NO_SUCH_POST,), Advice.NO, "微博上没有这条微博。", "There is no such post."),
    ((20102,), Advice.NO, "这条微博不是本账号发布的。", "The post is not the account's own."),
    ((20103,), Advice.NO, "不能转发自己的微博。", "One's own post cannot be reposted."),
    ((20112,), Advice.NO, "本账号看不到这条微博。", "The post is not visible to the account."),
    (
        (20120, 20121),
        Advice.NO,
        "不能转发，或可见范围不合法。",
        "Not to be reposted, or the audience is not valid.",
    ),
    ((NO_SUCH_COMMENT,), Advice.NO, "微博上没有这条评论。", "There is no such comment."),
    ((20203,), Advice.NO, "这条评论不是本账号发布的。", "The comment is not the account's own."),
    ((20206, 20207), Advice.NO, "博主限制了评论。", "The author restricts who may comment."),
    (range(20401, 20409), Advice.NO, "域名或屏蔽列表不允许。", "A domain or a block list forbids it."),
    (range(20501, 20525), Advice.NO, "关注关系的参数不合法。", "An argument about relations is not valid."),
)

_AUTHORITY = _table(
    (
        (21301, 21314, 21315, 21316, 21317, 21319, 21327, 21332),
        Advice.AUTHORISE,
        "微博授权已失效，须由账号保管人重新授权。",
        "The Weibo authorisation has ended; a holder must authorise again.",
    ),
    ((21302,), Advice.NO, "用户名或密码不正确。", "User name or password are wrong."),
    ((21303, 21331), Advice.LATER, "授权服务繁忙。", "The authorisation service is busy."),
    (
        (*range(21304, 21314), 21318, 21323),
        Advice.NO,
        "授权请求不合规范。",
        "The authorisation request is malformed.",
    ),
    ((21320,), Advice.NO, "必须使用 HTTPS。", "HTTPS is required."),
    (
        (TOO_MANY_TEST_USERS,),
        Advice.HUMAN,
        "应用未通过审核，测试账号已满。",
        "The app is not reviewed and has all the test users it may have.",
    ),
    ((21322,), Advice.NO, "回调地址与登记的不一致。", "The redirect address is not the registered one."),
    ((21324,), Advice.HUMAN, "App Key 或 App Secret 不正确。", "The app key or secret is wrong."),
    (
        (21325,),
        Advice.RESTART,
        "授权码无效或已用过，请重新授权。",
        "The code is not valid any more; authorise again.",
    ),
    ((21326,), Advice.HUMAN, "应用不允许这种授权方式。", "The app may not use this flow."),
    ((21328, 21329), Advice.NO, "授权方式不受支持。", "The grant or response type is not supported."),
    ((21330,), Advice.RESTART, "操作人拒绝了授权。", "The authorisation was refused."),
    ((21337, 21400), Advice.HUMAN, "应用没有权限。", "The app has no permission."),
)

MEANINGS: dict[int, Meaning] = _SYSTEM | _SERVICE | _AUTHORITY

_MISSING = Text(zh="平台没有说明原因。", en="The platform gave no reason.")


def meaning_of(code: int | None) -> Text:
    """The sentence for a code; says the bare number where the table does not know it."""
    if code is None:
        return _MISSING
    known = MEANINGS.get(code)
    if known is not None:
        return known.text
    return Text(
        zh=f"平台返回了未收录的代码 {code}。", en=f"The platform answered with the unlisted code {code}."
    )


CODES = Codes(MEANINGS, meaning_of)
