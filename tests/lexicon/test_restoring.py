"""Words that were taken out are put back: as they were last, once, and by who keeps the lists."""

import pytest

from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.lexicon import actions, restoring
from guanhao.lexicon.models import Allowance, Entry, Lexicon, ListedTerm
from guanhao.people.access import actor_of
from guanhao.screening.force import Force
from tests.lexicon.conftest import term

pytestmark = pytest.mark.django_db


def gone(model):
    """The rows that ended, the oldest first."""
    return list(model.objects.filter(removed_in__isnull=False).order_by("pk"))


def test_terms_come_back_as_they_were_last_and_those_in_force_stay_as_they_are(keeper):
    """One version and one event for all of them; what ended stays ended."""
    keeper.take(term("代考服务"))
    keeper.take(term("代考服务", force=Force.WARN, allow=("代考服务站",), note="新"), term("刷单返利"))
    actions.remove_terms(**keeper.here, terms=ListedTerm.objects.in_force())
    keeper.take(term("刷单返利", force=Force.HINT))
    version, events = Lexicon.objects.get().version, Event.objects.count()
    assert restoring.restore_terms(**keeper.who, rows=gone(ListedTerm)) == 1
    back = ListedTerm.objects.in_force().get(text="代考服务")
    assert (back.force, back.allow, back.note) == ("warn", ["代考服务站"], "新")
    assert ListedTerm.objects.in_force().get(text="刷单返利").force == "hint"
    assert (Lexicon.objects.get().version, Event.objects.count()) == (version + 1, events + 1)
    assert len(gone(ListedTerm)) == 3
    assert restoring.restore_terms(**keeper.who, rows=gone(ListedTerm)) == 0


def test_an_entry_comes_back_with_all_it_said_last(keeper):
    """Removed twice with different ranks: the later one counts."""
    for rank in (1, 2):
        entry = keeper.enter("leader", "沈怀瑾", "院长", rank=rank, note=f"第{rank}次")
        actions.remove_entry(**keeper.who, entry=entry)
    assert restoring.restore_entries(**keeper.who, rows=gone(Entry)) == 1
    back = Entry.objects.in_force().get()
    assert (back.rank, back.note) == (2, "第2次")
    assert restoring.restore_entries(**keeper.who, rows=gone(Entry)) == 0


def test_a_wording_comes_back_once(ruian, keeper):
    """On the list of its unit."""
    unit = ruian.units["学生科"]
    actions.disallow(**keeper.who, allowance=keeper.allow(unit, "typos", "座谈汇"))
    assert restoring.restore_allowances(**keeper.who, rows=gone(Allowance)) == 1
    assert Allowance.objects.in_force().get().unit == unit
    assert restoring.restore_allowances(**keeper.who, rows=gone(Allowance)) == 0


def test_whoever_does_not_keep_the_lists_puts_nothing_back(ruian, keeper):
    """Refused before anything is stored."""
    person = ruian.people["ruian-section"]
    stranger = {"actor": actor_of(person), "person": person}
    keeper.take(term("代考服务"))
    actions.remove_terms(**keeper.here, terms=ListedTerm.objects.in_force())
    actions.remove_entry(**keeper.who, entry=keeper.enter("leader", "沈怀瑾", "院长"))
    actions.disallow(**keeper.who, allowance=keeper.allow(ruian.units["办公室"], "typos", "座谈汇"))
    with pytest.raises(Refused):
        restoring.restore_terms(**stranger, rows=gone(ListedTerm))
    with pytest.raises(Refused):
        restoring.restore_entries(**stranger, rows=gone(Entry))
    with pytest.raises(Refused):
        restoring.restore_allowances(**stranger, rows=gone(Allowance))
    for model in (ListedTerm, Entry, Allowance):
        assert not model.objects.in_force().exists()
