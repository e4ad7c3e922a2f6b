"""Names that look like ours: ours by right, ours to govern, or an impostor. Scores with reasons, never a bare number.

A registered account's own name is ours by right. A name that shows one of ours openly is ours to govern (gpnu-5,
xartvu-2). A name that hides one of ours, by symbols, forms of characters, sound or shape, or that adds what only an
institution would say of itself, looks like an impostor's (xartvu-14).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

import numpy as np
from ahocorasick_rs import AhoCorasick, Implementation

from guanhao.core.text import Text
from guanhao.screening.folding import Fold
from guanhao.screening.namekeys import (
    SOUNDED,
    WRITTEN,
    How,
    Key,
    NameKind,
    Protected,
    fold,
    skeleton,
    sounded_keys,
    written_keys,
)
from guanhao.screening.normalising import Normalised, normalise

_CHUNK = 1 << 16  # names read at a time
_WHOLE = 100
# What only the institution, or somebody who plays it, would add.
OFFICIAL_WORDS = (
    "官方", "官微", "官博", "官网", "公众号", "订阅号", "服务号", "招生办", "招生", "迎新", "新生群", "新生", "教务处", "教务",
    "学生处", "团委", "校友会", "就业", "考试中心", "录取", "报名", "客服", "通知", "发布", "认证", "总部",
)  # fmt: skip
COLLOQUIAL_WORDS = (
    "表白墙", "万能墙", "树洞", "吐槽", "二手", "跳蚤", "代课", "代跑", "兼职", "互助", "考研", "资料", "小助手", "校园墙",
    "圈", "吧", "墙", "说", "君", "帮", "集市", "团购", "外卖", "交友", "脱单",
)  # fmt: skip


class Relation(StrEnum):
    """What a name is to the institution."""

    OURS = "ours"
    TO_GOVERN = "to_govern"
    IMPOSTOR = "impostor"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRules:
    """Weights and thresholds, from 0 to 100; a rulebook may set its own."""

    tell_at: int = 50  # below, nothing is said
    impostor_at: int = 80  # from here on, unless the name is openly ours
    full: int = 70
    short: int = 55
    unit: int = 60
    english: int = 60
    emblem: int = 35
    disguised: int = 20
    by_shape: int = 15
    by_sound: int = 10
    by_initials: int = -15
    whole: int = 15
    official: int = 15
    colloquial: int = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were given."""

    points: int
    text: Text


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a name is, by how many points of a hundred, and why; ``protected`` is the string it resembles."""

    name: str
    relation: Relation
    score: int
    reasons: tuple[Reason, ...] = ()
    protected: Protected | None = None


class NameWatch:
    """Protected strings compiled for one institution; never changes."""

    def __init__(
        self,
        protected: Iterable[Protected],
        *,
        registered: Iterable[str] = (),
        others: Iterable[str] = (),
        rules: NameRules | None = None,
    ) -> None:
        """``registered`` are names of accounts that are ours; ``others`` names that rightly resemble ours (sister schools)."""
        strings = tuple(protected)
        self.rules = rules or NameRules()
        self._registered = frozenset(name.strip() for name in registered)
        self._others = tuple(fold(name) for name in others)
        self._written = _Keys((key for one in strings for key in written_keys(one)), WRITTEN)
        self._sounded = _Keys((key for one in strings for key in sounded_keys(one)), SOUNDED)

    def judge(self, name: str) -> Judgement:
        """Judge one name, with reasons."""
        found = next(iter(self.scan([name])), None)
        return found[1] if found else Judgement(name, Relation.NONE, 0)

    def scan(self, names: Sequence[str]) -> Iterator[tuple[int, Judgement]]:
        """The number and judgement of every name that is worth telling, in order. Names stand on one line each."""
        for begin in range(0, len(names), _CHUNK):
            lines = [" ".join(name.split()) for name in names[begin : begin + _CHUNK]]
            found = self._written.find(lines)
            for number, keys in self._sounded.find(lines).items():
                found.setdefault(number, []).extend(keys)
            for number in sorted(found):
                judged = self._judged(lines[number], found[number])
                if judged.relation is not Relation.NONE:
                    yield begin + number, judged

    def _judged(self, name: str, keys: list[Key]) -> Judgement:
        if name in self._registered:
            return Judgement(
                name,
                Relation.OURS,
                _WHOLE,
                (_reason(_WHOLE, "是已登记账号的名称", "It is a registered account's name"),),
            )
        folded = fold(name)
        openly = {key.protected.text for key in keys if _is_open(name, key)}
        # What is there openly is not also disguised as itself.
        kept = [key for key in keys if _is_open(name, key) or key.protected.text not in openly]
        if any(other in folded and all(key.pattern in other for key in kept) for other in self._others):
            return Judgement(name, Relation.NONE, 0)
        judged = [self._weighed(name, folded, key) for key in kept]
        return max(judged, key=lambda one: one.score)

    def _weighed(self, name: str, folded: str, key: Key) -> Judgement:
        reasons = [self._recognised(key), *self._added(name, folded, key)]
        is_open = _is_open(name, key)
        if not is_open and key.how is How.WRITTEN and key.pattern == fold(key.protected.text):
            reasons.append(
                _reason(
                    self.rules.disguised,
                    "用符号、繁体或变形字符改写",
                    "It is disguised by symbols or other forms",
                )
            )
        score = max(0, min(_WHOLE, sum(reason.points for reason in reasons)))
        relation = Relation.NONE
        if score >= self.rules.tell_at:
            is_impostor = not is_open and score >= self.rules.impostor_at
            relation = Relation.IMPOSTOR if is_impostor else Relation.TO_GOVERN
        return Judgement(name, relation, score, tuple(reasons), key.protected)

    def _recognised(self, key: Key) -> Reason:
        rules, text = self.rules, key.protected.text
        weight = {
            NameKind.FULL: rules.full,
            NameKind.SHORT: rules.short,
            NameKind.UNIT: rules.unit,
            NameKind.ENGLISH: rules.english,
            NameKind.EMBLEM: rules.emblem,
        }[key.protected.kind]
        more, zh, en = {
            How.WRITTEN: (0, f"含“{text}”", f"It contains “{text}”"),
            How.SHAPE: (
                rules.by_shape,
                f"有一字与“{text}”形近",
                f"One character is drawn like one of “{text}”",
            ),
            How.SOUND: (rules.by_sound, f"读音与“{text}”相同", f"It sounds like “{text}”"),
            How.INITIALS: (rules.by_initials, f"是“{text}”的拼音首字母", f"It has the initials of “{text}”"),
        }[key.how]
        return _reason(weight + more, zh, en)

    def _added(self, name: str, folded: str, key: Key) -> Iterator[Reason]:
        """What stands beside the protected string."""
        if len(folded) == len(key.pattern):
            yield _reason(self.rules.whole, "此外没有别的字", "There is nothing else")
        for words, points, zh, en in (
            (OFFICIAL_WORDS, self.rules.official, "并自称官方机构", "and speaks like an office"),
            (
                COLLOQUIAL_WORDS,
                self.rules.colloquial,
                "并用了常见的校园号后缀",
                "with a usual suffix of campus accounts",
            ),
        ):
            word = next((word for word in words if word in name and word not in key.protected.text), None)
            if word:
                yield _reason(points, f"{zh}（{word}）", f"{en} ({word})")


class _Keys:
    """Keys of one folding, searched over many names at once."""

    def __init__(self, keys: Iterable[Key], switches: Fold) -> None:
        self._switches = switches
        by_pattern: dict[str, Key] = {}
        for key in keys:
            by_pattern.setdefault(key.pattern, key)
        self._keys = list(by_pattern.values())
        self._automaton = AhoCorasick(by_pattern, implementation=Implementation.ContiguousNFA)

    def find(self, lines: Sequence[str]) -> dict[int, list[Key]]:
        """Number of line → the keys that stand in it, of whole characters and words."""
        if not self._keys:
            return {}
        joined = "\n".join(lines)
        folded = normalise(joined, self._switches)
        text = skeleton(folded.text) if Fold.PINYIN in self._switches else folded.text
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not matches:
            return {}
        begins = np.array([0, *accumulate(len(line) + 1 for line in lines)])
        owners = np.searchsorted(begins, folded.places[[first for _, first, _ in matches]], side="right") - 1
        found: dict[int, list[Key]] = {}
        for (number, first, last), owner in zip(matches, owners.tolist(), strict=True):
            if _is_whole(folded, first, last) and _fits(joined, self._keys[number], folded.span(first, last)):
                found.setdefault(owner, []).append(self._keys[number])
        return found


def _fits(original: str, key: Key, span: tuple[int, int]) -> bool:
    """Latin strings in use as such stand alone; spelt-out names may run on into letters."""
    if key.how is How.SOUND or not key.pattern.isascii():
        return True
    start, end = span
    return not _is_letter(original[start - 1 : start]) and not _is_letter(original[end : end + 1])


def _is_open(name: str, key: Key) -> bool:
    return key.how is How.WRITTEN and key.protected.text.casefold() in name.casefold()


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_whole(folded: Normalised, first: int, last: int) -> bool:
    places = folded.places
    if first and places[first] == places[first - 1]:
        return False
    return last == len(places) or bool(places[last] != places[last - 1])


def _reason(points: int, zh: str, en: str) -> Reason:
    return Reason(points, Text(zh=zh, en=en))
