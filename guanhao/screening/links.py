"""Links by their form: shortened, foreign, to a bare number, not encrypted, off the white-list.

Whether a link is dead takes a request; whoever may make one (outside this package) hands in what it learnt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, words_at
from guanhao.screening.text import TextView

_LINK = re.compile(r"https?://[^\s\u3000-\u303f\uff00-\uffef\u4e00-\u9fff\"'<>]{1,2000}", re.IGNORECASE)
_TRAILING = ".,;:!?)]}"
# Hosts that only forward: nobody can see where a reader will land.
SHORTENERS = frozenset(
    {"t.cn", "url.cn", "dwz.cn", "suo.im", "mrw.so", "bit.ly", "t.co", "tinyurl.com", "goo.gl", "is.gd", "ow.ly",
     "reurl.cc", "0x3.me", "u.nu", "sourl.cn", "985.so", "suo.nz", "dwz.mk", "tb.cn", "3.cn", "c.tb.cn", "m.tb.cn"}
)  # fmt: skip
_HOME_DOMAINS = (".cn", ".中国", ".xn--fiqs8s", ".公司", ".xn--55qx5d")
# Widely used at home although their names are not.
_HOME_HOSTS = (
    "qq.com", "weixin.qq.com", "weibo.com", "baidu.com", "bilibili.com", "163.com", "126.com", "sina.com", "sohu.com",
    "douyin.com", "zhihu.com", "toutiao.com", "xuexi.com", "icourse163.org", "people.com", "xinhuanet.com", "cctv.com",
    "chaoxing.com", "xuetangx.com", "zhihuishu.com", "wjx.com", "tencent.com", "aliyun.com", "dingtalk.com",
    "taobao.com", "jd.com", "feishu.com", "wps.com", "cnki.net", "12371.com", "youku.com", "iqiyi.com",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinkRules:
    """What a clause asks. ``hosts`` empty: no white-list. ``dead`` are addresses somebody found dead."""

    hosts: frozenset[str] = frozenset()
    dead: Mapping[str, str] = field(default_factory=dict)


def addresses(view: TextView) -> Iterator[tuple[int, int, str]]:
    """Addresses written out in a text, with their spans."""
    for match in _LINK.finditer(view.text):
        address = match[0].rstrip(_TRAILING)
        yield match.start(), match.start() + len(address), address


def find(view: TextView, rules: LinkRules) -> Iterator[Hit]:
    """Questionable links of a text; each is told once, for the gravest reason."""
    for start, end, address in addresses(view):
        fault = _fault(address, rules)
        if fault is not None:
            message, force = fault
            yield words_at(view, (start, end), kind=HitKind.LINK, message=message, force=force)


def is_under(host: str, hosts: Iterable[str]) -> bool:
    """Whether a host is one of the hosts or below one."""
    return any(host == each or host.endswith(f".{each}") for each in hosts)


def _fault(address: str, rules: LinkRules) -> tuple[Text, Force] | None:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return Text("链接格式有误。", "The address is malformed."), Force.ERROR
    faults = (
        (
            address in rules.dead,
            f"链接打不开：{rules.dead.get(address, '')}。",
            "The link did not open.",
            Force.WARN,
        ),
        (not host or "." not in host, "链接格式有误。", "The address is malformed.", Force.ERROR),
        (
            host in SHORTENERS,
            f"短链接看不出去向：{host}。",
            f"{host} hides where the link leads.",
            Force.WARN,
        ),
        (_is_number(host), "链接用数字地址。", "The link leads to a bare number.", Force.WARN),
        ("@" in parts.netloc, "链接里带有用户名，容易误导。", "The address carries a user name.", Force.WARN),
        (
            bool(rules.hosts) and not is_under(host, rules.hosts),
            f"链接不在许可范围内：{host}。",
            f"{host} is not on the list of allowed hosts.",
            Force.WARN,
        ),
        (_is_foreign(host, rules), f"链接指向境外网站：{host}。", f"{host} is a foreign host.", Force.HINT),
        (parts.scheme.lower() == "http", "链接没有加密（http）。", "The link is not encrypted.", Force.HINT),
    )
    return next(((Text(zh, en), force) for holds, zh, en, force in faults if holds), None)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_foreign(host: str, rules: LinkRules) -> bool:
    return not host.endswith(_HOME_DOMAINS) and not is_under(host, (*_HOME_HOSTS, *rules.hosts))
