"""Errors a reviewer confirms before publication. Where the rulebook counts them, the event it counts is written (ruian-20).

A candidate is a finding about words or figures; what the reviewer marks by hand counts as well. Whose errors count is
the clause's word: a section's item does, an individual's is sent back without a warning.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from guanhao.cases.models import Decision, Step
from guanhao.contents import guards, matters
from guanhao.contents.facts import facts_of
from guanhao.contents.models import Article, ErrorMark, Finding, Revision
from guanhao.contents.recording import locked, tell
from guanhao.contents.types import ArticleState, FindingState
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, WrongState, require
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.rulebook.clauses import Tally
from guanhao.rulebook.selection import tallies_of
from guanhao.rulebook.vocabulary import Happening
from guanhao.screening.hits import HitClass

# Slips of writing. Listed terms, personal data and secrets are matters of permission, not errors of spelling.
CANDIDATES = frozenset(
    each.value
    for each in (HitClass.TYPOS, HitClass.WORDING, HitClass.NAMES, HitClass.FIGURES, HitClass.LINKS)
)
BEFORE_PUBLICATION = frozenset({ArticleState.IN_REVIEW, ArticleState.RETURNED, ArticleState.APPROVED})
MOST_QUOTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """What a reviewer says of an error: its words, why it is one, how grave; ``finding`` where a check found it."""

    quote: str
    note: str = ""
    severity: str = ""
    hit_class: str = ""
    finding: Finding | None = None


@transaction.atomic
def mark_error(*, actor: Actor, person: Person, revision: Revision, error: Error) -> ErrorMark:
    """Confirm an error in a revision under review.

    Raises:
        Refused: not a reviewer of the article, nothing quoted, or an unknown severity.
        WrongState: published already, or confirmed already: the same words of the same article are one error, though they
            stand in two revisions, are told by two checks, or are marked by two reviewers.
    """
    article = locked(revision.article)
    require(may_judge(person, article))
    require(_makes_sense(article, error))
    if _is_counted(article, error):
        raise WrongState(Denied(Text(zh="这一项已经认定。", en="This has been confirmed already.")))
    clause = counting_clause(article)
    mark = ErrorMark(
        institution_id=article.institution_id,
        revision=revision,
        finding=error.finding,
        hit_class=error.hit_class,
        severity=error.severity,
        quote=error.quote.strip()[:MOST_QUOTED],
        note=error.note.strip()[:500],
        counts=clause is not None,
        person=person,
        at=clock.now(),
    )
    mark.save()
    tell(
        actor,
        Action.ERROR_FOUND if clause else Action.ARTICLE_ERROR_NOTED,
        article,
        _facts(mark, article),
        detail={"quote": mark.quote, "note": mark.note},
        clause=clause.id if clause else "",
    )
    return mark


@transaction.atomic
def withdraw_error(*, actor: Actor, person: Person, mark: ErrorMark) -> ErrorMark:
    """Take a confirmed error back; what counted it counts one less.

    Raises:
        Refused: neither whoever confirmed it nor a reviewer of the article.
        WrongState: taken back already.
    """
    article = locked(mark.revision.article)
    if person.pk != mark.person_id:
        require(may_judge(person, article))
    if ErrorMark.objects.filter(pk=mark.pk, withdrawn_at__isnull=True).update(withdrawn_at=clock.now()) != 1:
        raise WrongState(Denied(Text(zh="已经撤销过。", en="It was taken back already.")))
    tell(actor, Action.ERROR_WITHDRAWN, article, _facts(mark, article))
    mark.refresh_from_db()
    return mark


def confirm_finding(
    *, actor: Actor, person: Person, finding: Finding, severity: str = "", note: str = ""
) -> ErrorMark:
    """Confirm that what a check found is an error.

    Raises:
        Refused, WrongState: as `mark_error`; also for a finding that is no candidate or was settled as none.
    """
    if finding.place.get("class") not in CANDIDATES or finding.state != FindingState.OPEN:
        raise Refused(Denied(Text(zh="这一项不是待认定的差错。", en="This is no candidate for an error.")))
    error = Error(
        quote=str(finding.place.get("excerpt") or finding.message_zh),
        note=note or finding.message_zh,
        severity=severity,
        hit_class=str(finding.place["class"]),
        finding=finding,
    )
    return mark_error(actor=actor, person=person, revision=finding.revision, error=error)


def may_judge(person: Person, article: Article) -> Verdict:
    """Whether the person reviews the article: it waits for them or they decided on it, it is not out, hands are clean."""
    if article.state not in BEFORE_PUBLICATION or article.case is None:
        return Denied(
            Text(
                zh="只能在发布前的审核中认定差错。", en="Errors are confirmed in review, before publication."
            )
        )
    waits = Step.objects.waiting_for(person).filter(case=article.case).exists()
    if not waits and not Decision.objects.filter(step__case=article.case, person=person).exists():
        return Denied(
            Text(zh="只有审核这篇稿件的人可以认定。", en="Only those who review the article say so.")
        )
    return guards.clean_hands(person, article)


def counting_clause(article: Article) -> Tally | None:
    """The clause of the rulebook that counts errors in an article of this owner; nothing where none does."""
    rulebook = matters.rulebook_of(article)
    facts = facts_of(article, rulebook, matters.classes_of(article))
    return next(iter(tallies_of(rulebook, Happening.ERROR_FOUND, facts)), None)


def _is_counted(article: Article, error: Error) -> bool:
    """Whether the finding, or an error with the same words in the same article, is confirmed already."""
    standing = ErrorMark.objects.filter(revision__article=article, withdrawn_at__isnull=True)
    same = Q(quote=error.quote.strip()[:MOST_QUOTED])
    return standing.filter(same | Q(finding=error.finding) if error.finding else same).exists()


def _makes_sense(article: Article, error: Error) -> Verdict:
    if not error.quote.strip():
        return Denied(Text(zh="请写明错在哪里。", en="Say where the error is."))
    known = matters.rulebook_of(article).severities
    if error.severity and error.severity not in known:
        return Denied(Text(zh="制度中没有这个程度。", en="The rulebook knows no such severity."))
    return ALLOWED


def _facts(mark: ErrorMark, article: Article) -> dict[str, object]:
    return {
        "error": mark.pk,
        "hash": mark.revision.hash,
        "unit": article.owner_unit_id,
        "contributor_kind": article.contributor_kind,
        "class": mark.hit_class,
        "severity": mark.severity,
        "by_machine": mark.finding_id is not None,
    }
