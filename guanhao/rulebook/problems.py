"""What is wrong with a rulebook file, said so that its author can mend it."""

from dataclasses import dataclass

from guanhao.core.text import Text


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a value finds wrong with itself: the fault and what would be right."""

    message: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a file. ``line`` counts from 1 and is 0 where there is no file; ``article`` may be empty."""

    file: str
    line: int
    article: str
    message: Text
    mend: Text

    def in_language(self, code: str) -> str:
        """Answer one line as compilers write it: file, line, article, fault, mend."""
        where = f"{self.file}:{self.line}:" if self.line else f"{self.file}:"
        article = f" [{self.article}]" if self.article else ""
        return f"{where}{article} {self.message.in_language(code)} → {self.mend.in_language(code)}"


class RulebookError(Exception):
    """A rulebook could not be read. Carries every problem of the file, not only the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(problem.in_language("en") for problem in problems))
        self.problems = problems
