"""Authorisations that the regulation's own route gave: for an article as it is written, and for nothing else (gpnu-9, xartvu-11).

A file attached by hand (`attaching.attach`) is the other way to bring one; that one speaks of the matter, not of the text.
"""

from __future__ import annotations

from collections.abc import Iterable

from guanhao.cases import checks
from guanhao.cases.models import Case
from guanhao.contents.models import Article, Authorisation, Revision
from guanhao.contents.recording import tell
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.prepared import Prepared, given
from guanhao.ledger.types import Action

_GIVEN: Prepared[Authorisation] = Prepared(
    lambda: Authorisation.objects.filter(
        article=given("article"), revision__hash=given("hash")
    ).select_related("case")
)


def covered(article: Article, digest: str) -> frozenset[str]:
    """The content classes for which this content was authorised, by approvals that still count (AP5)."""
    return frozenset(
        key
        for one in _GIVEN.all(article=article, hash=digest)
        if checks.approval(one.case, one.case.subject_digest)
        for key in one.covers
    )


def grant(*, actor: Actor, revision: Revision, case: Case, covers: Iterable[str]) -> Authorisation:
    """Keep that the case authorised this content for these classes, with its event. The caller holds the transaction."""
    article = revision.article
    given_now = Authorisation(
        institution_id=article.institution_id,
        article=article,
        revision=revision,
        case=case,
        covers=sorted(covers),
        given_at=clock.now(),
    )
    given_now.save()
    tell(
        actor,
        Action.ARTICLE_AUTHORISED,
        article,
        {"hash": revision.hash, "case": case.pk, "covers": given_now.covers},
        clause=case.clause,
    )
    return given_now
