"""The working copy: begun, saved again and again, offered anew. It is nobody's word until it is handed in.

Who touched it is remembered, because they cannot approve it (AP3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from guanhao.cases.types import BarredWhy
from guanhao.contents import guards, linkcheck, titles
from guanhao.contents.content import Content
from guanhao.contents.models import Article
from guanhao.contents.recording import remember, tell
from guanhao.contents.types import ArticleState, ContributorKind
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.types import Action
from guanhao.people.models import Person, Unit
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force


class SavedByOthers(WrongState):
    """The working copy was saved by somebody else meanwhile; nothing was overwritten. Carries what is there now."""

    def __init__(self, article: Article) -> None:
        super().__init__(
            Denied(
                Text(
                    zh="稿件刚被别人保存过，请先看看再保存。",
                    en="Somebody else has just saved the article; look at it first.",
                )
            )
        )
        self.article = article


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is said about an article beside its content. Keys are the rulebook's; an empty one is not said yet."""

    category: str = ""
    column: str = ""
    content_classes: tuple[str, ...] = ()
    wanted_at: datetime | None = None


@transaction.atomic
def create_article(
    *,
    actor: Actor,
    person: Person,
    account: Account,
    unit: Unit,
    kind: str,
    content: Mapping[str, Any] | None = None,
    details: Details | None = None,
    why: str = BarredWhy.WROTE,
) -> Article:
    """Begin an article for an account, in the name of a unit or one's own (ruian-6.1). ``why`` tells writing from importing.

    Raises:
        Refused: the person may not offer in that name, the account cannot publish, or a field is wrong (`BadContent`).
    """
    require(guards.may_offer(person, kind=kind, unit=unit, account=account))
    first = Content.of(content or {})
    details = _known(details or Details(), person)
    now = clock.now()
    article = Article(
        institution_id=person.institution_id,
        title=first.title,
        contributor=person,
        contributor_kind=ContributorKind(kind),
        owner_unit=unit,
        account=account,
        working=first.to_json(),
        created_at=now,
        changed_at=now,
        **_columns(details),
    )
    article.save()
    titles.note_new([article])
    remember(article, person, why)
    tell(
        actor,
        Action.ARTICLE_CREATED,
        article,
        {"unit": unit.pk, "account": account.pk, "kind": article.contributor_kind},
    )
    linkcheck.note(article, Content.stored(article.working))
    return article


@transaction.atomic
def save_working(
    *,
    actor: Actor,
    person: Person,
    article: Article,
    serial: int,
    content: Mapping[str, Any] | Content,
    details: Details | None = None,
    why: str = BarredWhy.EDITED,
) -> Article:
    """Save the working copy (autosave), provided nobody saved since ``serial`` was read.

    Writes an event when somebody new lays a hand on the article, not at every stroke: the copy is nobody's word yet.

    Raises:
        SavedByOthers: the serial is not the newest.
        Refused: not editable now, not theirs, or a field is wrong (`BadContent`).
    """
    require(guards.may_edit(person, article))
    content = content if isinstance(content, Content) else Content.of(content)
    changes: dict[str, Any] = {
        "working": content.to_json(),
        "title": content.title,
        "changed_at": clock.now(),
    }
    if details is not None:
        changes |= _columns(_not_fewer_classes(_known(details, person), article))
    fresh = Article.objects.filter(pk=article.pk, working_serial=serial, state__in=guards.EDITABLE)
    if fresh.update(**changes, working_serial=F("working_serial") + 1) != 1:
        raise SavedByOthers(Article.objects.get(pk=article.pk))
    if content.title != article.title:
        titles.note(article, content.title)
    article.refresh_from_db()
    linkcheck.note(article, content)
    if remember(article, person, why):
        tell(actor, Action.ARTICLE_SAVED, article, {"working": content.hash(), "why": str(why)})
    return article


def offer_again(*, actor: Actor, person: Person, article: Article) -> Article:
    """A new draft with the content of an article that was rejected or withdrawn; the old one stays as it is.

    Raises:
        Refused: the article is not theirs or not over, or they may not offer any more.
    """
    require(guards.is_of_the_hands(person, article))
    if article.state not in {ArticleState.REJECTED, ArticleState.WITHDRAWN}:
        raise WrongState(
            Denied(Text(zh="稿件还没有办结，不必另起一稿。", en="The article is not over; go on with it."))
        )
    again = create_article(
        actor=actor,
        person=person,
        account=article.account,
        unit=article.owner_unit,
        kind=article.contributor_kind,
        content=article.working,
        details=Details(
            category=article.category, column=article.column, content_classes=tuple(article.content_classes)
        ),
    )
    # Whoever wrote the first one wrote this one too, and cannot approve it (AP3).
    for hand in article.hands.select_related("person"):
        remember(again, hand.person, hand.why)
    return again


def _known(details: Details, person: Person) -> Details:
    """The details, if the rulebook knows their words."""
    rulebook = in_force(person.institution).rulebook
    unknown = [
        *({details.category} - {"", *rulebook.categories}),
        *({details.column} - {"", *rulebook.columns}),
        *(set(details.content_classes) - set(rulebook.content_classes)),
    ]
    if unknown:
        words = "、".join(sorted(unknown))
        raise Refused(Denied(Text(zh=f"制度中没有：{words}。", en=f"The rulebook does not know: {words}.")))
    return details


def _not_fewer_classes(details: Details, article: Article) -> Details:
    """A class that was marked on the article's way is not removed by its author (AP7)."""
    marked = set(article.case.facts.get("content_classes", [])) if article.case else set()
    if marked - set(details.content_classes):
        raise Refused(
            Denied(
                Text(
                    zh="送审后标注的内容类别只能由有权授权的环节取消。",
                    en="A class marked in review is removed only by the step that authorises it.",
                )
            )
        )
    return details


def _columns(details: Details) -> dict[str, Any]:
    values = {item.name: getattr(details, item.name) for item in fields(details)}
    return values | {"content_classes": sorted(set(details.content_classes))}
