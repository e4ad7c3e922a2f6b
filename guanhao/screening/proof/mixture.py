"""Two models read together: the delivered one and what the institution's own archive says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from guanhao.screening.proof.alphabet import Codes16
from guanhao.screening.proof.language import Floats, LanguageModel, read_with


class Reader(Protocol):
    """What the rest asks of a language model. Logarithms are natural."""

    @property
    def unigrams(self) -> Floats:
        """Logarithms of the shares of single characters, by code."""
        ...

    def chances(self, contexts: Sequence[Codes16]) -> tuple[Floats, npt.NDArray[np.int8]]:
        """Log-probabilities of the last of four columns, and the order that was seen."""
        ...

    def is_seen(self, *columns: Codes16) -> npt.NDArray[np.bool_]:
        """Whether runs of two to four characters were seen."""
        ...

    def is_common(self, first: Codes16, second: Codes16) -> npt.NDArray[np.bool_]:
        """Whether the second character was seen after the first, and not seldom."""
        ...

    def frequency(self, columns: Sequence[Codes16]) -> Floats:
        """The logarithm of the share of a run of one to four characters."""
        ...

    def read(self, codes: Codes16) -> tuple[Floats, npt.NDArray[np.int8]]:
        """Log-probability and order of every code."""
        ...


@dataclass(frozen=True, slots=True)
class Mixture:
    """``share`` is the weight of the second model, between 0 and 1."""

    first: LanguageModel
    second: LanguageModel
    share: float

    @property
    def unigrams(self) -> Floats:
        """The mixed shares of single characters."""
        return self._mix(self.first.unigrams, self.second.unigrams)

    def chances(self, contexts: Sequence[Codes16]) -> tuple[Floats, npt.NDArray[np.int8]]:
        """Mixed chances; the longer of the orders seen."""
        one, one_order = self.first.chances(contexts)
        other, other_order = self.second.chances(contexts)
        return self._mix(one, other), np.maximum(one_order, other_order)

    def is_seen(self, *columns: Codes16) -> npt.NDArray[np.bool_]:
        """Seen by either."""
        return self.first.is_seen(*columns) | self.second.is_seen(*columns)

    def is_common(self, first: Codes16, second: Codes16) -> npt.NDArray[np.bool_]:
        """Common in either."""
        return self.first.is_common(first, second) | self.second.is_common(first, second)

    def frequency(self, columns: Sequence[Codes16]) -> Floats:
        """Mixed frequencies."""
        return self._mix(self.first.frequency(columns), self.second.frequency(columns))

    def read(self, codes: Codes16) -> tuple[Floats, npt.NDArray[np.int8]]:
        """As a model reads."""
        return read_with(self, codes)

    def _mix(self, one: Floats, other: Floats) -> Floats:
        mixed: Floats = np.logaddexp(one + np.log1p(-self.share), other + np.log(self.share)).astype(
            np.float32
        )
        return mixed
