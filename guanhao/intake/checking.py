"""A ledger checked before anything of it is imported: every fault with its row, its column and what would be right.

The rules are those of the register (`registry.checks`), asked for a whole sheet at once, so that two thousand rows cost a
few queries and not a few thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.intake.cells import LONGEST, Cells, Fault, days, known_to
from guanhao.intake.columns import LABELS, Column
from guanhao.lexicon.naming import name_watch
from guanhao.people.importing import Sheet
from guanhao.people.models import Institution, Person, Unit
from guanhao.registry import checks, kinds
from guanhao.registry.admission import well_named
from guanhao.registry.lifecycle import rulebook_over
from guanhao.registry.models import Account
from guanhao.registry.types import GONE
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.types import Platform
from guanhao.rulebook.vocabulary import LimitSubject, Particular
from guanhao.screening.namekeys import fold
from guanhao.screening.names import Judgement, Relation

NEEDED = (Column.NAME, Column.PLATFORM, Column.UNIT)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, understood: what the account's columns become, its number and who runs it."""

    row: int
    values: Mapping[str, Any]
    number: str
    operators: tuple[Person, ...]
    judged: Judgement | None


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a dry run: what would be entered and every fault. It is applied only where there is none."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]

    @property
    def clean(self) -> bool:
        """Whether the ledger can be imported."""
        return bool(self.entries) and not self.faults

    @property
    def faulty_rows(self) -> int:
        """How many rows have a fault."""
        return len({fault.row for fault in self.faults})


def check(institution: Institution, sheet: Sheet, mapping: Mapping[Column, int]) -> Report:
    """Check every row. Nothing is changed; blank rows are passed over."""
    missing = [column for column in NEEDED if column not in mapping]
    if missing:
        faults = [
            Fault(
                sheet.first_row - 1,
                column,
                Text(
                    f"没有指定“{LABELS[column].zh}”是哪一列。",
                    f"No column was chosen for {LABELS[column].en}.",
                ),
            )
            for column in missing
        ]
        return Report((), tuple(faults))
    checker = Checker(institution)
    rows = [
        (sheet.first_row + offset, {column: _cell(row, at) for column, at in mapping.items()})
        for offset, row in enumerate(sheet.rows)
        if any(row)
    ]
    checker.judge([cells[Column.NAME] for _row, cells in rows])
    entries = tuple(checker.entry(row, cells) for row, cells in rows)
    return Report(entries, tuple(checker.faults))


def _cell(row: tuple[str, ...], at: int) -> str:
    return row[at].strip() if at < len(row) else ""


def _named(rulebook: Rulebook | None, values: Mapping[str, Any]) -> Verdict:
    """Whether the account is called as the rulebook wants; of accounts that are gone it wants nothing."""
    if values["state"] in GONE:
        return ALLOWED
    unit = values["owner_unit"]
    facts = Facts(
        platform=values["platform"], account_kind=values["kind"], owner_kind=unit.kind if unit else ""
    )
    return well_named(rulebook, facts, values["name"])


class Checker:
    """Checks rows one by one, remembering what earlier rows said."""

    def __init__(self, institution: Institution) -> None:
        self.institution = institution
        self.known = known_to(institution)
        self.rulebook = rulebook_over(institution)
        self.cells = Cells(self.known)
        self.faults = self.cells.faults
        self._judged: dict[str, Judgement] = {}
        self._entitled: dict[tuple[Any, ...], Verdict] = {}
        self._numbers: dict[str, int] = {}

    def judge(self, names: list[str]) -> None:
        """Judge all names of the sheet at once."""
        watch = name_watch(self.institution, Account.objects.values_list("name", flat=True))
        self._judged = {names[number]: judged for number, judged in watch.scan(names)}

    def entry(self, row: int, cells: Mapping[Column, str]) -> Entry:
        """Understand one row; faults are noted on the way, so that all of a row are told at once."""
        for column, most in LONGEST.items():
            if len(cells.get(column, "")) > most:
                self.cells.fault(
                    row, column, f"超过 {most} 字，请缩短。", f"Over {most} characters; shorten it."
                )
        platform, kind = self.cells.platform(row, cells)
        state = self.cells.state(row, cells)
        values: dict[str, Any] = {
            "name": cells[Column.NAME],
            "platform": platform.key if platform else "",
            "kind": kind,
            "state": state,
            "owner_unit": self.cells.unit(row, cells[Column.UNIT]),
            "handle": cells.get(Column.HANDLE, ""),
            "address": self.cells.address(row, cells.get(Column.ADDRESS, "")),
            "purpose": cells.get(Column.PURPOSE, ""),
            "audience": cells.get(Column.AUDIENCE, ""),
            "flagship": self.cells.yes(row, Column.FLAGSHIP, cells),
            **days(self.cells, row, cells, state),
            **self.cells.persons(row, cells),
        }
        self._name(row, values)
        self._handle(row, values, platform)
        self._responsible(row, values)
        return Entry(
            row=row,
            values=values,
            number=self._number(row, cells.get(Column.NUMBER, "")),
            operators=self.cells.operators(row, cells.get(Column.OPERATOR, "")),
            judged=self._judged.get(values["name"]),
        )

    def _name(self, row: int, values: Mapping[str, Any]) -> None:
        """There is one, it is written plainly, and no other account of the platform has it, in whatever spelling."""
        name = values["name"]
        if not name:
            self.cells.fault(row, Column.NAME, "缺少账号名称。", "The account's name is missing.")
            return
        judged = self._judged.get(name) or Judgement(name, Relation.NONE, 0)
        plainly = checks.written_plainly(judged)
        for verdict in (plainly, _named(self.rulebook, values)):
            if isinstance(verdict, Denied):
                self.cells.fault(row, Column.NAME, verdict.reason.zh, verdict.reason.en)
        if values["state"] not in GONE and values["platform"]:
            key = (values["platform"], fold(name)[:120])
            self._once(row, Column.NAME, self.known.names, key, name)

    def _handle(self, row: int, values: Mapping[str, Any], platform: Platform | None) -> None:
        handle = values["handle"]
        if platform is None or values["state"] in GONE:
            return
        if handle:
            self._once(row, Column.HANDLE, self.known.handles, (platform.key, handle.lower()), handle)
        elif Particular.HANDLE in platform.needs:
            title = kinds.handle_title(platform)
            self.cells.fault(
                row, Column.HANDLE, f"{platform.title.zh}账号须写明{title.zh}。", f"{title.en} is missing."
            )

    def _once(
        self, row: int, column: Column, taken: dict[tuple[str, str], str], key: tuple[str, str], text: str
    ) -> None:
        earlier = taken.setdefault(key, f"第 {row} 行")
        if earlier != f"第 {row} 行":
            self.cells.fault(
                row,
                column,
                f"“{text}”与{earlier}重复（同一平台）。",
                f"“{text}” is there already on this platform: {earlier}.",
            )

    def _responsible(self, row: int, values: Mapping[str, Any]) -> None:
        """Who answers for an account in use is named, and the regulation lets that person (gpnu-13)."""
        person, unit = values["first_responsible"], values["owner_unit"]
        named = any(fault.row == row and fault.column is Column.RESPONSIBLE for fault in self.faults[-8:])
        if person is None:
            if values["state"] not in GONE and not named:
                self.cells.fault(
                    row,
                    Column.RESPONSIBLE,
                    "在用账号须有第一责任人。",
                    "An account in use needs a first responsible person.",
                )
            return
        if unit is None or not values["platform"]:
            return
        verdict = self._may_answer(values, unit, person)
        if isinstance(verdict, Denied):
            at = f"（{verdict.article}）" if verdict.article else ""
            self.cells.fault(row, Column.RESPONSIBLE, f"{verdict.reason.zh}{at}", f"{verdict.reason.en} {at}")

    def _may_answer(self, values: Mapping[str, Any], unit: Unit, person: Person) -> Verdict:
        """Asked once per unit, person, platform and kind: a clause looks at nothing else."""
        key = (unit.pk, person.pk, values["platform"], values["kind"])
        if key not in self._entitled:
            account = Account(
                institution=self.institution,
                name=values["name"],
                platform=values["platform"],
                kind=values["kind"],
                owner_unit=unit,
            )
            self._entitled[key] = checks.entitled(account, person, LimitSubject.RESPONSIBLE_PERSONS)
        return self._entitled[key]

    def _number(self, row: int, text: str) -> str:
        if not text:
            return ""
        if text in self.known.numbers:
            self.cells.fault(
                row,
                Column.NUMBER,
                f"备案编号 {text} 已发给“{self.known.numbers[text]}”。",
                f"The number {text} belongs to {self.known.numbers[text]} already.",
            )
        earlier = self._numbers.setdefault(text, row)
        if earlier != row:
            self.cells.fault(
                row,
                Column.NUMBER,
                f"备案编号 {text} 与第 {earlier} 行重复。",
                f"Row {earlier} has the number {text} too.",
            )
        return text
