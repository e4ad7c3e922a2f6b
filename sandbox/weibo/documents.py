"""Apps and users are documents: a frozen dataclass each, set through the control API, kept as JSON under a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from sandbox.wire import Json
    from sandbox.world import World

T = TypeVar("T")
Check = Callable[[Any], Any]


@dataclass(frozen=True)
class Shelf(Generic[T]):
    """All documents of one kind. ``name`` is the field they are known by; ``checks`` read fields that need more than a type."""

    kind: type[T]
    name: str
    checks: dict[str, Check]

    def parse(self, document: Json) -> T:
        """Build one from JSON; what is left out is invented. Raises ValueError with what is wrong."""
        return self.kind(**self._values(document))

    def changed(self, thing: T, document: Json) -> T:
        """Answer it with some fields changed. Raises ValueError with what is wrong."""
        if document.get(self.name, self.name_of(thing)) != self.name_of(thing):
            raise ValueError(f"{self.name} cannot change")
        return replace(thing, **self._values(document))  # type: ignore[type-var]

    def name_of(self, thing: T) -> str:
        """Answer the name it is kept under."""
        return str(getattr(thing, self.name))

    def document(self, thing: T) -> Json:
        """Answer it as JSON, secrets included: the control API is its owner's console."""
        return {name: _plain(getattr(thing, name)) for name in self._names()}

    def find(self, world: World, name: str) -> T | None:
        """Answer the one with a name, or nothing."""
        row = world.store.row(
            "SELECT document FROM weibo_documents WHERE kind = ? AND name = ?", self.kind.__name__, name
        )
        return self.parse(json.loads(row["document"])) if row else None

    def every(self, world: World) -> list[T]:
        """Answer all by name."""
        rows = world.store.rows(
            "SELECT document FROM weibo_documents WHERE kind = ? ORDER BY name", self.kind.__name__
        )
        return [self.parse(json.loads(row["document"])) for row in rows]

    def keep(self, world: World, thing: T) -> T:
        """Write one down, new or changed; answer it."""
        world.store.run(
            "INSERT OR REPLACE INTO weibo_documents (kind, name, document) VALUES (?, ?, ?)",
            self.kind.__name__, self.name_of(thing), json.dumps(self.document(thing), ensure_ascii=False),
        )  # fmt: skip
        return thing

    def _names(self) -> list[str]:
        return [field.name for field in fields(self.kind)]  # type: ignore[arg-type]

    def _values(self, document: Json) -> dict[str, Any]:
        unknown = sorted(set(document) - set(self._names()))
        if unknown:
            raise ValueError(f"a Weibo {self.kind.__name__.lower()} has no {', '.join(unknown)}")
        usual = self.kind()
        return {name: self._value(name, value, getattr(usual, name)) for name, value in document.items()}

    def _value(self, name: str, value: Any, usual: Any) -> Any:
        if isinstance(usual, Enum):
            return member(type(usual), value)
        wanted = list if isinstance(usual, tuple) else type(usual)
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise ValueError(f"{name} cannot be {value!r}")
        checked = self.checks[name](value) if name in self.checks else value
        return tuple(str(each) for each in checked) if wanted is list else checked


def member(kind: type[Enum], value: Any) -> Enum:
    """Answer a member by its name in any case. Raises ValueError naming the choices."""
    try:
        return kind[str(value).upper()]
    except KeyError:
        choices = [each.name.lower() for each in kind]
        raise ValueError(f"{value!r} is none of {choices}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name.lower()
    return list(value) if isinstance(value, tuple) else value
