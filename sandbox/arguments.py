"""The arguments of a control call, read by name and type, and the ways to get them wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.wire import Json
from sandbox.world import World


class BadRequestError(ValueError):
    """The caller of the control API made a mistake; the text says which."""


class NotThereError(LookupError):
    """The caller of the control API named something that does not exist."""


@dataclass(frozen=True)
class Arguments:
    """The query of a GET, or the JSON object of a POST."""

    values: Json

    def only(self, *names: str) -> None:
        """Raise BadRequestError for any argument with another name."""
        unknown = sorted(set(self.values) - set(names))
        if unknown:
            raise BadRequestError(f"unknown arguments {unknown}; known are {sorted(names)}")

    def text(self, name: str, default: str | None = None) -> str:
        """Answer a string. Raises BadRequestError when it is missing or none."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise BadRequestError(f"{name} is a string and must be given")
        return value

    def number(self, name: str, default: int = 0) -> int:
        """Answer a whole number, from JSON or from a query."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            raise BadRequestError(f"{name} is a number") from None

    def seconds(self, name: str) -> float:
        """Answer a length of time, 0 when it is not given."""
        value = self.values.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadRequestError(f"{name} is a number of seconds")
        return float(value)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Answer true or false."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise BadRequestError(f"{name} is true or false")
        return value

    def without(self, *names: str) -> Json:
        """Answer all arguments but these."""
        return {name: value for name, value in self.values.items() if name not in names}


Action = Callable[[World, Arguments], Json]
Actions = dict[tuple[str, str], Action]
