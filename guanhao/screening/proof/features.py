"""What the filter looks at before it believes a suspicion. Every measure is one column, in the order of `NAMES`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import rjieba

from guanhao.screening.proof.alphabet import END, Codes16
from guanhao.screening.proof.confusions import NEAR_SOUND, SAME_SOUND, SAME_TONE, SHAPE
from guanhao.screening.proof.language import ORDER, Floats
from guanhao.screening.proof.mixture import Reader
from guanhao.screening.proof.suspects import Integers, Reading, Suspects

NAMES = (
    "gain", "lead over second", "reading before", "reading after", "chance before", "chance after",
    "longest run before", "longest run after", "runs before", "runs after", "frequency before", "frequency after",
    "same tone", "same sound", "near sound", "shape", "word length before", "word length after",
    "word frequency before", "word frequency after", "after a surname", "repeated before", "repeated after",
    "surroundings", "runs around", "neighbours that are words",
)  # fmt: skip

_REACH = 8  # characters to either side that words are cut from
_AROUND = 12  # characters to either side that surroundings are judged by
_UNKNOWN_WORD = -25.0
_MOST_REPEATED = 5
_STRANGE, _NARROW_LEAD, _SHORT_WORD = -18.0, 9.0, 2
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤某"
)


def measure(model: Reader, reading: Reading, found: Suspects) -> Floats:
    """The measures of every suspect, one row each."""
    where, old = found.where, reading.codes[found.where]
    before = np.stack([reading.chances[where + shift] for shift in range(ORDER)], axis=1)
    runs = np.stack([reading.orders[where + shift] for shift in range(ORDER)], axis=1)
    columns: list[npt.ArrayLike] = [
        found.gains, found.gains - found.second_gains,
        before.sum(axis=1), found.chances.sum(axis=1), before[:, 0], found.chances[:, 0],
        runs.max(axis=1), found.orders.max(axis=1), runs.sum(axis=1), found.orders.sum(axis=1),
        model.unigrams[old], model.unigrams[found.others],
        *((found.kinds & kind) > 0 for kind in (SAME_TONE, SAME_SOUND, NEAR_SOUND, SHAPE)),
        *_words(model, reading, found),
        np.isin(reading.codes[where - 1], _codes(_SURNAMES)),
        _repeated(reading, where, old), _repeated(reading, where, found.others),
        *_surroundings(reading, where),
        _han(reading.codes[where - 1]).astype(int) + _han(reading.codes[where + 1]),
    ]  # fmt: skip
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def is_loose(measures: Floats) -> npt.NDArray[np.bool_]:
    """Suspicions that stay hints whatever their score.

    What would stand there still reads strange and is a word of two characters only, and either another character would
    do nearly as well or what is written is a word itself. None of the warnings of the development set that were right
    are of this kind; of the wrong ones a third.
    """
    after, word_after = (
        measures[:, NAMES.index("reading after")],
        measures[:, NAMES.index("word length after")],
    )
    lead, word_before = (
        measures[:, NAMES.index("lead over second")],
        measures[:, NAMES.index("word length before")],
    )
    is_weak = (after < _STRANGE) & (word_after <= _SHORT_WORD)
    loose: npt.NDArray[np.bool_] = is_weak & ((lead < _NARROW_LEAD) | (word_before >= _SHORT_WORD))
    return loose


def _words(model: Reader, reading: Reading, found: Suspects) -> Iterator[Floats]:
    """Length and frequency of the dictionary word at the place, before and after."""
    rows = [
        (_word_at(*_window(reading.codes, place, None)), _word_at(*_window(reading.codes, place, other)))
        for place, other in zip(found.where.tolist(), found.others.tolist(), strict=True)
    ]
    for side in (0, 1):
        yield np.array([len(row[side]) for row in rows], dtype=np.float32)
    for side in (0, 1):
        yield _frequencies(model, [row[side] for row in rows])


def _window(codes: Codes16, place: int, other: int | None) -> tuple[str, int]:
    """The characters around a place up to the sentence's ends, and where in them the place is."""
    begin = max(0, place - _REACH)
    around = codes[begin : place + _REACH + 1].tolist()
    at = place - begin
    if other is not None:
        around[at] = other
    first = max((i + 1 for i in range(at) if around[i] == END), default=0)
    last = next((i for i in range(at, len(around)) if around[i] == END), len(around))
    return "".join(map(chr, around[first:last])), at - first


def _word_at(text: str, at: int) -> str:
    for word, start, end in rjieba.tokenize(text, "default", False):
        if start <= at < end:
            return str(word)
    return ""


def _frequencies(model: Reader, words: Sequence[str]) -> Floats:
    """The logarithm of how often the model saw a word of up to four characters."""
    result = np.full(len(words), _UNKNOWN_WORD, dtype=np.float32)
    for length in range(1, ORDER + 1):
        rows = [row for row, word in enumerate(words) if len(word) == length]
        if rows:
            columns = [_codes("".join(words[row][i] for row in rows)) for i in range(length)]
            result[rows] = model.frequency(columns)
    return result


def _repeated(reading: Reading, where: Integers, character: Codes16) -> npt.NDArray[np.int64]:
    """How often else the text has this character after the same one, or before the same one."""
    codes = reading.codes.astype(np.uint64)
    owner = reading.owners.astype(np.uint64) << np.uint64(32)
    pairs = np.sort(owner[1:] | codes[:-1] << np.uint64(16) | codes[1:])
    one, base = character.astype(np.uint64), owner[where]
    counts = [
        np.searchsorted(pairs, key, side="right") - np.searchsorted(pairs, key, side="left")
        for key in (
            base | codes[where - 1] << np.uint64(16) | one,
            base | one << np.uint64(16) | codes[where + 1],
        )
    ]
    itself = (reading.codes[where] == character).astype(np.int64)
    repeated: npt.NDArray[np.int64] = np.minimum(np.maximum(*counts) - itself, _MOST_REPEATED)
    return repeated


def _surroundings(reading: Reading, where: Integers) -> Iterator[Floats]:
    """How well the sentence reads around the place, leaving out what the place itself changes."""
    for column in (reading.chances, reading.orders.astype(np.float32)):
        sums = np.concatenate([[0.0], np.cumsum(column, dtype=np.float64)])
        begin, end = np.maximum(where - _AROUND, 0), np.minimum(where + _AROUND + ORDER, len(column))
        inside = sums[where + ORDER] - sums[where]
        yield ((sums[end] - sums[begin] - inside) / (end - begin - ORDER)).astype(np.float32)


def _han(codes: Codes16) -> npt.NDArray[np.bool_]:
    return (codes >= 0x4E00) & (codes <= 0x9FFF)  # noqa: PLR2004 - Han characters.


def _codes(text: str) -> Codes16:
    return np.array([ord(character) & 0xFFFF for character in text], dtype=np.uint16)
