"""Thanks for an article: whoever offers one of their own hears it at once, by the inbox and by mail (ruian-17, ruian-18).

Only where the rulebook has a duty to thank for it, and once for each article: handing it in again earns no second letter.
"""

from __future__ import annotations

from guanhao.contents.facts import facts_of
from guanhao.contents.matters import rulebook_of
from guanhao.contents.recording import subject_of
from guanhao.core.actors import system
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.ledger.actions import record
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.process import links
from guanhao.process.happenings import article_of
from guanhao.process.wording import filled
from guanhao.rulebook.selection import duties_on
from guanhao.rulebook.vocabulary import Happening, Task

THANKS = "thanks"
OFFICE = system("thanks", "感谢信")
_TITLE = Text("感谢您的投稿：“{title}”", "Thank you for offering {title}")
_BODY = Text(
    "{institution}收到了您的稿件，正在审核。采用与否、修改意见都会通知您。",
    "{institution} has received your article and is reading it. You will hear whether it is taken, and what to change.",
)
_THANKED: Prepared[int] = Prepared(
    lambda: Event.objects.filter(
        subject_kind="article", subject_id=given("article"), action=Action.ARTICLE_THANKED
    ).values_list("pk", flat=True)[:1]
)


def thank(event: Event, name: str) -> None:
    """Thank the contributor where the regulation asks for it."""
    article = article_of(event)
    if article is None:
        return
    rulebook = rulebook_of(article)
    owed = duties_on(rulebook, Happening.ARTICLE_SUBMITTED, facts_of(article, rulebook))
    clause = next((clause for clause in owed if clause.do is Task.THANK), None)
    if clause is None or _THANKED.all(article=str(article.pk)):
        return
    notify(
        event=event,
        consequence=name,
        persons=[article.contributor],
        kind=THANKS,
        title=filled(_TITLE, title=article.title),
        body=filled(_BODY, institution=article.institution.name),
        link=links.article(article.pk),
        article_ref=clause.article,
    )
    record(
        institution=article.institution,
        actor=OFFICE,
        action=Action.ARTICLE_THANKED,
        subject=subject_of(article),
        facts={"contributor": article.contributor_id},
        clause=clause.id,
    )
