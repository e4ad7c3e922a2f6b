"""What the command prints: each report for people in one language, and as data for programs in both."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from guanhao.core.text import Text
from guanhao.rulebook.book import RuleArticle, Rulebook
from guanhao.rulebook.coverage import STANDINGS, ArticleCoverage, count_standings
from guanhao.rulebook.describe import describe
from guanhao.rulebook.diff import Change
from guanhao.rulebook.problems import Problem

Covered = Mapping[str, tuple[ArticleCoverage, ...]]


def as_json(data: object) -> str:
    """Indented JSON with Chinese left readable."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def problems(reported: Mapping[str, tuple[Problem, ...]], language: str) -> str:
    """One line per problem, one per faultless file."""
    lines: list[str] = []
    for file, found in reported.items():
        lines.extend(problem.in_language(language) for problem in found)
        if not found:
            lines.append(Text(zh=f"{file}：没有问题。", en=f"{file}: no problems.").in_language(language))
    return _lines(lines)


def problems_data(reported: Mapping[str, tuple[Problem, ...]]) -> list[dict[str, Any]]:
    """Every problem with its place."""
    return [
        {
            "file": problem.file,
            "line": problem.line,
            "article": problem.article,
            "message": _both(problem.message),
            "mend": _both(problem.mend),
        }
        for found in reported.values()
        for problem in found
    ]


def articles(rulebook: Rulebook, shown: Iterable[RuleArticle], language: str) -> str:
    """Each article's citation and our words, its clauses as sentences under it."""
    title = rulebook.document.title.in_language(language)
    lines = [f"{rulebook.institution.name} · {title} · {rulebook.version} · {rulebook.effective}"]
    for article in shown:
        cited = article.citation.in_language(language)
        lines.append(f"\n{cited}  {article.says.in_language(language)}")
        lines.extend(
            f"  {clause.id}  {describe(clause, rulebook).in_language(language)}"
            for clause in article.clauses()
        )
        lines.extend(f"  ✗ {what.in_language(language)}" for what in article.not_expressible)
    return _lines(lines)


def articles_data(rulebook: Rulebook, shown: Iterable[RuleArticle]) -> dict[str, Any]:
    """The same, with the digest of the version."""
    return {
        "rulebook": rulebook.key,
        "version": rulebook.version,
        "digest": rulebook.digest,
        "articles": [
            {
                "id": article.id,
                "citation": _both(article.citation),
                "says": _both(article.says),
                "clauses": [
                    {"id": clause.id, "kind": clause.kind, "sentence": _both(describe(clause, rulebook))}
                    for clause in article.clauses()
                ],
                "not_expressible": [_both(what) for what in article.not_expressible],
            }
            for article in shown
        ],
    }


def coverage(covered: Covered, language: str) -> str:
    """One line per clause with its standing, and the totals of each rulebook."""
    lines = []
    for key, reached in covered.items():
        for article in reached:
            for line in article.lines:
                standing = STANDINGS[line.standing].in_language(language)
                reason = f" {line.reason.in_language(language)}" if line.reason else ""
                lines.append(f"{line.clause}  {standing}{reason}")
        totals = count_standings(reached)
        counted = " · ".join(
            f"{text.in_language(language)} {totals[standing]}" for standing, text in STANDINGS.items()
        )
        lines.append(f"{key}: {counted}\n")
    return _lines(lines)


def coverage_data(covered: Covered) -> dict[str, Any]:
    """The same by rulebook and article."""
    return {
        key: {
            article.article.id: [
                {
                    "clause": line.clause,
                    "behaviour": line.behaviour,
                    "standing": line.standing,
                    "reason": _both(line.reason) if line.reason else None,
                }
                for line in article.lines
            ]
            for article in reached
        }
        for key, reached in covered.items()
    }


def changes(found: Iterable[Change], language: str) -> str:
    """One sentence per change."""
    lines = [change.sentence.in_language(language) for change in found]
    return _lines(lines or [Text(zh="含义相同。", en="No difference in meaning.").in_language(language)])


def changes_data(found: Iterable[Change]) -> list[dict[str, Any]]:
    """Every change with its leaning."""
    return [
        {
            "clause": change.clause,
            "field": change.field,
            "before": change.before,
            "after": change.after,
            "leaning": change.leaning,
        }
        for change in found
    ]


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
