"""What somebody knew is flagged with the change that made it too much (SE4), due in working time, closed only by proof."""

from __future__ import annotations

from datetime import datetime

import pytest

from guanhao.core.clock import CHINA
from guanhao.core.verdicts import Refused
from guanhao.custody import proving
from guanhao.custody.actions import remove_holder, replace_holder, replace_secret
from guanhao.custody.exposing import report_leak
from guanhao.custody.models import Exposure, Proof
from guanhao.demo.institutions import APP_SECRET
from guanhao.ledger.models import Event
from guanhao.registry.actions import add_holder
from guanhao.registry.models import Secret

pytestmark = pytest.mark.requirement("SE4")


def leave_slot(house, who="editor-2"):
    remove_holder(actor=house.actor("office-head"), account=house.account, person=house.person(who))


@pytest.mark.article("ruian-6.6")
@pytest.mark.article("gpnu-15")
def test_removing_a_holder_flags_what_they_could_look_at(house):
    """Password and AppSecret, each with its own event; due one working day on, Friday afternoon to Monday, by the clause."""
    leave_slot(house)
    rows = Exposure.objects.open().order_by("secret__kind")
    assert [(row.secret.kind, row.why, row.article) for row in rows] == [
        ("app_secret", "holder_removed", "ruian-6.6"),
        ("password", "holder_removed", "ruian-6.6"),
    ]
    assert {row.due_at.astimezone(CHINA) for row in rows} == {datetime(2026, 11, 23, 15, tzinfo=CHINA)}
    assert Event.objects.filter(action="credential.exposed").count() == 2


def test_nobody_is_flagged_twice_for_the_same_secret(house):
    """Given the slot again and removed again."""
    leave_slot(house)
    add_holder(actor=house.actor("office-head"), account=house.account, person=house.person("editor-2"))
    leave_slot(house)
    assert Exposure.objects.open().count() == 2


def test_typing_a_new_value_closes_nothing(house):
    """Only the platform or a second person does."""
    leave_slot(house)
    new = house.set("the-new-one")
    assert Exposure.objects.open().filter(secret__kind="password").count() == 1
    assert list(proving.waiting()) == [new]


def test_a_second_person_closes_a_password(house):
    """Not who typed it, not who gave the slot up, not somebody who has nothing to do with the account; then it is over."""
    leave_slot(house)
    new = house.set("the-new-one", by="editor")
    for name in ("editor", "student", "section"):
        with pytest.raises(Refused):
            attest(house, new, name)
    attest(house, new, "office-head")
    assert not Exposure.objects.open().filter(secret__kind="password").exists()
    event = Event.objects.filter(action="credential.rotated").get()
    assert (event.facts["how"], event.facts["closed"]) == ("attested", 1)
    with pytest.raises(Refused, match="已经确认"):
        attest(house, new, "tech")


def attest(house, secret, who):
    return proving.attest(
        actor=house.actor(who), person=house.person(who), secret=secret, statement="新密码可登录，旧的不行"
    )


def test_whom_it_is_replaced_for_does_not_attest(house):
    """A former holder who still runs the account by post knows the old one and has an interest."""
    leave_slot(house, "editor")  # 办公室的经办人，仍是账号管理员
    new = house.set("the-new-one", by="editor-2")
    with pytest.raises(Refused, match="因您而起"):
        attest(house, new, "editor")


def test_who_types_the_new_one_knows_it_and_stays_flagged(house):
    """A former holder who still may set secrets does not free the account of what they know."""
    leave_slot(house, "editor")
    new = house.set("the-new-one", by="editor")
    attest(house, new, "office-head")
    assert Exposure.objects.open().filter(secret__kind="password").count() == 1
    newer = house.set("the-newest", by="editor-2")
    attest(house, newer, "office-head")
    assert not Exposure.objects.open().filter(secret__kind="password").exists()


def test_an_appsecret_is_the_platforms_to_prove(house):
    """Nobody attests what can be asked."""
    leave_slot(house)
    new = house.set("f" * 32, kind="app_secret")
    with pytest.raises(Refused, match="平台验证"):
        attest(house, new, "office-head")


@pytest.mark.article("xartvu-13")
@pytest.mark.article("ruian-6.6")
def test_a_leak_puts_every_secret_of_the_account_in_question(house):
    """Within the hour where the regulation says so; whoever reports must have to do with the account and say how."""
    with pytest.raises(Refused):
        report_leak(
            actor=house.actor("student"),
            person=house.person("student"),
            account=house.account,
            reason="听说的事情",
        )
    made = report_leak(
        actor=house.actor("editor"),
        person=house.person("editor"),
        account=house.account,
        reason="密码被贴在群里",
    )
    assert {row.secret.kind for row in made} == {"app_secret", "password"}
    assert {row.due_at.astimezone(CHINA) for row in made} == {datetime(2026, 11, 20, 16, tzinfo=CHINA)}
    assert Event.objects.filter(action="credential.leaked").count() == 1


def test_a_full_house_changes_a_holder_in_one_step(house):
    """All slots taken: out and in at once, or neither."""
    office = house.actor("office-head")
    add_holder(actor=office, account=house.account, person=house.person("tech"))
    with pytest.raises(Refused):
        replace_holder(
            actor=office, account=house.account, person=house.person("tech"), heir=house.person("system")
        )
    assert not Exposure.objects.exists()
    holder = replace_holder(
        actor=office, account=house.account, person=house.person("tech"), heir=house.person("dean")
    )
    assert (holder.slot, Exposure.objects.open().count()) == (3, 2)


def test_the_platform_proves_an_appsecret(world):
    """New taken and old refused closes it; the kept old one is destroyed. Before the console's reset it stays open."""
    office, holder = world.who("ruian-office-head"), world.who("ruian-editor-2")
    remove_holder(actor=office["actor"], account=world.account, person=holder["person"])
    current = Secret.objects.get(account=world.account, kind="app_secret", retired_at__isnull=True)
    new = replace_secret(actor=office["actor"], account=world.account, kind="app_secret", value="9" * 32)
    tried = proving.try_platform(actor=office["actor"], secret=new)
    assert (tried.proven, tried.code) == (False, 40125)
    assert Exposure.objects.open().exists()
    world.sandbox.change_account(world.account.app_id, secret="9" * 32)
    assert proving.try_platform(actor=office["actor"], secret=new).proven
    assert not Exposure.objects.open().exists()
    current.refresh_from_db()
    assert bytes(current.sealed) == b""
    assert Proof.objects.get().how == "accepted"


def test_an_old_appsecret_that_still_works_keeps_it_open(world):
    """Typing the same value again as new proves nothing."""
    office, holder = world.who("ruian-office-head"), world.who("ruian-editor-2")
    remove_holder(actor=office["actor"], account=world.account, person=holder["person"])
    new = replace_secret(actor=office["actor"], account=world.account, kind="app_secret", value=APP_SECRET)
    tried = proving.try_platform(actor=office["actor"], secret=new)
    assert not tried.proven
    assert "仍接受旧密钥" in tried.sentence.zh
    assert Exposure.objects.open().exists()
