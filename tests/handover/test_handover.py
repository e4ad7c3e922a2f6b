"""Handing over: nothing is left without an heir, both sign, and the person leaves in one transaction or not at all."""

from __future__ import annotations

import pytest

from guanhao.core.verdicts import Refused, WrongState
from guanhao.custody.models import Exposure
from guanhao.handover import actions
from guanhao.handover.items import items_of
from guanhao.handover.models import Handover
from guanhao.people.models import Person
from guanhao.registry.models import Account, Holder
from tests.handover.conftest import FRIDAY

pytestmark = [pytest.mark.requirement("SE4"), pytest.mark.article("ruian-6.6")]


def test_the_checklist_names_everything_the_person_is_to_the_accounts(desk):
    """Manager, bound administrator and only operator need an heir; the slot does not while another holder is there."""
    lines = {item.kind.value: item.needs for item in items_of(desk.leaver)}
    assert lines["manager"]
    assert lines["bound"]
    assert lines["operator"]
    assert lines["holder"] is False
    Holder.objects.filter(account=desk.account).exclude(person=desk.leaver).delete()
    assert {item.kind.value: item.needs for item in items_of(desk.leaver)}["holder"]


def test_leaving_with_something_left_is_refused_with_what_it_is(desk):
    """The sentence lists it; nothing happened."""
    with pytest.raises(Refused) as refused:
        actions.leave(actor=desk.by(desk.office)["actor"], person=desk.leaver, on=FRIDAY.date())
    assert "日常管理员：温州职业技术学院瑞安学院" in refused.value.denied.reason.zh
    assert Person.objects.get(pk=desk.leaver.pk).active
    assert not Exposure.objects.exists()


def test_a_whole_handover_ends_with_everything_in_other_hands(desk):
    """Heirs took on, the slot is free, what was known is due, the person has left."""
    handover = desk.begin()
    desk.give(handover)
    desk.signed(handover)
    desk.complete(handover)
    account = Account.objects.get(pk=desk.account.pk)
    assert (account.manager, account.bound_administrator) == (desk.heir, desk.heir)
    assert [row.person for row in account.operators.serving()] == [desk.heir]
    assert not Holder.objects.filter(person=desk.leaver).exists()
    assert Exposure.objects.open().filter(person=desk.leaver).exists()
    assert not Person.objects.get(pk=desk.leaver.pk).active
    assert Handover.objects.get().done_at is not None
    with pytest.raises(WrongState):
        desk.complete(handover)


def test_the_slot_can_be_handed_on_with_the_rest(desk):
    """All three taken: the leaver's is freed and given in the same transaction."""
    handover, dean = desk.begin(), desk.cast.people["ruian-dean"]
    desk.give(handover)
    line = next(item for item in items_of(desk.leaver) if item.kind == "holder")
    actions.name_heir(**desk.by(desk.office), handover=handover, name=line.name, heir=dean)
    for person in (desk.leaver, desk.heir, dean):
        actions.sign(**desk.by(person), handover=handover)
    desk.complete(handover)
    assert set(Holder.objects.filter(account=desk.account).values_list("person", flat=True)) == {
        desk.heir.pk, dean.pk
    }  # fmt: skip


@pytest.mark.parametrize("missing", ["heir", "leaver", "line"])
def test_without_a_signature_or_an_heir_nothing_of_it_happens(desk, missing):
    """Each is asked for by name."""
    handover = desk.begin()
    if missing != "line":
        desk.give(handover)
        actions.sign(**desk.by(desk.leaver if missing == "heir" else desk.heir), handover=handover)
    with pytest.raises(Refused) as refused:
        desk.complete(handover)
    expected = {"heir": desk.heir.name, "leaver": desk.leaver.name, "line": "没有接手人"}[missing]
    assert expected in refused.value.denied.reason.zh
    assert Person.objects.get(pk=desk.leaver.pk).active
    assert Account.objects.get(pk=desk.account.pk).manager == desk.leaver


def test_a_list_that_changed_is_not_what_was_signed(desk):
    """Another heir, or something new in their hands: both sign again."""
    handover = desk.begin()
    desk.give(handover)
    desk.signed(handover)
    Account.objects.filter(pk=desk.account.pk).update(supervising_leader=desk.leaver)
    desk.give(handover)
    with pytest.raises(Refused, match="还没有签字"):
        desk.complete(handover)
    desk.signed(handover)
    desk.complete(handover)


def test_for_an_absent_leaver_the_office_signs_saying_why(desk):
    """Only for the leaver, only those who run handovers, never without a reason."""
    handover = desk.begin()
    desk.give(handover)
    actions.sign(**desk.by(desk.heir), handover=handover)
    with pytest.raises(Refused, match="写明原因"):
        actions.sign(**desk.by(desk.office), handover=handover)
    with pytest.raises(Refused):
        actions.sign(**desk.by(desk.cast.people["ruian-student"]), handover=handover, note="代签")
    actions.sign(**desk.by(desk.office), handover=handover, note="本人病休，电话确认")
    desk.complete(handover)


def test_an_heir_is_another_person_who_may_take_it_on(desk):
    """Not the leaver, not somebody gone; a slot goes to nobody who may hold none."""
    handover = desk.begin()
    lines = {item.kind.value: item.name for item in items_of(desk.leaver)}
    for name, heir in (
        (lines["manager"], desk.leaver),
        (lines["holder"], desk.cast.people["ruian-system"]),
        ("manager:999999", desk.heir),
    ):
        with pytest.raises(Refused):
            actions.name_heir(**desk.by(desk.office), handover=handover, name=name, heir=heir)


def test_who_does_not_run_handovers_begins_only_their_own(desk):
    """A colleague cannot push somebody out; the leaver may begin."""
    with pytest.raises(Refused):
        actions.begin(**desk.by(desk.cast.people["ruian-teacher"]), person=desk.leaver)
    handover = actions.begin(**desk.by(desk.leaver), person=desk.leaver)
    with pytest.raises(Refused, match="已在办理"):
        desk.begin()
    actions.drop(**desk.by(desk.office), handover=handover)
    assert desk.begin()


def test_a_failure_half_way_leaves_everything_as_it_was(desk, monkeypatch):
    """The heirs took on, then the process ended: nothing of it stays."""
    handover = desk.begin()
    desk.give(handover)
    desk.signed(handover)

    def fail(**_given):
        raise RuntimeError("the process ended here")

    monkeypatch.setattr("guanhao.people.actions.deactivate", fail)
    with pytest.raises(RuntimeError):
        desk.complete(handover)
    assert Account.objects.get(pk=desk.account.pk).manager == desk.leaver
    assert Holder.objects.filter(person=desk.leaver).exists()
    assert not Exposure.objects.exists()
