"""The unit tree, read whole: it has some hundred nodes at most."""

from __future__ import annotations

from collections import defaultdict

from guanhao.core.memo import remembered
from guanhao.core.prepared import Prepared
from guanhao.people.models import Unit

_PARENTS: Prepared[tuple[int, int | None]] = Prepared(lambda: Unit.objects.values_list("pk", "parent_id"))


def with_units_below(unit_ids: frozenset[int]) -> frozenset[int]:
    """The units and everything below them in the tree, in one query. A reading request asks it once (`core.memo`)."""
    if not unit_ids:
        return unit_ids
    return remembered(("below", unit_ids), lambda: _below(unit_ids))


def _below(unit_ids: frozenset[int]) -> frozenset[int]:
    below: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in _PARENTS.all():
        below[parent].append(pk)
    found, waiting = set(unit_ids), list(unit_ids)
    while waiting:
        for child in below[waiting.pop()]:
            if child not in found:
                found.add(child)
                waiting.append(child)
    return frozenset(found)
