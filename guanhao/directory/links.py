"""Addresses of accounts, as people copy them: with or without www, with tracking behind, on the telephone's host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

_LONGEST = 1000
# Pages of an account, by platform: the id is in the path. A rulebook's own platforms are known by their stored address.
_PROFILES = (
    ("weibo", re.compile(r"(?:m\.)?weibo\.(?:com|cn)/(?:u/|p/\d{6}(?=\d{10}))?(\d{5,12})(?:/.*)?")),
    ("bilibili", re.compile(r"(?:space\.|m\.)?bilibili\.com/(?:space/)?(\d+)(?:/.*)?")),
    ("douyin", re.compile(r"(?:www\.)?(?:ies)?douyin\.com/(?:share/)?user/([\w-]{5,100})(?:/.*)?")),
    ("xiaohongshu", re.compile(r"(?:www\.)?xiaohongshu\.com/user/profile/(\w{5,60})(?:/.*)?")),
)
_ACCOUNT_OF_ARTICLE = re.compile(r"[A-Za-z0-9+/=]{8,40}")


@dataclass(frozen=True, slots=True)
class Asked:
    """An address that was typed or scanned, in the ways the register may know it."""

    key: str  # host and path, without scheme, www and what follows
    platform: str = ""
    handle: str = ""
    biz: str = ""  # what WeChat calls an account in the addresses of its articles

    def spellings(self) -> list[str]:
        """How a form may have stored the same address."""
        ends = (self.key, f"{self.key}/")
        return [
            f"{scheme}://{www}{end}" for scheme in ("https", "http") for www in ("", "www.") for end in ends
        ]


def asked(typed: str) -> Asked | None:
    """The address in what was typed; nothing where it is a name or an id."""
    text = typed.strip()[:_LONGEST]
    if not re.match(r"https?://", text, re.IGNORECASE) and not re.fullmatch(
        r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", text, re.IGNORECASE
    ):
        return None
    try:
        parts = urlsplit(text if "//" in text else f"//{text}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    key = host + parts.path.rstrip("/")
    biz = next(iter(parse_qs(parts.query).get("__biz", [])), "")
    if biz and host == "mp.weixin.qq.com" and _ACCOUNT_OF_ARTICLE.fullmatch(biz):
        return Asked(key, "wechat", biz=biz)
    for platform, pattern in _PROFILES:
        found = pattern.fullmatch(key)
        if found:
            return Asked(key, platform, found[1])
    return Asked(key)
