"""What the search finds: a few of each kind, always only what the viewer may see (TN2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanhao.people.permissions import Permission
from guanhao.web import access
from guanhao.web.viewer import Viewer, said

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found."""

    title: str
    fact: str
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind; ``more`` says that there are others, on the list at ``address``."""

    label: str | Promise
    hits: tuple[Hit, ...]
    more: bool
    address: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Where and how one kind is searched."""

    label: str | Promise
    rows: Callable[[Viewer], QuerySet[Any]]
    fields: tuple[str, ...]
    hit: Callable[[Any], Hit]
    list_name: str
    permission: Permission | None = None


def _facts(*facts: str) -> str:
    """Those there are, beside each other: not every account has an identifier."""
    return " · ".join(fact for fact in facts if fact)


KINDS = (
    Kind(
        _("稿件"),
        access.articles,
        ("title", "contributor__name", "owner_unit__name"),
        lambda row: Hit(
            row.title, _facts(row.owner_unit.name, row.get_state_display()), reverse("article", args=[row.pk])
        ),
        "articles",
    ),
    Kind(
        _("办件"),
        access.cases,
        ("label", "submitted_by__name"),
        lambda row: Hit(
            row.label,
            _facts(row.submitted_by.name, row.get_state_display()),
            reverse("review_step", args=[row.reached]),
        ),
        "review",
    ),
    Kind(
        _("账号"),
        access.accounts,
        ("name", "handle", "owner_unit__name"),
        lambda row: Hit(row.name, _facts(row.owner_unit.name, row.handle), reverse("account", args=[row.pk])),
        "accounts",
    ),
    Kind(
        _("人员"),
        access.people,
        ("name", "staff_no"),
        lambda row: Hit(row.name, row.staff_no, reverse("person", args=[row.pk])),
        "people",
        Permission.PEOPLE_SEE,
    ),
)


def groups(viewer: Viewer, words: Sequence[str]) -> list[Group]:
    """The kinds in which something was found, the regulation's articles last."""
    found = [
        _group(kind, viewer, words)
        for kind in KINDS
        if kind.permission is None or viewer.may(kind.permission)
    ]
    return [group for group in (*found, _rules(viewer, words)) if group.hits]


def _group(kind: Kind, viewer: Viewer, words: Sequence[str]) -> Group:
    rows = kind.rows(viewer)
    for word in words:
        # An index holds order and words alike: it is gone through from its beginning until a page is full, and only of
        # what contains the words is asked who may see it.
        rows = rows.filter(reduce(or_, (_contains(rows.model, field, word) for field in kind.fields)))
    found = [kind.hit(row) for row in rows[: SHOWN + 1]]
    return Group(
        kind.label, tuple(found[:SHOWN]), len(found) > SHOWN, f"{reverse(kind.list_name)}?q={' '.join(words)}"
    )


def _contains(model: Any, field: str, word: str) -> Q:
    """That the field contains the word. A related row's name is looked for among those rows, of which there are few."""
    relation, _, name = field.rpartition("__")
    if not relation:
        return Q(**{f"{name}__icontains": word})
    related: Any = getattr(model, relation).field.related_model
    return Q(**{f"{relation}__in": related.objects.filter(**{f"{name}__icontains": word}).values("pk")})


def _rules(viewer: Viewer, words: Sequence[str]) -> Group:
    hits = [
        Hit(said(article.citation), said(article.says), reverse("rule_article", args=[article.id]))
        for article in viewer.rulebook.articles
        if all(
            word in f"{article.says.zh} {article.says.en} {article.citation.zh} {article.id}"
            for word in words
        )
    ]
    return Group(_("条文"), tuple(hits[:SHOWN]), len(hits) > SHOWN, reverse("rules"))
