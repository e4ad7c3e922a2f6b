"""A line of `guanhao check`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from guanhao.core.text import Text


class Standing(StrEnum):
    """How a line stands. A warning does not change the exit code."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: its name for machines, what was found, and the mend where it is not good."""

    name: str
    standing: Standing
    found: Text
    mend: Text | None = None


def good(name: str, zh: str, en: str) -> Line:
    """A line that is as it should be."""
    return Line(name, Standing.GOOD, Text(zh=zh, en=en))


def wrong(name: str, found: Text, mend: Text) -> Line:
    """A line that must be mended."""
    return Line(name, Standing.WRONG, found, mend)


def warning(name: str, found: Text, mend: Text) -> Line:
    """A line that is worth a look and may be meant."""
    return Line(name, Standing.WARNING, found, mend)
