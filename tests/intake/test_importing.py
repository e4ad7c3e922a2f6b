"""An existing ledger into the register: two thousand rows, thirty-seven faults, all or nothing."""

from __future__ import annotations

import time
from datetime import date

import pytest

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.intake.actions import import_ledger
from guanhao.intake.checking import check
from guanhao.intake.columns import plain
from guanhao.intake.exporting import heads, ledger_rows
from guanhao.intake.mapping import guess, known_headings
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from guanhao.people.actions import add_person, add_unit, close_unit, deactivate
from guanhao.people.importing import read
from guanhao.registry import kinds
from guanhao.registry.models import Account, Filing, FilingNumber
from guanhao.registry.numbers import issue_number
from guanhao.registry.particulars import changed_since, newest_filing
from tests.intake import ledgers

pytestmark = pytest.mark.usefixtures("gpnu")


def sheet_of(cast, lines):
    known = known_headings(cast.rulebook)
    return read(ledgers.workbook_of(lines), is_heading=lambda cell: plain(cell) in known)


def bring(cast, lines, actor=None):
    sheet = sheet_of(cast, lines)
    return import_ledger(
        actor=actor or system("test"),
        institution=cast.institution,
        sheet=sheet,
        mapping=guess(sheet),
        name="台账.xlsx",
    )


@pytest.fixture
def made(gpnu):
    """Departments with their heads, a department that was closed, and somebody who left."""
    actor = system("test")
    found = ledgers.people_and_units(gpnu)
    gone = add_unit(
        actor=actor, institution=gpnu.institution, name="撤销了的部门", kind="department", parent=None
    )
    close_unit(actor=actor, unit=gone, on=date(2026, 1, 31))
    left = add_person(actor=actor, institution=gpnu.institution, name="离任者", kind="staff", staff_no="L1")
    deactivate(actor=actor, person=left, on=date(2026, 1, 31))
    return found


@pytest.mark.article("gpnu-13")
@pytest.mark.article("gpnu-4")
def test_two_thousand_rows_with_thirty_seven_faults(gpnu, made):
    """Every fault is found at its place, none is invented, nothing is imported; mended, the whole is there."""
    before = Account.objects.count()
    sound = ledgers.rows(made)
    bad, planted = ledgers.planted(sound, gpnu)
    assert len(planted) == 37
    sheet = sheet_of(gpnu, bad)
    report = check(gpnu.institution, sheet, guess(sheet))
    assert {(fault.row, fault.column.value) for fault in report.faults} == set(planted.items())
    assert all(fault.message.zh and fault.message.en for fault in report.faults)
    events = Event.objects.count()
    with pytest.raises(Refused, match="37 处"):
        bring(gpnu, bad)
    assert (Account.objects.count(), Event.objects.count()) == (before, events)
    assert not FilingNumber.objects.filter(text__startswith="旧备").exists()

    began = time.process_time()
    assert bring(gpnu, sound).clean
    print(f"\nimported {ledgers.ROWS} rows in {time.process_time() - began:.1f} s of processor time")  # noqa: T201 - a figure for the page.
    assert Account.objects.count() == before + ledgers.ROWS
    assert FilingNumber.objects.filter(text__startswith="旧备").count() == ledgers.ROWS
    actions = Event.objects.order_by("-index").values_list("action", flat=True)[: ledgers.ROWS + 1]
    assert actions[0] == "accounts.imported"
    assert set(actions[1:]) == {"account.created"}
    assert Event.objects.count() == events + ledgers.ROWS + 1


def test_what_was_imported_is_what_the_ledger_says(gpnu, made):
    """Platform, kind, unit, persons, days, state and number of one row; what is in use counts as filed."""
    bring(gpnu, ledgers.rows(made, 50))
    account = Account.objects.get(filing_number="旧备00001")
    assert (account.platform, account.kind, account.name) == ("wechat", "subscription", f"{made[1][0]}第1号")
    assert account.owner_unit.name == made[1][0]
    assert account.first_responsible.staff_no == "H001"
    assert [one.person.staff_no for one in account.operators.all()] == ["H001"]
    assert (account.opened_on, account.verified_until) == (date(2019, 3, 1), date(2027, 3, 1))
    assert changed_since(account, newest_filing(account)) == []
    closed = Account.objects.get(filing_number="旧备00049")
    assert (closed.state, closed.closed_on) == ("closed", date(2025, 6, 30))
    assert not Filing.objects.filter(account=closed).exists()


@pytest.mark.article("gpnu-13")
def test_nobody_else_than_the_unit_head_answers_for_its_account(gpnu, made):
    """The fault names the article, as it does on the page of an account."""
    lines = ledgers.rows(made, 5)
    lines[2][ledgers.AT["负责人"]] = made[3][1]
    sheet = sheet_of(gpnu, lines)
    (fault,) = check(gpnu.institution, sheet, guess(sheet)).faults
    assert "gpnu-13" in fault.message.zh


def test_an_imported_number_is_never_given_again(gpnu, made):
    """A number in the registrar's own pattern moves the counter on; the next account gets the one behind it."""
    lines = ledgers.rows(made, 2)
    scheme = next(iter(gpnu.rulebook.filing_numbers.values()), None)
    if scheme is None:
        pytest.skip("The regulation has no scheme of its own yet.")
    year = clock.today().year
    lines[0][0] = scheme.pattern.format(year=year, serial=41)
    bring(gpnu, lines)
    number = issue_number(actor=system("test"), account=gpnu.accounts["flagship"])
    assert number.text == scheme.pattern.format(year=year, serial=42)


def test_only_who_manages_accounts_imports(gpnu, made):
    """A unit's head is refused and nothing is written."""
    before = Account.objects.count()
    somebody = gpnu.people["gpnu-college-head"]
    with pytest.raises(Refused):
        bring(gpnu, ledgers.rows(made, 3), actor=actor_of(somebody))
    assert Account.objects.count() == before


def test_a_register_that_changed_since_the_dry_run_refuses_the_whole(gpnu, made):
    """Somebody registered one of the accounts meanwhile: the import says so and leaves nothing behind."""
    lines = ledgers.rows(made, 30)
    sheet = sheet_of(gpnu, lines)
    assert check(gpnu.institution, sheet, guess(sheet)).clean
    bring(gpnu, lines[7:8])
    before = Account.objects.count()
    with pytest.raises(Refused, match="3 处"):  # its name, its id and its number are taken
        bring(gpnu, lines)
    assert Account.objects.count() == before


def test_the_exported_ledger_comes_back_without_a_fault_but_its_doubles(gpnu, made):
    """What goes out can be read again: every column is recognised, and the only faults are that the accounts exist."""
    bring(gpnu, ledgers.rows(made, 20))
    platforms = kinds.platforms(gpnu.rulebook)
    rows = list(
        ledger_rows(Account.objects.filter(filing_number__startswith="旧备"), gpnu.rulebook, platforms)
    )
    out = ledgers.book([title.zh for title in heads(gpnu.rulebook)], rows)
    known = known_headings(gpnu.rulebook)
    sheet = read(out, is_heading=lambda cell: plain(cell) in known)
    mapping = guess(sheet)
    assert len(mapping) == len(sheet.header)
    report = check(gpnu.institution, sheet, mapping)
    assert len(report.entries) == 20
    assert {fault.column.value for fault in report.faults} == {"name", "handle", "number"}


def test_checking_costs_a_constant_number_of_queries_per_unit(gpnu, made, django_assert_max_num_queries):
    """Ten times the rows of the same units cost no query more."""
    few, many = (sheet_of(gpnu, ledgers.rows(made[:4], count)) for count in (40, 400))
    check(gpnu.institution, few, guess(few))
    with django_assert_max_num_queries(120):
        check(gpnu.institution, many, guess(many))


def test_a_ledger_without_the_needed_columns_says_which(gpnu):
    """Name, platform and unit have to be somewhere; the page asks for them."""
    sheet = read(
        ledgers.book(["名称", "单位"], [["新号", "团委"]]), is_heading=lambda cell: cell in {"名称", "单位"}
    )
    (fault,) = check(gpnu.institution, sheet, guess(sheet)).faults
    assert "平台" in fault.message.zh
