"""WeChat's error codes: what each says about the effect of the call, and the sentence a person reads.

An explicit table (wechat.md §14): a code that is not in it leaves the outcome unknown (security §2.5). The class says
what happened; whether the call may be repeated follows from its effect class.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from guanhao.core.text import Text
from guanhao.platforms.types import AnswerClass, Codes

REFUSED = AnswerClass.REFUSED
LATER = AnswerClass.REFUSED_LATER
TOKEN = AnswerClass.REFUSED_TOKEN
UNKNOWN = AnswerClass.UNKNOWN

BUSY = -1
NO_SUCH_MEDIA = 40007
NO_SUCH_ARTICLE = 53600
NO_ALLOWANCE = 45028
KEY_KNOWN = 45065
DAY_QUOTA = 45009
NOT_GRANTED = frozenset({48001, 61007})
BANNED = frozenset({50002, 48004, 50007})
ADDRESS_NOT_LISTED = 40164


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says. ``wait`` is how many seconds to wait where the platform says "later"."""

    outcome: AnswerClass
    text: Text
    wait: int


# A daily quota ends at midnight; the job is tried each hour until its time has passed and a person is asked.
_WAITS = {DAY_QUOTA: 3600}


def _table(*rows: tuple[tuple[int, ...], AnswerClass, str, str]) -> dict[int, Meaning]:
    return {
        code: Meaning(outcome, Text(zh=zh, en=en), _WAITS.get(code, 60))
        for codes, outcome, zh, en in rows
        for code in codes
    }


MEANINGS: dict[int, Meaning] = _table(
    ((40001, 40014), TOKEN, "接口凭证无效或已不是最新。", "The access token is not valid or not the latest."),
    ((42001,), TOKEN, "接口凭证已过期。", "The access token has expired."),
    ((41001,), TOKEN, "请求没有带接口凭证。", "The access token is missing."),
    ((40002,), REFUSED, "参数不合法。", "An argument is not valid."),
    ((40003, 40031, 40032, 40130, 49003), REFUSED, "用户标识不合法。", "A user id is not valid."),
    ((40004, 40005, 40137), REFUSED, "图片或文件格式不受支持。", "The file format is not supported."),
    ((40006, 40009, 40010, 40011, 40012, 45001, 45007), REFUSED, "文件过大。", "The file is too large."),
    (
        (NO_SUCH_MEDIA,),
        REFUSED,
        "平台上没有这份草稿或素材（可能已发布、被删除，或封面不属于本账号）。",
        "The platform has no such draft or material (published, deleted, or of another account).",
    ),
    ((40008,), REFUSED, "消息类型不合法。", "The message type is not valid."),
    ((40013, 41002), REFUSED, "AppID 不正确。", "The AppID is not right."),
    ((40132,), REFUSED, "微信号不正确。", "The WeChat id is not right."),
    (
        (43004, 50005),
        REFUSED,
        "对方没有关注本公众号，不能向其发送。",
        "The recipient does not follow the account, so nothing can be sent to them.",
    ),
    ((43005,), REFUSED, "须与对方互为好友。", "The recipient must be a friend."),
    ((43019,), REFUSED, "对方在黑名单里。", "The recipient is on the account's black list."),
    ((48002,), REFUSED, "对方拒收本公众号的消息。", "The recipient refuses the account's messages."),
    ((40033, 40035, 40038, 47001, 61451), REFUSED, "请求内容不合规范。", "The request is malformed."),
    ((40039, 40066, 41039, 45005, 45006), REFUSED, "链接不合法或过长。", "A link is not valid or too long."),
    ((40060, 40114, 40121, 40118), REFUSED, "序号或素材标识不合法。", "An index or media id is not valid."),
    (
        (40125,),
        REFUSED,
        "AppSecret 不正确。请在公众平台重置后，由保管人重新填写。",
        "The AppSecret is wrong. Reset it on the console and let a holder enter the new one.",
    ),
    (
        (ADDRESS_NOT_LISTED,),
        REFUSED,
        "本服务器的 IP 不在公众号的 IP 白名单里。",
        "This server's IP address is not on the account's allow-list.",
    ),
    (
        (40243,),
        REFUSED,
        "AppSecret 已被冻结，须由管理员在公众平台解冻。",
        "The AppSecret is frozen; an administrator must unfreeze it on the console.",
    ),
    (
        (41003, 42002, 42003, 42007),
        REFUSED,
        "授权已失效，需要重新授权。",
        "The grant has ended; authorise again.",
    ),
    ((41004,), REFUSED, "没有填写 AppSecret。", "The AppSecret is missing."),
    ((41005, 44001), REFUSED, "文件内容为空。", "The file is empty."),
    ((41006,), REFUSED, "缺少素材标识。", "The media id is missing."),
    ((43001, 43002, 43003), REFUSED, "请求方式不正确。", "The request method is wrong."),
    ((44002, 44003, 44004), REFUSED, "内容为空。", "The content is empty."),
    ((45002,), REFUSED, "正文过长。", "The text is too long."),
    ((45003,), REFUSED, "标题过长。", "The title is too long."),
    ((45004,), REFUSED, "摘要过长。", "The digest is too long."),
    ((45008,), REFUSED, "一次推送的篇数过多。", "There are too many articles in one push."),
    ((DAY_QUOTA,), LATER, "今天的接口调用次数已用完。", "Today's quota of this call is used up."),
    ((45011,), LATER, "调用过于频繁。", "Calls are coming too fast."),
    (
        (NO_ALLOWANCE,),
        REFUSED,
        "平台说群发次数已用完（在公众平台上手工群发的也算）。可改到有次数的日子，或改为不通知粉丝的发布。",
        "The mass-send allowance is used up (sends on the console count). Take another day, or publish without notifying.",
    ),
    (
        (45064,),
        REFUSED,
        "文中的小程序未与公众号关联。",
        "The text holds a mini program not linked to the account.",
    ),
    (
        (KEY_KNOWN,),
        UNKNOWN,
        "平台说这次群发先前已经提交过，但没有给出任务号。",
        "The platform says this send was submitted before, but names no task.",
    ),
    ((45066,), LATER, "同一任务提交过于频繁。", "The same job was tried again too soon."),
    ((45067,), REFUSED, "任务标识过长。", "The job key is too long."),
    ((45106,), REFUSED, "平台已停用这个接口。", "The platform has withdrawn this call."),
    ((45110,), REFUSED, "作者名过长。", "The author's name is too long."),
    ((45159,), REFUSED, "标签不存在。", "There is no such tag."),
    (
        (45166,),
        REFUSED,
        "正文含有平台不接受的内容或结构。",
        "The text holds content the platform does not accept.",
    ),
    ((46001, 46003, 46004), REFUSED, "所查内容不存在。", "What was asked for does not exist."),
    (
        (48001, 61007),
        REFUSED,
        "公众号没有这个接口的权限（未认证的账号不能通过接口发布）。",
        "The account has no right to this call (unverified accounts cannot publish by API).",
    ),
    (
        (48003,),
        REFUSED,
        "尚未同意群发协议，须在公众平台同意。",
        "The mass-send agreement is not accepted yet.",
    ),
    ((48004,), REFUSED, "平台封禁了公众号的这个接口。", "The platform banned this call for the account."),
    (
        (48005,),
        REFUSED,
        "素材正被菜单或自动回复使用。",
        "The material is in use by the menu or an automatic reply.",
    ),
    ((48006,), REFUSED, "本月清零次数已用完。", "This month's quota resets are used up."),
    ((48008,), REFUSED, "没有这类消息的权限。", "There is no right to this kind of message."),
    ((50001,), REFUSED, "用户未授权。", "The user did not grant this."),
    ((50002,), REFUSED, "公众号因违规受限。", "The account is restricted for a violation."),
    ((50004,), REFUSED, "平台禁止本账号获取凭证。", "The platform forbids token calls for the account."),
    ((50007,), REFUSED, "公众号已被冻结。", "The account is frozen."),
    ((53402,), REFUSED, "封面裁剪失败。", "Cropping the cover failed."),
    ((53404, 53405, 53406), REFUSED, "文中商品不可用。", "Goods in the text cannot be used."),
    (
        (53503,),
        REFUSED,
        "草稿未通过平台的发布检查，请修改内容或在公众平台查看原因。",
        "The draft failed the platform's check before publishing; edit it, or see the console for the reason.",
    ),
    ((53504,), REFUSED, "这份草稿须在公众平台上操作。", "This draft must be handled on the console."),
    (
        (53505,),
        REFUSED,
        "须先在公众平台上手动保存这份草稿。",
        "The draft must first be saved by hand on the console.",
    ),
    ((NO_SUCH_ARTICLE,), REFUSED, "平台上没有这篇文章。", "The platform has no such article."),
    ((61024,), REFUSED, "须使用第三方平台的凭证。", "A third-party platform's token is needed."),
    ((87014,), REFUSED, "平台认为内容含有风险。", "The platform found the content risky."),
    ((88000,), REFUSED, "公众号没有留言权限。", "The account has no comment right."),
    (
        (89501, 89503),
        REFUSED,
        "本服务器的 IP 等待公众号管理员确认。",
        "This server's IP address waits for the administrator's confirmation.",
    ),
    (
        (89506, 89507),
        REFUSED,
        "公众号管理员拒绝了本服务器的 IP，须等待后再试。",
        "The administrator refused this server's IP address; try again later.",
    ),
)

_MISSING = Text(zh="平台没有说明原因。", en="The platform gave no reason.")
_UNKNOWN_CODE = "平台返回了未收录的代码 {code}。"
_ADDRESS = re.compile(r"invalid ip\s+([0-9a-fA-F:.]+)")


def meaning_of(code: int | None) -> Text:
    """The sentence for a code; says the bare number where the table does not know it."""
    if code is None:
        return _MISSING
    known = MEANINGS.get(code)
    if known is not None:
        return known.text
    return Text(
        zh=_UNKNOWN_CODE.format(code=code), en=f"The platform answered with the unlisted code {code}."
    )


def refused_address(errmsg: str) -> str:
    """The IP address that a 40164 answer names, to be put on the allow-list; empty where it names none."""
    found = _ADDRESS.search(errmsg)
    return found[1] if found else ""


CODES = Codes(MEANINGS, meaning_of)
