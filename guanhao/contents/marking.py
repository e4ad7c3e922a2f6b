"""Content classes that an article turns out to have on its way (AP7)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from guanhao.cases import actions as cases
from guanhao.cases.models import Step
from guanhao.cases.types import CaseState
from guanhao.contents.models import Article
from guanhao.contents.recording import locked
from guanhao.contents.types import ArticleState
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.people.models import Person

_MARKABLE = (ArticleState.IN_REVIEW, ArticleState.APPROVED)


@transaction.atomic
def mark_classes(*, actor: Actor, person: Person, article: Article, classes: Iterable[str]) -> Article:
    """Mark a submitted article with content classes; its route then asks the steps that such content needs (AP7).

    An approved article that now needs a further step is in review again; a planned one has its push cancelled first.
    Before handing in, classes are part of the article's `Details`. Marking again what is marked changes nothing.

    Raises:
        Refused: an unknown class, an article neither in review nor approved, or somebody outside its chain.
    """
    article = locked(article)
    if article.state not in _MARKABLE or article.case is None:
        raise Refused(
            Denied(
                Text(
                    zh="只有审批中或已通过、未排期的稿件可以补标内容类别。",
                    en="Classes are added while the article is in review, or approved and not planned yet.",
                )
            )
        )
    for key in sorted(set(classes)):
        cases.mark_class(actor=actor, person=person, case=article.case, content_class=key)
    return _as_its_case(article)


@transaction.atomic
def unmark_class(*, actor: Actor, person: Person, step: Step, content_class: str, reason: str) -> Article:
    """Take a class off an article; only whoever decides the step that authorises it can, while it waits (AP7).

    Raises:
        Refused: another step, another person, or no reason.
    """
    article = locked(Article.objects.get(pk=step.case.subject_id))
    cases.unmark_class(actor=actor, person=person, step=step, content_class=content_class, reason=reason)
    return _as_its_case(article)


def _as_its_case(article: Article) -> Article:
    """The article shows the classes its case decides on, and follows it back into review. The event is the case's."""
    assert article.case is not None
    article.case.refresh_from_db()
    if article.state == ArticleState.APPROVED and article.case.state == CaseState.OPEN:
        article.state = ArticleState.IN_REVIEW
    article.content_classes = sorted(article.case.facts.get("content_classes", []))
    article.changed_at = clock.now()
    article.save(update_fields=["content_classes", "state", "changed_at"])
    return article
