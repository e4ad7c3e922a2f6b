"""Wording that can be told without understanding: set phrases, punctuation, brackets, doubled words, spaces, lengths.

Punctuation follows the rules of GB/T 15834 as far as form shows them. Almost all of it is a hint: taste is not law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, words_at
from guanhao.screening.text import TextView

_HAN = "\u4e00-\u9fff"
_PAIRS = {
    "（": "）",
    "(": ")",
    "《": "》",
    "〈": "〉",
    "【": "】",
    "〔": "〕",
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
}
_CLOSERS = {close: opening for opening, close in _PAIRS.items()}
_DEEPEST = 32  # brackets within brackets
_NUMBER_ROOM = 6  # characters before a lone closing bracket in which the number of a list stands
_IN_NUMBER = re.compile(r"[第零〇一二三四五六七八九十百千万\d]")
_MIXED = {"（": ")", "(": "）"}
_WITHIN = {"“": "‘", "《": "〈", "「": "『"}  # what stands inside its own kind


@dataclass(frozen=True, slots=True)
class WordingRules:
    """What a clause may set; numbers of characters."""

    longest_sentence: int = 120


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A form that is wrong, with what is said of it; ``fix`` is the replacement, empty for none."""

    pattern: re.Pattern[str]
    kind: HitKind
    message: Text
    force: Force = Force.HINT
    fix: str | None = None


def _of(
    pattern: str, kind: HitKind, texts: tuple[str, str], fix: str | None = None, force: Force = Force.HINT
) -> _Pattern:
    return _Pattern(re.compile(pattern), kind, Text(*texts), force, fix)


_FORMS = (
    _of(r"[，、；：]{2,20}|。[，、；：。](?!。)|[，、；：]。", HitKind.PUNCTUATION,
        ("标点重复或连用。", "Punctuation marks follow each other."), force=Force.WARN),
    _of(rf"(?<=[{_HAN}”’》）])[,;:?!](?=[{_HAN}“‘《（\"])", HitKind.PUNCTUATION,
        ("中文之间用了半角标点。", "Half-width punctuation stands between Chinese characters.")),
    _of(rf"(?<=[{_HAN}，。：:；、])\"(?=[{_HAN}《])|(?<=[{_HAN}，。！？])\"(?=[{_HAN}，。；：、！？,]|$)", HitKind.PUNCTUATION,
        ("中文用弯引号（“ ”）。", "Chinese text has curved quotation marks.")),
    _of(rf"(?<=[{_HAN}])\.(?=\s|$)", HitKind.PUNCTUATION, ("句末用了英文句点。", "A Latin full stop ends the sentence."), "。"),
    _of(r"(?<!\.)\.{3}(?!\.)|(?<!…)…(?!…)|。{3,}", HitKind.PUNCTUATION,
        ("省略号应为六个点（……）。", "An ellipsis has six dots."), "……"),
    _of(rf"(?<=[{_HAN}])-{{2}}(?=[{_HAN}])|(?<![—])—(?![—])(?=[{_HAN}]{{2}})(?<=[{_HAN}]{{2}}—)", HitKind.PUNCTUATION,
        ("破折号应占两格（——）。", "A dash has the width of two characters."), "——"),
    _of(r"……等等?|等等……", HitKind.PUNCTUATION, ("“等”与省略号重复。", "“等” and the ellipsis say the same."), force=Force.WARN),
    _of(r"(?<=》)、(?=《)|(?<=”)、(?=“)", HitKind.PUNCTUATION,
        ("书名号、引号之间通常不用顿号。", "Titles and quotations follow each other without a comma."), ""),
    _of(r"(?<=[一二三四五六七八九十])[,，.．](?=[\u4e00-\u9fff]{2,12}$)", HitKind.PUNCTUATION,
        ("汉字序号后用顿号。", "A Chinese ordinal is followed by “、”."), "、"),
    _of(rf"(?m:^[，。；：？！、）》”])(?=[{_HAN}])", HitKind.PUNCTUATION, ("段首不应是这个标点。", "A paragraph does not begin with this mark.")),
    _of(r"(?m:^)[ \t　]*[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]、", HitKind.PUNCTUATION,
        ("带括号的序号后不加顿号。", "A numeral in brackets is followed by no mark.")),
    _of(rf"(?:(?<=[。；\n])|^)(?<![{_HAN}])第[一二三四五六七八九十]、(?!第)(?=[{_HAN}]{{2}})", HitKind.PUNCTUATION,
        ("“第一”“第二”之后用逗号。", "第一, 第二 are followed by “，”.")),
    _of(r"(?:一、二|二、三|三、四|四、五|五、六|六、七|七、八|八、九)(?=(?:百|千|万|十|个|天|名|次|岁|倍|里地)(?!级))", HitKind.PUNCTUATION,
        ("相邻两数表示概数，中间不用顿号。", "Two numbers on end that stand for “about so many” have no mark between them.")),
    _of(r"[？！]{3,20}|！{2,20}|？{2,20}|!{2,20}|\?{2,20}", HitKind.PUNCTUATION, ("问号、叹号叠用。", "Marks of exclamation or question pile up.")),
    _of(rf"(?<=[{_HAN}]) +(?=[{_HAN}])(?<![{_HAN}]{{0}}^ )", HitKind.SPACING, ("汉字之间有空格。", "There is a space between Chinese characters."), ""),
    _of(r"(?<! ) {1,20}(?=[，。；：？！、）》”])|(?<=[（《“]) {1,20}", HitKind.SPACING, ("标点旁有多余的空格。", "There is a space beside punctuation."), ""),
    _of(r"[０-９Ａ-Ｚａ-ｚ]+", HitKind.SPACING, ("全角字母或数字。", "Full-width letters or figures.")),
    _of(r"(?P<twice>(?:因为|所以|但是|而且|以及|或者|我们|他们|学校|学院|同学|老师|进行|开展|通过|根据|关于|对于|已经|可以|应当|必须))(?P=twice)",
        HitKind.REPEATED, ("词语重复。", "A word is doubled."), force=Force.WARN),
    _of(r"的的(?!确|士|卡)|了了(?![解然事])(?<![不没明完]了了)|是是(?!非)(?<!凡是是)|在在|和和(?![气睦美平])|与与|为为|把把(?!关)(?<!一把把)|被被|将将(?![来军近要士领才就])|并并",
        HitKind.REPEATED, ("字重复。", "A character is doubled."), force=Force.WARN),
)  # fmt: skip


def find(view: TextView, rules: WordingRules) -> Iterator[Hit]:
    """What the forms, set phrases, brackets and lengths have to say of a text."""
    for form in _FORMS:
        for match in form.pattern.finditer(view.text):
            yield words_at(
                view,
                match.span(),
                kind=form.kind,
                message=form.message,
                force=form.force,
                suggestions=() if form.fix is None else (form.fix,),
            )
    yield from _phrases(view)
    yield from _brackets(view)
    yield from _lengths(view, rules)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wrong or doubtful wording and what is meant."""

    wrong: str
    right: tuple[str, ...]
    force: Force


@lru_cache(maxsize=1)
def phrases() -> tuple[Phrase, ...]:
    """The house's own list of doubled meanings and wrong collocations."""
    text = resources.files("guanhao.screening.data").joinpath("phrases.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(Phrase(wrong, tuple(right.split("|")), Force(force)) for wrong, right, force in rows)


@lru_cache(maxsize=1)
def _phrase_pattern() -> tuple[re.Pattern[str], dict[str, Phrase]]:
    by_wording = {phrase.wrong: phrase for phrase in phrases()}
    return re.compile("|".join(sorted(map(re.escape, by_wording), key=len, reverse=True))), by_wording


def _phrases(view: TextView) -> Iterator[Hit]:
    pattern, by_wording = _phrase_pattern()
    for match in pattern.finditer(view.text):
        if match[0].startswith("二") and _IN_NUMBER.match(view.text[match.start() - 1 : match.start()]):
            continue  # 四十二名 is no 二名
        phrase = by_wording[match[0]]
        yield words_at(
            view,
            match.span(),
            kind=HitKind.PHRASE,
            message=Text(
                zh=f"“{phrase.wrong}”宜写作“{'”或“'.join(phrase.right)}”。",
                en=f"“{phrase.wrong}” is better written “{'” or “'.join(phrase.right)}”.",
            ),
            force=phrase.force,
            suggestions=phrase.right,
        )


def _brackets(view: TextView) -> Iterator[Hit]:
    """Brackets and quotation marks without their other half, of two widths, or within their like, by paragraph."""
    offset = 0
    for line in view.text.split("\n"):
        open_: list[tuple[str, int]] = []
        for place, character in enumerate(line, start=offset):
            if character in _PAIRS:
                if character in _WITHIN and any(character == each for each, _ in open_[-_DEEPEST:]):
                    yield _nested(view, place, character)
                open_.append((character, place))
            elif character in _CLOSERS:
                before = view.text[max(offset, place - _NUMBER_ROOM) : place]
                yield from _closing(view, open_, place, before)
        for character, place in open_:
            yield _bracket(view, place, character)
        offset += len(line) + 1


def _closing(view: TextView, open_: list[tuple[str, int]], place: int, before: str) -> Iterator[Hit]:
    character = view.text[place]
    opening = _closed(open_, character)
    if opening and _PAIRS[opening] != character:
        yield _of_another_width(view, place, _PAIRS[opening])
    elif not opening and not _is_of_a_list(character, before):
        yield _bracket(view, place, character)


def _closed(open_: list[tuple[str, int]], character: str) -> str:
    """Close the innermost fitting bracket, half and full width may meet; the bracket it closes, "" for none."""
    for index in range(len(open_) - 1, max(-1, len(open_) - 1 - _DEEPEST), -1):
        opening = open_[index][0]
        if _PAIRS[opening] == character or _MIXED.get(opening) == character:
            del open_[index]
            return opening
    return ""


def _is_of_a_list(character: str, before: str) -> bool:
    """``1)`` and ``)`` of lists are no brackets."""
    return (
        character in "）)"
        and re.search(r"(?:^|[\s；;。，,])[（(]?[0-9a-zA-Z一二三四五六七八九十①-⑳]{1,3}$", before) is not None
    )


def _of_another_width(view: TextView, place: int, right: str) -> Hit:
    return words_at(
        view,
        (place, place + 1),
        kind=HitKind.BRACKET,
        message=Text(
            zh="前后括号一个全角、一个半角。", en="One bracket has full width, its other half has half width."
        ),
        force=Force.HINT,
        suggestions=(right,),
    )


def _bracket(view: TextView, place: int, character: str) -> Hit:
    return words_at(
        view,
        (place, place + 1),
        kind=HitKind.BRACKET,
        message=Text(zh=f"“{character}”没有配对。", en=f"“{character}” has no other half."),
        force=Force.WARN,
    )


def _nested(view: TextView, place: int, character: str) -> Hit:
    return words_at(
        view,
        (place, place + 1),
        kind=HitKind.BRACKET,
        message=Text(
            zh=f"“{character}”之内再用时，写作“{_WITHIN[character]}”。",
            en=f"Inside “{character}” its kind is written “{_WITHIN[character]}”.",
        ),
        force=Force.HINT,
        suggestions=(_WITHIN[character],),
    )


def _lengths(view: TextView, rules: WordingRules) -> Iterator[Hit]:
    for match in re.finditer(r"[^。！？\n]+", view.text):
        if len(match[0]) > rules.longest_sentence:
            yield words_at(
                view,
                (match.start(), match.start() + 1),
                kind=HitKind.LENGTH,
                message=Text(
                    zh=f"句子长 {len(match[0])} 字，宜拆分。",
                    en=f"The sentence has {len(match[0])} characters; better split it.",
                ),
                force=Force.HINT,
            )
