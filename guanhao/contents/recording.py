"""What every change of an article needs: the locked row, the move of its state, its one event, who had a hand in it."""

from __future__ import annotations

from typing import Any

from guanhao.cases.types import BarredWhy
from guanhao.contents.models import Article, ArticleHand
from guanhao.contents.types import ArticleState
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.prepared import Prepared, given
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person

SUBJECT = "article"

_LOCKED: Prepared[Article] = Prepared(
    lambda: (
        Article.objects.select_for_update(of=("self",))
        .filter(pk=given("article"))
        .select_related(
            "account__owner_unit", "owner_unit", "contributor", "institution", "case__rulebook", "current"
        )
        .defer("case__rulebook__content", "case__rulebook__source")
    )
)


def subject_of(article: Article) -> Subject:
    """The article as the ledger and the cases name it."""
    return Subject(SUBJECT, str(article.pk), article.title)


def locked(article: Article | int) -> Article:
    """The article as it is now, locked until the transaction ends."""
    return _LOCKED.one(article=article)


def move(article: Article, state: ArticleState, *also: str) -> None:
    """Put the article into a state and save it with the other fields named."""
    article.state = state
    article.changed_at = clock.now()
    article.save(update_fields=["state", "changed_at", *also])


def tell(
    actor: Actor,
    action: Action,
    article: Article,
    facts: dict[str, Any],
    *,
    detail: dict[str, Any] | None = None,
    clause: str = "",
) -> None:
    """Record the one event of a change; every event says in which state the article is now."""
    record(
        institution=article.institution,
        actor=actor,
        action=action,
        subject=subject_of(article),
        facts={"state": article.state, **facts},
        detail=detail,
        clause=clause,
    )


def remember(article: Article, person: Person, why: str) -> bool:
    """Note that the person had a hand in it; answers whether that is news."""
    _, new = ArticleHand.objects.get_or_create(
        institution_id=article.institution_id,
        article=article,
        person=person,
        why=BarredWhy(why),
        defaults={"at": clock.now()},
    )
    return new
