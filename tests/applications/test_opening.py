"""Opening an account: each regulation's own way, and the account that stands on the register at the end of it."""

from __future__ import annotations

import pytest

from guanhao.applications import checks
from guanhao.applications.completing import Done
from guanhao.applications.types import ApplicationState, Kind
from guanhao.cases.types import BarredWhy
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.registry.models import Account
from guanhao.registry.types import AccountState
from guanhao.rulebook.vocabulary import Meaning

COLLEGE, UNION, ADMISSIONS = "计算机科学学院", "院学生会", "招生办公室"
OPENED = Done(values={Meaning.HANDLE: "gpnu-jy"}, note="已在平台注册")
BUILT = Done(values={Meaning.HANDLE: "xartvu-zb"}, note="已注册并完成设置")


@pytest.mark.article("gpnu-6")
def test_a_colleges_account_is_signed_sealed_approved_and_filed_before_it_exists(college):
    """No account before the last decision; then one, with its number, its people and one event of taking effect."""
    application = college.opening("gpnu-college", COLLEGE, "广师计科就业")
    assert [step.key for step in application.case.steps.all()] == ["sign", "seal", "approve", "open", "file"]
    application = college.decide("gpnu-college-head", application)
    application = college.decide("gpnu-college-head", application)
    application = college.decide("gpnu-publicity-head", application)
    application = college.decide("gpnu-college", application, done=OPENED)
    assert not Account.objects.filter(name="广师计科就业").exists()
    application = college.decide("gpnu-publicity", application)
    account = application.account
    assert (application.state, account.state) == (ApplicationState.EFFECTIVE, AccountState.ACTIVE)
    assert (account.owner_unit.name, account.manager.name) == (COLLEGE, "谢若溪")
    assert account.first_responsible.name == "黎书瑶"
    assert account.handle == "gpnu-jy"
    assert account.filing_number
    assert [one.person.name for one in account.operators.serving()] == ["谢若溪"]
    assert (
        Event.objects.filter(action=Action.APPLICATION_EFFECTIVE, subject_id=str(application.pk)).count() == 1
    )


@pytest.mark.article("gpnu-6")
def test_only_the_units_own_people_apply_and_the_head_does_not_sign_their_own_application(college):
    """Somebody of another college is refused with the article; whoever filled it in is barred from deciding it."""
    with pytest.raises(Refused) as refused:
        college.begin("gpnu-foreign", Kind.OPEN_ACCOUNT, unit=COLLEGE)
    assert refused.value.denied.article == "gpnu-6"
    application = college.opening("gpnu-college", COLLEGE, "广师计科就业")
    assert {(row.person.name, row.why) for row in application.case.barred.all()} == {
        ("谢若溪", BarredWhy.WROTE),
        ("谢若溪", BarredWhy.SUBMITTED),
    }


@pytest.mark.article("gpnu-7")
def test_a_body_under_the_league_is_approved_by_the_league_and_filed_with_the_competent_office(college):
    """Student bodies go another way: head, League committee, registrar; the competent office files and does not approve."""
    application = college.opening("gpnu-union", UNION, "广师学生会")
    assert [step.key for step in application.case.steps.all()] == ["sign", "approve", "file", "open"]
    application = college.decide("gpnu-union-head", application)
    with pytest.raises(Refused):
        college.decide("gpnu-publicity-head", application)
    application = college.decide("gpnu-league", application)
    application = college.decide("gpnu-publicity-2", application)
    application = college.decide("gpnu-union", application, done=OPENED)
    assert application.account.owner_unit.name == UNION


@pytest.mark.article("xartvu-6")
@pytest.mark.article("xartvu-3")
def test_under_xartvu_the_technical_unit_builds_the_account_and_only_then_is_it_active(radio):
    """Approval alone makes no account; the technician says the id of what was built; the registrar numbers it."""
    application = radio.opening("xartvu-dept", ADMISSIONS, "西安电大直播")
    for who in ("xartvu-dept-head", "xartvu-dept-head", "xartvu-office-head"):
        application = radio.decide(who, application)
    assert application.account is None
    with pytest.raises(Refused) as refused:
        radio.decide("xartvu-tech", application)
    assert refused.value.denied.article == "xartvu-6"
    application = radio.decide("xartvu-tech", application, done=BUILT)
    assert application.account is None
    application = radio.decide("xartvu-office", application)
    assert (application.account.handle, application.account.state) == ("xartvu-zb", AccountState.ACTIVE)


@pytest.mark.article("gpnu-5")
def test_a_disguised_name_and_a_name_that_is_taken_are_found_when_it_is_handed_in(college):
    """Each finding stands at its field, cites its article, and nothing is on its way."""
    application = college.begin("gpnu-college", Kind.OPEN_ACCOUNT, unit=COLLEGE)
    given = {"platform": "wechat", "kind": "subscription", "purpose": "服务师生", "phone": "020-38250000"}
    application = college.fill("gpnu-college", application, name="广东技朮师范学院官方", **given)
    with pytest.raises(checks.Incomplete) as refused:
        college.submit("gpnu-college", application)
    assert [(one.field, one.article) for one in refused.value.findings] == [("name", "gpnu-5")]
    application = college.fill("gpnu-college", application, name="广师计科")
    with pytest.raises(checks.Incomplete) as refused:
        college.submit("gpnu-college", application)
    assert [one.field for one in refused.value.findings] == ["name"]
    assert application.case is None


def test_two_applications_for_one_name_do_not_run_side_by_side(college):
    """The second is refused while the first is on its way."""
    college.opening("gpnu-college", COLLEGE, "广师计科就业")
    with pytest.raises(checks.Incomplete) as refused:
        college.opening("gpnu-foreign", "外国语学院", "广师计科就业")
    assert "正在办理" in refused.value.denied.reason.zh


@pytest.mark.article("gpnu-13")
def test_who_answers_for_the_account_is_who_the_regulation_says(college):
    """The operator cannot be named first responsible where the unit's head has to be."""
    application = college.begin("gpnu-college", Kind.OPEN_ACCOUNT, unit=COLLEGE)
    operator = str(college.person("gpnu-college").pk)
    given = {
        "platform": "wechat",
        "kind": "subscription",
        "name": "广师计科就业",
        "purpose": "服务师生",
        "phone": "020",
    }
    application = college.fill("gpnu-college", application, first_responsible=operator, **given)
    with pytest.raises(checks.Incomplete) as refused:
        college.submit("gpnu-college", application)
    assert [(one.field, one.article) for one in refused.value.findings] == [("responsible", "gpnu-13")]


def test_what_is_missing_is_said_field_by_field(college):
    """An empty form is told everything at once."""
    application = college.begin("gpnu-college", Kind.OPEN_ACCOUNT, unit=COLLEGE)
    with pytest.raises(checks.Incomplete) as refused:
        college.submit("gpnu-college", application)
    assert {one.field for one in refused.value.findings} == {"platform", "name", "purpose", "phone"}
