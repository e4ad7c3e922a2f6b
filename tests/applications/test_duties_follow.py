"""What the register's own cases open and meet among the duties, from the first click to the row: nothing is played here."""

from __future__ import annotations

import pytest

from guanhao.applications.completing import Done
from guanhao.applications.types import Kind
from guanhao.core import clock
from guanhao.duties.models import Duty
from guanhao.process.drawing import draw_consequences
from guanhao.registry.models import Account
from guanhao.steps.loop import until_idle
from tests.applications.test_changes import ADMISSIONS, COLLEGE, SECTION, newcomer
from tests.duties.conftest import Time, duties
from tests.process.conftest import ME


@pytest.fixture
def hands():
    """A clock moved by hand."""
    time = Time()
    with clock.frozen(lambda: time.now):
        yield time


def follow():
    until_idle([draw_consequences], ME)


def states(task, account):
    return [duty.state for duty in duties(task, account=account)]


@pytest.mark.article("gpnu-15")
def test_a_change_of_operator_owes_a_filing_that_only_the_filed_case_meets(hands, college):
    """A new operator is appointed: the filing is owed; applying for it is not enough, the registrar's filing is."""
    person = newcomer(college, COLLEGE)
    account = college.cast.accounts["college"]
    follow()
    assert states("file_persons", account) == ["open"]
    hands.on(hours=1)
    application = college.begin("gpnu-college", Kind.CHANGE_PERSONS, unit=COLLEGE, account="college")
    application = college.fill("gpnu-college", application, operator=str(person.pk), reason="岗位调整")
    application = college.submit("gpnu-college", application)
    application = college.decide("gpnu-college-head", application)
    follow()
    assert states("file_persons", account) == ["open"]
    hands.on(hours=1)
    college.decide("gpnu-publicity", application)
    follow()
    assert set(states("file_persons", account)) == {"met"}


@pytest.mark.article("gpnu-16")
def test_a_closed_account_owes_its_filing_and_the_same_case_files_it(hands, college):
    """Closing owes a filing; the road ends with the registrar, so the case that closed it has filed it."""
    application = college.begin("gpnu-college", Kind.CLOSE_ACCOUNT, unit=COLLEGE, account="college")
    application = college.fill(
        "gpnu-college", application, closes_on="2026-12-31", reason="栏目合并", left="无"
    )
    application = college.submit("gpnu-college", application)
    application = college.decide("gpnu-college-head", application)
    application = college.decide("gpnu-college", application, done=Done(note="平台已注销，截图存档"))
    follow()
    account = college.cast.accounts["college"]
    assert states("file_closure", account) == []
    college.decide("gpnu-publicity", application)
    follow()
    assert Account.objects.get(pk=account.pk).state == "closed"
    assert states("file_closure", account) == ["met"]


@pytest.mark.article("xartvu-5")
def test_a_change_of_operator_registers_the_account_anew_on_the_sealed_form(hands, radio):
    """Owed with the appointment, met by the registrar's filing of the signed and sealed form."""
    person = newcomer(radio, ADMISSIONS)
    account = radio.cast.accounts["admissions"]
    follow()
    assert states("register_again", account) == ["open"]
    hands.on(hours=1)
    application = radio.begin("xartvu-dept", Kind.CHANGE_PERSONS, unit=ADMISSIONS, account="admissions")
    given = {"operator": str(person.pk), "phone": "029", "opened_on": "2015-06-01"}
    application = radio.submit("xartvu-dept", radio.fill("xartvu-dept", application, **given))
    for who in ("xartvu-dept-head", "xartvu-dept-head", "xartvu-office"):
        assert states("register_again", account) == ["open"]
        application = radio.decide(who, application)
    follow()
    assert set(states("register_again", account)) == {"met"}


@pytest.mark.article("ruian-6.4")
def test_an_approved_menu_is_owed_as_an_update_of_the_page(hands, ruian_desk):
    """The office's operator owes the update once the institution's leader has approved; nothing before."""
    application = ruian_desk.begin("ruian-section", Kind.CHANGE_MENU, unit=SECTION, account="flagship")
    form = {"change": "新增“办事指南”", "reason": "方便师生"}
    application = ruian_desk.submit("ruian-section", ruian_desk.fill("ruian-section", application, **form))
    for who in ("ruian-section-head", "ruian-leader"):
        application = ruian_desk.decide(who, application)
    follow()
    assert duties("update_menu") == []
    ruian_desk.decide("ruian-dean", application)
    follow()
    (duty,) = duties("update_menu")
    assert duty.account == ruian_desk.cast.accounts["flagship"]
    assert Duty.objects.owed_by(ruian_desk.person("ruian-editor")).filter(pk=duty.pk).exists()
