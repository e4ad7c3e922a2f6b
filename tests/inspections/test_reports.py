"""The self-report: pre-filled, the unit's own to send, immutable, in time or late; and what its review makes of it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import DatabaseError, transaction

from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.core.verdicts import Refused, WrongState
from guanhao.duties.models import Duty
from guanhao.duties.rebuilding import rebuild
from guanhao.inspections import actions, reporting, settling
from guanhao.inspections.evidence import evidence_of
from guanhao.inspections.models import Report
from guanhao.inspections.terms import terms_of
from guanhao.inspections.types import InspectionState
from guanhao.ledger.models import Event
from guanhao.notices.models import Notice
from guanhao.people.access import actor_of
from guanhao.process.drawing import draw_consequences
from guanhao.process.owing import keep_duties
from guanhao.registry.actions import change_account
from guanhao.registry.models import Account
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.inspections.conftest import CALENDAR, LATE, OFFICE_HEAD, OVER, REGISTRAR


@pytest.mark.article("xartvu-7", "xartvu-F3")
def test_the_form_is_filled_with_what_the_system_knows(play, admissions):
    """The regulation's own form, its fields for the unit only, with name, unit, year and figures in place."""
    terms = terms_of(admissions)
    filled = reporting.prefilled(admissions, terms, evidence_of(admissions.account, 2026))
    assert filled["name"] == admissions.account.name
    assert filled["department"] == "招生办公室"
    assert (filled["year"], filled["published"], filled["report"]) == ("2026", "0", "")
    assert {"number", "seal", "head_opinion", "decision"}.isdisjoint(filled)


@pytest.mark.article("xartvu-7")
def test_evidence_counts_the_years_changes_of_people(play, admissions):
    """A new head of the account and a new holder in the year count; the numbers name nobody."""
    account = admissions.account
    before = evidence_of(account, 2026).person_changes
    change_account(
        actor=actor_of(play.person(OFFICE_HEAD)),
        account=account,
        first_responsible=play.person("xartvu-publicity-head"),
    )
    found = evidence_of(account, 2026)
    assert found.person_changes == before + 1
    assert evidence_of(account, 2025).person_changes == 0
    assert found.responsible


@pytest.mark.article("xartvu-7")
def test_only_the_unit_reports(play, admissions):
    """Somebody of another unit is refused with the article."""
    other = play.person("xartvu-college")
    with pytest.raises(Refused, match="招生办公室") as refusal:
        reporting.submit(actor=actor_of(other), person=other, inspection=admissions, values={})
    assert refusal.value.denied.article == "xartvu-7"


@pytest.mark.article("xartvu-F3")
def test_a_report_with_an_empty_field_is_not_sent(play, admissions):
    """It names what lacks; what was written is kept as a draft and comes back."""
    with pytest.raises(Refused, match="年度运行情况"):
        play.send(admissions, report=" ")
    person = play.person("xartvu-dept")
    reporting.save(
        actor=actor_of(person),
        person=person,
        inspection=admissions,
        values={"followers": "88", "number": "假"},
    )
    admissions.refresh_from_db()
    assert admissions.working["followers"] == "88"
    assert "number" not in admissions.working  # the office's own field


@pytest.mark.article("xartvu-7")
def test_a_report_needs_its_seal_before_the_office_reviews_it(play, admissions):
    """The head's step asks for the sealed paper; without it nothing moves on."""
    play.send(admissions)
    admissions.refresh_from_db()
    step = Step.objects.waiting().select_related("case", "unit").get(case=admissions.case_id)
    head = play.person("xartvu-dept-head")
    with pytest.raises(Refused, match="纸质件"):
        settling.decide(
            actor=actor_of(head), person=head, step=step, saying=Saying.all_ticked(step, "approve")
        )
    play.sign(admissions)
    assert play.decide(admissions, REGISTRAR).next_step.key == "conclude"


@pytest.mark.article("xartvu-7")
def test_a_pass_is_noted_on_the_account(play, admissions):
    """After the last decision the account shows when it was inspected, and is unconfirmed no longer."""
    Account.objects.filter(pk=admissions.account_id).update(uninspected_since=date(2026, 1, 20))
    play.through(admissions)
    account = Account.objects.get(pk=admissions.account_id)
    assert (account.inspected_on, account.uninspected_since) == (date(2026, 12, 7), None)


@pytest.mark.article("xartvu-7")
def test_sent_back_is_mended_by_a_day_and_may_pass_then(play, admissions):
    """The reason and the day are kept; the second report is another one; the day is fifteen working days off."""
    play.send(admissions)
    play.sign(admissions)
    play.decide(admissions, REGISTRAR, "return", opinion="补充全年数据")
    admissions.refresh_from_db()
    assert (admissions.state, admissions.reason) == (InspectionState.RECTIFY, "补充全年数据")
    assert admissions.rectify_by == date(2026, 12, 28)
    with clock.frozen(datetime(2026, 12, 20, 9, tzinfo=CHINA)):
        play.through(admissions)
    admissions.refresh_from_db()
    assert admissions.state == InspectionState.PASSED
    assert list(admissions.reports.values_list("number", flat=True)) == [1, 2]
    assert admissions.case.follows is not None


@pytest.mark.article("xartvu-7")
def test_what_is_not_mended_by_its_day_has_failed(play, admissions):
    """As this rulebook says; the account is ordered to close and publishes nothing meanwhile."""
    play.send(admissions)
    play.decide(admissions, "xartvu-dept-head", "return", opinion="数据不实")
    admissions.refresh_from_db()
    with clock.frozen(datetime(2026, 12, 28, 23, tzinfo=CHINA)):
        assert actions.close_over(actor=CALENDAR, opened=admissions.round) == 0
    with clock.frozen(datetime(2026, 12, 29, 9, tzinfo=CHINA)):
        assert actions.close_over(actor=CALENDAR, opened=admissions.round) == 1
    admissions.refresh_from_db()
    assert admissions.state == InspectionState.FAILED
    assert Account.objects.get(pk=admissions.account_id).state == "suspended"
    assert Event.objects.filter(action="inspection.closure_ordered").count() == 1


@pytest.mark.article("xartvu-7")
def test_a_late_report_is_taken_as_late_and_a_later_one_is_not(play, admissions):
    """Within the days of grace it counts and says so; after them it is refused."""
    with clock.frozen(LATE):
        assert play.send(admissions).late
    other = play.row(play.cast.accounts["flagship_weibo"])
    with clock.frozen(OVER), pytest.raises(Refused, match="截止"):
        play.send(other)


@pytest.mark.article("xartvu-7")
def test_a_veto_keeps_an_account_from_passing(play, admissions):
    """Without an operator nobody can approve the report; sending it back works."""
    Account.objects.filter(pk=admissions.account_id).update(manager=None)
    admissions.account.operators.all().delete()
    play.send(play.row(admissions.account))
    with pytest.raises(Refused, match="没有管理员"):
        play.sign(admissions)
    play.decide(admissions, "xartvu-dept-head", "return", opinion="先补管理员")
    admissions.refresh_from_db()
    assert admissions.state == InspectionState.RECTIFY


def test_a_report_can_be_taken_back_while_it_is_reviewed(play, admissions):
    """By who sent it; the account owes one again."""
    play.send(admissions)
    person, stranger = play.person("xartvu-dept"), play.person("xartvu-college")
    with pytest.raises(Refused):
        reporting.take_back(actor=actor_of(stranger), person=stranger, inspection=admissions)
    reporting.take_back(actor=actor_of(person), person=person, inspection=admissions)
    admissions.refresh_from_db()
    assert admissions.state == InspectionState.OWED
    play.send(admissions)


@pytest.mark.article("xartvu-7")
def test_a_report_taken_back_is_owed_again_and_a_rebuild_says_the_same(play, admissions):
    """Met by sending, owed again when it is taken back, met by the next one; from the ledger alone, it comes out alike."""

    def owed():
        until_idle([draw_consequences], Worker("test/duties-0"))
        return Duty.objects.get(task="inspect", account=admissions.account)

    keep_duties(Worker("test/duties-0"))
    first = owed()
    play.send(admissions)
    assert owed().state == "met"
    person = play.person("xartvu-dept")
    reporting.take_back(actor=actor_of(person), person=person, inspection=admissions)
    again = owed()
    assert (again.state, again.due_at, again.ended_event) == ("open", first.due_at, None)
    assert again.next_at == first.next_at
    assert rebuild(play.cast.institution).same
    assert Notice.objects.filter(consequence="duty.reopened").exists()
    play.send(admissions)
    assert owed().state == "met"
    assert rebuild(play.cast.institution).same


def test_a_report_that_was_sent_cannot_be_changed(play, admissions):
    """Not by any code: the database refuses."""
    report = play.send(admissions)
    for change in (
        lambda: Report.objects.filter(pk=report.pk).update(values={}),
        lambda: Report.objects.filter(pk=report.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_absent_account_can_be_failed_by_the_registrar_with_a_reason(play, admissions):
    """Only after the end, only by the registrar."""
    registrar, other = play.person(REGISTRAR), play.person("xartvu-dept")
    given = {"inspection": admissions, "reason": "两次催报未果"}
    with pytest.raises(WrongState):
        settling.fail_absent(actor=actor_of(registrar), person=registrar, **given)
    with clock.frozen(OVER):
        actions.close_over(actor=CALENDAR, opened=admissions.round)
        with pytest.raises(Refused, match="备案部门"):
            settling.fail_absent(actor=actor_of(other), person=other, **given)
        settling.fail_absent(actor=actor_of(registrar), person=registrar, **given)
    admissions.refresh_from_db()
    assert admissions.state == InspectionState.FAILED


@pytest.mark.article("xartvu-7")
def test_clean_ones_pass_together_each_with_a_decision_of_its_own(play):
    """A late one and one with something against it are left alone and said."""
    play.account(1, "招生办公室")
    play.open()
    clean = play.row(play.cast.accounts["admissions"])
    mended = play.row(Account.objects.get(handle="demo1"))
    for row in (clean, mended):
        play.send(row)
    play.decide(mended, "xartvu-dept-head", "return", opinion="补充")
    play.send(mended)
    for row in (clean, mended):
        play.sign(row)
    registrar = play.person(REGISTRAR)
    steps = Step.objects.waiting_for(registrar).filter(case__subject_kind="inspection").select_related("case")
    done, denied = settling.pass_clean(
        actor=actor_of(registrar), person=registrar, steps=list(steps), opinion="集中审核，无异常"
    )
    assert done == 1
    assert "demo1" not in str(denied[0].reason)
    assert "西安电大账号1" in denied[0].reason.zh
