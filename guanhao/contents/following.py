"""Corrections and re-publications (更正、重发): a new article that starts from what was published, and says so both ways.

It is reviewed and approved anew like any other; nothing of the first one's approval carries over. A correction of what
the platform lets nobody edit by API is a push of its own.
"""

from __future__ import annotations

from django.db import transaction

from guanhao.contents import guards
from guanhao.contents.drafting import Details, create_article
from guanhao.contents.models import Article
from guanhao.contents.recording import remember, tell
from guanhao.contents.types import ArticleState, ContributorKind, Following
from guanhao.core.actors import Actor
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, Verdict, WrongState, require
from guanhao.ledger.types import Action
from guanhao.people.models import Person, Unit

LONGEST_CHAIN = 50


@transaction.atomic
def follow(*, actor: Actor, person: Person, article: Article, how: str) -> Article:
    """Begin a correction of a published article, or its publication again.

    Who had a hand in the first offers it in the same name; anybody else in the name of the account's unit, if he may.

    Raises:
        Refused: the person may not offer in that name, or said neither.
        WrongState: the article was not published.
    """
    if article.state != ArticleState.PUBLISHED or article.current is None:
        raise WrongState(
            Denied(
                Text(zh="只有已发布的稿件可以更正或重发。", en="Only what was published can be corrected.")
            )
        )
    if how not in Following.values:
        raise Refused(Denied(Text(zh="请选择更正或重发。", en="Choose a correction or a re-publication.")))
    kind, unit = _name_for(person, article)
    require(guards.may_offer(person, kind=kind, unit=unit, account=article.account))
    again = create_article(
        actor=actor,
        person=person,
        account=article.account,
        unit=unit,
        kind=kind,
        content=article.current.content,
        details=Details(
            category=article.category, column=article.column, content_classes=tuple(article.content_classes)
        ),
    )
    again.follows, again.following = article, Following(how)
    again.save(update_fields=["follows", "following"])
    # Whoever wrote the first one wrote this one too, and cannot approve it (AP3).
    for hand in article.hands.select_related("person"):
        remember(again, hand.person, hand.why)
    tell(actor, Action.ARTICLE_FOLLOWED, article, {"by": again.pk, "how": again.following})
    return again


def may_follow(person: Person, article: Article) -> Verdict:
    """Whether the person may begin one, in the name it would be offered in."""
    kind, unit = _name_for(person, article)
    return guards.may_offer(person, kind=kind, unit=unit, account=article.account)


def _name_for(person: Person, article: Article) -> tuple[str, Unit]:
    if guards.is_of_the_hands(person, article):
        return article.contributor_kind, article.owner_unit
    unit = article.account.owner_unit
    return ContributorKind.OFFICE if guards.is_competent_office(unit) else ContributorKind.UNIT, unit


def chain_of(article: Article) -> list[Article]:
    """The first publication and everything that followed it, oldest first; the article alone where nothing does."""
    first, seen = article, {article.pk}
    while first.follows is not None and first.follows.pk not in seen and len(seen) < LONGEST_CHAIN:
        first = first.follows
        seen.add(first.pk)
    chain, front = [first], [first.pk]
    while front and len(chain) < LONGEST_CHAIN:
        later = _LATER.all(front=front)
        chain += later
        front = [one.pk for one in later]
    return chain


_LATER: Prepared[Article] = Prepared(
    lambda: Article.objects.filter(follows__in=given("front", many=True)).defer("working").order_by("pk")
)
