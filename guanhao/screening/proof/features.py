"""What the filter looks at before it believes a suspicion. Every measure is one column, in the order of `NAMES`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from guanhao.screening.proof.alphabet import END, Codes16
from guanhao.screening.proof.confusions import NEAR_SOUND, SAME_SOUND, SAME_TONE, SHAPE
from guanhao.screening.proof.cuts import Cut, cut
from guanhao.screening.proof.language import ORDER, Floats
from guanhao.screening.proof.mixture import Reader
from guanhao.screening.proof.suspects import Integers, Reading, Suspects

NAMES = (
    "gain", "lead over second", "reading before", "reading after", "chance before", "chance after",
    "longest run before", "longest run after", "runs before", "runs after", "frequency before", "frequency after",
    "same tone", "same sound", "near sound", "shape", "word length before", "word length after",
    "word frequency before", "word frequency after", "after a surname", "repeated before", "repeated after",
    "surroundings", "runs around", "neighbours that are words",
    "cut gain", "pieces more", "singles more", "common before", "common after", "cut before", "stronger neighbour",
)  # fmt: skip

_AFTER_SURNAME, _LENGTH_BEFORE = NAMES.index("after a surname"), NAMES.index("word length before")
_REACH = 8  # characters to either side that words are cut from
_AROUND = 12  # characters to either side that surroundings are judged by
_UNKNOWN_WORD = -25.0
_MOST_REPEATED = 5
_FAR = 9.0
_BESIDE = 3  # how near two suspicions may be to be of one mistake
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤某"
)


def measure(model: Reader, reading: Reading, found: Suspects) -> Floats:
    """The measures of every suspect, one row each."""
    where, old = found.where, reading.codes[found.where]
    cuts = _cuts(reading, found)
    before = np.stack([reading.chances[where + shift] for shift in range(ORDER)], axis=1)
    runs = np.stack([reading.orders[where + shift] for shift in range(ORDER)], axis=1)
    columns: list[npt.ArrayLike] = [
        found.gains, found.gains - found.second_gains,
        before.sum(axis=1), found.chances.sum(axis=1), before[:, 0], found.chances[:, 0],
        runs.max(axis=1), found.orders.max(axis=1), runs.sum(axis=1), found.orders.sum(axis=1),
        model.unigrams[old], model.unigrams[found.others],
        *((found.kinds & kind) > 0 for kind in (SAME_TONE, SAME_SOUND, NEAR_SOUND, SHAPE)),
        *_words(model, cuts),
        np.isin(reading.codes[where - 1], _codes(_SURNAMES)),
        _repeated(reading, where, old), _repeated(reading, where, found.others),
        *_surroundings(reading, where),
        _han(reading.codes[where - 1]).astype(int) + _han(reading.codes[where + 1]),
        *_common(cuts), _stronger_beside(found),
    ]  # fmt: skip
    return np.stack([np.asarray(column, dtype=np.float32) for column in columns], axis=1)


def in_a_name(measures: Floats) -> npt.NDArray[np.bool_]:
    """Whether a place may be of a person's name: after a surname, and in no word of two or more as it is written.

    Which character a name has nobody knows from reading, and the law, from which the filter has learnt, names nobody.
    """
    named: npt.NDArray[np.bool_] = (measures[:, _AFTER_SURNAME] > 0) & (measures[:, _LENGTH_BEFORE] <= 1)
    return named


Cuts = Sequence[tuple[Cut, Cut]]


def _cuts(reading: Reading, found: Suspects) -> Cuts:
    """The words around every place, as written and with what might be meant."""
    return [
        (cut(*_window(reading.codes, place, None)), cut(*_window(reading.codes, place, other)))
        for place, other in zip(found.where.tolist(), found.others.tolist(), strict=True)
    ]


def _words(model: Reader, cuts: Cuts) -> Iterator[Floats]:
    """Length and frequency of the dictionary word at the place, before and after."""
    for side in (0, 1):
        yield np.array([len(both[side].word) for both in cuts], dtype=np.float32)
    for side in (0, 1):
        yield _frequencies(model, [both[side].word for both in cuts])


def _common(cuts: Cuts) -> Iterator[Floats]:
    """What the dictionary makes of the place: better words, fewer pieces, fewer single characters."""
    rows = [
        (
            after.weights - before.weights,
            after.pieces - before.pieces,
            after.singles - before.singles,
            before.weight,
            after.weight,
            before.weights / max(1, before.pieces),
        )
        for before, after in cuts
    ]
    yield from np.array(rows, dtype=np.float32).reshape(-1, 6).T


def _stronger_beside(found: Suspects) -> Floats:
    """By how much the best suspicion near a place gains more than its own: of one mistake its neighbours are doubted too."""
    best = np.full(len(found.where), -_FAR, dtype=np.float32)
    for step in range(1, min(_BESIDE, len(best) - 1) + 1):
        near = found.where[step:] - found.where[:-step] <= _BESIDE
        more = found.gains[step:] - found.gains[:-step]
        best[:-step] = np.maximum(best[:-step], np.where(near, more, -_FAR))
        best[step:] = np.maximum(best[step:], np.where(near, -more, -_FAR))
    return best


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
