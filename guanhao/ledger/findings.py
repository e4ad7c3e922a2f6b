"""What a verification of a log can find, in words people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from guanhao.core.text import Text

MOST_LISTED = 1000


class Kind(StrEnum):
    """Kinds of finding, for machines."""

    BEYOND = "beyond_head"
    CHECKPOINT = "checkpoint"
    COLUMN = "column"
    CHANGED = "changed"
    DETAIL = "detail"
    DETAIL_MISSING = "detail_missing"
    ERASED_UNRECORDED = "erased_unrecorded"
    HEAD = "head"
    INSERTED = "inserted"
    MISSING = "missing"
    MOVED = "moved"
    NODE = "node"
    OUTSIDE = "outside"
    PRUNED_UNRECORDED = "pruned_unrecorded"
    SIGNATURE = "signature"
    TRUNCATED = "truncated"


WORDS = {
    Kind.BEYOND: Text("记录超出日志末尾", "An entry lies beyond the head of the log"),
    Kind.CHECKPOINT: Text("日志与存证点不符", "The log does not lead to its checkpoint"),
    Kind.COLUMN: Text("检索列与记录内容不符", "A search column disagrees with the entry"),
    Kind.CHANGED: Text("记录内容被改动", "The entry was changed"),
    Kind.DETAIL: Text("附记被改动", "The detail of the entry was changed"),
    Kind.DETAIL_MISSING: Text("附记缺失", "The detail of the entry is gone"),
    Kind.ERASED_UNRECORDED: Text("附记被清除而无清除记录", "The detail was erased without a record of it"),
    Kind.HEAD: Text("日志末尾与记录不符", "The head of the log disagrees with its entries"),
    Kind.INSERTED: Text("多出一条记录", "An entry was inserted"),
    Kind.MISSING: Text("记录缺失", "An entry is missing"),
    Kind.MOVED: Text(
        "记录不在原位，或属于别的日志", "The entry stands in another's place or is of another log"
    ),
    Kind.NODE: Text("校验节点与记录不符", "A stored hash disagrees with the entries below it"),
    Kind.OUTSIDE: Text("与外存的存证不符", "The entry is not the one whose hash was sent out"),
    Kind.PRUNED_UNRECORDED: Text("记录被删除而无删除记录", "Entries were removed without a record of it"),
    Kind.SIGNATURE: Text("存证点签名不符", "A checkpoint is not signed by the log's key"),
    Kind.TRUNCATED: Text("日志末尾被截断", "The end of the log was cut off"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. ``index`` is the entry; where only a stretch is known it runs to ``last`` (inclusive)."""

    kind: Kind
    index: int
    last: int
    note: str = ""

    @property
    def exact(self) -> bool:
        """Whether the finding names one entry."""
        return self.index == self.last

    @property
    def sentence(self) -> Text:
        """The finding as people read it."""
        words = WORDS[self.kind]
        more = f" ({self.note})" if self.note else ""
        if self.exact:
            return Text(f"第 {self.index} 条：{words.zh}{more}", f"Entry {self.index}: {words.en}{more}")
        span = f"{self.index}–{self.last}"
        return Text(f"第 {span} 条之间：{words.zh}{more}", f"Within entries {span}: {words.en}{more}")


@dataclass(slots=True)
class Findings:
    """A growing list of problems, bounded so that a ruined log does not fill the memory."""

    problems: list[Problem] = field(default_factory=list)
    unlisted: int = 0

    def add(self, kind: Kind, index: int, last: int | None = None, note: str = "") -> None:
        """Note a problem at one entry, or somewhere from ``index`` to ``last``."""
        if len(self.problems) >= MOST_LISTED:
            self.unlisted += 1
            return
        self.problems.append(Problem(kind, index, index if last is None else max(index, last), note))

    def first_bad(self) -> int | None:
        """The first bad entry. A stretch counts from its beginning, unless an entry inside it was found exactly."""
        exact = sorted({problem.index for problem in self.problems if problem.exact})
        return min([*exact[:1], *self._unexplained(exact)], default=None)

    def _unexplained(self, exact: list[int]) -> Iterator[int]:
        for problem in self.problems:
            if not problem.exact and not any(problem.index <= index <= problem.last for index in exact):
                yield problem.index
