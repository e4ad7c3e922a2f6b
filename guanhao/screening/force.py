"""How hard a finding binds. The words are the rulebook's, with *error* for what is certain but stops nobody."""

from __future__ import annotations

from enum import StrEnum


class Force(StrEnum):
    """From hardest to softest; the order of the members is the order of force."""

    BLOCK = "block"
    ERROR = "error"
    WARN = "warn"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for the hardest."""
        return _ORDER[self]


_ORDER = {force: rank for rank, force in enumerate(Force)}
