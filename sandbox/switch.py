"""What a switch is; the switches themselves are listed in ``sandbox/switches.py`` and the platforms' packages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Switch:
    """A switch: its values if they are a closed set (the first is the default), else a default of the same type."""

    name: str
    about: str
    choices: tuple[Any, ...] = ()
    default: Any = None

    @property
    def initial(self) -> Any:
        """The value nobody has set."""
        return self.choices[0] if self.choices else self.default

    def problem(self, value: Any) -> str:
        """Answer what is wrong with a value, or nothing."""
        if self.choices:
            return (
                "" if value in self.choices else f"{self.name} is one of {list(self.choices)}, not {value!r}"
            )
        number = isinstance(self.default, int | float) and not isinstance(self.default, bool)
        wanted = (int, float) if number else type(self.default)
        fits = isinstance(value, wanted) and not (number and (isinstance(value, bool) or value < 0))
        return "" if fits else f"{self.name} is like {self.default!r}, not {value!r}"
