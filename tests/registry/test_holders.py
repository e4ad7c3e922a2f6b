"""Numbered slots: as many as the rulebook says, never more than the table has places for (K8)."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.people import actions as people
from guanhao.registry import actions, checks
from guanhao.registry.models import Holder
from guanhao.registry.types import MOST_HOLDERS
from guanhao.regulation.actions import adopt
from guanhao.regulation.queries import in_force

SETUP = system("set-up")
RULE = "{what: credential_holders, of: account, at_least: 1, at_most: 3}"
EDITORS = "{what: profile_editors, of: account, when: {platform: wechat}, at_most: 3}"


def under(cast, number):
    """The institution's rulebook with another number of holders, in force from today."""
    source = in_force(cast.institution).version.source
    assert RULE in source
    assert EDITORS in source
    changed = source
    for rule in (RULE, EDITORS):  # who holds the password can change the profile, too
        changed = changed.replace(rule, rule.replace("at_most: 3", f"at_most: {number}"))
    changed = re.sub(r"effective: [0-9-]+", f"effective: {clock.today().isoformat()}", changed)
    return adopt(actor=SETUP, institution=cast.institution, source=changed)


def fill(cast, account):
    """Give slots to new people until it is refused; answers the refusal."""
    for number in range(MOST_HOLDERS + 2):
        person = people.add_person(
            actor=SETUP, institution=cast.institution, name=f"人{number}", kind="staff"
        )
        try:
            actions.add_holder(actor=SETUP, account=account, person=person)
        except Refused as refused:
            return refused.denied
    raise AssertionError("Nobody was ever refused.")


@pytest.mark.requirement("K8")
@pytest.mark.article("ruian-6.6")
@pytest.mark.parametrize(("number", "slots"), [(2, 2), (5, 5), (40, MOST_HOLDERS)])
def test_the_rulebooks_number_is_how_many_slots_there_are(ruian, number, slots):
    """Two, five, or as many as the table has places: a number that code fixed would break the first two."""
    under(ruian, number)
    account = ruian.accounts["flagship"]
    denied = fill(ruian, account)
    held = Holder.objects.filter(account=account)
    assert sorted(held.values_list("slot", flat=True)) == list(range(1, slots + 1))
    assert denied.article == ("ruian-6.6" if number == slots else "")


@pytest.mark.requirement("K8")
@pytest.mark.parametrize(("slot", "most"), [(4, 3), (0, 3), (MOST_HOLDERS + 1, MOST_HOLDERS + 1)])
def test_the_table_itself_has_no_place_beyond_the_rule(ruian, slot, most):
    """Whoever goes around the action meets the constraint."""
    row = Holder(
        institution=ruian.institution, account=ruian.accounts["flagship"], slot=slot, most=most,
        person=ruian.people["ruian-dean"], since=clock.now(),
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Holder.objects.bulk_create([row])


@pytest.mark.requirement("K12")
@pytest.mark.parametrize("name", ["ruian-system", "ruian-security", "ruian-audit"])
def test_none_of_the_three_administrators_may_hold(ruian, name):
    """They read no secret by virtue of their role, and get none by another door."""
    with pytest.raises(Refused, match="管理员"):
        actions.add_holder(actor=SETUP, account=ruian.accounts["flagship"], person=ruian.people[name])


@pytest.mark.article("ruian-6.6")
def test_a_stricter_rule_holds_publishing_until_a_slot_is_freed(ruian):
    """Nobody is thrown out by a change of the rule; the account is not fit to publish until the office chose."""
    account = ruian.accounts["flagship"]
    assert checks.fit_to_publish(account)
    under(ruian, 1)
    denied = checks.fit_to_publish(account)
    assert (bool(denied), denied.article) == (False, "ruian-6.6")
    actions.remove_holder(actor=SETUP, account=account, person=ruian.people["ruian-editor-2"])
    assert checks.fit_to_publish(account)
