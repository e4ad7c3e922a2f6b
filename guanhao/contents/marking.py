"""Content classes that an article turns out to have on its way (AP7)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from guanhao.cases import actions as cases
from guanhao.contents import guards
from guanhao.contents.models import Article
from guanhao.contents.recording import locked
from guanhao.contents.types import ArticleState
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.people.models import Person
from guanhao.regulation.queries import in_force


@transaction.atomic
def mark_classes(*, actor: Actor, person: Person, article: Article, classes: Iterable[str]) -> Article:
    """Mark an article in review with content classes; its route then asks the steps that such content needs (AP7).

    Classes are only added here. Taking one away is the authorising step's (`cases.actions`). Before handing in, classes
    are part of the article's `Details`.

    Raises:
        Refused: an unknown class, an article that is not in review, or somebody outside its chain.
    """
    article = locked(article)
    new = sorted(set(classes) - set(article.content_classes))
    unknown = set(new) - set(in_force(article.institution).rulebook.content_classes)
    if unknown:
        words = "、".join(sorted(unknown))
        raise Refused(
            Denied(
                Text(
                    zh=f"制度中没有这些内容类别：{words}。", en=f"The rulebook has no such classes: {words}."
                )
            )
        )
    if article.state != ArticleState.IN_REVIEW or article.case is None:
        raise Refused(
            Denied(
                Text(
                    zh="只有审批中的稿件可以补标内容类别。",
                    en="Classes are added while the article is in review.",
                )
            )
        )
    require(guards.may_see(person, article))
    for key in new:
        cases.mark_class(actor=actor, person=person, case=article.case, content_class=key)
    article.content_classes = sorted({*article.content_classes, *new})
    article.changed_at = clock.now()
    article.save(update_fields=["content_classes", "changed_at"])
    return article
