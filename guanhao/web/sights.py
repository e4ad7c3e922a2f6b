"""The lists that are opened all day, read by statements that are put together once (docs/decisions/0005).

Which rows stand on a page follows from who looks, the tab, the filters and the order. All of these shape the statement,
and only their values differ from one request to the next: so it is kept under its shape and asked with the values. Tabs
and filters are applied to the places of values then, by the functions that an ordinary list applies to the values
themselves. The rows of the page are read by their keys, with no more than its columns show.

A function that puts a value of its request into the statement would show it to the next person. tests/web/test_sights
puts each one together for two people at two times and compares the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from guanhao.cases.visibility import Visibility, VisibilityShape
from guanhao.core.prepared import Prepared, given

_MOST_SHAPES = 128
_MANY = (list, tuple, set, frozenset)
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a tab or a filter leaves of the rows: ``apply`` with the named values, or with places for them."""

    key: str
    apply: Callable[..., Rows]
    said: Mapping[str, Any]

    def of(self, rows: Rows) -> Rows:
        """The rows that it leaves."""
        return self.apply(rows, **self.said)

    def places(self) -> dict[str, Any]:
        """A place for each value."""
        return {
            name: given(f"{self.key}.{name}", many=isinstance(value, _MANY))
            for name, value in self.said.items()
        }

    def values(self) -> dict[str, Any]:
        """The values under the names of their places."""
        return {f"{self.key}.{name}": value for name, value in self.said.items()}


@dataclass(frozen=True, slots=True)
class Sight:
    """All rows of one kind that somebody may see.

    ``within`` answers them for what is seen, given as values or as their places, and stands for the list in whose name a
    statement is kept, so it is a function of a module. ``page`` reads the rows of the keys it is given, in any order.
    """

    seen: Visibility
    within: Callable[[Visibility], Rows]
    page: Callable[[Sequence[Any]], Iterable[Any]]

    def rows(self) -> Rows:
        """The rows as an ordinary question."""
        return self.within(self.seen)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of a sight: the conditions, and an order that ``order_key`` names."""

    sight: Sight
    conditions: tuple[Condition, ...]
    order_key: Hashable
    order: tuple[Any, ...]

    def keys(self, most: int) -> list[Any]:
        """The keys of the first so many rows, in order."""
        said = self.sight.seen.said()
        for condition in self.conditions:
            said |= condition.values()
        return self.read(most).all(**said)

    def read(self, most: int) -> Prepared[Any]:
        """The statement that answers them."""
        return _kept(
            _Shape(
                self.sight.within,
                self.sight.seen.shape,
                tuple(condition.key for condition in self.conditions),
                self.order_key,
                most,
                tuple((condition.apply, condition.places()) for condition in self.conditions),
                self.order,
            )
        )

    def page(self, keys: Sequence[Any]) -> list[Any]:
        """The rows of these keys, in their order; one that went away meanwhile is left out."""
        found = {row.pk: row for row in self.sight.page(keys)} if keys else {}
        return [found[key] for key in keys if key in found]


@dataclass(frozen=True, slots=True)
class _Shape:
    """All that a statement is kept under, and what puts it together; no value of the request that came first."""

    within: Callable[[Visibility], Rows]
    seen: VisibilityShape
    names: tuple[str, ...]
    order_key: Hashable
    most: int
    conditions: tuple[tuple[Callable[..., Rows], Mapping[str, Any]], ...] = field(compare=False)
    order: tuple[Any, ...] = field(compare=False)

    def build(self) -> Rows:
        """The keys, with places for all values."""
        rows = self.within(self.seen.places())
        for apply, places in self.conditions:
            rows = apply(rows, **places)
        return rows.order_by(*self.order).values_list("pk", flat=True)[: self.most]


@lru_cache(maxsize=_MOST_SHAPES)
def _kept(shape: _Shape) -> Prepared[Any]:
    return Prepared(shape.build, listed=False)
