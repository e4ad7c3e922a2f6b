"""What a rulebook says of the register itself: how accounts pass from state to state, how filing numbers run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

from guanhao.core.text import Text
from guanhao.rulebook.parties import FormKey, Named, RoleKey
from guanhao.rulebook.problems import Complaint
from guanhao.rulebook.selectors import ALWAYS, Selector
from guanhao.rulebook.timing import Deadline
from guanhao.rulebook.vocabulary import Act, Effect, LifeState, Period

MOST_SERIAL_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition(Named):
    """One step in an account's life (architecture §1, 7): from where, to where, who, by what form, by when.

    Without ``enters`` the state stays and only the ``effects`` follow. With ``act``, where the rulebook has a route for
    it, only a case of that act opens the way (``during``: one that is still open will do); otherwise ``who`` may take it,
    and where nobody is named the competent office. ``article`` is the number the step is cited by.
    """

    leaves: tuple[LifeState, ...]
    enters: LifeState | None = None
    who: tuple[RoleKey, ...] = ()
    act: Act | None = None
    during: bool = False
    form: FormKey | None = None
    within: Deadline | None = None
    effects: tuple[Effect, ...] = ()
    needs_reason: bool = False
    needs_proof: bool = False
    article: str = ""

    def complaints(self) -> Iterator[Complaint]:
        """A step that changes nothing, or that ends where it began."""
        if (self.enters is None and not self.effects) or self.enters in self.leaves:
            yield Complaint(
                Text(zh=f"“{self.key}”什么也没有改变。", en=f"“{self.key}” changes nothing."),
                Text(
                    zh="写 enters（另一个状态）或 effects。",
                    en="Write enters (another state) or effects.",
                ),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePattern(Named):
    """What accounts have to be called (architecture §1, 15): beginning, containing and ending with one of the words given.

    ``when`` says of which accounts it is asked; ``article`` is the number it is cited by.
    """

    begins_with: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    when: Selector = ALWAYS
    article: str = ""

    def fits(self, name: str) -> bool:
        """Whether the name is as the pattern wants it."""
        return (
            (not self.begins_with or name.startswith(self.begins_with))
            and (not self.contains or any(word in name for word in self.contains))
            and (not self.ends_with or name.endswith(self.ends_with))
        )

    def complaints(self) -> Iterator[Complaint]:
        """A pattern that every name fits."""
        if not (self.begins_with or self.contains or self.ends_with):
            yield Complaint(
                Text(
                    zh=f"名称要求“{self.key}”没有写要求。",
                    en=f"The name pattern “{self.key}” demands nothing.",
                ),
                Text(
                    zh="写 begins_with、contains 或 ends_with。",
                    en="Write begins_with, contains or ends_with.",
                ),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberScheme(Named):
    """How filing numbers run: ``西电备〔{year}〕{serial:03}号``. Gap-free within a scheme and, where it restarts, a year.

    ``numbered_by`` are the registrar's roles (the competent office where none is named); ``when`` chooses the scheme.
    """

    pattern: str
    restarts: Period | None = None
    numbered_by: tuple[RoleKey, ...] = ()
    when: Selector = ALWAYS
    article: str = ""

    def complaints(self) -> Iterator[Complaint]:
        """A pattern that cannot be filled in, or whose numbers would repeat."""
        try:
            parts = [
                (name, spec or "") for _, name, spec, _ in Formatter().parse(self.pattern) if name is not None
            ]
        except ValueError:
            parts = [("", "")]
        good = all(name in {"year", "serial"} and re.fullmatch(r"(0?[1-9])?", spec) for name, spec in parts)
        if not good or [name for name, _ in parts].count("serial") != 1:
            yield Complaint(
                Text(
                    zh=f"编号样式“{self.pattern}”不对。",
                    en=f"The number's pattern “{self.pattern}” is wrong.",
                ),
                Text(
                    zh="只用 {year} 和一个 {serial}，例如 备〔{year}〕{serial:03}号。",
                    en="Use {year} and one {serial}, such as F-{year}-{serial:03}.",
                ),
            )
        if self.restarts not in {None, Period.YEAR} or (
            self.restarts is Period.YEAR and "{year}" not in self.pattern
        ):
            yield Complaint(
                Text(
                    zh="编号只能不重起，或每年重起并写出年份。",
                    en="Numbers run on, or restart each year and show it.",
                ),
                Text(
                    zh="写 restarts: year 并在样式里写 {year}。",
                    en="Write restarts: year and {year} in the pattern.",
                ),
            )
