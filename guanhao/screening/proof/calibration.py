"""Thresholds from clean text: warn only as often as a budget of touched sentences allows.

A threshold is never a constant of the code. Without a unit's own clean text it comes from the development sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from guanhao.screening.force import Force
from guanhao.screening.proof.measuring import Pair, marked_places, wrong_places
from guanhao.screening.proof.modelfile import ProofModel, Thresholds
from guanhao.screening.proof.proofreading import Proofreader

DEFAULT_BUDGET = 0.004
_EVERYTHING = Thresholds(warn=-4.0, hint=-4.0)
_HINTS_PER_WARNING = 12  # how many times the budget hints may take where no pairs tell the best point
_NOTHING = 99.0


def calibrated(
    model: ProofModel,
    clean: Sequence[str],
    *,
    budget: float = DEFAULT_BUDGET,
    pairs: Sequence[Pair] = (),
    precision: float = 0.0,
    by: str = "",
) -> ProofModel:
    """The model with thresholds: warn at the budget on clean sentences, hint at the best F on pairs.

    Args:
        model: a trained model.
        clean: sentences taken to be without error.
        budget: the share of them that a warning may touch; rules and idioms count against it.
        pairs: sentences with and without errors; without any, hints take a fixed multiple of the budget.
        precision: the share of warnings on pairs that must be right, between 0 and 1; where the budget would let more
            pass, the pairs decide.
        by: what the thresholds were set by, kept in the model.
    """
    certain = Proofreader(model=model, thresholds=Thresholds(warn=_NOTHING, hint=_NOTHING))
    used = sum(
        any(one.force.rank <= Force.WARN.rank for one in found) for found in certain.corrections(clean)
    )
    highest = _highest(model, clean)
    warn = max(_threshold(highest, budget * len(clean) - used), _precise(model, pairs, precision))
    hint = _best(model, pairs) if pairs else _threshold(highest, budget * len(clean) * _HINTS_PER_WARNING)
    return replace(model, thresholds=Thresholds(warn=warn, hint=min(hint, warn), by=by))


def at_least(model: ProofModel, base: ProofModel, clean: int, budget: float) -> ProofModel:
    """The model with thresholds no lower than another's where it saw too little clean text to know better.

    A budget of one sentence in 250 is told by 250 clean sentences at the least.
    """
    if clean * budget >= 1:
        return model
    own, other = model.thresholds, base.thresholds
    hint, warn = max(own.hint, other.hint), max(own.warn, other.warn)
    return replace(model, thresholds=Thresholds(warn=warn, hint=hint, by=f"{own.by}, {other.by}"))


def _highest(model: ProofModel, sentences: Sequence[str]) -> list[float]:
    """The highest score in every sentence that has a suspicion which may become a warning, falling."""
    found = Proofreader(model=model, thresholds=_EVERYTHING).corrections(sentences)
    scores = [[one.score for one in each if one.force is Force.WARN] for each in found]
    return sorted((max(some) for some in scores if some), reverse=True)


def _threshold(highest: Sequence[float], allowed: float) -> float:
    """Just above the first score that is not allowed any more."""
    if allowed < 0 or not highest:
        return _NOTHING if allowed < 0 else 0.0
    place = min(int(allowed), len(highest) - 1)
    return float(np.nextafter(np.float32(highest[place]), np.float32(_NOTHING)))


def _best(model: ProofModel, pairs: Sequence[Pair]) -> float:
    """The score from which detection of characters has its best F."""
    rows, wrong = _judged(model, pairs, least=Force.HINT)
    hits = np.cumsum([is_right for _, is_right in rows])
    fs = 2 * hits / (np.arange(1, len(rows) + 1) + wrong)
    best = [score for score, _ in rows][int(fs.argmax())]
    return float(best) if np.isfinite(best) else _NOTHING


def _precise(model: ProofModel, pairs: Sequence[Pair], precision: float) -> float:
    """The lowest score from which so large a share of warnings is right."""
    if not pairs or precision <= 0:
        return _EVERYTHING.warn
    rows, _ = _judged(model, pairs, least=Force.WARN)
    shares = np.cumsum([is_right for _, is_right in rows]) / np.arange(1, len(rows) + 1)
    enough = np.flatnonzero(shares >= precision)
    if not len(enough):
        return _NOTHING
    lowest = rows[int(enough[-1])][0]
    return float(lowest) if np.isfinite(lowest) else _NOTHING


def _judged(
    model: ProofModel, pairs: Sequence[Pair], *, least: Force
) -> tuple[list[tuple[float, bool]], int]:
    """Scores of what may be told at a force, falling, with whether each is right; and how many characters are wrong."""
    found = Proofreader(model=model, thresholds=_EVERYTHING).corrections([source for source, _ in pairs])
    gold = [wrong_places(pair) for pair in pairs]
    rows = [
        (one.score, marked_places(source, [one]).keys() <= right.keys())
        for (source, _), some, right in zip(pairs, found, gold, strict=True)
        for one in some
        if one.force.rank <= least.rank
    ]
    return sorted(rows, reverse=True), sum(map(len, gold))
