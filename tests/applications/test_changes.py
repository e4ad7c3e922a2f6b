"""Applications about an account that is on the register: people, particulars, menu, profile, closure."""

from __future__ import annotations

import pytest

from guanhao.applications import actions, checks
from guanhao.applications.completing import Done
from guanhao.applications.models import Application
from guanhao.applications.types import ApplicationState, Kind
from guanhao.core import actors
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people import actions as people
from guanhao.people.access import actor_of
from guanhao.registry import actions as registry
from guanhao.registry.models import Account, Filing
from guanhao.registry.types import AccountState

COLLEGE, ADMISSIONS, SECTION = "计算机科学学院", "招生办公室", "学生科"
TEST = actors.system("test")


def newcomer(desk, unit, name="林栖"):
    """Somebody new with a post in the unit."""
    person = people.add_person(
        actor=TEST, institution=desk.cast.institution, name=name, kind="staff", staff_no=f"N-{name}"
    )
    people.appoint(
        actor=TEST, person=person, unit=desk.cast.units[unit], post="operator", since=person.created_at.date()
    )
    return person


def events(action):
    """How often something was said."""
    return Event.objects.filter(action=action).count()


@pytest.mark.article("gpnu-15")
def test_a_change_of_operator_is_signed_filed_and_then_stands_on_the_register(college):
    """Nothing changes before the registrar files it; then operator and filing change together, said once."""
    person = newcomer(college, COLLEGE)
    application = college.begin("gpnu-college", Kind.CHANGE_PERSONS, unit=COLLEGE, account="college")
    application = college.fill("gpnu-college", application, operator=str(person.pk), reason="岗位调整")
    application = college.submit("gpnu-college", application)
    assert "管理员：谢若溪（G0007）" in application.current.content["values"]["before"]
    assert "管理员：林栖" in application.current.content["values"]["after"]
    application = college.decide("gpnu-college-head", application)
    assert application.account.manager.name == "谢若溪"
    application = college.decide("gpnu-publicity", application)
    account = Account.objects.get(pk=application.account.pk)
    assert account.manager == person
    assert [one.person for one in account.operators.serving()] == [person]
    assert Filing.objects.filter(account=account, case=application.case).exists()
    assert events(Action.ACCOUNT_PERSONS_FILED) == 1


@pytest.mark.article("xartvu-5")
@pytest.mark.article("xartvu-F1")
def test_an_existing_account_is_registered_on_the_form_and_numbered(radio):
    """The department fills in the form, its head signs and seals, the registrar alone gives the number."""
    application = radio.begin("xartvu-dept", Kind.REGISTER_ACCOUNT, unit=ADMISSIONS)
    given = {
        "platform": "weibo",
        "kind": "microblog",
        "name": "西安电大招生微博",
        "handle": "5600000099",
        "opened_on": "2015-06-01",
        "phone": "029",
    }
    application = radio.submit("xartvu-dept", radio.fill("xartvu-dept", application, **given))
    assert application.current.content["form"] == "registration"
    application = radio.decide("xartvu-dept-head", application)
    application = radio.decide("xartvu-dept-head", application)
    with pytest.raises(Refused):
        radio.decide("xartvu-dept-head", application)
    application = radio.decide("xartvu-office", application)
    account = application.account
    assert (account.handle, account.opened_on.isoformat()) == ("5600000099", "2015-06-01")
    assert account.filing_number


def test_a_change_that_changes_nothing_is_not_taken(college):
    """The same people as the register has are no change."""
    application = college.begin("gpnu-college", Kind.CHANGE_PERSONS, unit=COLLEGE, account="college")
    application = college.fill("gpnu-college", application, reason="无")
    with pytest.raises(checks.Incomplete) as refused:
        college.submit("gpnu-college", application)
    assert "没有变更" in refused.value.denied.reason.zh


def test_what_changed_on_the_register_meanwhile_is_not_overwritten(college):
    """The last decision is refused whole where the register no longer says what the change started from."""
    person, other = newcomer(college, COLLEGE), newcomer(college, COLLEGE, "孟夏")
    application = college.begin("gpnu-college", Kind.CHANGE_PERSONS, unit=COLLEGE, account="college")
    application = college.fill("gpnu-college", application, operator=str(person.pk), reason="调整")
    application = college.submit("gpnu-college", application)
    application = college.decide("gpnu-college-head", application)
    registry.change_account(actor=TEST, account=application.account, manager=other)
    with pytest.raises(Refused) as refused:
        college.decide("gpnu-publicity", application)
    assert "另有变动" in refused.value.denied.reason.zh
    assert application.case.steps.waiting().get().key == "file"
    assert Account.objects.get(pk=application.account.pk).manager == other


@pytest.mark.article("gpnu-16")
def test_closure_is_agreed_carried_out_with_proof_and_filed(college):
    """The account is closed at the last decision only, with reason and proof, and its closure filed is said."""
    application = college.begin("gpnu-college", Kind.CLOSE_ACCOUNT, unit=COLLEGE, account="college")
    application = college.fill(
        "gpnu-college", application, closes_on="2026-12-31", reason="栏目合并", left="无"
    )
    application = college.submit("gpnu-college", application)
    application = college.decide("gpnu-college-head", application)
    with pytest.raises(Refused):
        college.decide("gpnu-college", application)
    application = college.decide("gpnu-college", application, done=Done(note="平台已注销，截图存档"))
    assert application.account.state == AccountState.ACTIVE
    application = college.decide("gpnu-publicity", application)
    account = application.account
    assert (account.state, account.state_reason) == (AccountState.CLOSED, "栏目合并")
    assert account.state_proof == "平台已注销，截图存档"
    assert events(Action.ACCOUNT_CLOSURE_FILED) == 1
    with pytest.raises(Refused):
        college.begin("gpnu-college", Kind.CHANGE_PERSONS, unit=COLLEGE, account="college")


@pytest.mark.article("xartvu-7")
def test_a_department_closes_its_account_with_the_offices_consent(radio):
    """The office consents, the department's operator carries it out, and the registrar strikes it off."""
    application = radio.begin("xartvu-dept", Kind.CLOSE_ACCOUNT, unit=ADMISSIONS, account="admissions")
    application = radio.fill(
        "xartvu-dept", application, closes_on="2026-12-31", reason="年审不合格", left="无"
    )
    application = radio.submit("xartvu-dept", application)
    application = radio.decide("xartvu-office-head", application)
    application = radio.decide("xartvu-dept", application, done=Done(note="已注销"))
    application = radio.decide("xartvu-office", application)
    assert application.account.state == AccountState.CLOSED


@pytest.mark.article("ruian-6.4")
@pytest.mark.article("ruian-F1")
@pytest.mark.article("ruian-5")
def test_a_menu_change_passes_head_supervising_leader_and_institution_leader(ruian_desk):
    """F1's three opinions in their order; then the menu counts as approved, with what was approved."""
    desk = ruian_desk
    application = desk.begin("ruian-section", Kind.CHANGE_MENU, unit=SECTION, account="flagship")
    application = desk.fill("ruian-section", application, change="“学生事务”下增加“奖助”", reason="方便查询")
    application = desk.submit("ruian-section", application)
    assert [step.key for step in application.case.steps.all()] == ["head", "leader", "institution"]
    assert application.current.content["values"]["department"] == SECTION
    for who in ("ruian-section-head", "ruian-leader", "ruian-dean"):
        assert events(Action.MENU_APPROVED) == 0
        application = desk.decide(who, application)
    event = Event.objects.get(action=Action.MENU_APPROVED)
    assert event.facts["hash"] == application.current.hash
    assert event.clause == "ruian-6.4.change_menu"


@pytest.mark.article("ruian-15")
def test_the_profile_changes_only_through_its_case(ruian_desk):
    """The office's editor asks, its head and supervising leader agree, and only then has the account another name."""
    desk = ruian_desk
    application = desk.begin("ruian-editor", Kind.CHANGE_PROFILE, unit="办公室", account="flagship")
    application = desk.fill("ruian-editor", application, name="瑞安学院微信", reason="规范名称")
    application = desk.submit("ruian-editor", application)
    application = desk.decide("ruian-office-head", application)
    assert application.account.name != "瑞安学院微信"
    application = desk.decide("ruian-leader", application)
    assert Account.objects.get(pk=application.account.pk).name == "瑞安学院微信"


def test_an_application_takes_effect_exactly_once(college):
    """Following an approved case again, as reconsidering does, changes nothing more."""
    person = newcomer(college, COLLEGE)
    application = college.begin("gpnu-college", Kind.CHANGE_PERSONS, unit=COLLEGE, account="college")
    application = college.fill("gpnu-college", application, operator=str(person.pk), reason="调整")
    application = college.submit("gpnu-college", application)
    for who in ("gpnu-college-head", "gpnu-publicity"):
        application = college.decide(who, application)
    assert not actions.reconsider(actor=TEST, application=application)
    assert events(Action.APPLICATION_EFFECTIVE) == 1


def test_a_returned_application_is_mended_and_goes_its_way_again(college):
    """The reason stands with the decision; the second version follows the first, and whoever wrote it stays barred."""
    application = college.begin("gpnu-college", Kind.CLOSE_ACCOUNT, unit=COLLEGE, account="college")
    application = college.fill("gpnu-college", application, closes_on="2026-12-31", reason="无", left="无")
    application = college.submit("gpnu-college", application)
    first = application.case
    application = college.decide("gpnu-college-head", application, "return", opinion="理由不充分")
    assert application.state == ApplicationState.RETURNED
    application = college.fill("gpnu-college", application, reason="栏目已并入学院主账号")
    application = college.submit("gpnu-college", application)
    assert (application.case.follows, application.current.number) == (first, 2)


def test_withdrawing_ends_the_case_and_a_settled_one_cannot_be_withdrawn(ruian_desk):
    """Who applied takes it back; after its effect only another application changes anything."""
    desk, person = ruian_desk, ruian_desk.person("ruian-section")
    application = desk.begin("ruian-section", Kind.CHANGE_MENU, unit=SECTION, account="flagship")
    application = desk.fill("ruian-section", application, change="增加“奖助”", reason="方便查询")
    application = desk.submit("ruian-section", application)
    actions.withdraw(actor=actor_of(person), person=person, application=application, reason="再议")
    application.case.refresh_from_db()
    assert application.case.state == "withdrawn"
    with pytest.raises(Refused):
        actions.withdraw(actor=actor_of(person), person=person, application=application)


def test_a_draft_saved_by_somebody_else_is_not_overwritten(college):
    """The second of two savings that read the same draft is refused."""
    application = college.begin("gpnu-college", Kind.OPEN_ACCOUNT, unit=COLLEGE)
    college.fill("gpnu-college", application, name="广师计科就业")
    application.serial = 0
    with pytest.raises(actions.SavedByOthers):
        college.fill("gpnu-college", application, name="广师计科招聘")


@pytest.mark.article("xartvu-7")
@pytest.mark.requirement("AP3")
def test_the_only_registrar_is_told_before_the_form_who_else_may_ask_for_a_closure(radio):
    """Nobody else could strike it off, so the department begins it, and the same registrar then strikes it off."""
    with pytest.raises(Refused) as refused:
        radio.begin("xartvu-office", Kind.CLOSE_ACCOUNT, unit=ADMISSIONS, account="admissions")
    assert "注销备案" in refused.value.denied.reason.zh
    assert "请由部门管理员、责任部门主要负责同志提出" in refused.value.denied.reason.zh
    assert refused.value.denied.article == "xartvu-7"
    assert not Application.objects.exists()
    application = radio.begin("xartvu-dept", Kind.CLOSE_ACCOUNT, unit=ADMISSIONS, account="admissions")
    application = radio.fill("xartvu-dept", application, reason="业务停办", closes_on="2026-11-27", left="无")
    application = radio.submit("xartvu-dept", application)
    application = radio.decide("xartvu-office-head", application)
    application = radio.decide("xartvu-dept", application, done=Done(note="已在后台注销"))
    assert radio.decide("xartvu-office", application).state == ApplicationState.EFFECTIVE


@pytest.mark.requirement("AP3")
def test_of_two_registrars_one_may_ask_and_the_other_puts_it_on_file(radio):
    """A colleague with the same post is enough."""
    colleague = newcomer(radio, "党政办公室")
    people.appoint(
        actor=TEST, person=colleague, unit=radio.cast.units["党政办公室"], post="editor",
        since=colleague.created_at.date(),
    )  # fmt: skip
    assert radio.begin("xartvu-office", Kind.CLOSE_ACCOUNT, unit=ADMISSIONS, account="admissions").pk
