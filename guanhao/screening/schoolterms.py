"""Where a text says when a term begins or ends, held against the school's own calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from guanhao.core.text import Text
from guanhao.screening.figures import nearest
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, words_at
from guanhao.screening.text import TextView

_AUTUMN = 7  # terms that begin from this month on are the first of their school year
_CERTAIN = 21  # days: what is further off is no week of registration
_NUMBERS = {"一": 1, "二": 2, "1": 1, "2": 2}
_DAY = r"(?:(?P<{0}year>20\d{{2}})\s*年\s*)?(?P<{0}month>\d{{1,2}})\s*月\s*(?P<{0}day>\d{{1,2}})\s*[日号]"
_TERM = (
    r"(?<!\d)(?P<first>20\d{2})\s*(?:[-－—–~～]{1,2}|至)\s*20\d{2}\s*学年度?\s*第?(?P<number>[一二12])学期"
)
_BEGINS, _ENDS = (
    r"(?:正式|全面)?(?:开学|开始|开课|上课|报到)(?!报名|考试|申请|选课)",
    r"(?:正式)?(?:结束|放假|放寒假|放暑假)",
)
_SAID = (
    re.compile(
        rf"{_TERM}(?:将|定|自|从|于|在|为|是|拟|计划|[:：\s]){{0,4}}{_DAY.format('')}[^，。；\n\d]{{0,6}}?(?:(?P<begins>{_BEGINS})|(?P<ends>{_ENDS}))"
    ),
    re.compile(
        rf"{_DAY.format('')}[^。；\n\d]{{0,10}}?{_TERM}(?:将|已)?(?:(?P<begins>{_BEGINS})|(?P<ends>{_ENDS}))"
    ),
    re.compile(
        rf"{_TERM}[（(:：为自从\s]{{0,3}}{_DAY.format('')}(?P<begins>\s*(?:至|到|[-—~～－]{{1,2}})\s*){_DAY.format('last_')}(?P<ends>)"
    ),
)


class SchoolTerm(NamedTuple):
    """A term from its first to its last day, both included."""

    starts: date
    ends: date

    @property
    def key(self) -> tuple[int, int]:
        """The first year of its school year, and whether it is the first or the second term."""
        return (self.starts.year, 1) if self.starts.month >= _AUTUMN else (self.starts.year - 1, 2)


def find(view: TextView, terms: Sequence[SchoolTerm]) -> Iterator[Hit]:
    """First and last days that are not the calendar's. Days a week of registration may explain are hints.

    Args:
        view: the text.
        terms: the school's terms; of others nothing is said.
    """
    known = {term.key: term for term in terms}
    seen: set[int] = set()
    for pattern in _SAID:
        for match in pattern.finditer(view.text):
            term = known.get((int(match["first"]), _NUMBERS[match["number"]]))
            if term is None:
                continue
            for prefix, right, what in _edges(match, term):
                place = match.start(f"{prefix}month")
                if place not in seen and (hit := _compared(view, match, prefix, right, what)):
                    yield hit
                seen.add(place)


def _edges(match: re.Match[str], term: SchoolTerm) -> Iterator[tuple[str, date, Text]]:
    if match["begins"]:
        yield "", term.starts, Text("开始", "begins")
    if "last_day" in match.groupdict():
        yield "last_", term.ends, Text("结束", "ends")
    elif match["ends"]:
        yield "", term.ends, Text("结束", "ends")


def _compared(view: TextView, match: re.Match[str], prefix: str, right: date, what: Text) -> Hit | None:
    year, month, day = (match[f"{prefix}{part}"] for part in ("year", "month", "day"))
    try:
        written = date(int(year), int(month), int(day)) if year else nearest(int(month), int(day), right)
    except ValueError:
        return None  # no such day, which the dates say
    if written == right:
        return None
    message = Text(
        f"校历上这个学期{right.year}年{right.month}月{right.day}日{what.zh}。",
        f"By the calendar the term {what.en} on {right.isoformat()}.",
    )
    span = match.start(f"{prefix}month"), match.end(f"{prefix}day") + 1
    far = abs((written - right).days) > _CERTAIN
    return words_at(
        view, span, kind=HitKind.DATE, message=message, force=Force.WARN if far else Force.HINT,
        suggestions=(f"{right.month}月{right.day}日",),
    )  # fmt: skip
