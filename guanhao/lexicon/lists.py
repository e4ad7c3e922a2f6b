"""The lists that hold for a matter: the institution's, the allow-lists of its units, and the names the register knows."""

from __future__ import annotations

from collections.abc import Iterable

from guanhao.core.memo import remembered
from guanhao.core.tenancy import Tenant
from guanhao.lexicon.compiling import compiled
from guanhao.lexicon.types import Allowed, Lists
from guanhao.people.models import Appointment, Unit
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Route
from guanhao.screening.roster import Leader, Roster


def lists_for(institution: Tenant, units: Iterable[Unit], rulebook: Rulebook) -> Lists:
    """What a text of these units is read with. Two queries while nothing has changed."""
    known = compiled(institution)
    entered = {leader.name for leader in known.leaders}
    others = tuple(Leader(name=name) for name in _deciders(institution, rulebook) if name not in entered)
    return Lists(
        version=known.version,
        terms=known.terms,
        confusables=known.confusables,
        roster=Roster(leaders=(*known.leaders, *others), units=known.units),
        shapes=known.shapes,
        allowed=_together(
            known.allowed[unit] for unit in _upwards(institution, units) if unit in known.allowed
        )
        if known.allowed
        else Allowed(),
    )


def _deciders(institution: Tenant, rulebook: Rulebook) -> list[str]:
    """Names of those whose posts decide something: the people an article is likely to name with honour.

    Their titles are the rulebook's words, which nobody writes in an article; so only the names are watched.
    """
    posts = {rulebook.roles[step.role].post for route in rulebook.of_kind(Route) for step in route.steps}
    rows = Appointment.objects.on().filter(post__in=sorted(posts - {""}))
    key = ("deciders", institution.pk, frozenset(posts))
    return remembered(key, lambda: sorted(set(rows.values_list("person__name", flat=True))))


def _upwards(institution: Tenant, units: Iterable[Unit]) -> set[int]:
    """The units and those above them."""
    parents = remembered(
        ("parents", institution.pk), lambda: dict(Unit.objects.values_list("pk", "parent_id"))
    )
    found: set[int] = set()
    for unit in units:
        at: int | None = unit.pk
        while at is not None and at not in found:
            found.add(at)
            at = parents.get(at)
    return found


def _together(several: Iterable[Allowed]) -> Allowed:
    some = list(several)
    return Allowed(
        frozenset().union(*(one.wordings for one in some)), frozenset().union(*(one.digests for one in some))
    )
