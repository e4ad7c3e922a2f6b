"""What the writing page shows and what it sends back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guanhao.cases.models import Decision
from guanhao.cases.types import Verdict
from guanhao.contents import checks
from guanhao.contents.actions import Details
from guanhao.contents.content import Content
from guanhao.contents.facts import facts_of
from guanhao.contents.handling import may_allow, pending
from guanhao.contents.matters import rulebook_of
from guanhao.contents.models import Article
from guanhao.contents.posting import posting_of, status_of
from guanhao.contents.types import ArticleState, Channel, FindingState, Stage
from guanhao.platforms.weibo.text import LIMIT, weight
from guanhao.rulebook.selection import NoRoute, route_for
from guanhao.web.forms.articles import WorkingForm
from guanhao.web.viewer import Viewer, said
from guanhao.web.work import pictures
from guanhao.web.work.consent_pages import of_article as consents_of
from guanhao.web.work.reasons import grouped, reasons_in


@dataclass(frozen=True, slots=True)
class Post:
    """A microblog beside its editor: the text (empty where it goes out by hand), its weight, and the decision."""

    status: str
    weight: int
    most: int
    by_hand: bool
    connected: bool


_LINES = ("title", "author_line", "digest_text", "source", "source_url")
_SWITCHES = ("comments_open", "comments_fans_only")


def editor_context(viewer: Viewer, article: Article) -> dict[str, Any]:
    """The page of an article that may be edited."""
    content = Content.stored(article.working)
    cover = pictures.address(viewer.institution.pk, content.cover) if content.cover else ""
    return {
        **reasons_context(viewer, article),
        **consents_of(viewer, article),
        "form": WorkingForm(viewer, initial=_initial(viewer, article, content, cover)),
        "cover_address": cover,
        "own_pictures": pictures.prefix(),
        "returned": _returned(article),
    }


def reasons_context(viewer: Viewer, article: Article) -> dict[str, Any]:
    """What is found in the working copy, whether it may be handed in, and to whom it goes then."""
    found = checks.preview(article)
    handled = list(pending(article).select_related("person"))
    ignored = frozenset(one.fingerprint for one in handled if one.state == FindingState.IGNORED)
    reasons = reasons_in(found, ignored)
    return {
        "handled": handled,
        "may_allow": bool(may_allow(viewer.person, article)),
        "article": article,
        "findings": reasons,
        "groups": grouped(reasons),
        "blocked": sum(1 for one in found if one.stops and one.stage == Stage.SUBMIT),
        "next_step": _first_step(viewer, article),
        "post": post_of(article),
    }


def post_of(article: Article) -> Post | None:
    """The microblog as it would go out now; nothing on other platforms."""
    content = Content.stored(article.working).meant_for(article.account_id)
    posting = posting_of(article, content)
    if posting is None:
        return None
    by_hand = content.channel == Channel.BY_HAND or not posting.connected
    rulebook = rulebook_of(article, afresh=True)
    status = status_of(content, rulebook.credits, posting.link)
    return Post("" if by_hand else status, weight(status), LIMIT, by_hand, posting.connected)


def saved_fields(viewer: Viewer, form: WorkingForm) -> dict[str, Any]:
    """The keyword arguments of `actions.save_working` from a valid form."""
    values = form.cleaned_data
    content = {name: values[name] for name in (*_LINES, *_SWITCHES)}
    content["body"] = pictures.stored(viewer.institution, values["body"])
    content["channel"] = Channel.BY_HAND.value if values["by_hand"] else ""
    content["cover"] = pictures.digest_of(viewer.institution, values["cover"])
    content["credits"] = form.credits()
    details = Details(
        category=values["category"],
        column=values["column"],
        content_classes=tuple(values["content_classes"]),
        wanted_at=values["wanted_at"],
    )
    return {"serial": values["serial"] or 0, "content": content, "details": details}


def _initial(viewer: Viewer, article: Article, content: Content, cover: str) -> dict[str, Any]:
    beside = {name: getattr(article, name) for name in ("category", "column", "content_classes", "wanted_at")}
    named = {f"credit_{key}": name for key, name in content.credits.items()}
    lines = {name: getattr(content, name) for name in (*_LINES, *_SWITCHES)}
    body = pictures.shown(viewer.institution, content.body)
    lines["by_hand"] = content.channel == Channel.BY_HAND
    return {**beside, **named, **lines, "cover": cover, "body": body, "serial": article.working_serial}


def _first_step(viewer: Viewer, article: Article) -> str:
    """The title of the first step of the route the article would take now."""
    try:
        route = route_for(viewer.rulebook, facts_of(article, viewer.rulebook))
    except NoRoute:
        return ""
    facts = facts_of(article, viewer.rulebook)
    return next((said(step.title) for step in route.steps if step.applies(facts)), "")


def _returned(article: Article) -> Decision | None:
    """The decision that sent the article back, while it is back."""
    if article.state != ArticleState.RETURNED or article.case is None:
        return None
    rows = Decision.objects.filter(step__case=article.case, verdict=Verdict.RETURN)
    return rows.select_related("person", "step").order_by("-pk").first()
