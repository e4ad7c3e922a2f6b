"""Whoever goes (SE4): what they held or ever saw is flagged in the transaction of their going, and their slots are free."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from guanhao.core import clock
from guanhao.core.verdicts import Refused
from guanhao.custody import leaving
from guanhao.custody.actions import remove_holder
from guanhao.custody.models import Exposure
from guanhao.handover import actions as handover
from guanhao.ledger.models import Event
from guanhao.people.models import Appointment, Person
from guanhao.registry.actions import add_holder
from guanhao.registry.models import Holder

pytestmark = pytest.mark.requirement("SE4")
TODAY = date(2026, 11, 20)
ROOT = Path(__file__).resolve().parents[2]
CALLS = re.compile(r"\b(?:deactivate|end_appointment|free_slot)\(\s*\*?,?\s*actor=")


def go(house, who):
    handover.leave(actor=house.actor("system"), person=house.person(who), on=TODAY)


def flagged(house, who):
    rows = Exposure.objects.open().filter(person=house.person(who)).order_by("secret__kind")
    return [(row.secret.kind, row.why) for row in rows]


@pytest.mark.article("ruian-6.6")
@pytest.mark.article("gpnu-15")
def test_a_holder_who_leaves_puts_every_secret_held_on_the_list(house):
    """Also what they never looked at; the slot is free, the look they had permission for is worth nothing."""
    token = house.ask("editor-2")
    go(house, "editor-2")
    assert flagged(house, "editor-2") == [("app_secret", "left"), ("password", "left")]
    assert not Holder.objects.filter(person=house.person("editor-2")).exists()
    with pytest.raises(Refused):
        house.open(token, "editor-2")


def test_what_somebody_saw_long_ago_counts_when_they_leave(house):
    """No holder any more, and the secret is still the one they saw."""
    add_holder(actor=house.actor("office-head"), account=house.account, person=house.person("tech"))
    house.look("tech")
    remove_holder(actor=house.actor("office-head"), account=house.account, person=house.person("tech"))
    Exposure.objects.all().delete()  # as if flagging at the removal had been missed
    go(house, "tech")
    assert flagged(house, "tech") == [("password", "left")]


def test_who_typed_a_secret_knows_it(house):
    """Without slot or look."""
    house.set("typed-by-the-office", by="office-head")
    assert leaving.release(actor=house.actor("system"), person=house.person("office-head"))
    assert flagged(house, "office-head") == [("password", "left")]


def test_what_was_replaced_since_is_nobodys_knowledge(house):
    """They saw version one; version two is current."""
    add_holder(actor=house.actor("office-head"), account=house.account, person=house.person("tech"))
    house.look("tech")
    remove_holder(actor=house.actor("office-head"), account=house.account, person=house.person("tech"))
    Exposure.objects.all().delete()
    house.set("newer")
    go(house, "tech")
    assert flagged(house, "tech") == []


def test_going_and_flagging_are_one_transaction(house, monkeypatch):
    """Where the last part fails nothing of it happened: nobody is gone with the secrets unflagged, or the other way."""
    monkeypatch.setattr("guanhao.people.actions.deactivate", fail)
    before = Event.objects.count()
    with pytest.raises(RuntimeError):
        go(house, "editor-2")
    assert Person.objects.get(pk=house.person("editor-2").pk).active
    assert not Exposure.objects.exists()
    assert Holder.objects.filter(person=house.person("editor-2")).exists()
    assert Event.objects.count() == before


def fail(**_given):
    raise RuntimeError("the process ended here")


def test_losing_the_post_that_tied_them_flags_and_frees(house):
    """An office editor who loses the last post in the office; what stays elsewhere does not tie."""
    person = house.person("editor-2")
    rows = list(Appointment.objects.on(TODAY).filter(person=person).order_by("pk"))
    for row in rows[:-1]:
        assert leaving.end_post(actor=house.actor("system"), appointment=row, on=TODAY) == []
    assert leaving.end_post(actor=house.actor("system"), appointment=rows[-1], on=TODAY)
    assert flagged(house, "editor-2") == [("app_secret", "transferred"), ("password", "transferred")]
    assert not Holder.objects.filter(person=person).exists()


def test_a_post_elsewhere_ends_without_a_word(house):
    """A holder of the office who also sat in a section keeps the slot."""
    person = house.person("editor-2")
    seat = Appointment.objects.create(
        institution=house.cast.institution,
        person=person,
        unit=house.cast.units["后勤科"],
        post="member",
        since=TODAY,
    )
    assert leaving.end_post(actor=house.actor("system"), appointment=seat, on=TODAY) == []
    assert Holder.objects.filter(person=person).exists()


def test_a_post_that_ended_by_itself_is_found_the_day_after(house):
    """Nobody acted on the day; once found it is not found again."""
    person = house.person("editor-2")
    Appointment.objects.filter(person=person).update(until=TODAY)
    assert leaving.lapse() == 0
    house.later(days=1)
    assert leaving.lapse() == 2
    assert leaving.lapse() == 0
    assert flagged(house, "editor-2")[0] == ("app_secret", "transferred")


def test_what_is_learned_after_the_transfer_is_another_matter(house):
    """Made a holder again in another capacity, a late run of the watch takes nothing away."""
    person = house.person("editor-2")
    Appointment.objects.filter(person=person).update(until=TODAY)
    house.later(days=1)
    leaving.lapse()
    add_holder(actor=house.actor("office-head"), account=house.account, person=person)
    leaving.lapse()
    assert Holder.objects.filter(person=person).exists()


def test_by_the_clause_the_named_post_ties_and_no_other(xartvu):
    """Where a regulation names who may hold, losing just that post is losing the slot."""
    account = next(one for one in xartvu.accounts.values() if not one.flagship and one.holders.exists())
    holder = account.holders.get()
    seat = Appointment.objects.on().get(person=holder.person, unit=account.owner_unit, post="operator")
    leaving.end_post(actor=leaving.LAPSE, appointment=seat, on=clock.today())
    assert not Holder.objects.filter(pk=holder.pk).exists()


def test_only_these_doors_let_a_person_go():
    """Whoever calls the plain actions of people past them leaves secrets unflagged: nobody else may."""
    allowed = {
        "guanhao/custody/leaving.py",
        "guanhao/handover/actions.py",
        "guanhao/people/actions.py",
        "guanhao/registry/actions.py",
    }
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "guanhao").rglob("*.py")
        if CALLS.search(path.read_text(encoding="utf-8"))
    }
    assert found <= allowed
