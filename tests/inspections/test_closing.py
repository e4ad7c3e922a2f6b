"""A failed inspection orders the account closed: a case of its own, on the closing road with every step, to its end."""

from __future__ import annotations

import pytest

from guanhao.applications import actions as applications
from guanhao.applications.completing import Done
from guanhao.applications.models import Application
from guanhao.cases.saying import Saying
from guanhao.core import clock
from guanhao.core.verdicts import Refused
from guanhao.duties.models import Duty
from guanhao.inspections import actions, settling
from guanhao.inspections.models import ClosureOrder
from guanhao.notices.models import Notice
from guanhao.people.access import actor_of
from guanhao.people.models import Appointment
from guanhao.process.drawing import draw_consequences
from guanhao.registry.models import Account
from guanhao.steps.loop import until_idle
from tests.inspections.conftest import CALENDAR, OFFICE_HEAD, OVER, REGISTRAR
from tests.process.conftest import ME

pytestmark = pytest.mark.article("xartvu-7")


def fail(play, row):
    """The report is reviewed and the head of the office fails it."""
    play.send(row)
    play.sign(row)
    play.decide(row, REGISTRAR)
    play.decide(row, OFFICE_HEAD, "reject", opinion="内容失实，多次违规")
    return Application.objects.select_related("case", "account").get(act="close_account")


def settle(play, application, who, note=""):
    """Decide what waits about the closing, as a person does."""
    person = play.person(who)
    step = application.case.steps.waiting().get()
    saying = Saying.all_ticked(step, "approve", opinion="同意")
    applications.decide(actor=actor_of(person), person=person, step=step, saying=saying, done=Done(note=note))
    return step.key


def test_the_order_is_a_case_that_ends_with_the_account_closed_and_struck_off(play, admissions):
    """Order, closing, striking off, each by its own office; the only registrar and who ordered it may both act."""
    application = fail(play, admissions)
    order = ClosureOrder.objects.get()
    assert (order.application, order.why_none_zh) == (application, "")
    assert application.working["closes_on"] == order.close_by.isoformat()
    assert "内容失实" in application.working["reason"]
    assert Account.objects.get(pk=admissions.account_id).state == "suspended"
    until_idle([draw_consequences], ME)
    steps = [
        settle(play, application, OFFICE_HEAD),
        settle(play, application, "xartvu-dept", note="已在平台注销"),
        settle(play, application, REGISTRAR),
    ]
    assert steps == ["order", "close", "file"]
    application.refresh_from_db()
    assert application.state == "effective"
    assert Account.objects.get(pk=admissions.account_id).state == "closed"
    until_idle([draw_consequences], ME)
    assert Duty.objects.get(task="close_account").state == "met"


def test_each_step_is_asked_of_its_own_people_only(play, admissions):
    """The unit cannot take the order, nor the office the closing."""
    application = fail(play, admissions)
    with pytest.raises(Refused):
        settle(play, application, "xartvu-dept", note="我们自己关")
    settle(play, application, OFFICE_HEAD)
    with pytest.raises(Refused):
        settle(play, application, OFFICE_HEAD, note="代办")


def test_a_closing_that_is_on_its_way_is_the_same_case(play, admissions):
    """The department had applied to close the account already: no second case, the order points at theirs."""
    person, account = play.person("xartvu-dept"), Account.objects.get(pk=admissions.account_id)
    own = applications.begin(
        actor=actor_of(person), person=person, kind="close_account", unit=account.owner_unit, account=account
    )
    typed = own.working | {"closes_on": "2026-12-31", "reason": "不再使用", "left": "无"}
    own = applications.save(
        actor=actor_of(person), person=person, application=own, serial=own.serial, typed=typed
    )
    applications.submit(actor=actor_of(person), person=person, application=own)
    assert fail(play, admissions) == own
    assert ClosureOrder.objects.get().application == own


def test_time_orders_it_in_the_name_of_whom_the_reports_go_to(play, admissions):
    """What was to be mended and was not: the case is open all the same, and nobody is its author."""
    play.send(admissions)
    play.sign(admissions)
    play.decide(admissions, REGISTRAR, "return", opinion="补充数据")
    with clock.frozen(OVER):
        actions.close_over(actor=CALENDAR, opened=admissions.round)
        application = Application.objects.select_related("case").get(
            act="close_account", account=admissions.account
        )
        assert application.applicant == play.person(REGISTRAR)
        assert settle(play, application, OFFICE_HEAD) == "order"


def test_an_order_without_a_road_says_so_and_the_office_hears_it(play, admissions):
    """Nobody to carry the closing out: the order stands, the account publishes nothing, and the page tells what lacks."""
    Appointment.objects.filter(unit=admissions.unit, post="operator").update(until="2026-12-06")
    with clock.frozen(OVER):
        actions.close_over(actor=CALENDAR, opened=admissions.round)
        person = play.person(OFFICE_HEAD)
        admissions.refresh_from_db()
        settling.fail_absent(
            actor=actor_of(person), person=person, inspection=admissions, reason="多次催报未报"
        )
        order = ClosureOrder.objects.get()
        assert order.application is None
        assert "注销或关闭账号" in order.why_none_zh
        assert not Application.objects.filter(act="close_account").exists()
        assert Account.objects.get(pk=admissions.account_id).state == "suspended"
        until_idle([draw_consequences], ME)
    told = Notice.objects.filter(consequence="inspection.result", title_zh__contains="责令关闭")
    assert play.person(REGISTRAR).pk in set(told.values_list("person", flat=True))
