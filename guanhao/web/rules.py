"""What the pages of the regulation show, read from the rulebook and from what the engine registered."""

from __future__ import annotations

from dataclasses import dataclass

import guanhao.process.behaviours  # noqa: F401 - importing it registers everything the engine enforces.
from guanhao.core.text import Text
from guanhao.people.models import Institution
from guanhao.regulation.models import RulebookVersion
from guanhao.regulation.queries import in_force, of_version, versions
from guanhao.rulebook.behaviours import registered
from guanhao.rulebook.coverage import STANDINGS, ArticleCoverage, Standing, count_standings, coverage
from guanhao.rulebook.describe import describe
from guanhao.rulebook.diff import Change, diff
from guanhao.rulebook.labels import label
from guanhao.rulebook.types import AnyClause, RuleArticle, Rulebook
from guanhao.web.behaviourlinks import page_of
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, WAITING, Mark
from guanhao.web.viewer import Viewer, said

# icons: check clock archive alert-triangle
TONES = {
    Standing.ENFORCED: (DONE, "check"),
    Standing.DECLARED: (WAITING, "clock"),
    Standing.RECORD: (NEUTRAL, "archive"),
    Standing.NOT_EXPRESSIBLE: (BLOCKED, "alert-triangle"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One clause as the pages show it."""

    clause: str
    kind: str
    sentence: Text
    mark: Mark
    page: str  # where the behaviour can be seen; empty where there is none
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """An article with its lines."""

    article: RuleArticle
    mark: Mark
    lines: tuple[Line, ...]


def mark(standing: Standing) -> Mark:
    """How far a clause is carried out, as a mark."""
    tone, icon = TONES[standing]
    return Mark(said(STANDINGS[standing]), tone, icon)


def covered(rulebook: Rulebook) -> list[Covered]:
    """Every article with how far each clause is carried out."""
    return [_covered(one, rulebook) for one in coverage(rulebook, registered())]


def filtered(articles: list[Covered], standing: str) -> list[Covered]:
    """The articles with lines of one standing, only those lines; all where the standing is unknown."""
    if standing not in set(Standing):
        return articles
    wanted = mark(Standing(standing))
    kept = (
        Covered(one.article, one.mark, tuple(line for line in one.lines if line.mark == wanted))
        for one in articles
    )
    return [one for one in kept if one.lines]


def counts(rulebook: Rulebook) -> list[tuple[Standing, Mark, int]]:
    """How many clauses stand how, for the bar above the coverage."""
    counted = count_standings(coverage(rulebook, registered()))
    return [(standing, mark(standing), counted.get(standing, 0)) for standing in Standing]


def lines(article: RuleArticle, rulebook: Rulebook) -> tuple[Line, ...]:
    """One article's clauses; those of an article that is no longer in force are only kept."""
    for one in covered(rulebook):
        if one.article == article:
            return one.lines
    return tuple(_line(clause, rulebook, Standing.RECORD, None) for clause in article.clauses())


def find_article(viewer: Viewer, article_id: str) -> RuleArticle | None:
    """The article in force, or as an older version knew it; nothing where no version does."""
    for book in (viewer.rulebook, *(of_version(version) for version in versions(viewer.institution))):
        for article in book.articles:
            if article.id == article_id:
                return article
    return None


def in_force_version(viewer: Viewer) -> RulebookVersion:
    """The version in force today."""
    return in_force(viewer.institution).version


def changes(institution: Institution, version: RulebookVersion) -> tuple[Change, ...]:
    """What a version changed against the one adopted before it; nothing for the first."""
    before = versions(institution).filter(adopted_at__lt=version.adopted_at).order_by("-adopted_at").first()
    return diff(of_version(before), of_version(version)) if before else ()


def _covered(one: ArticleCoverage, rulebook: Rulebook) -> Covered:
    shown = []
    for line in one.lines:
        clause = next((clause for clause in one.article.clauses() if clause.id == line.clause), None)
        if clause is not None:
            shown.append(_line(clause, rulebook, line.standing, line.reason))
        else:
            shown.append(Line(line.clause, "", line.reason or Text(zh=""), mark(line.standing), ""))
    return Covered(one.article, mark(one.standing), tuple(shown))


def _line(clause: AnyClause, rulebook: Rulebook, standing: Standing, reason: Text | None) -> Line:
    return Line(
        clause.id,
        said(label(clause.kind)),
        describe(clause, rulebook),
        mark(standing),
        page_of(clause) if standing is Standing.ENFORCED else "",
        reason,
    )
