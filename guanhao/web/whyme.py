"""为什么轮到我: the roles an article names, and which of them the viewer holds today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guanhao.core.text import Text
from guanhao.people.models import Unit
from guanhao.people.permissions import Seat
from guanhao.regulation.roles import function_units
from guanhao.rulebook.types import (
    AnyClause,
    Check,
    Duty,
    Limit,
    Role,
    RoleOf,
    Route,
    RuleArticle,
    Rulebook,
    Tally,
    Watch,
)
from guanhao.web.viewer import Viewer

EVERYBODY = Text(
    zh="本条审查稿件本身：凡经过该环节的稿件都须符合，不论由谁提供。",
    en="The article examines the item itself: whoever offers it, it must satisfy this.",
)
NOBODY = Text(zh="本条没有指派给某个职务。", en="The article assigns nothing to a post.")


def why_me(article: RuleArticle, viewer: Viewer) -> list[Text]:
    """One sentence for each role of the article that the viewer holds; otherwise whose turn it is."""
    rulebook = viewer.rulebook
    clauses = tuple(article.clauses())
    keys = dict.fromkeys(key for clause in clauses for key in _roles(clause) if key in rulebook.roles)
    held = [said for key in keys for said in _held(rulebook, rulebook.roles[key], viewer)]
    if held:
        return held
    titles = [rulebook.roles[key].title for key in keys]
    if titles:
        return [
            Text(
                zh=f"本条由{'、'.join(title.zh for title in titles)}办理，您目前不担任其中的职务。",
                en=f"It falls to {', '.join(title.en for title in titles)}; you hold none of these posts now.",
            )
        ]
    return [EVERYBODY if any(isinstance(clause, Check) for clause in clauses) else NOBODY]


def _held(rulebook: Rulebook, role: Role, viewer: Viewer) -> Iterator[Text]:
    seats = _matching(role, rulebook, viewer.standing.seats)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={seat.unit_id for seat in seats})}
    for seat in sorted(seats, key=lambda seat: seat.unit_id):
        post = rulebook.posts[seat.post].title if seat.post in rulebook.posts else Text(zh=seat.post)
        unit = units[seat.unit_id].name
        yield Text(
            zh=f"您任{unit}{post.zh}，按本条为“{role.title.zh}”。",
            en=f"You are {post.en or post.zh} of {unit}: in this article, the {role.title.en}.",
        )


def _matching(role: Role, rulebook: Rulebook, seats: Iterable[Seat]) -> list[Seat]:
    """Seats of the role's post; for roles of a function only in the units that carry it."""
    mine = [seat for seat in seats if seat.post == role.post]
    if role.of is not RoleOf.FUNCTION:
        return mine
    carrying = {unit.pk for unit in function_units(role.function or "", rulebook)}
    return [seat for seat in mine if seat.unit_id in carrying]


def _roles(clause: AnyClause) -> Iterator[str]:
    """The keys of the roles a clause names, those who act first."""
    match clause:
        case Route():
            yield from (step.role for step in clause.steps)
            yield from (clause.published_by or "", *clause.opened_by, *clause.informs)
        case Duty():
            yield from (clause.owed_by, *clause.to, *clause.escalates_to)
        case Watch():
            yield from (clause.by, *clause.to)
        case Tally():
            yield clause.settled_by or ""
            yield from (key for mark in clause.marks for key in (mark.who or "", *mark.to))
        case Limit():
            yield from clause.who
        case Check():
            yield clause.override_by or ""
        case _:
            return
