"""The lists that hold for a matter: the institution's, the allow-lists of its units, and the names the register knows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from guanhao.core import clock
from guanhao.core.inonetext import as_one_text, rows_of
from guanhao.core.memo import settled
from guanhao.core.prepared import Prepared, given
from guanhao.core.tenancy import Tenant
from guanhao.lexicon.compiling import compiled
from guanhao.lexicon.types import Allowed, Lists
from guanhao.people.models import Appointment, Unit
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Route
from guanhao.screening.roster import Leader, Roster, UnitName

_NAMES: Prepared[str] = Prepared(
    lambda: (
        Appointment.objects.on(given("day"))
        .filter(post__in=given("posts", many=True))
        .order_by()
        .values_list(as_one_text("person__name"), flat=True)
    )
)
_PARENTS: Prepared[tuple[int, int | None]] = Prepared(lambda: Unit.objects.values_list("pk", "parent_id"))


def lists_for(institution: Tenant, units: Iterable[Unit], rulebook: Rulebook) -> Lists:
    """What a text of these units is read with. Two queries while nothing has changed."""
    known = compiled(institution)
    return Lists(
        version=known.version,
        terms=known.terms,
        confusables=known.confusables,
        roster=_roster(known.leaders, known.units, _deciders(institution, rulebook)),
        shapes=known.shapes,
        proof_digest=known.proof_digest,
        allowed=_together(
            known.allowed[unit] for unit in _upwards(institution, units) if unit in known.allowed
        )
        if known.allowed
        else Allowed(),
    )


@lru_cache(maxsize=64)
def _roster(leaders: tuple[Leader, ...], units: tuple[UnitName, ...], deciders: str) -> Roster:
    """Who and what there is; the same value for the same people, since there may be hundreds."""
    entered = {leader.name for leader in leaders}
    names = sorted({name for (name,) in rows_of(deciders)} - entered)
    return Roster(leaders=(*leaders, *(Leader(name=name) for name in names)), units=units)


def _deciders(institution: Tenant, rulebook: Rulebook) -> str:
    """Names of those whose posts decide something: the people an article is likely to name with honour.

    Their titles are the rulebook's words, which nobody writes in an article; so only the names are watched.
    """
    posts = {rulebook.roles[step.role].post for route in rulebook.of_kind(Route) for step in route.steps}
    key = ("deciders", institution.pk, frozenset(posts))
    return settled(key, lambda: _NAMES.one(day=clock.today(), posts=sorted(posts - {""})))


def _upwards(institution: Tenant, units: Iterable[Unit]) -> set[int]:
    """The units and those above them."""
    parents = settled(("parents", institution.pk), lambda: dict(_PARENTS.all()))
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
