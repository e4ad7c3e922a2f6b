"""Training, the same bits from the same text: a language model, and a filter taught on mistakes in other text.

The filter has to meet text its model has not read, of another kind: national law for the model, local law for the
mistakes. And because a law reads much like another, the models it is taught with have read little of it: what people
write elsewhere is then no stranger than what the filter has met. The model that is delivered reads all of it. With an archive the same is done again: most of it for a
second model, some for mistakes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from guanhao.core.text import Text
from guanhao.screening.proof import confusions as confusing
from guanhao.screening.proof import language, trees
from guanhao.screening.proof.alphabet import encode
from guanhao.screening.proof.confusions import Confusions
from guanhao.screening.proof.features import measure
from guanhao.screening.proof.language import Floats, LanguageModel
from guanhao.screening.proof.lexicon import lexicon
from guanhao.screening.proof.mistakes import Mistaken, spoil
from guanhao.screening.proof.mixture import Mixture, Reader
from guanhao.screening.proof.modelfile import ProofModel, Thresholds
from guanhao.screening.proof.suspects import read, suspects

DISCOUNTS = {2: (0.8, 1.3, 1.8), 3: (0.9, 1.5, 2.0), 4: (0.95, 1.6, 2.2)}
_SEED = 20261120
_LEAST_SEEN = 4  # how often a character must have been seen to be suggested
_TEXT_LINES = 30
_TEXTS = 2_000
_FEWEST_TEXTS = 300  # of an archive; from less the delivered filter is the better one
_TREES = 180
_BATCH = 50
_UNSET = Thresholds(warn=99.0, hint=99.0)
_SHARES = (0.3, 0.5, 0.7)
_THIN = ((8, 2_000), (40, 1_000))  # one stretch in so many, of so many lines
_LEARN, _SPOIL = 0.85, 0.12  # shares of an archive; the rest is left to `calibrate`

Report = Callable[[Text], None]


def train(lines: Sequence[str], *, foreign_from: int, report: Report) -> ProofModel:
    """A model of a text whose lines from ``foreign_from`` on are of another kind than those before.

    Thresholds are not set: `calibration.calibrated` does, from clean text.
    """
    words = lexicon()
    report(Text(zh=f"词典：{len(words)} 个编码", en=f"lexicon: {len(words)} codes"))
    everything = np.concatenate([encode("\n".join(lines))[0], words])
    counts = np.bincount(everything, minlength=1 << 16)
    alike = confusing.build(counts, least=_LEAST_SEEN)
    whole = language.train(everything, discounts=DISCOUNTS)
    read = len(everything)
    report(Text(zh=f"语言模型：读入 {read} 个编码", en=f"language model of {read} codes"))
    thin = [
        language.train(np.concatenate([encode("\n".join(known))[0], words]), discounts=DISCOUNTS)
        for known in (_thinned(lines[:foreign_from], *how) for how in _THIN)
    ]
    forest = _filter(thin, alike, lines[foreign_from:], report)
    return ProofModel(language=whole, confusions=alike, forest=forest, thresholds=_UNSET)


def with_archive(model: ProofModel, lines: Sequence[str], *, report: Report) -> ProofModel:
    """The delivered model and a second one of the institution's archive, with a filter taught on the archive.

    The last part of the archive is left out of the filter, so that thresholds can be set by it.
    """
    learn, spoilt = int(len(lines) * _LEARN), int(len(lines) * (_LEARN + _SPOIL))
    part = language.train(encode("\n".join(lines[:learn]))[0], discounts=DISCOUNTS)
    share = _best_share(model.language, part, lines[learn:spoilt])
    report(Text(zh=f"本单位文本所占权重：{share}", en=f"share of the archive: {share}"))
    forest = model.forest
    if spoilt - learn >= _TEXT_LINES * _FEWEST_TEXTS:
        mixture = Mixture(model.language, part, share)
        forest = _filter([mixture], model.confusions, lines[learn:spoilt], report)
    whole = language.train(encode("\n".join(lines[:spoilt]))[0], discounts=DISCOUNTS)
    return replace(model, archive=whole, share=share, forest=forest, thresholds=_UNSET)


def left_for_calibration(lines: Sequence[str]) -> Sequence[str]:
    """The part of an archive that `with_archive` has not read."""
    return lines[int(len(lines) * (_LEARN + _SPOIL)) :]


def reader_of(model: ProofModel) -> Reader:
    """What reads texts for a model: its language model, with the archive's where there is one."""
    if model.archive is None:
        return model.language
    return Mixture(model.language, model.archive, model.share)


def _best_share(first: LanguageModel, second: LanguageModel, lines: Sequence[str]) -> float:
    codes, _ = encode("\n".join(lines[: _TEXT_LINES * _BATCH]))
    return max(_SHARES, key=lambda share: float(Mixture(first, second, share).read(codes)[0].mean()))


def _thinned(lines: Sequence[str], one_in: int, stretch: int) -> list[str]:
    """Every so manyth stretch of lines."""
    return [line for number, line in enumerate(lines) if number // stretch % one_in == 0]


def _filter(
    models: Sequence[Reader], alike: Confusions, lines: Sequence[str], report: Report
) -> trees.Forest:
    """Teach the filter on lines with mistakes made on purpose, taken evenly from all of them, as each model sees them."""
    chance = np.random.default_rng(_SEED)
    step = max(_TEXT_LINES, len(lines) // _TEXTS)
    begins = range(0, max(1, len(lines) - _TEXT_LINES), step)
    batches = []
    for model in models:
        texts = [spoil(lines[at : at + _TEXT_LINES], alike, model.unigrams, chance) for at in begins]
        batches += [_labelled(model, alike, texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
    measures = np.concatenate([measured for measured, _ in batches])
    labels = np.concatenate([label for _, label in batches])
    read_texts, found, right = len(begins), len(labels), int(labels.sum())
    report(
        Text(
            zh=f"筛选：{read_texts} 段文本，{found} 处疑点，其中 {right} 处确实有错",
            en=f"filter: {read_texts} texts, {found} suspicions of which {right} right",
        )
    )
    return trees.train(measures, labels, trees=_TREES)


def _labelled(
    model: Reader, alike: Confusions, texts: Sequence[Mistaken]
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Measures of all suspicions of some texts, and whether each names what was right."""
    reading = read(model, [text.text for text in texts])
    found = suspects(model, alike, reading)
    owners, places = reading.owners[found.where], reading.places[found.where]
    labels = [
        texts[owner].right.get(place) == chr(other)
        for owner, place, other in zip(owners.tolist(), places.tolist(), found.others.tolist(), strict=True)
    ]
    return measure(model, reading, found), np.array(labels, dtype=np.bool_)
