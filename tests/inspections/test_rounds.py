"""A round: opened by the calendar or the registrar, one row an account, closed when its days are over, published."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.core.verdicts import Refused, WrongState
from guanhao.inspections import actions
from guanhao.inspections.models import ClosureOrder, Inspection, Round
from guanhao.inspections.types import InspectionState
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from guanhao.registry.models import Account
from guanhao.regulation.actions import adopt
from tests.inspections.conftest import CALENDAR, LATE, OFFICE_HEAD, OVER, PEOPLE, REGISTRAR, Play

SOURCE = (Path(__file__).resolve().parents[2] / "rulebooks" / "xartvu.yaml").read_text(encoding="utf-8")


@pytest.mark.article("xartvu-7")
def test_the_calendar_opens_the_round_in_its_window_and_once(xartvu):
    """Not in November, on the first of December, not again; the days are the rulebook's."""
    institution = xartvu.institution
    with clock.frozen(datetime(2026, 11, 30, 9, tzinfo=CHINA)):
        assert actions.due_year(institution, clock.today()) is None
    with clock.frozen(datetime(2026, 12, 1, 0, 1, tzinfo=CHINA)):
        assert actions.due_year(institution, clock.today()) == 2026
        opened = Play(xartvu).open()
        assert actions.due_year(institution, clock.today()) is None
    assert (opened.opens_on, opened.closes_on) == (date(2026, 12, 1), date(2026, 12, 31))
    assert opened.late_until > opened.closes_on  # ten working days, holidays not counted


@pytest.mark.article("xartvu-7")
def test_there_is_one_row_for_every_account_in_use(play):
    """A closed account is not inspected; every other one is, whoever owns it."""
    closed = play.account(1, "招生办公室")
    Account.objects.filter(pk=closed.pk).update(state="closed")
    opened = play.open()
    assert set(opened.inspections.values_list("account", flat=True)) == {
        account.pk for account in play.cast.accounts.values()
    }
    assert Event.objects.get(action="inspection.round_opened").facts["accounts"] == len(play.cast.accounts)


def test_a_year_has_one_round(play):
    """Opening it again is refused and leaves no second set of rows."""
    play.open()
    with pytest.raises(WrongState, match="已经开始"):
        play.open()
    assert Round.objects.count() == 1


@pytest.mark.article("xartvu-7")
def test_the_registrar_may_open_it_with_days_of_their_own_and_nobody_else(play):
    """Whom the reports go to opens it early; the unit's operator is refused with the article."""
    given = {"institution": play.cast.institution, "year": 2026, "closes_on": date(2026, 12, 20)}
    stranger = play.person("xartvu-dept")
    with pytest.raises(Refused, match="备案部门") as refusal:
        actions.open_round(actor=actor_of(stranger), person=stranger, **given)
    assert refusal.value.denied.article == "xartvu-7"
    registrar = play.person(REGISTRAR)
    opened = actions.open_round(actor=actor_of(registrar), person=registrar, **given)
    assert opened.closes_on == date(2026, 12, 20)
    assert opened.late_until > opened.closes_on


def test_days_that_cannot_be_are_refused(play):
    """An end before the beginning, or in the past."""
    for closes in (date(2026, 11, 1), date(2026, 12, 1)):
        with pytest.raises(Refused, match="截止日"):
            play.open(opens_on=date(2026, 12, 2), closes_on=closes)


def test_a_regulation_without_inspections_opens_none(gpnu):
    """Gpnu asks for no yearly report; nothing opens by itself and nobody can open it."""
    with clock.frozen(datetime(2026, 12, 7, 9, tzinfo=CHINA)):
        assert actions.due_year(gpnu.institution, clock.today()) is None
        with pytest.raises(Refused, match="没有规定年检"):
            actions.open_round(actor=CALENDAR, person=None, institution=gpnu.institution, year=2026)


@pytest.mark.article("xartvu-7")
def test_who_sends_nothing_is_absent_after_the_last_day_for_late_ones(play, admissions):
    """Within the days of grace nothing happens; after them the account shows as not inspected, and the round closes."""
    opened = admissions.round
    with clock.frozen(LATE):
        assert actions.close_over(actor=CALENDAR, opened=opened) == 0
    with clock.frozen(OVER):
        actions.close_over(actor=CALENDAR, opened=opened)
        assert actions.close_over(actor=CALENDAR, opened=opened) == 0
    admissions.refresh_from_db()
    opened.refresh_from_db()
    assert admissions.state == InspectionState.ABSENT
    assert admissions.account.__class__.objects.get(pk=admissions.account_id).uninspected_since is not None
    assert opened.closed_at is not None
    assert Event.objects.filter(action="inspection.absent").count() == Inspection.objects.count()


@pytest.mark.article("xartvu-7")
def test_what_absence_means_is_the_files(play):
    """Another school's file says that who sends nothing has failed: then the account is ordered to close, not just shown."""
    stricter = SOURCE.replace("absent: unconfirmed", "absent: failed").replace('"2016.1"', '"2016.2"')
    stricter = re.sub(r"effective: [0-9-]+", f"effective: {clock.today().isoformat()}", stricter)
    assert "absent: failed" in stricter
    adopt(actor=CALENDAR, institution=play.cast.institution, source=stricter)
    opened = play.open()
    with clock.frozen(OVER):
        actions.close_over(actor=CALENDAR, opened=opened)
    assert set(opened.inspections.values_list("state", flat=True)) == {InspectionState.FAILED}
    assert ClosureOrder.objects.count() == opened.inspections.count()


def test_the_near_end_is_told_once_while_reports_are_owed(play, admissions):
    """Ten working days before the last day, and only then."""
    opened = admissions.round
    assert not actions.remind(actor=CALENDAR, opened=opened)
    with clock.frozen(datetime(2026, 12, 24, 9, tzinfo=CHINA)):
        assert actions.remind(actor=CALENDAR, opened=opened)
        assert not actions.remind(actor=CALENDAR, opened=opened)
    assert Event.objects.get(action="inspection.due_soon").facts["owed"] == Inspection.objects.count()


@pytest.mark.article("xartvu-7")
def test_results_are_published_once_and_only_after_the_end(play, admissions):
    """While reports may come nothing is out; the lists are those the rulebook names."""
    opened, head = admissions.round, play.person(OFFICE_HEAD)
    given = {"actor": actor_of(head), "person": head, "opened": opened}
    with pytest.raises(WrongState, match="截止后"):
        actions.publish_results(**given)
    with clock.frozen(OVER):
        actions.close_over(actor=CALENDAR, opened=opened)
        actions.publish_results(**given)
        with pytest.raises(WrongState):
            actions.publish_results(**given)
    assert actions.published_lists(opened) == [
        InspectionState.PASSED,
        InspectionState.FAILED,
        InspectionState.ABSENT,
    ]


@pytest.mark.article("xartvu-7")
def test_a_round_of_thirty_accounts(play):
    """Twenty-eight pass, one fails and is ordered to close, one sends nothing and shows as unconfirmed; all told apart."""
    units = list(PEOPLE)
    for number in range(30 - len(play.cast.accounts)):
        play.account(number, units[number % 3])
    opened = play.open()
    rows = list(opened.inspections.select_related("account", "unit", "round").order_by("pk"))
    assert len(rows) == 30
    absent, failed, *passing = rows
    for row in passing:
        play.through(row)
    play.send(failed)
    play.sign(failed)
    play.decide(failed, REGISTRAR)
    play.decide(failed, OFFICE_HEAD, "reject", opinion="长期不更新，内容失实")
    with clock.frozen(OVER):
        actions.close_over(actor=CALENDAR, opened=opened)
    assert opened.inspections.counted() == {
        "owed": 0, "review": 0, "rectify": 0, "passed": 28, "failed": 1, "absent": 1,
    }  # fmt: skip
    accounts = {row.pk: row for row in Account.objects.all()}
    assert accounts[absent.account_id].uninspected_since is not None
    assert accounts[failed.account_id].state == "suspended"
    assert failed.order.close_by > date(2026, 12, 7)
    assert all(accounts[row.account_id].inspected_on == date(2026, 12, 7) for row in passing)
    told = Event.objects.filter(action__startswith="inspection.").values_list("action", flat=True)
    counts = {action: list(told).count(action) for action in set(told)}
    assert counts == {
        "inspection.round_opened": 1, "inspection.submitted": 29, "inspection.passed": 28,
        "inspection.failed": 1, "inspection.closure_ordered": 1, "inspection.absent": 1, "inspection.round_closed": 1,
    }  # fmt: skip
