"""The seam of text screening: one text and what to look for in, hits out. Later classes of hits join here."""

from __future__ import annotations

from dataclasses import dataclass

from guanhao.screening import personal, secrecy
from guanhao.screening.hits import Hit
from guanhao.screening.text import TextView

# What can be told by form. Kinds a rulebook may name beyond these (postal addresses) need a person's eyes.
PERSONAL_KINDS = frozenset(kind.value for kind in personal.KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What is looked for. ``personal`` are kinds of personal data by the rulebook's words."""

    personal: frozenset[str] = frozenset()
    secrecy: bool = False


def screen(view: TextView, wanted: Screening) -> list[Hit]:
    """The hits in one text, in the order they stand in it."""
    hits = [*personal.find(view, wanted.personal)]
    if wanted.secrecy:
        hits += secrecy.find(view)
    return sorted(hits, key=lambda hit: (hit.start, hit.kind))
