"""Small boosted trees: trained on rounded measures, asked all at once. Logistic loss, second-order gains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Bins = npt.NDArray[np.uint8]

_BINS = 48
_DEPTH = 4
_RATE = 0.1
_LEAST_WEIGHT = 8.0
_STEADINESS = 2.0


@dataclass(frozen=True, slots=True)
class Forest:
    """Complete trees of equal depth, breadth first. A value above the threshold goes right."""

    features: npt.NDArray[np.uint8]  # tree × inner node
    thresholds: Floats  # tree × inner node
    leaves: Floats  # tree × leaf
    start: float

    def scores(self, measures: Floats) -> Floats:
        """Log-odds for every row."""
        trees = np.arange(len(self.features))
        node = np.zeros((len(measures), len(trees)), dtype=np.int64)
        rows = np.arange(len(measures))[:, None]
        depth = self.leaves.shape[1].bit_length() - 1
        for _ in range(depth):
            right = measures[rows, self.features[trees, node]] > self.thresholds[trees, node]
            node = 2 * node + 1 + right
        leaf = node - self.features.shape[1]
        scores: Floats = (self.start + self.leaves[trees, leaf].sum(axis=1)).astype(np.float32)
        return scores


def train(measures: Floats, labels: npt.NDArray[np.bool_], *, trees: int) -> Forest:
    """Boost trees on labelled rows. The same rows in the same order give the same forest."""
    edges = _edges(measures)
    columns = [np.searchsorted(edge, measures[:, i]) for i, edge in enumerate(edges)]
    bins: Bins = np.stack(columns, axis=1).astype(np.uint8)
    share = float(np.clip(labels.mean(), 1e-6, 1 - 1e-6))
    start = float(np.log(share / (1 - share)))
    score = np.full(len(labels), start)
    grown = []
    for _ in range(trees):
        chance = 1 / (1 + np.exp(-score))
        tree, leaf_of = _grow(bins, edges, chance - labels, chance * (1 - chance))
        score += tree[2][leaf_of]
        grown.append(tree)
    features, thresholds, leaves = (np.stack(column) for column in zip(*grown, strict=True))
    return Forest(features.astype(np.uint8), thresholds.astype(np.float32), leaves.astype(np.float32), start)


def _edges(measures: Floats) -> list[Floats]:
    """Borders between bins: quantiles, each once."""
    quantiles = np.linspace(0, 1, _BINS + 1)[1:-1]
    return [np.unique(np.quantile(column, quantiles).astype(np.float32)) for column in measures.T]


def _grow(
    bins: Bins, edges: list[Floats], slope: Doubles, curve: Doubles
) -> tuple[tuple[npt.NDArray[np.int64], Doubles, Doubles], npt.NDArray[np.int64]]:
    """One tree level by level, and the leaf of every row."""
    inner = 2**_DEPTH - 1
    features = np.zeros(inner, dtype=np.int64)
    thresholds = np.full(inner, np.inf)
    node = np.zeros(len(bins), dtype=np.int64)
    for depth in range(_DEPTH):
        first, count = 2**depth - 1, 2**depth
        feature, border = _splits(bins, node - first, count, slope, curve)
        for each in range(count):
            if border[each] < len(edges[feature[each]]):
                features[first + each] = feature[each]
                thresholds[first + each] = edges[feature[each]][border[each]]
        chosen = node - first
        right = bins[np.arange(len(bins)), feature[chosen]] > border[chosen]
        node = 2 * node + 1 + right
    leaf = node - inner
    total = np.bincount(leaf, weights=slope, minlength=inner + 1)
    weight = np.bincount(leaf, weights=curve, minlength=inner + 1)
    return (features, thresholds, -_RATE * total / (weight + _STEADINESS)), leaf


def _splits(
    bins: Bins, node: npt.NDArray[np.int64], count: int, slope: Doubles, curve: Doubles
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The best feature and border of every node; a border past the last bin where nothing gains."""
    best = np.zeros(count)
    feature = np.zeros(count, dtype=np.int64)
    border = np.full(count, _BINS, dtype=np.int64)
    for column in range(bins.shape[1]):
        at = node * _BINS + bins[:, column]
        slopes = np.bincount(at, weights=slope, minlength=count * _BINS).reshape(count, _BINS).cumsum(axis=1)
        curves = np.bincount(at, weights=curve, minlength=count * _BINS).reshape(count, _BINS).cumsum(axis=1)
        gain = _gains(slopes, curves)
        choice = gain.argmax(axis=1)
        value = gain[np.arange(count), choice]
        better = value > best
        best[better], feature[better], border[better] = value[better], column, choice[better]
    return feature, border


def _gains(slopes: Doubles, curves: Doubles) -> Doubles:
    left, weight = slopes, curves
    all_slope, all_weight = slopes[:, -1:], curves[:, -1:]
    right, rest = all_slope - left, all_weight - weight
    gain = (
        left**2 / (weight + _STEADINESS)
        + right**2 / (rest + _STEADINESS)
        - all_slope**2 / (all_weight + _STEADINESS)
    )
    return np.where((weight >= _LEAST_WEIGHT) & (rest >= _LEAST_WEIGHT), gain, 0.0)
