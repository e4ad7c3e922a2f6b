"""Break-glass: two distinct others, a limited time, everybody told, the secret due afterwards (SE5)."""

from __future__ import annotations

import pytest

from guanhao.core.verdicts import Refused
from guanhao.custody import emergencies
from guanhao.custody.models import Emergency, Exposure
from guanhao.ledger.models import Event
from guanhao.notices.models import Notice
from guanhao.process.drawing import draw_consequences
from guanhao.steps.types import Worker
from tests.custody.conftest import CANARY

pytestmark = pytest.mark.requirement("SE5")


def ask(house, who="tech", kind="password"):
    return emergencies.ask(
        actor=house.actor(who),
        person=house.person(who),
        account=house.account,
        kind=kind,
        reason="保管人都联系不上",
    )


def voice(house, emergency, who, *, agrees=True):
    return emergencies.voice(
        actor=house.actor(who), person=house.person(who), emergency=emergency, agrees=agrees
    )


def granted(house):
    emergency = ask(house)
    voice(house, emergency, "office-head")
    return voice(house, emergency, "editor")


def test_two_others_open_it_and_the_secret_is_due_afterwards(house):
    """Before the second voice nothing is shown; after the look the rotation is owed at once."""
    emergency = ask(house)
    voice(house, emergency, "office-head")
    with pytest.raises(Refused):
        house.ask("tech")
    voice(house, emergency, "editor")
    assert house.look("tech") == CANARY
    exposure = Exposure.objects.open().get()
    assert (exposure.why, exposure.person, exposure.secret.kind) == (
        "emergency", house.person("tech"), "password"
    )  # fmt: skip


def test_the_same_person_counts_once_and_who_asks_not_at_all(house):
    """Nor does somebody who has nothing to do with the account."""
    emergency = ask(house)
    voice(house, emergency, "office-head")
    for name, sentence in (("office-head", "表过态"), ("tech", "自己的申请"), ("student", "不负责")):
        with pytest.raises(Refused, match=sentence):
            voice(house, emergency, name)
    emergency.refresh_from_db()
    assert emergency.granted_at is None


def test_it_lasts_an_hour(house):
    """And only for the kind that was asked for."""
    granted(house)
    with pytest.raises(Refused):
        house.ask("tech", kind="app_secret")
    house.later(hours=1)
    with pytest.raises(Refused):
        house.ask("tech")


def test_a_request_nobody_heard_is_over_after_a_day(house):
    """Late agreement opens nothing."""
    emergency = ask(house)
    voice(house, emergency, "office-head")
    house.later(hours=24)
    with pytest.raises(Refused, match="已结束"):
        voice(house, emergency, "editor")


def test_one_no_ends_it(house):
    """Somebody who knows better stops it."""
    emergency = ask(house)
    voice(house, emergency, "office-head", agrees=False)
    with pytest.raises(Refused, match="已结束"):
        voice(house, emergency, "editor")


def test_a_granted_one_can_be_taken_back(house):
    """By who asked or by who runs the account; nothing opens afterwards."""
    emergency = granted(house)
    emergencies.end(actor=house.actor("editor-2"), person=house.person("editor-2"), emergency=emergency)
    with pytest.raises(Refused):
        house.ask("tech")


@pytest.mark.parametrize("who", ["editor", "student"])
def test_a_holder_needs_none_and_a_stranger_gets_none(house, who):
    """The door is for those who run the account without a slot."""
    with pytest.raises(Refused):
        ask(house, who)


def test_all_holders_and_the_office_are_told_of_asking_and_granting(house):
    """Each is in the inbox of every holder and of the office, but not of who just did it."""
    granted(house)
    while draw_consequences(Worker("t")):
        pass
    for action in ("emergency.asked", "emergency.granted"):
        event = Event.objects.get(action=action)
        told = set(
            Notice.objects.filter(event_index=event.index).values_list("person__user__username", flat=True)
        )
        wanted = {"ruian-editor", "ruian-editor-2", "ruian-office-head", "ruian-tech"}
        assert told >= wanted - {
            house.actor("tech" if action.endswith("asked") else "editor").label
            and ("ruian-tech" if action.endswith("asked") else "ruian-editor")
        }
    assert Emergency.objects.get().granted_at is not None
