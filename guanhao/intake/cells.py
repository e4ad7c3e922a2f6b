"""The cells of one row, read one by one: platform, kind, state, unit, days, persons. Each fault with what would be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.intake import words
from guanhao.intake.columns import Column
from guanhao.people.models import Institution, Person, Unit
from guanhao.registry import kinds
from guanhao.registry.models import Account, FilingNumber
from guanhao.registry.types import GONE, AccountState
from guanhao.rulebook.types import Platform
from guanhao.screening.namekeys import fold

LONGEST = {
    Column.NUMBER: 60, Column.NAME: 100, Column.HANDLE: 100, Column.ADDRESS: 500, Column.PURPOSE: 500, Column.AUDIENCE: 200,
}  # fmt: skip
_PERSONS = {
    Column.RESPONSIBLE: "first_responsible",
    Column.LEADER: "supervising_leader",
    Column.MANAGER: "manager",
    Column.ADMINISTRATOR: "bound_administrator",
}
_FIRST_DAY = date(1994, 4, 20)  # China's first line to the internet: no account is older


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, and what would be right."""

    row: int
    column: Column
    message: Text


@dataclass
class Known:
    """What the register holds, asked for once."""

    platforms: Mapping[str, Platform]
    units: Mapping[str, Unit]
    people: words.People
    numbers: Mapping[str, str]
    handles: dict[tuple[str, str], str] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)


def known_to(institution: Institution) -> Known:
    """Units, people, platforms and what is registered already, in a few queries."""
    known = Known(
        platforms=kinds.platforms_of(institution),
        units={name: unit for unit in Unit.objects.open() for name in (unit.name, unit.short_name) if name},
        people=words.People(Person.objects.active()),
        numbers=dict(FilingNumber.objects.values_list("text", "account__name")),
    )
    for platform, name, handle, key in Account.objects.exclude(state__in=GONE).values_list(
        "platform", "name", "handle", "name_key"
    ):
        where = f"登记簿中的“{name}”"
        if handle:
            known.handles[platform, handle.lower()] = where
        known.names[platform, key or fold(name)] = where
    return known


class Cells:
    """Reads the cells of rows and notes what is wrong with them."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.places = words.platform_words(known.platforms)
        self.faults: list[Fault] = []

    def fault(self, row: int, column: Column, zh: str, en: str) -> None:
        """Note what is wrong in a cell."""
        self.faults.append(Fault(row, column, Text(zh, en)))

    def platform(self, row: int, cells: Mapping[Column, str]) -> tuple[Platform | None, str]:
        """The platform and the kind of account; the kind may be said by the platform's cell."""
        text, kind_text = cells[Column.PLATFORM], cells.get(Column.KIND, "")
        if not text:
            self.fault(row, Column.PLATFORM, "缺少平台。", "The platform is missing.")
            return None, ""
        found = words.place(text, self.places)
        if found is None:
            choices = "、".join(platform.title.zh for platform in self.known.platforms.values())
            self.fault(
                row,
                Column.PLATFORM,
                f"平台“{text}”不认识，可用：{choices}。",
                f"The platform {text} is not known; known: {choices}.",
            )
            return None, ""
        platform = self.known.platforms[found.platform]
        if not kind_text:
            return platform, found.kind
        kind = words.kind(kind_text, words.kind_words(platform))
        if kind is None:
            choices = (
                "、".join(one.title.zh for one in platform.kinds.values()) or "（该平台不分类型，请留空）"
            )
            self.fault(
                row,
                Column.KIND,
                f"{platform.title.zh}没有“{kind_text}”这种账号，可用：{choices}。",
                f"{platform.title.en} has no such kind as {kind_text}; known: {choices}.",
            )
        return platform, kind or ""

    def unit(self, row: int, text: str) -> Unit | None:
        """The open unit of that name or short name."""
        unit = self.known.units.get(text)
        if unit is None:
            said = f"没有名为“{text}”的在设单位，请先建立单位或改正名称。" if text else "缺少单位。"
            self.fault(
                row, Column.UNIT, said, f"There is no open unit called “{text}”; add it or correct the name."
            )
        return unit

    def address(self, row: int, text: str) -> str:
        """The address, where it is one."""
        if text:
            try:
                URLValidator(["http", "https"])(text)
            except ValidationError:
                self.fault(
                    row,
                    Column.ADDRESS,
                    f"“{text}”不是网址，应以 http:// 或 https:// 开头。",
                    f"“{text}” is no address; it begins with http:// or https://.",
                )
        return text

    def state(self, row: int, cells: Mapping[Column, str]) -> AccountState | None:
        """The state; an empty cell means in use."""
        text = cells.get(Column.STATE, "")
        state = words.state(text)
        if state is None:
            choices = "、".join(str(one.label) for one in words.IMPORTED)
            self.fault(
                row,
                Column.STATE,
                f"状态“{text}”不认识，可用：{choices}。",
                f"The state {text} is not known; known: {choices}.",
            )
        return state

    def yes(self, row: int, column: Column, cells: Mapping[Column, str]) -> bool:
        """Whether a cell says yes."""
        text = cells.get(column, "")
        found = words.yes_or_no(text)
        if found is None:
            self.fault(row, column, f"“{text}”请写“是”或“否”。", f"Write 是 or 否 instead of “{text}”.")
        return bool(found)

    def persons(self, row: int, cells: Mapping[Column, str]) -> dict[str, Person | None]:
        """Who answers for the account, supervises, manages and is bound to it."""
        return {name: self._person(row, column, cells.get(column, "")) for column, name in _PERSONS.items()}

    def _person(self, row: int, column: Column, text: str) -> Person | None:
        if not text:
            return None
        found = self.known.people.named(text)
        if len(found) == 1:
            return found[0]
        if found:
            numbers = "、".join(f"{text}（{person.staff_no}）" for person in found)
            self.fault(
                row,
                column,
                f"有 {len(found)} 位“{text}”，请写明工号：{numbers}。",
                f"There are {len(found)} persons called {text}; add the number: {numbers}.",
            )
        else:
            self.fault(
                row,
                column,
                f"没有在用的人员“{text}”，请先登记人员，或写成“姓名（工号）”。",
                f"There is nobody called {text} who is still here; register the person, or write 姓名（工号）.",
            )
        return None

    def operators(self, row: int, text: str) -> tuple[Person, ...]:
        """Who runs it day by day; several names stand in one cell."""
        found = [
            self._person(row, Column.OPERATOR, name) for name in words.SEPARATORS.split(text) if name.strip()
        ]
        return tuple(dict.fromkeys(person for person in found if person is not None))


def days(reader: Cells, row: int, cells: Mapping[Column, str], state: AccountState | None) -> dict[str, Any]:
    """The days of a row; they have to be days, in an order that can be."""
    read = _day_reader(reader, row, cells)
    opened, closed, until = read(Column.OPENED_ON), read(Column.CLOSED_ON), read(Column.VERIFIED_UNTIL)
    today = clock.today()
    if opened and not _FIRST_DAY <= opened <= today:
        reader.fault(
            row, Column.OPENED_ON, f"开通日期 {opened} 不可能，请核对。", f"{opened} cannot be; check it."
        )
    if closed and closed > today:
        reader.fault(row, Column.CLOSED_ON, f"关闭日期 {closed} 还没有到。", f"{closed} is still to come.")
    if closed and opened and closed < opened:
        reader.fault(row, Column.CLOSED_ON, "关闭日期早于开通日期。", "It was closed before it was opened.")
    if closed and state is not None and state not in GONE:
        reader.fault(
            row,
            Column.CLOSED_ON,
            f"状态是“{state.label}”，却有关闭日期；请改状态或删去日期。",
            "It has a day of closing but its state is not closed; change one of them.",
        )
    verified = reader.yes(row, Column.VERIFIED, cells)
    if until and not verified:
        reader.fault(
            row,
            Column.VERIFIED_UNTIL,
            "写了认证有效期，平台认证却不是“是”。",
            "It has a term of verification but is not verified.",
        )
    return {"opened_on": opened, "closed_on": closed, "verified": verified, "verified_until": until}


def _day_reader(reader: Cells, row: int, cells: Mapping[Column, str]) -> Callable[[Column], date | None]:
    def read(column: Column) -> date | None:
        text = cells.get(column, "")
        try:
            return words.day(text)
        except ValueError:
            reader.fault(
                row, column, f"日期“{text}”不对，请写 2026-09-01。", f"{text} is not a day; write 2026-09-01."
            )
            return None

    return read
