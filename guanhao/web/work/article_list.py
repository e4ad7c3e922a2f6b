"""The list of articles (稿件): its tabs, filters and columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from guanhao.cases.models import Step
from guanhao.cases.visibility import Visibility, visibility_of
from guanhao.contents.models import Article
from guanhao.contents.types import ArticleState
from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.people.permissions import Permission
from guanhao.people.tree import open_names
from guanhao.rulebook.types import Named
from guanhao.web.forms.choices import offerable_names
from guanhao.web.lists import Column, Empty, Filter, Link, ListSpec, Tab
from guanhao.web.marks import Mark, state_of
from guanhao.web.paths import numbered
from guanhao.web.sights import Sight
from guanhao.web.viewer import Viewer, listed, said, said_of

Rows = QuerySet[Any]
_DAYS = (("7", gettext_lazy("近 7 天")), ("30", gettext_lazy("近 30 天")), ("180", gettext_lazy("近半年")))


# What the lines of a page show, and no more: an article's row holds the whole text, too.
_LINES: Prepared[Article] = Prepared(
    lambda: (
        Article.objects.filter(pk__in=given("keys", many=True))
        .select_related("contributor", "owner_unit", "account", "case")
        .only(
            *("title", "state", "category", "wanted_at", "changed_at"),
            *("contributor__name", "owner_unit__name", "account__name", "case__id"),
        )
        .order_by()
    )
)
_WAITING: Prepared[Step] = Prepared(
    lambda: (
        Step.objects.waiting().filter(case__in=given("cases", many=True)).only("case", "title_zh", "title_en")
    )
)


def articles_in_sight(viewer: Viewer) -> Sight | Rows:
    """The articles the person may see, as the list reads them."""
    if not viewer.person.active:
        return Article.objects.none()
    return Sight(visibility_of(viewer.person), _within, _page)


def _within(seen: Visibility) -> Rows:
    """The rows with everything a line needs, so that the number of queries does not grow with them."""
    waiting = Prefetch("case__steps", queryset=Step.objects.waiting(), to_attr="waiting_steps")
    rows = Article.objects.within(seen).select_related("contributor", "owner_unit", "account", "case")
    return rows.prefetch_related(waiting)


def _page(keys: Sequence[int]) -> list[Article]:
    articles = _LINES.all(keys=keys)
    steps: dict[int, list[Step]] = defaultdict(list)
    cases = [article.case_id for article in articles if article.case_id]
    for step in _WAITING.all(cases=cases) if cases else ():
        steps[step.case_id].append(step)
    for article in articles:
        if article.case is not None:
            article.case.waiting_steps = steps[article.case.pk]  # type: ignore[attr-defined] # as `_within` has it.
    return articles


def article_list(viewer: Viewer) -> ListSpec:
    """What the list is for this person."""
    return ListSpec(
        title=_("稿件"),
        columns=_columns(viewer),
        empty=Empty(
            why=_("这里还没有稿件。"),
            hint=_("写一篇，或从 Word、135、秀米粘贴进来；提交后在这里看进度。"),
            action=_("投稿"),
            address=reverse("article_new"),
        ),
        order=("-changed_at",),
        tabs=_tabs(viewer),
        filters=_filters(viewer),
        search=("title", "contributor__name"),
        among=lambda rows, few: rows.filter(pk__in=few),
        template="web/articles/list.html",
    )


def where_it_is(article: Article) -> str:
    """In whose hands the article is: the step that waits, or nothing."""
    steps = getattr(article.case, "waiting_steps", []) if article.case_id else []
    return listed(said_of(step, "title") for step in steps)


def _columns(viewer: Viewer) -> tuple[Column, ...]:
    return (
        Column(key="title", label=_("标题"), value=_title, sort=("title",), main=True),
        Column(key="state", label=_("状态"), value=_state, sort=("state",), tight=True),
        Column(key="where", label=_("现在办理"), value=where_it_is),
        Column(key="account", label=_("账号"), value=lambda row: row.account.name, sort=("account__name",)),
        Column(
            key="unit", label=_("单位"), value=lambda row: row.owner_unit.name, sort=("owner_unit__name",)
        ),
        Column(
            key="by", label=_("投稿人"), value=lambda row: row.contributor.name, sort=("contributor__name",)
        ),
        Column(
            key="category",
            label=_("类别"),
            value=lambda row: _category(viewer, row),
            sort=("category",),
            on_phone=False,
        ),
        Column(
            key="wanted",
            label=_("希望发布"),
            value=lambda row: row.wanted_at,
            sort=("wanted_at",),
            usual=False,
        ),
        Column(
            key="changed", label=_("更新"), value=lambda row: row.changed_at, sort=("changed_at",), tight=True
        ),
    )


def _category(viewer: Viewer, article: Article) -> str:
    word = viewer.rulebook.categories.get(article.category)
    return said(word.title) if word else article.category


def _title(article: Article) -> Link:
    return Link(article.title or _("（无标题）"), numbered("article", article.pk))


def _state(article: Article) -> Mark:
    return state_of(article)


def _tabs(viewer: Viewer) -> tuple[Tab, ...]:
    everything = Tab(key="all", label=_("全部"), apply=lambda rows: rows)
    tabs = (
        Tab(
            key="mine",
            label=pgettext("somebody's own", "我的"),
            apply=_mine,
            said={"person": viewer.person.pk},
        ),
        Tab(key="unit", label=_("本单位"), apply=_of_units, said={"units": viewer.standing.unit_ids}),
        Tab(key="returned", label=_("退回修改"), apply=_in(ArticleState.RETURNED)),
        Tab(key="review", label=_("审批中"), apply=_in(ArticleState.IN_REVIEW)),
        Tab(key="approved", label=_("已通过"), apply=_in(ArticleState.APPROVED, ArticleState.SCHEDULED)),
    )
    # Who answers for all articles begins with all of them, everybody else with their own.
    return (everything, *tabs) if viewer.may(Permission.ARTICLE_SEE_ALL) else (*tabs, everything)


def _mine(rows: Rows, person: Any) -> Rows:
    return rows.filter(Q(contributor=person) | Q(hands__person=person)).distinct()


def _of_units(rows: Rows, units: Any) -> Rows:
    return rows.filter(owner_unit__in=units)


def _in(*states: str) -> Any:
    return lambda rows: rows.filter(state__in=states)


def _filters(viewer: Viewer) -> tuple[Filter, ...]:
    book = viewer.rulebook
    return (
        _of("account", _("账号"), offerable_names(), lambda rows, pk: rows.filter(account=pk)),
        _of("unit", _("单位"), open_names(), lambda rows, pk: rows.filter(owner_unit=pk)),
        Filter(
            key="category",
            label=_("类别"),
            choices=_words(book.categories.values()),
            apply=lambda rows, key: rows.filter(category=key),
        ),
        Filter(
            key="class",
            label=_("属性"),
            choices=_words(book.content_classes.values()),
            apply=_of_class,
            means='"{}"'.format,
        ),
        Filter(
            key="days",
            label=_("时间"),
            choices=_DAYS,
            apply=lambda rows, start: rows.filter(changed_at__gte=start),
            means=_since,
        ),
    )


def _of(key: str, label: str, named: Iterable[tuple[int, str]], apply: Callable[[Rows, Any], Rows]) -> Filter:
    """A choice among rows by their keys."""
    choices = tuple((str(pk), name) for pk, name in named)
    return Filter(key=key, label=label, choices=choices, apply=apply, means=int)


def _words(words: Any) -> tuple[tuple[str, str], ...]:
    return tuple((word.key, said(word.title)) for word in words if isinstance(word, Named))


def _of_class(rows: Rows, quoted: Any) -> Rows:
    # SQLite cannot ask what a JSON list contains; keys are words of the rulebook, so the quoted word is exact.
    found: Rows = rows.annotate(_classes=Cast("content_classes", TextField())).filter(
        _classes__contains=quoted
    )
    return found


def _since(days: str) -> datetime:
    return clock.now() - timedelta(days=int(days))
