"""The account's self-test says in plain words what is wrong and what to do (SE7, platform page §2)."""

import pytest

from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.publishing import selftest
from guanhao.registry import actions as registry
from guanhao.registry.models import ObservedCapability
from tests.publishing.world import DUE


def report_on(world, who="ruian-editor"):
    return selftest.run(actor=world.who(who)["actor"], account=world.account)


def test_a_healthy_account_can_do_everything_that_publishing_needs(world):
    """Token, material, draft, publish: all granted, kept, and recorded."""
    report = report_on(world)
    assert report.ok, report
    states = dict(ObservedCapability.objects.values_list("capability", "state"))
    assert {states[name] for name in ("material", "draft", "publish")} == {"granted"}
    assert Event.objects.filter(action="account.tested").latest("index").facts["ok"] is True


@pytest.mark.requirement("SE7")
def test_an_address_that_is_not_listed_is_shown_so_that_it_can_be_copied(world):
    """40164 names the address; the report carries it apart from the sentence."""
    world.sandbox.change_account(world.account.app_id, ip_allow=["10.9.8.7"])
    line = report_on(world).lines[0]
    assert (line.code, line.copy) == (40164, "127.0.0.1")
    assert "127.0.0.1" in line.sentence.zh
    assert "127.0.0.1" in line.sentence.en


@pytest.mark.requirement("SE7")
@pytest.mark.parametrize(
    ("change", "code"), [({"secret": "another"}, 40125), ({"secret_frozen": True}, 40243)]
)
def test_a_wrong_or_frozen_secret_is_said_to_need_a_person(world, change, code):
    """40125 and 40243 are not mended by waiting."""
    world.sandbox.change_account(world.account.app_id, **change)
    line = report_on(world).lines[0]
    assert (line.code, line.state) == (code, "refused")


def test_an_account_without_the_right_to_publish_is_sent_to_publishing_by_hand(world):
    """48001: the plan refuses the channel from then on and offers the hand."""
    world.sandbox.change_account(world.account.app_id, verified=False)
    report = report_on(world)
    assert not report.ok
    assert {line.code for line in report.lines} >= {48001}
    with pytest.raises(Refused, match="手工发布"):
        world.planned()
    assert world.planned(channel="by_hand").channel == "by_hand"


def test_without_a_secret_the_report_says_so(world):
    """Nothing is asked of the platform."""
    registry.retire_secret(actor=world.who("ruian-editor")["actor"], account=world.account, kind="app_secret")
    report = report_on(world)
    assert "AppSecret" in report.lines[0].sentence.zh
    assert world.sandbox.ledger() == []


def test_only_holders_and_those_who_connect_accounts_may_test(world):
    """A student may not even ask."""
    with pytest.raises(Refused):
        report_on(world, "ruian-student")


@pytest.mark.requirement("SE7")
def test_a_push_waits_when_the_secret_is_refused_and_tells_once(world):
    """The job holds with the reason; one event for the people, not one per try."""
    job = world.planned()
    world.sandbox.change_account(world.account.app_id, secret_frozen=True)
    world.staged(job)
    world.work(seconds=600, step=60)
    job.refresh_from_db()
    assert "冻结" in job.cause
    assert Event.objects.filter(action="account.connection_failed").count() == 1
    world.sandbox.change_account(world.account.app_id, secret_frozen=False)
    world.work(seconds=300, step=60)
    world.time.to(DUE)
    world.work(seconds=30)
    job.refresh_from_db()
    assert job.state == "published"


def test_a_connected_weibo_account_reads_what_it_may_and_when_its_authorisation_ends(weibo):
    """The token is asked about first; posting is not tried, and the report says so."""
    weibo.connect()
    report = selftest.run(actor=weibo.who("gpnu-college")["actor"], account=weibo.account)
    assert report.ok, report
    said = " ".join(line.sentence.zh for line in report.lines)
    assert "2026-12-23" in said
    assert "不发微博无法检测" in said
    assert weibo.shares() == []


def test_an_unreviewed_app_and_links_elsewhere_are_said_in_the_report(weibo):
    """What the operator has to know before anybody writes."""
    weibo.register_app(reviewed=False, safe_domains=("another.example",))
    weibo.connect()
    report = selftest.run(actor=weibo.who("gpnu-college")["actor"], account=weibo.account)
    said = " ".join(line.sentence.zh for line in report.lines)
    assert "测试账号看得到" in said
    assert "只能手工发布" in said


def test_a_weibo_account_without_authorisation_is_told_what_to_do(weibo):
    """Never connected, or covered meanwhile: both name the way."""
    first = selftest.run(actor=weibo.who("gpnu-college")["actor"], account=weibo.account)
    assert (first.ok, "还没有连接" in first.lines[0].sentence.zh) == (False, True)
    weibo.connect()
    weibo.sandbox.control("weibo/authorise", app_key=weibo.platform_app["app_key"], uid=weibo.account.handle)
    second = selftest.run(actor=weibo.who("gpnu-college")["actor"], account=weibo.account)
    assert (second.ok, "重新授权" in second.lines[0].sentence.zh) == (False, True)


@pytest.mark.parametrize(("told", "kind"), [("SUB", "subscription"), ("SVC", "service")])
def test_the_platforms_word_on_the_type_corrects_the_register(world, told, kind):
    """How often followers may be notified depends on it; an answer that is refused changes nothing."""
    world.account.kind = ""
    world.account.save(update_fields=["kind"])
    world.sandbox.change_account(world.account.app_id, grants={"account_info": "not_granted"})
    report_on(world)
    world.account.refresh_from_db()
    assert world.account.kind == ""
    world.sandbox.change_account(world.account.app_id, type=told, grants={"account_info": "granted"})
    report_on(world)
    world.account.refresh_from_db()
    assert world.account.kind == kind
    assert Event.objects.filter(action="account.changed").latest("index").facts["changed"] == ["kind"]


def test_an_account_without_the_right_to_send_to_followers_is_found_by_reading(world):
    """The plan then refuses the mass send with the reason and offers the hand."""
    world.sandbox.change_account(world.account.app_id, grants={"mass": "not_granted"})
    assert report_on(world).ok
    with pytest.raises(Refused, match="手工发布"):
        world.planned(channel="wechat_mass")
