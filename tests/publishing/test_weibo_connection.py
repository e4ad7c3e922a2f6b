"""Connecting an account on Weibo's page of consent, and how the authorisation ends (weibo.md §2)."""

from datetime import timedelta

import pytest

from guanhao.core import envelope, tenancy
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.notices.models import Notice
from guanhao.process.drawing import draw_consequences
from guanhao.process.periodic import watch_connections
from guanhao.registry import applications, connections, consents, vault
from guanhao.registry.models import Connection, Consent, PlatformApp, PlatformToken, Secret
from guanhao.registry.tokens import NoToken
from guanhao.registry.types import ConnectionEnd
from guanhao.steps.types import Worker
from tests.publishing.weibo_world import SECRET

DAY = 86_400


def draw():
    """Draw what follows from everything recorded."""
    while draw_consequences(Worker("test/consequences-0")):
        pass


def ended(world):
    return Connection.objects.get(account=world.account).ended_why


def events(action):
    return Event.objects.filter(action=action).order_by("index")


def stranger(world):
    """Another user of the platform."""
    return world.sandbox.control("weibo/users", uid="5600009999", screen_name="别人的微博")


# --- The app ----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("SE1")
def test_the_apps_secret_is_sealed_and_leaves_no_trace_in_the_record(weibo):
    """What the database holds opens only in its own place; the event names the version, never the value."""
    app = weibo.register_app()
    assert SECRET.encode() not in bytes(app.sealed)
    assert vault.open_app_secret(app) == SECRET
    event = events("platform_app.set").latest("index")
    assert event.facts["secret_version"] == 1
    assert SECRET not in str(event.facts) + str(event.detail.data)
    app.version = 2
    with pytest.raises(envelope.EnvelopeBroken):
        vault.open_app_secret(app)


def test_a_change_of_the_app_keeps_its_secret_where_none_is_given(weibo):
    """Only what the console says is changed; an address pasted whole is cut to its host."""
    weibo.register_app()
    app = weibo.register_app(
        secret="", reviewed=False, safe_domains=("https://News.College.example/a", "b.cn")
    )
    assert (app.version, app.safe_domains, app.reviewed) == (1, ["news.college.example", "b.cn"], False)
    assert vault.open_app_secret(PlatformApp.objects.get()) == SECRET


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": "with blanks"}, "App Key"),
        ({"secret": ""}, "App Secret"),
        ({"safe_domains": ()}, "安全域名"),
        ({"safe_domains": ("no domain at all",)}, "域名"),
        ({"redirect_uri": "https://elsewhere.example/"}, "回调地址"),
    ],
)
def test_an_app_that_cannot_work_is_refused_with_the_reason(weibo, change, words):
    """Nothing is stored."""
    with pytest.raises(Refused, match=words):
        weibo.register_app(**change)
    assert not PlatformApp.objects.exists()


def test_only_those_who_connect_accounts_register_the_app(weibo):
    """The college's operator holds the account, but the app is the institution's."""
    given = applications.Particulars(key="1234567", secret="s", safe_domains=("a.example",))
    with pytest.raises(Refused):
        applications.set_app(
            actor=weibo.who("gpnu-foreign")["actor"], institution=weibo.cast.institution, given=given
        )


# --- Consent ----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("SE1")
def test_a_holder_connects_the_account_with_the_lifetime_the_platform_named(weibo):
    """The token is sealed, its end is the platform's, and the event says whose it is."""
    weibo.connect()
    row = PlatformToken.objects.get(account=weibo.account)
    token = connections.token_of(weibo.account).value
    assert token.encode() not in bytes(row.sealed)
    left = connections.expires_at(weibo.account) - weibo.time.instant
    assert timedelta(days=29) < left <= timedelta(days=30)
    connected = events("account.connected").latest("index")
    assert connected.facts["uid"] == weibo.account.handle
    assert token not in str(connected.facts) + str(connected.detail.data)


@pytest.mark.parametrize(("state", "days"), [("unreviewed", 1), ("reviewed", 30)])
def test_no_lifetime_is_assumed(weibo, state, days):
    """An unreviewed app's token lives a day; ours ends with it."""
    weibo.sandbox.control("weibo/apps/update", app_key=weibo.platform_app["app_key"], state=state)
    weibo.connect()
    weibo.time.pass_(days * DAY)
    with pytest.raises(NoToken, match="ended"):
        connections.token_of(weibo.account)


def test_the_operator_may_choose_the_account_and_comes_back_here(weibo):
    """The page of consent is asked to let the operator sign in as the institution, and knows our address."""
    weibo.register_app()
    address = weibo.begin()
    assert "forcelogin=true" in address
    assert "%2Faccounts%2Fweibo%2Fback%2F" in address


@pytest.mark.requirement("SE1")
def test_a_state_is_used_once(weibo):
    """The second coming back with it is refused, whatever code it brings."""
    weibo.register_app()
    brought = weibo.consented(weibo.begin())
    weibo.come_back(brought)
    with pytest.raises(Refused, match="已用过"):
        weibo.come_back(brought)


@pytest.mark.requirement("SE1")
@pytest.mark.parametrize(
    "change", [{"who": "gpnu-publicity"}, {"session": "another-session"}], ids=["person", "session"]
)
def test_a_state_belongs_to_the_person_and_session_that_began_it(weibo, change):
    """Somebody else's browser brings nothing about, and the code stays unused."""
    weibo.register_app()
    brought = weibo.consented(weibo.begin())
    with pytest.raises(Refused, match="无效"):
        weibo.come_back(brought, **change)
    assert not Connection.objects.exists()


def test_a_state_is_good_for_ten_minutes(weibo):
    """After that one begins again."""
    weibo.register_app()
    brought = weibo.consented(weibo.begin())
    weibo.time.pass_(601)
    with pytest.raises(Refused, match="过期"):
        weibo.come_back(brought)


def test_a_refusal_on_the_page_of_consent_is_said_in_words(weibo):
    """The operator pressed 拒绝."""
    weibo.register_app()
    brought = weibo.consented(weibo.begin(), refuse="1")
    with pytest.raises(Refused, match="拒绝"):
        weibo.come_back(brought)


def test_who_neither_holds_nor_connects_accounts_cannot_begin(weibo):
    """Another college's operator is refused."""
    weibo.register_app()
    with pytest.raises(Refused):
        weibo.begin("gpnu-foreign")


def test_without_an_app_the_way_to_it_is_named(weibo):
    """The college cannot help itself: the office registers the app."""
    with pytest.raises(Refused, match="登记微博应用"):
        weibo.begin()


def test_another_uid_waits_until_the_person_confirms_it(weibo):
    """On a page of consent the wrong account is one click away: nothing is connected until somebody says so."""
    consent = weibo.connect(stranger(weibo))
    assert not Connection.objects.exists()
    assert (consent.uid, consent.name) == ("5600009999", "别人的微博")
    with pytest.raises(Refused):
        consents.confirm(**weibo.who("gpnu-publicity"), account=weibo.account, uid="5600009999")
    with pytest.raises(Refused):
        consents.confirm(**weibo.who("gpnu-college"), account=weibo.account, uid="5600000003")
    connection = consents.confirm(**weibo.who("gpnu-college"), account=weibo.account, uid="5600009999")
    assert connection.uid == "5600009999"
    assert connections.recheck(weibo.account) is True
    assert bytes(Consent.objects.get().sealed) == b""


def test_a_wrong_account_is_given_back(weibo):
    """The token is revoked on the platform and forgotten here."""
    weibo.connect(stranger(weibo))
    consents.discard(**weibo.who("gpnu-college"), account=weibo.account)
    assert not Connection.objects.exists()
    assert weibo.sandbox.ledger(path="/oauth2/revokeoauth2")
    with pytest.raises(Refused):
        consents.confirm(**weibo.who("gpnu-college"), account=weibo.account, uid="5600009999")


def test_a_consent_nobody_confirms_keeps_no_token(weibo):
    """Ten minutes later the clock drops it."""
    weibo.connect(stranger(weibo))
    weibo.time.pass_(601)
    watch_connections(Worker("test/periodic-0"))
    assert bytes(Consent.objects.get().sealed) == b""


@pytest.mark.parametrize("where", ["authorise", "token", "first_call"])
def test_the_sixteenth_test_user_is_told_that_the_app_is_full(weibo, where):
    """33: wherever the platform says it, the person reads it and nothing is connected."""
    weibo.sandbox.switch(weibo_sixteenth_user=where)
    key = weibo.platform_app["app_key"]
    weibo.sandbox.control("weibo/apps/update", app_key=key, state="unreviewed")
    for number in range(15):
        uid = f"56000001{number:02}"
        weibo.sandbox.control("weibo/users", uid=uid)
        weibo.sandbox.control("weibo/authorise", app_key=key, uid=uid)
    with pytest.raises(Refused, match="测试账号已满"):
        weibo.connect()
    assert not Connection.objects.exists()


# --- The end ----------------------------------------------------------------------------------------------------------


def test_renewing_covers_the_old_token_and_forgets_it(weibo):
    """One way for the first time and for renewal; a late refusal of the old one does not end the new one."""
    weibo.connect()
    old = connections.token_of(weibo.account)
    weibo.connect()
    new = connections.token_of(weibo.account)
    assert (new.serial, new.value == old.value) == (old.serial + 1, False)
    assert connections.lost(weibo.account, old.serial, ConnectionEnd.REFUSED) is False
    assert connections.recheck(weibo.account) is True


@pytest.mark.parametrize("code", [21332, 21316, 21317, 21327])
def test_a_token_covered_elsewhere_is_found_dead_and_its_holders_hear_it(weibo, code):
    """34: whichever code the platform has for it, it is over, and the notice leads to the button."""
    weibo.connect()
    weibo.sandbox.switch(weibo_covered_code=code)
    weibo.sandbox.control("weibo/authorise", app_key=weibo.platform_app["app_key"], uid=weibo.account.handle)
    assert connections.recheck(weibo.account) is False
    assert ended(weibo) == "refused"
    draw()
    notice = Notice.objects.get(person=weibo.cast.people["gpnu-college"], consequence="connection.ended")
    assert notice.link == f"/accounts/{weibo.account.pk}/interface/#connection"
    with pytest.raises(NoToken):
        connections.token_of(weibo.account)


@pytest.mark.parametrize("code", [21319, 21316, 21321, 21327, 21332])
def test_a_withdrawal_on_weibo_is_believed_only_when_the_platform_confirms_it(weibo, code):
    """2.5: the cancel callback is not signed; what it says is asked, and a forged one ends nothing."""
    weibo.connect()
    assert connections.recheck(weibo.account) is True
    weibo.sandbox.switch(weibo_withdrawn_code=code)
    weibo.sandbox.control("weibo/withdraw", app_key=weibo.platform_app["app_key"], uid=weibo.account.handle)
    assert connections.recheck(weibo.account) is False
    assert ended(weibo) == "refused"
    assert connections.recheck(weibo.account) is None


def test_a_platform_that_gives_no_clear_answer_ends_nothing(weibo):
    """A 502 is no proof."""
    weibo.connect()
    weibo.sandbox.fault("http_error", "/oauth2/get_token_info")
    assert connections.recheck(weibo.account) is None
    assert connections.token_of(weibo.account)


@pytest.mark.parametrize("code", [21316, 21319, 21321, 21327, 21332])
def test_disconnecting_revokes_the_token_and_forgets_it(weibo, code):
    """34: the platform's own record says so; a call with it would be refused with any of these codes."""
    weibo.connect()
    weibo.sandbox.switch(weibo_revoked_code=code)
    assert connections.disconnect(actor=weibo.who("gpnu-college")["actor"], account=weibo.account) is True
    assert ended(weibo) == "disconnected"
    assert bytes(PlatformToken.objects.get(account=weibo.account).sealed) == b""
    with pytest.raises(Refused):
        connections.disconnect(actor=weibo.who("gpnu-college")["actor"], account=weibo.account)


def test_disconnecting_forgets_the_token_although_the_platform_is_away(weibo):
    """The person is told that Weibo did not confirm it."""
    weibo.connect()
    weibo.sandbox.fault("http_error", "/oauth2/revokeoauth2")
    assert connections.disconnect(actor=weibo.who("gpnu-college")["actor"], account=weibo.account) is False
    with pytest.raises(NoToken):
        connections.token_of(weibo.account)


# --- Warnings ---------------------------------------------------------------------------------------------------------


def watch(world, **before_the_end):
    """Let the clock look so long before the end, twice, as two workers might."""
    ends = connections.expires_at(world.account)
    world.time.to(ends - timedelta(**before_the_end))
    watch_connections(Worker("test/periodic-0"))
    watch_connections(Worker("test/periodic-1"))


def told(world):
    """The titles the account's operator has read of it, oldest first."""
    draw()
    rows = Notice.objects.filter(person=world.cast.people["gpnu-college"], kind="connection")
    return [notice.title_zh for notice in rows.order_by("pk")]


def test_holders_are_told_a_week_two_days_and_six_hours_before_the_end_once_each(weibo):
    """The periodic job runs every five minutes; each warning is told once, however often it runs."""
    weibo.connect()
    watch(weibo, days=7, hours=1)
    assert told(weibo) == []
    for before in (
        {"days": 6, "hours": 23},
        {"days": 3},
        {"days": 1, "hours": 23},
        {"hours": 5},
        {"hours": 1},
    ):
        watch(weibo, **before)
        draw()
    name = weibo.account.name
    expected = [f"微博授权{left}到期：{name}" for left in ("7 天内", "2 天内", "6 小时内")]
    assert told(weibo) == expected
    watch(weibo, hours=-1)
    assert told(weibo) == [*expected, f"微博授权已失效：{name}"]
    assert ended(weibo) == "expired"


def test_a_token_for_a_day_is_not_announced_a_week_ahead(weibo):
    """An unreviewed app's holders are told once, six hours before."""
    weibo.sandbox.control("weibo/apps/update", app_key=weibo.platform_app["app_key"], state="unreviewed")
    weibo.connect()
    watch(weibo, hours=23)
    assert told(weibo) == []
    watch(weibo, hours=5)
    assert len(told(weibo)) == 1


def test_renewing_begins_the_warnings_anew_and_an_old_one_is_not_told(weibo):
    """A warning recorded before the renewal and drawn after it tells nobody what is no longer so."""
    weibo.connect()
    watch(weibo, days=6)
    weibo.connect()
    assert told(weibo) == []
    watch(weibo, days=6)
    assert len(told(weibo)) == 1


def test_a_late_look_tells_only_the_nearest_warning(weibo):
    """After an outage of the worker nobody gets three notices at once."""
    weibo.connect()
    watch(weibo, hours=3)
    assert [title[4:8] for title in told(weibo)] == ["6 小时"]


@pytest.mark.requirement("SE6")
def test_sealed_values_of_apps_and_consents_move_to_a_new_key(weibo, settings, tmp_path):
    """Re-keying reaches them too; afterwards the old key opens nothing and the new one opens all."""
    settings.KEK_PATH = tmp_path / "kek.json"
    envelope.create_keys(settings.KEK_PATH)
    with tenancy.everywhere("nothing sealed under another key file is left"):
        Secret.objects.all().delete()
    weibo.connect(stranger(weibo))
    envelope.add_key(settings.KEK_PATH)
    assert vault.rewrap_some() == 2
    envelope.drop_old_keys(settings.KEK_PATH)
    connection = consents.confirm(**weibo.who("gpnu-college"), account=weibo.account, uid="5600009999")
    assert connection.uid == "5600009999"
    assert vault.open_app_secret(PlatformApp.objects.get()) == SECRET
