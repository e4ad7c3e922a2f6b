"""One pass over a text: folded characters, each with its place in the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from guanhao.screening.folding import PASSED_OVER, SEVERAL, Codes, Fold, Table, table

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Normalised:
    """``text[i]`` stands for the original's character ``places[i]``. Several may stand for one (⑩), none for some."""

    text: str
    places: Places

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that a non-empty span of the folded text came from."""
        return int(self.places[start]), int(self.places[end - 1]) + 1


def codes_of(text: str) -> Codes:
    """The code points of a text; lone surrogates are kept as they are."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def normalise(text: str, switches: Fold) -> Normalised:
    """Fold a text. Line ends stay, so that nothing found ever crosses a block's border."""
    folding = table(switches)
    codes = codes_of(text)
    folded = folding.fold(codes)
    if (folded == SEVERAL).any():
        folded, places = _expanded(codes, folded, folding)
    else:
        kept = folded != PASSED_OVER
        folded, places = folded[kept], cast("Places", np.flatnonzero(kept))
    if Fold.REPEATS in switches:
        once = _first_of_run(folded)
        folded, places = folded[once], places[once]
    return Normalised(folded.tobytes().decode("utf-32-le", "replace"), places)


def _expanded(codes: Codes, folded: Codes, folding: Table) -> tuple[Codes, Places]:
    """Lay out runs: count each character's room, spread places over it, then fill in what stands there."""
    many = np.flatnonzero(folded == SEVERAL)
    room = np.where(folded == PASSED_OVER, 0, 1)
    runs = [folding.runs[code] for code in codes[many].tolist()]
    room[many] = [len(run) for run in runs]
    places = np.repeat(np.arange(len(codes)), room)
    laid = folded[places]
    laid[laid == SEVERAL] = [code for run in runs for code in run]
    return laid, cast("Places", places)


def _first_of_run(folded: Codes) -> npt.NDArray[np.bool_]:
    """Digits may repeat in earnest (110, 2000); everything else counts once."""
    once = np.ones(len(folded), dtype=np.bool_)
    digit = (folded >= ord("0")) & (folded <= ord("9"))
    once[1:] = (folded[1:] != folded[:-1]) | digit[1:]
    return once
