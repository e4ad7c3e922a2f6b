"""An inclusion proof as a small tree: from the entry's leaf up to the root that a checkpoint signs (RFC 9162 §2.1.3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from guanhao.ledger import merkle
from guanhao.ledger.proofs import Proof


@dataclass(frozen=True, slots=True)
class Level:
    """One step up: the hash reached so far, the neighbour it is joined with, and on which side that stands."""

    reached: str
    neighbour: str
    left: bool
    result: str


@dataclass(frozen=True, slots=True)
class Knot:
    """A box of the drawing."""

    x: int
    y: int
    label: str
    kind: str  # leaf, reached, neighbour, root


WIDTH, HEIGHT, STEP = 420, 26, 46
MIDDLE, ASIDE, BOX = 150, 290, 120


def levels(proof: Proof) -> list[Level]:
    """The steps from leaf to root, in order."""
    found, reached, index, last = [], proof.leaf, proof.index, proof.size - 1
    for neighbour in proof.path:
        left = bool(index & 1) or index == last
        result = merkle.node_hash(neighbour, reached) if left else merkle.node_hash(reached, neighbour)
        found.append(Level(reached.hex(), neighbour.hex(), left, result.hex()))
        while left and index and not index & 1:
            index, last = index >> 1, last >> 1
        index, last, reached = index >> 1, last >> 1, result
    return found


def drawing(proof: Proof) -> dict[str, object]:
    """Boxes and lines of the tree, the root on top; what a template needs to draw it without any style of its own."""
    steps = levels(proof)
    bottom = len(steps) * STEP
    knots = [Knot(MIDDLE, bottom, proof.leaf.hex()[:12], "leaf")]
    lines = []
    for height, level in enumerate(steps):
        y = bottom - height * STEP
        above = y - STEP
        aside = MIDDLE - BOX - 10 if level.left else MIDDLE + BOX + 10
        knots.append(Knot(aside, y, level.neighbour[:12], "neighbour"))
        knots.append(Knot(MIDDLE, above, level.result[:12], "root" if above == 0 else "reached"))
        lines += [
            (MIDDLE + BOX // 2, y, MIDDLE + BOX // 2, above + HEIGHT),
            (aside + BOX // 2, y, MIDDLE + BOX // 2, above + HEIGHT),
        ]
    return {
        "knots": knots,
        "lines": lines,
        "width": WIDTH,
        "height": bottom + HEIGHT + 2,
        "box": BOX,
        "tall": HEIGHT,
    }
