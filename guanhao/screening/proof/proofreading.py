"""Proofreading behind one interface: rules that are certain, statistics that know how sure they are, other correctors.

Force follows the layer: rules say *error*; statistics say *warn* above the precise threshold and *hint* above the
balanced one, never *block*; another corrector says *hint* unless it was measured and its owner raises it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, words_at
from guanhao.screening.proof import idioms, rules
from guanhao.screening.proof.features import in_a_name, measure
from guanhao.screening.proof.modelfile import ProofModel, Thresholds
from guanhao.screening.proof.suspects import Reading, read, suspects
from guanhao.screening.proof.training import reader_of
from guanhao.screening.text import TextView

_BATCH_CHARACTERS = 1 << 16
_LONE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Correction:
    """What is doubted: a span of the text, what belongs there, how sure (log-odds; inf for rules), and why."""

    start: int
    end: int
    right: str
    force: Force
    score: float
    message: Text


class Corrector(Protocol):
    """The plug for a tagger or a paid service. It sees whole texts and answers corrections with spans in them."""

    def correct(self, texts: Sequence[str]) -> Sequence[Sequence[Correction]]:
        """Corrections of every text, in their order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofreader:
    """``model`` None leaves the rules alone. ``allowed`` are wordings a reviewer has called right."""

    model: ProofModel | None = None
    thresholds: Thresholds | None = None
    allowed: frozenset[str] = frozenset()
    confusables: Mapping[str, str] = field(default_factory=dict)
    corrector: Corrector | None = None

    def corrections(self, texts: Sequence[str]) -> list[list[Correction]]:
        """Corrections of texts, each in the order of its text; of two that overlap, the harder and surer."""
        texts = [
            _LONE.sub("\ufffd", text) for text in texts
        ]  # of the same length; libraries refuse half a character
        found = [[_of_slip(slip) for slip in rules.find(text, self.confusables)] for text in texts]
        if self.model is not None:
            suspected = _said_of(self.model, self.thresholds or self.model.thresholds, texts)
            for some, more in zip(found, suspected, strict=True):
                some += more
        if self.corrector is not None:
            for number, others in enumerate(self.corrector.correct(texts)):
                found[number] += others
        return [
            _without_overlap(self._not_allowed(text, some)) for text, some in zip(texts, found, strict=True)
        ]

    def hits(self, views: Sequence[TextView]) -> Iterator[list[Hit]]:
        """The corrections of views as hits, view by view."""
        answers = self.corrections([view.text for view in views])
        for view, corrections in zip(views, answers, strict=True):
            yield [
                words_at(
                    view,
                    (each.start, each.end),
                    kind=HitKind.PARTICLE
                    if each.force is Force.HINT and each.score == _SURE
                    else HitKind.TYPO,
                    message=each.message,
                    force=each.force,
                    suggestions=(each.right,),
                )
                for each in corrections
            ]

    def _not_allowed(self, text: str, corrections: list[Correction]) -> list[Correction]:
        spans = [
            match.span(1)
            for phrase in self.allowed
            for match in re.finditer(f"(?=({re.escape(phrase)}))", text)
        ]
        return [
            each
            for each in corrections
            if not any(first <= each.start and each.end <= last for first, last in spans)
        ]


_SURE = float("inf")


_KEPT = 256  # texts
_kept: dict[tuple[ProofModel, Thresholds, str], tuple[Correction, ...]] = {}


def _said_of(model: ProofModel, thresholds: Thresholds, texts: Sequence[str]) -> list[tuple[Correction, ...]]:
    """What the statistical layer suspects in each text; those it does not remember are read together.

    The same article is read at submission and at every approval, and names recur. A model and a text never change, so
    what was said of them stays true. Reading two short texts together takes little longer than reading one.
    """
    known = {text: said for text in texts if (said := _kept.get((model, thresholds, text))) is not None}
    unknown = [text for text in dict.fromkeys(texts) if text not in known]
    read: dict[str, list[Correction]] = {text: [] for text in unknown}
    for batch in _batches(unknown):
        for number, correction in _suspected(model, thresholds, [unknown[n] for n in batch]):
            read[unknown[batch[number]]].append(correction)
    for text, found in read.items():
        known[text] = tuple(found)
        _keep((model, thresholds, text), known[text])
    return [known[text] for text in texts]


def _keep(key: tuple[ProofModel, Thresholds, str], said: tuple[Correction, ...]) -> None:
    """Remember the latest; the one that was put in first leaves. Threads may race here, which costs a reading."""
    while len(_kept) >= _KEPT:
        _kept.pop(next(iter([*_kept])), None)
    _kept[key] = said


def _suspected(
    model: ProofModel, thresholds: Thresholds, texts: Sequence[str]
) -> Iterator[tuple[int, Correction]]:
    """Suspicions of the statistical layer that reach a threshold, with the number of their text."""
    reader = reader_of(model)
    reading = read(reader, texts)
    found = suspects(reader, model.confusions, reading)
    measures = measure(reader, reading, found)
    scores = model.forest.scores(measures)
    rows = zip(
        reading.owners[found.where].tolist(),
        reading.places[found.where].tolist(),
        map(chr, found.others.tolist()),
        scores.tolist(),
        in_a_name(measures).tolist(),
        strict=True,
    )
    for owner, place, other, score, is_named in rows:
        if score >= thresholds.hint:
            is_open = is_named or idioms.are_of_one_kind(texts[owner][place], other)
            force = Force.WARN if score >= thresholds.warn and not is_open else Force.HINT
            yield owner, _suspicion(texts[owner], place, other, (force, score))
    for owner, strange in _strange(reading).items():
        for idiom in idioms.find(texts[owner], strange):
            yield owner, _suspicion(texts[owner], idiom.place, idiom.right, (Force.WARN, thresholds.warn))


def _strange(reading: Reading) -> dict[int, set[int]]:
    """By text the places that were never seen after the character before them."""
    places: dict[int, set[int]] = {}
    rows = np.flatnonzero((reading.orders == 1) & (reading.places >= 0))
    for owner, place in zip(reading.owners[rows].tolist(), reading.places[rows].tolist(), strict=True):
        places.setdefault(owner, set()).add(place)
    return places


def _of_slip(slip: rules.Slip) -> Correction:
    return Correction(slip.start, slip.end, slip.right, slip.force, _SURE, slip.message)


def _suspicion(text: str, place: int, other: str, sure: tuple[Force, float]) -> Correction:
    force, score = sure
    written = text[max(0, place - 2) : place + 3]
    message = Text(
        zh=f"“{written}”中的“{text[place]}”疑为“{other}”。",
        en=f"“{text[place]}” in “{written}” may be meant for “{other}”.",
    )
    return Correction(place, place + 1, other, force, score, message)


def _without_overlap(corrections: list[Correction]) -> list[Correction]:
    kept: list[Correction] = []
    for each in sorted(corrections, key=lambda one: (one.force.rank, -one.score, one.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda one: one.start)


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Numbers of texts, so many at a time that memory stays bounded."""
    batch: list[int] = []
    size = 0
    for number, text in enumerate(texts):
        if not text.strip():
            continue
        batch.append(number)
        size += len(text)
        if size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
