"""条文落实: which clauses the engine enforces, computed from what it registered, article by article.

No list here or elsewhere says so by hand: a clause is enforced when, and only when, its behaviour is registered.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from guanhao.core.text import Text
from guanhao.rulebook.book import RuleArticle, Rulebook
from guanhao.rulebook.clauses import AnyClause, Record


class Standing(StrEnum):
    """How far a clause is carried out."""

    ENFORCED = "enforced"
    DECLARED = "declared"
    RECORD = "record"
    NOT_EXPRESSIBLE = "not_expressible"


STANDINGS = {
    Standing.ENFORCED: Text(zh="已落实", en="enforced"),
    Standing.DECLARED: Text(zh="已写明，尚未落实", en="declared, not yet enforced"),
    Standing.RECORD: Text(zh="仅需存档", en="record only"),
    Standing.NOT_EXPRESSIBLE: Text(zh="无法表达", en="not expressible"),
}


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One clause, or one thing the grammar cannot say; ``reason`` for records and the inexpressible."""

    clause: str
    behaviour: str
    standing: Standing
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class ArticleCoverage:
    """An article and how far each of its clauses is carried out."""

    article: RuleArticle
    lines: tuple[CoverageLine, ...]

    @property
    def standing(self) -> Standing:
        """Of the whole article: declared while any clause is, enforced when all that need behaviour have it."""
        standings = {line.standing for line in self.lines}
        order = (Standing.DECLARED, Standing.ENFORCED, Standing.NOT_EXPRESSIBLE, Standing.RECORD)
        return next(standing for standing in order if standing in standings)


def coverage(rulebook: Rulebook, behaviours: Iterable[str]) -> tuple[ArticleCoverage, ...]:
    """The coverage of every article, given the registered behaviours (``check:lead_time`` …)."""
    known = frozenset(behaviours)
    return tuple(ArticleCoverage(article, _lines(article, known)) for article in rulebook.articles)


def count_standings(covered: Iterable[ArticleCoverage]) -> Counter[Standing]:
    """How many clauses stand how."""
    return Counter(line.standing for article in covered for line in article.lines)


def _lines(article: RuleArticle, behaviours: frozenset[str]) -> tuple[CoverageLine, ...]:
    clauses = [_line(clause, behaviours) for clause in article.clauses()]
    beyond = [
        CoverageLine(article.id, "", Standing.NOT_EXPRESSIBLE, what) for what in article.not_expressible
    ]
    return (*clauses, *beyond)


def _line(clause: AnyClause, behaviours: frozenset[str]) -> CoverageLine:
    if isinstance(clause, Record):
        return CoverageLine(clause.id, "", Standing.RECORD, clause.reason)
    standing = Standing.ENFORCED if clause.behaviour in behaviours else Standing.DECLARED
    return CoverageLine(clause.id, clause.behaviour, standing)
