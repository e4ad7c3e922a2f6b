"""What people write into the cells of a ledger: platforms, kinds, states, yes and no, days, persons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from guanhao.people.models import Person
from guanhao.registry.types import AccountState
from guanhao.rulebook.types import Platform

# Beside titles and keys of the catalogue; a word for a platform the institution does not know is passed over.
_PLATFORM_WORDS = {
    "微信": "wechat", "公众号": "wechat", "微信公众号": "wechat", "微信公众平台": "wechat", "微博": "weibo", "新浪": "weibo",
    "新浪微博": "weibo", "视频号": "wechat_channels", "微信视频号": "wechat_channels", "抖音": "douyin", "抖音号": "douyin",
    "快手": "kuaishou", "b站": "bilibili", "哔哩哔哩": "bilibili", "小红书": "xiaohongshu", "今日头条": "toutiao",
    "头条号": "toutiao", "知乎": "zhihu", "qq公众号": "qq_public", "qq群": "qq_group", "微信群": "wechat_group",
    "企业微信": "wecom", "小程序": "wechat_mini", "微信小程序": "wechat_mini",
}  # fmt: skip
_YES = frozenset({"是", "有", "已认证", "已", "yes", "y", "true", "1", "√", "✓", "☑", "对"})
_NO = frozenset(
    {"", "否", "无", "未认证", "未", "no", "n", "false", "0", "×", "✗", "☐", "不是", "—", "-", "/"}
)
_STATES = {
    **{str(state.label): state for state in AccountState},
    **{state.value: state for state in AccountState},
    "": AccountState.ACTIVE, "正常": AccountState.ACTIVE, "使用中": AccountState.ACTIVE, "运营中": AccountState.ACTIVE,
    "在运营": AccountState.ACTIVE, "启用": AccountState.ACTIVE, "暂停": AccountState.SUSPENDED, "停更": AccountState.SUSPENDED,
    "关闭": AccountState.CLOSED, "停用": AccountState.CLOSED, "注销": AccountState.DEREGISTERED,
}  # fmt: skip
# What a ledger of existing accounts may hold; an application is made in the system, not imported.
IMPORTED = (
    AccountState.ACTIVE,
    AccountState.SUSPENDED,
    AccountState.CLOSING,
    AccountState.CLOSED,
    AccountState.DEREGISTERED,
)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBERED = re.compile(r"(.*?)\s*[（(]\s*([\w-]+)\s*[）)]")
SEPARATORS = re.compile(r"[、,，;；/\n]+")


class Place(NamedTuple):
    """A platform and, where the word said so, the kind of account."""

    platform: str
    kind: str = ""


def platform_words(known: Mapping[str, Platform]) -> dict[str, Place]:
    """Everything people may write for a platform: keys, titles, usual names, and kinds that say the platform too."""
    words: dict[str, Place] = {}
    for key, platform in known.items():
        for kind in platform.kinds.values():
            for title in (kind.title.zh, kind.title.en):
                words.setdefault(_small(title), Place(key, kind.key))
                words.setdefault(_small(f"{platform.title.zh}{title}"), Place(key, kind.key))
    for word, key in _PLATFORM_WORDS.items():
        if key in known:
            words[_small(word)] = Place(key)
            for kind in known[key].kinds.values():
                words.setdefault(_small(f"{word}{kind.title.zh}"), Place(key, kind.key))
    for key, platform in known.items():
        words |= {_small(word): Place(key) for word in (key, platform.title.zh, platform.title.en) if word}
    words.pop("", None)
    return words


def kind_words(platform: Platform) -> dict[str, str]:
    """What people may write for a kind of account of one platform."""
    return {
        _small(word): kind.key
        for kind in platform.kinds.values()
        for word in (kind.key, kind.title.zh, kind.title.en)
        if word
    }


def place(text: str, words: Mapping[str, Place]) -> Place | None:
    """The platform a cell names; nothing where nobody knows it."""
    return words.get(_small(text))


def kind(text: str, words: Mapping[str, str]) -> str | None:
    """The kind a cell names."""
    return words.get(_small(text))


def yes_or_no(text: str) -> bool | None:
    """Whether a cell says yes; nothing where it says neither."""
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


def state(text: str) -> AccountState | None:
    """The state a cell names, where a ledger may hold it."""
    found = _STATES.get(text.strip())
    return found if found in IMPORTED else None


def day(text: str) -> date | None:
    """The day a cell names: 2026-09-01, 2026/9/1, 2026.9.1, 2026年9月1日, 20260901, or a month as its first day.

    Raises:
        ValueError: it names none.
    """
    bare = text.strip().split(" ")[0].split("T")[0]
    if not bare:
        return None
    found = _DAY.fullmatch(bare) or _COMPACT.fullmatch(bare)
    if found is None:
        raise ValueError(text)
    year, month, number = found.groups()
    return date(int(year), int(month), int(number or 1))


class People:
    """The persons of the institution, by number and by name."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self._by_number: dict[str, Person] = {}
        self._by_name: dict[str, list[Person]] = {}
        for person in persons:
            if person.staff_no:
                self._by_number[person.staff_no] = person
            self._by_name.setdefault(person.name, []).append(person)

    def named(self, text: str) -> list[Person]:
        """Whom a cell may mean: one, several of that name, or nobody. ``姓名（工号）`` and the number alone are exact."""
        text = text.strip()
        numbered = _NUMBERED.fullmatch(text)
        name, number = (numbered[1], numbered[2]) if numbered else ("", text)
        person = self._by_number.get(number)
        if person is not None:
            return [person] if not name or person.name == name else []
        return [] if numbered else self._by_name.get(text, [])


def _small(text: str) -> str:
    return "".join(text.split()).lower()
