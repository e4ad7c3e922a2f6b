"""Names and titles against the institution's own roster: a wrong character, an old name, a wrong title, a wrong order.

The roster is handed in; nothing is known here of anybody. A name one character off is suspected only where the wrong
character sounds or looks like the right one, and where a title or a unit stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, words_at
from guanhao.screening.proof.confusions import are_alike
from guanhao.screening.text import TextView

_SHORTEST_NAME = 2
_BESIDE = 12  # characters in which a title belongs to a name
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LIST = re.compile(r"[、，,]")
# What says that a title was or will be somebody's.
_FORMER = re.compile(r"(?:原|前|时任|曾任|历任|前任|现任|兼任|拟任|任命|出任|候任)$")
_LONGEST_FORMER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Leader:
    """Somebody who is named with a title. ``rank`` orders a list of leaders, the first has the lowest.

    Where the title is not known (empty), only the name's characters are watched.
    """

    name: str
    title: str = ""
    rank: int = 0
    since: date | None = None
    until: date | None = None

    def is_in_office(self, on: date | None) -> bool:
        """Whether the title is held on a day; without a day, yes."""
        return on is None or (
            (self.since is None or self.since <= on) and (self.until is None or on <= self.until)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitName:
    """A unit's name in force, with earlier names and short forms that are wrong."""

    name: str
    old: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Leaders with their terms, units with their names. There may be hundreds, so names are sorted out once."""

    leaders: tuple[Leader, ...] = ()
    units: tuple[UnitName, ...] = ()

    @cached_property
    def names(self) -> Names:
        """The leaders' names, ready to be looked for."""
        return Names(frozenset(leader.name for leader in self.leaders))


class Names:
    """Names, their lengths and letters, and each by what is left when one of its characters is taken out."""

    def __init__(self, names: frozenset[str]) -> None:
        self.all = names
        self.letters = frozenset("".join(names))
        self.lengths = sorted({len(name) for name in names if len(name) >= _SHORTEST_NAME})
        self.left_out: dict[tuple[int, str, str], tuple[str, ...]] = {}
        for name in sorted(names):
            for place in range(len(name)) if len(name) >= _SHORTEST_NAME else ():
                key = (place, name[:place], name[place + 1 :])
                self.left_out[key] = (*self.left_out.get(key, ()), name)


def find(view: TextView, roster: Roster, *, on: date | None = None) -> Iterator[Hit]:
    """Slips in names, titles, units and the order of leaders.

    Args:
        view: the text.
        roster: who and what there is.
        on: the day the text speaks of; leaders not in office then are not expected to bear their title.
    """
    yield from _units(view, roster.units)
    yield from _misspelt(view, roster)
    yield from _titles(view, roster.leaders, on)
    yield from _order(view, [leader for leader in roster.leaders if leader.title and leader.is_in_office(on)])


def _units(view: TextView, units: Iterable[UnitName]) -> Iterator[Hit]:
    for unit in units:
        for wrong in (*unit.old, *unit.wrong):
            for match in re.finditer(re.escape(wrong), view.text):
                if not _is_part_of(view.text, match.span(), unit.name):
                    yield words_at(
                        view,
                        match.span(),
                        kind=HitKind.UNIT_NAME,
                        message=_unit_message(wrong, unit),
                        suggestions=(unit.name,),
                    )


def _unit_message(wrong: str, unit: UnitName) -> Text:
    if wrong in unit.old:
        return Text(zh=f"“{wrong}”是旧名，现为“{unit.name}”。", en=f"“{wrong}” is called “{unit.name}” now.")
    return Text(zh=f"“{wrong}”不是规范的简称，应为“{unit.name}”。", en=f"“{wrong}” should be “{unit.name}”.")


def _is_part_of(text: str, span: tuple[int, int], name: str) -> bool:
    """Whether the place is inside the right name, which may contain the old one."""
    around = text[max(0, span[0] - len(name)) : span[1] + len(name)]
    at = span[0] - max(0, span[0] - len(name))
    return any(
        found.start() <= at and at + span[1] - span[0] <= found.end()
        for found in re.finditer(re.escape(name), around)
    )


def _misspelt(view: TextView, roster: Roster) -> Iterator[Hit]:
    for name, place, start in sorted(_one_off(view.text, roster.names)):
        span = (start, start + len(name))
        said = view.text[slice(*span)]
        if are_alike(said[place], name[place]) and (
            len(name) > _SHORTEST_NAME or _has_title(view.text, span, roster.leaders)
        ):
            yield words_at(
                view,
                span,
                kind=HitKind.PERSON_NAME,
                message=Text(zh=f"“{said}”疑为“{name}”。", en=f"“{said}” may be meant for “{name}”."),
                suggestions=(name,),
            )


def _one_off(text: str, names: Names) -> Iterator[tuple[str, int, int]]:
    """Where a name stands with one other Chinese character: the name, the character's place in it, the start.

    One pass over the text, however many names there are. What overlaps an earlier finding of the same kind, or a right
    name, is not looked at again.
    """
    ends: dict[tuple[str, int], int] = {}
    for name, place, start in _alike(text, names):
        if start >= ends.get((name, place), 0):
            ends[name, place] = start + len(name)
            if text[start : start + len(name)] not in names.all:
                yield name, place, start


def _alike(text: str, names: Names) -> Iterator[tuple[str, int, int]]:
    """Everywhere a name could stand but for one character, from left to right for each length.

    Only where at most one character occurs in no name is anything looked up, with one character left out.
    """
    letters = names.letters
    strange_before = [0, *accumulate(letter not in letters for letter in text)]
    for length in names.lengths:
        for start, (before, after) in enumerate(zip(strange_before, strange_before[length:], strict=False)):
            if after - before > 1:
                continue
            said = text[start : start + length]
            places = (
                range(length)
                if after == before
                else [place for place, letter in enumerate(said) if letter not in letters]
            )
            for place in places:
                if _HAN.match(said[place]):
                    for name in names.left_out.get((place, said[:place], said[place + 1 :]), ()):
                        yield name, place, start


def _has_title(text: str, span: tuple[int, int], leaders: Iterable[Leader]) -> bool:
    around = text[max(0, span[0] - _BESIDE) : span[1] + _BESIDE]
    return any(leader.title and leader.title in around for leader in leaders)


def _titles(view: TextView, leaders: Iterable[Leader], on: date | None) -> Iterator[Hit]:
    """A known name directly beside a title of the roster that is not its own; 副院长 beside 院长's name is one too."""
    known = {leader.title for leader in leaders if leader.title}
    if not known:
        return
    deputies = {
        f"{title[:place]}副{title[place:]}" for title in known if "副" not in title for place in (0, -2)
    }
    titles = "|".join(map(re.escape, sorted(known | deputies, key=len, reverse=True)))
    for name in sorted({leader.name for leader in leaders if leader.title}):
        own = {
            leader.title
            for leader in leaders
            if leader.name == name and leader.title and leader.is_in_office(on)
        }
        pattern = re.compile(f"(?P<before>{titles})?{re.escape(name)}(?P<after>{titles})?")
        for match in pattern.finditer(view.text):
            for side in ("before", "after"):
                said = match[side]
                if not said or not own or any(_is_called(said, title) for title in own):
                    continue
                if not _FORMER.search(view.text[: match.start(side)][-_LONGEST_FORMER:]):
                    yield words_at(
                        view,
                        match.span(side),
                        kind=HitKind.TITLE,
                        message=Text(
                            zh=f"{name}现任{'、'.join(sorted(own))}。",
                            en=f"{name} is {'、'.join(sorted(own))}.",
                        ),
                        suggestions=tuple(sorted(own)),
                    )


def _is_called(said: str, title: str) -> bool:
    """Whether somebody of a title (or several, parted by 、) may be called so: shorter or longer, but never 副 for 正."""
    return any(
        (said in one or one in said) and ("副" in said) == ("副" in one)
        for one in re.split("[、，,/ ]", title)
    )


def _order(view: TextView, leaders: list[Leader]) -> Iterator[Hit]:
    """Leaders in one enumeration stand by rank."""
    ranks = {leader.name: leader.rank for leader in leaders}
    if not ranks:
        return
    pattern = re.compile("|".join(sorted(map(re.escape, ranks), key=len, reverse=True)))
    last: re.Match[str] | None = None
    for match in pattern.finditer(view.text):
        is_list = last is not None and _is_enumeration(view.text[last.end() : match.start()])
        if is_list and last is not None and ranks[match[0]] < ranks[last[0]]:
            yield words_at(
                view,
                (last.start(), match.end()),
                kind=HitKind.ORDER,
                message=Text(
                    zh=f"领导排序：{match[0]}应在{last[0]}之前。", en=f"{match[0]} comes before {last[0]}."
                ),
                force=Force.HINT,
            )
        last = match


def _is_enumeration(between: str) -> bool:
    return (
        len(between) <= _BESIDE and bool(_LIST.match(between)) and "。" not in between and "\n" not in between
    )
