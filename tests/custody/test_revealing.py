"""Looking at a secret: by a holder, with a reason, once, within five minutes, in the same session (SE3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanhao.core.verdicts import Refused, WrongState
from guanhao.custody.actions import remove_holder
from guanhao.custody.models import Reveal
from guanhao.custody.types import MOST_REVEALS_A_DAY
from guanhao.ledger.models import Event, EventDetail
from guanhao.registry import vault
from tests.custody.conftest import CANARY, SESSION

pytestmark = pytest.mark.requirement("SE3")


def told(action):
    return Event.objects.filter(action=action)


@pytest.mark.article("xartvu-13")
@pytest.mark.article("ruian-6.6")
def test_a_holder_sees_it_once_and_the_record_says_who_when_and_why(house):
    """The value comes out; the event names the person and the version, the reason is on the erasable side."""
    assert house.look() == CANARY
    event = told("credential.revealed").get()
    assert event.facts == {
        "kind": "password", "version": 1, "person": house.person("editor").pk, "reveal": Reveal.objects.get().pk,
        "emergency": None,
    }  # fmt: skip
    asked = EventDetail.objects.get(event=told("credential.reveal_asked").get())
    assert asked.data["detail"] == {"reason": "登录后台改头像"}
    everything = "".join(str(bytes(one.entry)) + str(one.facts) for one in Event.objects.all())
    everything += "".join(str(one.data) for one in EventDetail.objects.all())
    assert CANARY not in everything


def test_the_second_opening_is_refused_and_alarms(house):
    """Whoever has the page open a second time, even the same person, gets nothing; the event is the alarm."""
    token = house.ask()
    house.open(token)
    for _ in range(2):
        with pytest.raises(WrongState, match="已经用过"):
            house.open(token)
    assert told("credential.reveal_refused").count() == 2
    assert told("credential.revealed").count() == 1
    assert Reveal.objects.get().again_at is not None


def test_after_five_minutes_it_is_over(house):
    """An open page on a left desk is worth nothing."""
    token = house.ask()
    house.later(minutes=5)
    with pytest.raises(Refused, match="过期"):
        house.open(token)
    assert Reveal.objects.get().opened_at is None


def test_it_opens_only_in_the_session_and_for_the_person_that_asked(house):
    """A link that was sent on opens for nobody."""
    token = house.ask()
    with pytest.raises(Refused):
        house.open(token, session="another session")
    from_other = house.person("editor-2")
    assert not Reveal.objects.filter(person=from_other).exists()
    assert house.open(token).value == CANARY


@pytest.mark.parametrize("who", ["office-head", "tech", "section", "student", "system", "security", "audit"])
def test_who_holds_no_slot_sees_nothing(house, who):
    """Neither the first responsible person, nor the technical unit, nor the three administrators by their role (K12)."""
    with pytest.raises(Refused) as refused:
        house.ask(who)
    assert refused.value.denied.article == "ruian-6.6"


@pytest.mark.parametrize("reason", ["", "  ", "看看"])
def test_a_look_without_a_reason_is_refused(house, reason):
    """Two characters mean nothing to whoever reads the record later."""
    with pytest.raises(Refused, match="事由"):
        house.ask(reason=reason)


def test_a_holder_who_lost_the_slot_meanwhile_sees_nothing(house):
    """The right is asked again at the moment of opening."""
    token = house.ask()
    remove_holder(actor=house.actor("office-head"), account=house.account, person=house.person("editor"))
    with pytest.raises(Refused):
        house.open(token)


def test_what_was_replaced_meanwhile_is_not_shown(house):
    """The look was for the version that was current."""
    token = house.ask()
    house.set("another-one", by="editor-2")
    with pytest.raises(Refused):
        house.open(token)


def test_one_person_looks_so_often_a_day_and_no_more(house):
    """Asking counts; a day later it begins again."""
    for _ in range(MOST_REVEALS_A_DAY):
        house.ask()
    with pytest.raises(Refused, match=f"最多查看 {MOST_REVEALS_A_DAY} 次"):
        house.ask()
    house.later(hours=24, seconds=1)
    assert house.look() == CANARY


def test_a_new_look_ends_one_that_was_not_used(house):
    """One open permission at a time."""
    first, second = house.ask(), house.ask()
    with pytest.raises(Refused):
        house.open(first)
    assert house.open(second).value == CANARY


def test_a_machines_token_is_nobodys_to_see(house):
    """The kind is not for eyes, whoever asks."""
    house.set("a-token", kind="access_token")
    with pytest.raises(Refused, match="只供系统使用"):
        house.ask(kind="access_token")


def test_the_machine_uses_it_without_any_look(house):
    """The vault opens it for a call; nobody saw anything, nothing was asked."""
    assert vault.open_secret(house.account, "password") == CANARY
    assert not Reveal.objects.exists()
    assert not told("credential.revealed").exists()


def test_the_permission_keeps_neither_token_nor_session(house):
    """A copy of the table opens nothing."""
    token = house.ask()
    row = Reveal.objects.values().get()
    assert token not in str(row)
    assert SESSION not in str(row)
    assert row["until"] - row["asked_at"] == timedelta(minutes=5)
