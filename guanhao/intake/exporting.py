"""The register as a ledger: one row an account, in the registrar's order and words. It can be imported again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from guanhao.core.text import Text
from guanhao.intake.columns import Column, order_of
from guanhao.people.models import Person
from guanhao.registry.models import Account
from guanhao.registry.queries import AccountQuerySet
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.types import Platform

MOST_ROWS = 20_000
_YES, _NO = "是", "否"


def heads(rulebook: Rulebook | None) -> list[Text]:
    """The headings."""
    return [title for _column, title in order_of(rulebook)]


def ledger_rows(
    accounts: AccountQuerySet, rulebook: Rulebook | None, platforms: Mapping[str, Platform]
) -> Iterator[list[Any]]:
    """The rows; a constant number of queries however many there are."""
    order = [column for column, _title in order_of(rulebook)]
    found = accounts.select_related(
        "owner_unit", "first_responsible", "supervising_leader", "manager", "bound_administrator"
    ).prefetch_related("operators__person")
    for account in found.order_by("owner_unit__position", "owner_unit", "platform", "name", "pk")[:MOST_ROWS]:
        yield [_CELLS[column](account, platforms) for column in order]


def _platform(account: Account, platforms: Mapping[str, Platform]) -> str:
    platform = platforms.get(account.platform)
    return platform.title.zh if platform else account.platform


def _kind(account: Account, platforms: Mapping[str, Platform]) -> str:
    platform = platforms.get(account.platform)
    kind = platform.kinds.get(account.kind) if platform else None
    return kind.title.zh if kind else account.kind


def _person(person: Person | None) -> str:
    """With the number where there is one, so that the ledger names exactly one person when it comes back."""
    if person is None:
        return ""
    return f"{person.name}（{person.staff_no}）" if person.staff_no else person.name


def _operators(account: Account) -> str:
    serving: Iterable[Any] = (one for one in account.operators.all() if one.ended_on is None)
    return "、".join(_person(one.person) for one in sorted(serving, key=lambda one: one.pk))


_CELLS: dict[Column, Callable[[Account, Mapping[str, Platform]], Any]] = {
    Column.NUMBER: lambda account, _: account.filing_number,
    Column.UNIT: lambda account, _: account.owner_unit.name,
    Column.PLATFORM: _platform,
    Column.KIND: _kind,
    Column.NAME: lambda account, _: account.name,
    Column.HANDLE: lambda account, _: account.handle,
    Column.ADDRESS: lambda account, _: account.address,
    Column.OPENED_ON: lambda account, _: account.opened_on,
    Column.RESPONSIBLE: lambda account, _: _person(account.first_responsible),
    Column.LEADER: lambda account, _: _person(account.supervising_leader),
    Column.MANAGER: lambda account, _: _person(account.manager),
    Column.OPERATOR: lambda account, _: _operators(account),
    Column.ADMINISTRATOR: lambda account, _: _person(account.bound_administrator),
    Column.VERIFIED: lambda account, _: _YES if account.verified else _NO,
    Column.VERIFIED_UNTIL: lambda account, _: account.verified_until,
    Column.PURPOSE: lambda account, _: account.purpose,
    Column.AUDIENCE: lambda account, _: account.audience,
    Column.FLAGSHIP: lambda account, _: _YES if account.flagship else _NO,
    Column.STATE: lambda account, _: account.get_state_display(),
    Column.CLOSED_ON: lambda account, _: account.closed_on,
}
