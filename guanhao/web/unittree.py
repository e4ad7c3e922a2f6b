"""Units as the settings show them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from guanhao.core.text import Text
from guanhao.people.models import Appointment, Unit, UnitFunction
from guanhao.regulation.roles import function_units
from guanhao.rulebook.types import Rulebook
from guanhao.web.viewer import said


@dataclass
class Branch:
    """A unit with what stands under it."""

    unit: Unit
    kind: str
    functions: list[str]
    people: int
    children: list[Branch] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Carried:
    """A function of the rulebook and the units that carry it; none is a gap that stops routes."""

    key: str
    title: Text
    units: tuple[Unit, ...]


def tree(rulebook: Rulebook) -> list[Branch]:
    """The open units as a tree, in three queries whatever their number."""
    functions: dict[int, list[str]] = defaultdict(list)
    for row in UnitFunction.objects.all():
        named = rulebook.functions.get(row.function)
        functions[row.unit_id].append(said(named.title) if named else row.function)
    people: dict[int, set[int]] = defaultdict(set)
    for unit_id, person_id in Appointment.objects.on().values_list("unit_id", "person_id"):
        people[unit_id].add(person_id)
    branches = {
        unit.pk: Branch(unit, kind_title(unit, rulebook), functions[unit.pk], len(people[unit.pk]))
        for unit in Unit.objects.open()
    }
    roots: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id or 0)
        (above.children if above else roots).append(branch)
    return roots


def kind_title(unit: Unit, rulebook: Rulebook) -> str:
    """The rulebook's word for the unit's kind; the key where it has none."""
    kind = rulebook.unit_kinds.get(unit.kind)
    return said(kind.title) if kind else unit.kind


def functions(rulebook: Rulebook) -> list[Carried]:
    """Every function the rulebook names with the units that carry it."""
    return [
        Carried(key, function.title, function_units(key, rulebook))
        for key, function in rulebook.functions.items()
    ]
