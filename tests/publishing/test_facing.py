"""The live menu and profile held against what was approved, on a platform that is asked over HTTP (ruian-6.4, ruian-15)."""

from datetime import timedelta

import pytest

from guanhao.applications.types import Kind
from guanhao.core.verdicts import Refused, WrongState
from guanhao.duties.models import Duty
from guanhao.ledger.models import Event
from guanhao.notices.models import Notice
from guanhao.platforms.wechat.calls import Call
from guanhao.process.drawing import draw_consequences
from guanhao.process.facing import watch_faces
from guanhao.publishing import facing
from guanhao.publishing.wechat.connection import client
from guanhao.registry import faces, tokens
from guanhao.registry.faces import Judged, mark_of
from guanhao.registry.models import Account, Face
from guanhao.registry.types import FacePart
from guanhao.steps.loop import until_idle
from tests.applications.conftest import Desk

MENU_CREATE = Call("menu_create", "/cgi-bin/menu/create")
AID = {"type": "view", "name": "奖助", "url": "https://ruian.example.edu.cn/aid"}
WRONG = {"type": "view", "name": "红包", "url": "https://lucky.example.com/"}
NEWS = {"type": "view", "name": "校园", "url": "https://ruian.example.edu.cn/news"}
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shown(world):
    """The account as the platform shows it at the beginning: a menu of one button, the register's name, looked at once."""
    world.sandbox.change_account(world.account.app_id, name=world.account.name, signature="服务师生")
    make_menu(world, NEWS)
    look(world)
    return world


def make_menu(world, *buttons):
    """Whoever can reach the platform changes its menu."""
    token = tokens.token_for(world.account, client(), "somebody")
    assert client().ask(MENU_CREATE, token.value, {"button": list(buttons)}).done


def look(world):
    """The daily job, a day later, and what follows from it."""
    world.time.to(world.time.instant + DAY)
    watch_faces(world.worker)
    until_idle([draw_consequences], world.worker)


def face(part):
    return Face.objects.get(part=part)


def settle(world, who, *, same, seen=None):
    """Somebody compares what the menu shows with the application that was approved."""
    return faces.settle(
        actor=world.who(who)["actor"], account=world.account, part=FacePart.MENU, same=same,
        seen=mark_of(face("menu")) if seen is None else seen,
    )  # fmt: skip


def apply_for(world, kind, through, *, unit, **filled):
    """An application from the first hand to the last decision."""
    desk = Desk(world.cast)
    who, *deciders = through
    application = desk.begin(who, kind, unit=unit, account="flagship")
    application = desk.submit(who, desk.fill(who, application, **filled))
    for decider in deciders:
        application = desk.decide(decider, application)
    until_idle([draw_consequences], world.worker)
    return application


def approve_menu(world):
    return apply_for(
        world, Kind.CHANGE_MENU, ("ruian-section", "ruian-section-head", "ruian-leader", "ruian-dean"),
        unit="学生科", change="增加“奖助”", reason="方便查询",
    )  # fmt: skip


@pytest.mark.article("ruian-6.4")
def test_the_first_look_is_kept_and_a_second_that_shows_the_same_says_nothing(shown):
    """One event for each part, no duty, nobody told."""
    assert face("menu").approved == [["校园", f"view {NEWS['url']}"]]
    look(shown)
    assert Event.objects.filter(action="face.kept").count() == 2
    assert not Duty.objects.filter(task__in=["restore_menu", "restore_profile"]).exists()
    assert not Notice.objects.filter(kind="face").exists()


@pytest.mark.article("ruian-6.4")
def test_a_menu_changed_without_a_case_is_found_owed_told_and_over_once_it_is_restored(shown):
    """The watch's clause, the difference in words, one duty of one working day, met by the platform showing it again."""
    make_menu(shown, NEWS, AID)
    look(shown)
    event = Event.objects.get(action="menu.drifted")
    assert event.clause.startswith("ruian-6.4.")
    assert event.facts["differences"] == [["奖助", "", f"view {AID['url']}"]]
    duty = Duty.objects.get(task="restore_menu")
    assert (duty.article, duty.account) == ("ruian-6.4", shown.account)
    told = Notice.objects.filter(kind="face")
    assert {one.person.name for one in told} >= {shown.cast.people["ruian-office-head"].name}
    assert all(one.article_ref == "ruian-6.4" and "奖助" in one.body_zh for one in told)
    look(shown)
    assert Event.objects.filter(action="menu.drifted").count() == 1
    make_menu(shown, NEWS)
    look(shown)
    duty.refresh_from_db()
    assert (duty.state, face("menu").drifted_at) == ("met", None)


@pytest.mark.article("ruian-6.4")
def test_an_approved_change_becomes_the_approved_state_once_somebody_compared_it(shown):
    """Until then nothing drifts; then the update that was owed is met; the next change needs a case of its own."""
    application = approve_menu(shown)
    look(shown)
    assert not Event.objects.filter(action__in=["menu.drifted", "menu.updated"]).exists()
    make_menu(shown, NEWS, AID)
    look(shown)
    assert Event.objects.get(action="menu.changed").facts["case"] == application.case_id
    assert Duty.objects.get(task="update_menu").state == "open"
    assert settle(shown, "ruian-office-head", same=True) is Judged.UPDATED
    until_idle([draw_consequences], shown.worker)
    event = Event.objects.get(action="menu.updated")
    assert event.facts["differences"] == [["奖助", "", f"view {AID['url']}"]]
    assert (event.facts["case"], face("menu").case_id) == (application.case_id, application.case_id)
    assert Duty.objects.get(task="update_menu").state == "met"
    make_menu(shown, AID)
    look(shown)
    assert Event.objects.get(action="menu.drifted").facts["differences"] == [
        ["校园", f"view {NEWS['url']}", ""]
    ]


@pytest.mark.article("ruian-6.4")
def test_a_change_other_than_the_approved_one_is_a_drift_until_the_platform_shows_another(shown):
    """Whoever compares says so; the same menu is not asked again, and what is shown next is."""
    approve_menu(shown)
    make_menu(shown, NEWS, WRONG)
    look(shown)
    assert settle(shown, "ruian-editor", same=False) is Judged.DRIFTED
    look(shown)
    assert Event.objects.filter(action="menu.drifted").count() == 1
    assert Duty.objects.get(task="restore_menu").state == "open"
    make_menu(shown, NEWS, AID)
    look(shown)
    assert Event.objects.filter(action="menu.changed").count() == 2
    settle(shown, "ruian-editor", same=True)
    until_idle([draw_consequences], shown.worker)
    assert Duty.objects.get(task="restore_menu").state == "met"


@pytest.mark.article("ruian-6.4")
def test_who_applied_and_who_is_not_asked_cannot_confirm_nor_can_anybody_unread(shown):
    """The watch's roles compare; not the applicant, who may be one of them; and only what they saw."""
    apply_for(
        shown, Kind.CHANGE_MENU, ("ruian-editor", "ruian-office-head", "ruian-leader", "ruian-dean"),
        unit="办公室", change="增加“奖助”", reason="方便查询",
    )  # fmt: skip
    make_menu(shown, NEWS, AID)
    look(shown)
    for who in ("ruian-editor", "ruian-section-head"):
        with pytest.raises(Refused) as refused:
            settle(shown, who, same=True)
        assert refused.value.denied.article == "ruian-6.4"
    seen = mark_of(face("menu"))
    make_menu(shown, AID)
    look(shown)
    with pytest.raises(WrongState):
        settle(shown, "ruian-office-head", same=True, seen=seen)
    assert not Event.objects.filter(action="menu.updated").exists()


@pytest.mark.article("ruian-6.4")
def test_a_drift_that_is_approved_after_all_is_over(shown):
    """The other way to end it: the case that should have come first."""
    make_menu(shown, NEWS, AID)
    look(shown)
    approve_menu(shown)
    look(shown)
    assert Duty.objects.get(task="restore_menu").state == "open"
    settle(shown, "ruian-office-head", same=True)
    until_idle([draw_consequences], shown.worker)
    assert Duty.objects.get(task="restore_menu").state == "met"
    assert face("menu").drifted_at is None


@pytest.mark.article("ruian-15")
@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"name": "瑞安学院福利社"}, ["name", "瑞安学院", "瑞安学院福利社"]),
        ({"signature": "加微信领红包"}, ["signature", "服务师生", "加微信领红包"]),
        ({"avatar": "http://mmbiz.qpic.cn/other/0?wx=1"}, ["avatar", "", "http://mmbiz.qpic.cn/other/0"]),
    ],
)
def test_a_profile_changed_without_a_case_is_found(shown, change, differs):
    """Name, introduction and picture, each by itself; the article is that of the profile."""
    shown.sandbox.change_account(shown.account.app_id, **change)
    look(shown)
    event = Event.objects.get(action="profile.drifted")
    differs = [shown.account.name if one == "瑞安学院" else one for one in differs]
    assert event.facts["differences"] == [differs]
    duty = Duty.objects.get(task="restore_profile")
    assert duty.article == "ruian-15"
    shown.sandbox.change_account(
        shown.account.app_id, name=shown.account.name, signature="服务师生", avatar=""
    )
    look(shown)
    duty.refresh_from_db()
    assert duty.state == "met"


@pytest.mark.article("ruian-15")
def test_a_name_that_was_approved_is_expected_from_then_on(shown):
    """Waiting while the platform shows the old one, a drift with a third one, updated with the approved one."""
    apply_for(
        shown, Kind.CHANGE_PROFILE, ("ruian-editor", "ruian-office-head", "ruian-leader"),
        unit="办公室", name="瑞安学院微信", reason="规范名称",
    )  # fmt: skip
    look(shown)
    assert not Event.objects.filter(action="profile.drifted").exists()
    shown.sandbox.change_account(shown.account.app_id, name="瑞安学院官微")
    look(shown)
    assert Event.objects.filter(action="profile.drifted").count() == 1
    shown.sandbox.change_account(shown.account.app_id, name="瑞安学院微信")
    look(shown)
    assert Account.objects.get(pk=shown.account.pk).name == "瑞安学院微信"
    assert face("profile").drifted_at is None
    assert Duty.objects.get(task="restore_profile").state == "met"


@pytest.mark.article("ruian-15")
def test_a_name_other_than_the_registers_is_a_drift_from_the_first_look_on(world):
    """What the register says was approved, whatever stood on the platform when somebody looked first."""
    world.sandbox.change_account(world.account.app_id, name="别的名称")
    look(world)
    assert Event.objects.filter(action="profile.drifted").count() == 1


@pytest.mark.article("ruian-15")
def test_a_platform_that_does_not_say_is_no_drift(shown):
    """The right was withdrawn, the secret is wrong: whoever asks hears why, and what was approved stays."""
    shown.sandbox.change_account(
        shown.account.app_id, grants={"account_info": "not_granted", "menu": "not_granted"}, name="别的"
    )
    look(shown)
    assert not Event.objects.filter(action__endswith=".drifted").exists()
    with pytest.raises(Refused):
        facing.look_now(actor=shown.who("ruian-editor")["actor"], account=shown.account)


@pytest.mark.article("ruian-6.4")
def test_somebody_who_holds_the_account_may_look_at_once_and_a_student_may_not(shown):
    """The button on the account's page."""
    make_menu(shown, AID)
    found = facing.look_now(actor=shown.who("ruian-editor")["actor"], account=shown.account)
    assert found["menu"] is Judged.DRIFTED
    with pytest.raises(Refused):
        facing.look_now(actor=shown.who("ruian-student")["actor"], account=shown.account)
