"""Several at once, each with a connection of their own: never more holders than slots, one look, one voice each (K8, SE3)."""

from __future__ import annotations

from datetime import datetime

import pytest

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.core.clock import CHINA
from guanhao.custody import emergencies, revealing
from guanhao.custody.models import Emergency, EmergencyVoice
from guanhao.ledger.models import Event
from guanhao.registry import actions
from guanhao.registry.models import Holder
from tests.contents.test_races import both, lost
from tests.custody.conftest import CANARY, House

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 11, 20, 15, tzinfo=CHINA)
SETUP = system("set-up")
RACERS = ("dean", "leader", "tech", "teacher", "section", "section-head")


@pytest.fixture
def racers(transactional_db, ruian):
    with clock.frozen(NOW):
        made = House(ruian, [NOW])
        made.set()
        yield made


def race_for_slots(house, rounds):
    """One or two slots are free and six reach for them; afterwards those who got one give it back."""
    people = [house.person(name) for name in RACERS]
    won = 0
    for number in range(rounds):
        free = 1 + number % 2
        if free == 2:
            actions.remove_holder(actor=SETUP, account=house.account, person=house.person("editor-2"))

        def reach(person):
            return actions.add_holder(actor=SETUP, account=house.account, person=person)

        results = both(house.cast.institution, *(lambda person=person: reach(person) for person in people))
        held = list(Holder.objects.filter(account=house.account).values_list("slot", "person"))
        assert len(held) == len({slot for slot, _person in held}) == 3, (number, held)
        assert len(lost(results)) == len(people) - free, (number, results)
        won += free
        for person in people:
            Holder.objects.filter(account=house.account, person=person).delete()
        if free == 2:
            actions.add_holder(actor=SETUP, account=house.account, person=house.person("editor-2"))
    return won


@pytest.mark.requirement("K8")
@pytest.mark.article("ruian-6.6")
def test_never_more_holders_than_the_rule_however_many_reach(racers):
    """A short race; the long one is a thousand rounds."""
    assert race_for_slots(racers, 12) == 18


@pytest.mark.long
@pytest.mark.requirement("K8")
def test_a_thousand_rounds_never_above_the_limit(racers):
    """As above, a thousand times."""
    assert race_for_slots(racers, 1000) == 1500


@pytest.mark.requirement("SE3")
def test_of_several_openings_at_once_one_shows_it(racers):
    """Double click, two windows: the value leaves once, every other opening is on the record."""
    for _ in range(4):
        token = racers.ask()
        results = both(racers.cast.institution, *[lambda token=token: racers.open(token)] * 4)
        values = [one.value for one in results if not isinstance(one, Exception)]
        assert values == [CANARY], results
        assert len(lost(results)) == 3
    assert Event.objects.filter(action="credential.reveal_refused").count() == 12


@pytest.mark.requirement("SE3")
def test_asking_at_once_does_not_outrun_the_days_number(racers):
    """Looks are counted one after the other."""

    def ask():
        return racers.ask()

    granted = 0
    for _ in range(4):
        results = both(racers.cast.institution, *[ask] * 4)
        granted += len(results) - len(lost(results))
    assert granted == revealing.checks.MOST_REVEALS_A_DAY


@pytest.mark.requirement("SE5")
def test_one_person_agreeing_twice_at_once_is_one_voice(racers):
    """Two tabs of the same person grant nothing."""
    head = racers.person("office-head")
    emergency = emergencies.ask(
        actor=racers.actor("tech"), person=racers.person("tech"), account=racers.account, kind="password",
        reason="保管人都联系不上",
    )  # fmt: skip

    def agree():
        return emergencies.voice(
            actor=racers.actor("office-head"), person=head, emergency=emergency, agrees=True
        )

    results = both(racers.cast.institution, *[agree] * 4)
    assert len(lost(results)) == 3
    assert EmergencyVoice.objects.count() == 1
    assert Emergency.objects.get().granted_at is None
