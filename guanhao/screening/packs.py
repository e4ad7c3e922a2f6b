"""Lists to begin with, written for the purpose: absolutes the advertising law forbids, and classics of spam, fraud and abuse.

They hold for nobody by themselves. An institution takes one into its own lists, where it is changed and removed like any other;
the command line reads one by name. Politics is in none of them. Nothing in them blocks: an ordinary text may say such words,
and does, above all when it warns of them. So each term is innocent right behind a word of warning.
"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from guanhao.core.text import Text
from guanhao.screening.termfiles import parse_terms
from guanhao.screening.terms import Term

WARNINGS = (
    "警惕",
    "防范",
    "谨防",
    "严防",
    "远离",
    "抵制",
    "拒绝",
    "打击",
    "识别",
    "揭秘",
    "反",
    "禁止",
    "严禁",
    "不",
)


class Pack(StrEnum):
    """A list that comes with the product."""

    ADVERTISING = "advertising"
    SPAM = "spam"
    FRAUD = "fraud"
    ABUSE = "abuse"

    @property
    def label(self) -> Text:
        """What the list is called."""
        return _TITLES[self]

    @property
    def file_name(self) -> str:
        """The file's name, as an import is named after it."""
        return f"{self.value}.csv"

    def data(self) -> bytes:
        """The list as a file that can be imported, warnings among the innocent phrases."""
        sheet = io.StringIO()
        writer = csv.writer(sheet, lineterminator="\n")
        writer.writerow(("词语", "力度", "例外", "备注"))
        writer.writerows(
            (term.text, term.force.value, "|".join(term.allow), term.note) for term in self.terms("")
        )
        return sheet.getvalue().encode()

    def terms(self, family: str) -> tuple[Term, ...]:
        """Its terms in a family, innocent where they are warned of."""
        return warned_of(_terms(self, family))


def warned_of(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """The terms, each innocent right behind a word that warns of it."""
    return tuple(
        replace(term, allow=(*term.allow, *(f"{word}{term.text}" for word in WARNINGS))) for term in terms
    )


@lru_cache(maxsize=16)
def _terms(pack: Pack, family: str) -> tuple[Term, ...]:
    written = (files("guanhao.screening") / "data" / "packs" / pack.file_name).read_bytes()
    return parse_terms(pack.file_name, written, family=family).terms


_TITLES = {
    Pack.ADVERTISING: Text("广告法绝对化用语", "Absolutes the advertising law forbids"),
    Pack.SPAM: Text("垃圾信息常见用语", "Classics of spam"),
    Pack.FRAUD: Text("诈骗常见话术", "Classics of fraud"),
    Pack.ABUSE: Text("辱骂用语", "Abuse"),
}
