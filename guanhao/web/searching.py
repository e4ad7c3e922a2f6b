"""What the search finds: a few of each kind, always only what the viewer may see (TN2).

The statements are kept by their shape (`core.prepared.Family`). An index holds order and words alike: it is gone through
from its beginning until a page is full, and only of what contains the words is asked who may see it. Where a word is so
rare that this would go through everything, the articles it can be in are known beforehand (`contents.titles`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanhao.cases.types import CaseState
from guanhao.cases.visibility import USUAL, visibility_of
from guanhao.contents import titles
from guanhao.contents.types import ArticleState
from guanhao.core.prepared import Family, given
from guanhao.people.permissions import Permission
from guanhao.registry.queries import units_seen
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
class Shape:
    """What the text of a search's statement depends on.

    ``seen`` is how what the viewer sees is put, ``words`` how many there are, ``few`` whether the articles are known among
    which all lie that contain them.
    """

    seen: Hashable
    words: int = 1
    few: bool = False


Seen = tuple[Hashable, Mapping[str, Any]]  # how what a viewer sees is put, and the values it is put with


def _articles_and_cases(viewer: Viewer) -> Seen | None:
    if not viewer.person.active:
        return None
    visibility = visibility_of(viewer.person)
    return visibility.shape, visibility.said()


def _accounts(viewer: Viewer) -> Seen | None:
    units = units_seen(viewer.person)
    return units is None, {"person": viewer.person, "units": units}


def _people(viewer: Viewer) -> Seen | None:
    return (None, {}) if viewer.may(Permission.PEOPLE_SEE) else None


@dataclass(frozen=True, slots=True)
class Kind:
    """Where and how one kind is searched: ``reads`` answers what ``hit`` is made of."""

    label: str | Promise
    seen: Callable[[Viewer], Seen | None]
    reads: Family[Shape, Any]
    hit: Callable[..., Hit]
    list_name: str
    by_articles: bool = False


def _facts(*facts: str) -> str:
    """Those there are, beside each other: not every account has an identifier."""
    return " · ".join(fact for fact in facts if fact)


def _family(
    rows: Callable[[Any], QuerySet[Any]],
    *,
    find: Sequence[str],
    tell: Sequence[str],
    usual: Sequence[Hashable],
    among: str = "",
) -> Family[Shape, Any]:
    """Reads of what somebody sees of one kind, ``find`` being where words are looked for and ``tell`` what is answered.

    ``among`` is the column that names the article; the few known ones are given under its name.
    """

    def build(shape: Shape) -> QuerySet[Any]:
        found = rows(shape.seen)
        if shape.few:
            found = found.filter(**{f"{among}__in": given(among, many=True)})
        for number in range(shape.words):
            word = given(f"word_{number}")
            found = found.filter(reduce(or_, (_contains(found.model, field, word) for field in find)))
        return found.values_list(*tell)[: SHOWN + 1]

    either = (False, True) if among else (False,)
    return Family(build, usual=[Shape(seen, few=few) for seen in usual for few in either])


def _contains(model: Any, field: str, word: Any) -> Q:
    """That the field contains the word. A related row's name is looked for among those rows, of which there are few."""
    relation, _, name = field.rpartition("__")
    if not relation:
        return Q(**{f"{name}__icontains": word})
    related: Any = getattr(model, relation).field.related_model
    return Q(**{f"{relation}__in": related.objects.filter(**{f"{name}__icontains": word}).values("pk")})


KINDS = (
    Kind(
        label=_("稿件"),
        seen=_articles_and_cases,
        reads=_family(
            lambda shape: access.articles_within(shape.places()),
            find=("title", "contributor__name", "owner_unit__name"),
            tell=("pk", "title", "state", "owner_unit__name"),
            usual=USUAL,
            among="pk",
        ),
        hit=lambda pk, title, state, unit: Hit(
            title, _facts(unit, str(ArticleState(state).label)), reverse("article", args=[pk])
        ),
        list_name="articles",
        by_articles=True,
    ),
    Kind(
        label=_("办件"),
        seen=_articles_and_cases,
        reads=_family(
            lambda shape: access.cases_within(shape.places()),
            find=("label", "submitted_by__name"),
            tell=("reached", "label", "state", "submitted_by__name"),
            usual=USUAL,
            among="subject_id",
        ),
        hit=lambda step, label, state, person: Hit(
            label, _facts(person, str(CaseState(state).label)), reverse("review_step", args=[step])
        ),
        list_name="review",
        by_articles=True,
    ),
    Kind(
        label=pgettext_lazy("the list", "账号"),
        seen=_accounts,
        reads=_family(
            lambda everything: (
                access.all_accounts()
                if everything
                else access.accounts_from(given("units", many=True), given("person"))
            ),
            find=("name", "handle", "owner_unit__name"),
            tell=("pk", "name", "handle", "owner_unit__name"),
            usual=(False, True),
        ),
        hit=lambda pk, name, handle, unit: Hit(name, _facts(unit, handle), reverse("account", args=[pk])),
        list_name="accounts",
    ),
    Kind(
        label=_("人员"),
        seen=_people,
        reads=_family(
            lambda _seen: access.everybody(),
            find=("name", "staff_no"),
            tell=("pk", "name", "staff_no"),
            usual=(None,),
        ),
        hit=lambda pk, name, number: Hit(name, number, reverse("person", args=[pk])),
        list_name="people",
    ),
)


def groups(viewer: Viewer, words: Sequence[str]) -> list[Group]:
    """The kinds in which something was found, the regulation's articles last."""
    few = titles.few_with(words)
    found = [_group(kind, viewer, words, few if kind.by_articles else None) for kind in KINDS]
    return [group for group in (*found, _rules(viewer, words)) if group.hits]


def _group(kind: Kind, viewer: Viewer, words: Sequence[str], few: Sequence[int] | None) -> Group:
    hits = [kind.hit(*row) for row in _rows(kind, viewer, words, few)]
    address = f"{reverse(kind.list_name)}?q={' '.join(words)}"
    return Group(kind.label, tuple(hits[:SHOWN]), len(hits) > SHOWN, address)


def _rows(kind: Kind, viewer: Viewer, words: Sequence[str], few: Sequence[int] | None) -> Sequence[Any]:
    seen = kind.seen(viewer)
    if seen is None or few == []:
        return ()
    shape = Shape(seen[0], len(words), few is not None)
    sought = {f"word_{number}": word for number, word in enumerate(words)}
    known = {"pk": few, "subject_id": list(map(str, few or ()))}
    return kind.reads.of(shape).all(**seen[1], **sought, **known)


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
