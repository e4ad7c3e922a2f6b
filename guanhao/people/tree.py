"""The unit tree, read whole: it has some hundred nodes at most."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from guanhao.core import clock, tenancy
from guanhao.core.memo import remembered
from guanhao.core.prepared import Prepared
from guanhao.people.models import Unit

_TREE: Prepared[tuple[int, int | None, str, date | None]] = Prepared(
    lambda: Unit.objects.values_list("pk", "parent_id", "name", "closed_on").order_by("position", "pk")
)


def with_units_below(unit_ids: frozenset[int]) -> frozenset[int]:
    """The units and everything below them in the tree, in one query. A reading request asks it once (`core.memo`)."""
    if not unit_ids:
        return unit_ids
    return remembered(("below", unit_ids), lambda: _below(unit_ids))


def open_names() -> list[tuple[int, str]]:
    """Key and name of every unit that exists today, in the order of the tree; from the same query."""
    today = clock.today()
    return [(pk, name) for pk, _parent, name, closed in _tree() if closed is None or closed > today]


def _tree() -> list[tuple[int, int | None, str, date | None]]:
    return remembered(("tree", tenancy.current_institution_id()), _TREE.all)


def _below(unit_ids: frozenset[int]) -> frozenset[int]:
    below: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent, _name, _closed in _tree():
        below[parent].append(pk)
    found, waiting = set(unit_ids), list(unit_ids)
    while waiting:
        for child in below[waiting.pop()]:
            if child not in found:
                found.add(child)
                waiting.append(child)
    return frozenset(found)
