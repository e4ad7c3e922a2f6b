"""`proof bench`: how good a corrector is on sentence pairs, by the usual definitions for Chinese spelling checks.

A sentence is detected when exactly its wrong characters are marked, corrected when they are also put right. Characters
are counted one by one. Sentences without an error that get any mark are false alarms.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from guanhao.core.text import Text
from guanhao.screening.files import plain_text
from guanhao.screening.force import Force
from guanhao.screening.proof.proofreading import Correction, Proofreader
from guanhao.screening.speaking import Told

Pair = tuple[str, str]


class BadPairs(Told):
    """A pair file that cannot be read."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts and what follows from them; shares are 0 where nothing was counted."""

    right: int
    marked: int
    wrong: int

    @property
    def precision(self) -> float:
        """Of what was marked, how much rightly."""
        return self.right / self.marked if self.marked else 0.0

    @property
    def recall(self) -> float:
        """Of what was wrong, how much was marked rightly."""
        return self.right / self.wrong if self.wrong else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.marked + self.wrong) if self.marked + self.wrong else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All figures of one level (error, warn or hint) on one set of pairs."""

    character_detection: Score
    character_correction: Score
    sentence_detection: Score
    sentence_correction: Score
    clean: int
    touched: int
    characters_per_second: float  # of processor time, so that a busy machine does not matter


def read_pairs(path: Path) -> list[Pair]:
    """Pairs of a file: a JSON list of ``[source, target]``, or lines ``source<TAB>target``; equal lengths only.

    Raises:
        BadPairs: neither of both, or nothing usable in it. CannotRead: missing, or no text.
    """
    text = plain_text(path)
    if text.lstrip().startswith("["):
        try:
            rows = json.loads(text)
        except ValueError as fault:
            raise BadPairs(
                Text(
                    zh=f"{path.name}：JSON 列表不完整：{fault}",
                    en=f"{path.name} is no whole JSON list: {fault}",
                )
            ) from fault
    else:
        rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    if not all(isinstance(row, list) and len(row) >= 2 for row in rows):  # noqa: PLR2004 - pairs.
        raise BadPairs(
            Text(
                zh=f'{path.name}：每行应为一对句子：JSON [["错", "对"], …] 或 错<TAB>对。',
                en=f'{path.name}: every row must be a pair, as JSON [["source", "target"], …] or as source<TAB>target.',
            )
        )
    written = [(str(row[-2]), str(row[-1])) for row in rows]
    pairs = [(source, target) for source, target in written if len(source) == len(target)]
    if not pairs:
        raise BadPairs(
            Text(
                zh=f"{path.name}：没有长度相等的句对。", en=f"{path.name}: there is no pair of equal length."
            )
        )
    return pairs


def measure_all(proofreader: Proofreader, pairs: Sequence[Pair]) -> dict[Force, Measured]:
    """Figures of each level; a level counts what binds at least as hard."""
    started = time.process_time()
    answers = proofreader.corrections([source for source, _ in pairs])
    speed = sum(len(source) for source, _ in pairs) / (time.process_time() - started)
    return {
        level: _measured(
            pairs, [[one for one in each if one.force.rank <= level.rank] for each in answers], speed
        )
        for level in (Force.ERROR, Force.WARN, Force.HINT)
    }


def wrong_places(pair: Pair) -> dict[int, str]:
    """Places where source and target differ, with what belongs there."""
    return {at: right for at, (one, right) in enumerate(zip(*pair, strict=True)) if one != right}


def marked_places(source: str, corrections: Sequence[Correction]) -> dict[int, str]:
    """Places that corrections of the same length would change, with what they would put there."""
    return {
        at: new
        for each in corrections
        if len(each.right) == each.end - each.start
        for at, new in zip(range(each.start, each.end), each.right, strict=True)
        if source[at] != new
    }


def _measured(pairs: Sequence[Pair], answers: Sequence[Sequence[Correction]], speed: float) -> Measured:
    wrong = [wrong_places(pair) for pair in pairs]
    marked = [marked_places(source, some) for (source, _), some in zip(pairs, answers, strict=True)]
    both = list(zip(wrong, marked, strict=True))
    characters = (sum(map(len, marked)), sum(map(len, wrong)))
    sentences = (sum(map(bool, marked)), sum(map(bool, wrong)))
    clean = [got for gold, got in both if not gold]
    return Measured(
        character_detection=Score(sum(len(gold.keys() & got.keys()) for gold, got in both), *characters),
        character_correction=Score(sum(len(gold.items() & got.items()) for gold, got in both), *characters),
        sentence_detection=Score(
            sum(bool(gold) and gold.keys() == got.keys() for gold, got in both), *sentences
        ),
        sentence_correction=Score(sum(bool(gold) and gold == got for gold, got in both), *sentences),
        clean=len(clean),
        touched=sum(map(bool, clean)),
        characters_per_second=speed,
    )
