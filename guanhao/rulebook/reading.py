"""The state of one reading: where we are in the file, what is wrong so far, which names must exist."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from guanhao.core.text import Text
from guanhao.rulebook.problems import Complaint, Problem, RulebookError

Path = tuple[str | int, ...]


class Failed:
    """What reading answers for a value it has complained about."""


FAILED = Failed()


@dataclass(slots=True)
class Reading:
    """One reading of one file: its plain values, the line of each, and what was found so far."""

    file: str
    raw: Mapping[str, Any]
    lines: Mapping[Path, int]
    problems: list[Problem] = field(default_factory=list)
    references: list[tuple[str, str, "Here"]] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line a value stands in; that of what holds it where it has none; 0 without a file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def resolve_references(self) -> None:
        """Complain about every name that stands for nothing."""
        for mapping, name, here in self.references:
            known = self.raw.get(mapping)
            names = list(known) if isinstance(known, dict) else []
            if name not in names:
                here.complain(
                    Text(
                        zh=f"“{name}”没有在 {mapping} 中定义。",
                        en=f"“{name}” is not defined under {mapping}.",
                    ),
                    suggestion(name, names),
                )

    def raise_problems(self) -> None:
        """Raise `RulebookError` with all problems in the order of the file, each once; nothing if there are none."""
        if self.problems:
            raise RulebookError(tuple(sorted(dict.fromkeys(self.problems), key=lambda problem: problem.line)))


@dataclass(frozen=True, slots=True)
class Here:
    """A place in a reading: the path to a value and the article it stands under."""

    reading: Reading
    path: Path = ()
    article: str = ""

    def at(self, step: str | int) -> "Here":
        """The place one key or index further in."""
        return replace(self, path=(*self.path, step))

    def under(self, number: object) -> "Here":
        """The same place, known to belong to the article with this number."""
        return replace(self, article=f"{self.reading.raw.get('rulebook', '?')}-{number}")

    def complain(self, message: Text, mend: Text) -> Failed:
        """Note a problem here; answers `FAILED` so that a reader can return it."""
        line = self.reading.line_of(self.path)
        self.reading.problems.append(Problem(self.reading.file, line, self.article, message, mend))
        return FAILED

    def pass_on(self, complaints: Iterable[Complaint]) -> None:
        """Note what a value finds wrong with itself."""
        for complaint in complaints:
            self.complain(complaint.message, complaint.mend)


def suggestion(word: str, known: Iterable[str]) -> Text:
    """The nearest known word, or all of them where none is near."""
    known = sorted(known)
    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return Text(zh=f"是不是 {near[0]}？", en=f"Did you mean {near[0]}?")
    if not known:
        return Text(zh="请先在文件中定义它。", en="Define it in the file first.")
    return Text(zh=f"可用：{'、'.join(known)}。", en=f"Known: {', '.join(known)}.")
