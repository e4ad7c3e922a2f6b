"""From a role of the rulebook to units and people. A role is relative: *head of the applicant's unit*."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied
from guanhao.people.models import Appointment, Person, Unit
from guanhao.people.queries import PersonQuerySet
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import NoPlace, Parties, Place
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.types import Role, RoleOf

_NAMED: Prepared[Unit] = Prepared(
    lambda: Unit.objects.open(given("day")).filter(
        Q(name__in=given("names", many=True)) | Q(short_name__in=given("names", many=True))
    )
)
_SERVING: Prepared[Unit] = Prepared(lambda: Unit.objects.open(given("day")).with_function(given("function")))


def place(role_key: str, parties: Parties, rulebook: Rulebook | None = None) -> Place:
    """The place of a role that has one; the first where a function is carried by several units.

    Raises:
        NoPlace: the unit the role is looked for in does not exist.
        KeyError: the rulebook has no such role.
    """
    return places(role_key, parties, rulebook)[0]


def places(role_key: str, parties: Parties, rulebook: Rulebook | None = None) -> tuple[Place, ...]:
    """Where the holders of a role are found: a function with several units has a place in each (joint opinions).

    The rulebook in force over the parties' institution is taken unless a version's is given. Errors as `place`.
    """
    rulebook = rulebook or _in_force_over(parties)
    role = rulebook.roles[role_key]
    units = _units_of(role, parties, rulebook)
    if not units:
        raise NoPlace(Denied(_no_unit(role, parties)))
    return tuple(Place(unit, role.post) for unit in units)


def holders(role_key: str, parties: Parties, rulebook: Rulebook | None = None) -> PersonQuerySet:
    """The people who hold the role today; nobody where it has no place. For roles of the subject: that person."""
    rulebook = rulebook or _in_force_over(parties)
    role = rulebook.roles[role_key]
    if role.of is RoleOf.SUBJECT:
        subject = parties.subject
        return Person.objects.active().filter(pk=subject.pk) if subject else Person.objects.none()
    units = _units_of(role, parties, rulebook)
    seats = Appointment.objects.on().filter(unit__in=units, post=role.post)
    return Person.objects.active().filter(pk__in=seats.values("person"))


def function_units(function: str, rulebook: Rulebook) -> tuple[Unit, ...]:
    """The open units that carry a function.

    The rulebook's own names decide; where none of them is a unit here, the mapping the institution made by hand
    (`UnitFunction`) stands in, since a unit may be called differently in the tree.
    """
    declared = rulebook.functions.get(function)
    names = declared.all_units if declared else ()
    today = clock.today()
    by_name = _NAMED.all(names=names, day=today) if names else []
    return tuple(by_name) or tuple(_SERVING.all(function=function, day=today))


def _units_of(role: Role, parties: Parties, rulebook: Rulebook) -> Sequence[Unit]:
    match role.of:
        case RoleOf.OWNER:
            return _present(parties.owner)
        case RoleOf.PUBLISHER:
            return _present(parties.publisher)
        case RoleOf.PARENT_OF_OWNER:
            return _present(parties.owner.parent if parties.owner else None)
        case RoleOf.FUNCTION:
            return function_units(role.function or "", rulebook)
        case RoleOf.INSTITUTION:
            return _roots(parties)
        case RoleOf.SUBJECT:
            return ()


def _present(unit: Unit | None) -> Sequence[Unit]:
    return () if unit is None else (unit,)


def _roots(parties: Parties) -> Sequence[Unit]:
    """The unit that stands for the institution itself: the only root, or the root above the parties."""
    roots = tuple(Unit.objects.open().filter(parent__isnull=True))
    if len(roots) <= 1:
        return roots
    unit = parties.owner or parties.publisher
    while unit is not None and unit.parent is not None:
        unit = unit.parent
    return _present(unit)


def _in_force_over(parties: Parties) -> Rulebook:
    known = parties.owner or parties.publisher or parties.subject
    if known is None:
        raise ValueError("Name a party or give the rulebook.")
    return in_force(known.institution).rulebook


def _no_unit(role: Role, parties: Parties) -> Text:
    if role.of is RoleOf.FUNCTION:
        return Text(
            zh=f"找不到承担“{role.function}”职能的单位，因此没有“{role.title.zh}”。请在设置中指定。",
            en=f"No unit carries the function “{role.function}”, so there is no {role.title.en}. Name one in the settings.",
        )
    if role.of is RoleOf.PARENT_OF_OWNER and parties.owner is not None:
        return Text(
            zh=f"“{parties.owner.name}”没有上级单位，因此没有“{role.title.zh}”。",
            en=f"{parties.owner.name} has no unit above it, so there is no {role.title.en}.",
        )
    return Text(
        zh=f"没有可以确定“{role.title.zh}”的单位。",
        en=f"There is no unit in which to look for the {role.title.en}.",
    )
