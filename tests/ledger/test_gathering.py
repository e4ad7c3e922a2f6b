"""Gathering: several entries of one act are appended together, and nothing of what one by one promised is lost."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanhao.core import clock, tenancy
from guanhao.core.actors import system
from guanhao.ledger.actions import record
from guanhao.ledger.gathering import NeverWritten, gathering, part_of_an_act
from guanhao.ledger.models import Event, EventDetail, LogHead, Node
from guanhao.ledger.types import Action, Subject
from guanhao.ledger.verify import verify
from guanhao.people.models import Institution

pytestmark = [pytest.mark.database, pytest.mark.requirement("LG2"), pytest.mark.requirement("LG3")]


class GivenUp(Exception):  # noqa: N818
    """The change was given up."""


def tell(school, serial):
    """Say one entry."""
    return record(
        institution=school,
        actor=system("test"),
        action=Action.ARTICLE_SAVED,
        subject=Subject("article", str(serial), "稿件"),
        facts={"serial": serial},
        detail={"opinion": f"意见{serial}"},
    )


def serials():
    """What the log says, in its order."""
    return [facts["serial"] for facts in Event.objects.order_by("index").values_list("facts", flat=True)]


def test_the_entries_of_an_act_are_written_at_its_end_with_one_lock_of_the_head(school):
    """Five entries cost what one costs: head, entries, details, nodes, head."""
    with transaction.atomic():
        tell(school, 0)
    with CaptureQueriesContext(connection) as queries, gathering():
        for serial in range(1, 6):
            tell(school, serial)
    about = [query["sql"] for query in queries if "ledger_" in query["sql"]]
    assert len(about) == 5
    assert serials() == list(range(6))


def test_a_reader_within_the_act_finds_what_was_said(school):
    """Any statement about the log writes first what waits."""
    with gathering():
        tell(school, 0)
        assert Event.objects.count() == 1
        tell(school, 1)
        assert LogHead.objects.get().size == 2
        assert EventDetail.objects.get(event__index=1).data["detail"] == {"opinion": "意见1"}


def test_an_entry_that_is_needed_at_once_is_there_at_once(school):
    """Its row has key and index, and so have those said before it."""
    with gathering():
        first, second = tell(school, 0), tell(school, 1)
        assert (second.event.index, first.event.index) == (1, 0)
        assert second.event.pk == Event.objects.get(index=1).pk


def test_an_act_that_fails_leaves_no_entry(school):
    """Change and entries are undone together, even where whoever called goes on."""
    with transaction.atomic():
        with pytest.raises(GivenUp), gathering():
            kept = tell(school, 0)
            raise GivenUp
        assert serials() == []
        tell(school, 1)
    assert serials() == [1]
    with pytest.raises(NeverWritten):
        _ = kept.event


def test_an_error_that_is_caught_inside_takes_only_its_own_entries(school):
    """The savepoint's entries go with it, those before and after stay, and no index is left out."""
    with gathering():
        tell(school, 0)
        with pytest.raises(GivenUp), transaction.atomic():
            tell(school, 1)
            raise GivenUp
        tell(school, 2)
    assert serials() == [0, 2]
    assert list(Event.objects.order_by("index").values_list("index", flat=True)) == [0, 1]


def test_what_was_written_early_inside_a_savepoint_that_fails_is_written_again(school):
    """Somebody read the log in there; the entries that had been said before stay said."""
    with gathering():
        outer = tell(school, 0)
        with pytest.raises(GivenUp), transaction.atomic():
            inner = tell(school, 1)
            assert serials() == [0, 1]
            raise GivenUp
        assert serials() == [0]
        with pytest.raises(NeverWritten):
            _ = inner.event
    assert serials() == [0]
    assert outer.event.pk == Event.objects.get().pk


def test_without_a_savepoint_of_its_own_an_error_undoes_the_whole_transaction(school):
    """Nobody can catch it inside and keep the change without its entry."""

    def change_and_go_on():
        with transaction.atomic():
            tell(school, 0)
            with suppress(GivenUp), gathering(savepoint=False):
                tell(school, 1)
                raise GivenUp

    with transaction.atomic():
        change_and_go_on()
    assert serials() == []


def test_one_gathering_within_another_is_a_part_of_it(school):
    """It ends with its entries waiting, and takes them along when it fails."""
    with gathering():
        tell(school, 0)
        with gathering():
            tell(school, 1)
        with pytest.raises(GivenUp), gathering():
            tell(school, 2)
            raise GivenUp
    assert serials() == [0, 1]


@pytest.mark.requirement("TN2")
def test_another_institution_is_refused_when_it_is_said(school):
    """The guard of the tenant does not wait for the end of the act."""
    other = Institution.objects.create(key="other", name="另一所", created_at=clock.now())
    with pytest.raises(tenancy.OtherTenant), gathering():
        tell(other, 0)


@pytest.mark.requirement("TN2")
def test_each_institution_has_its_entries_in_its_own_log(school):
    """Work that crosses institutions gathers for each; reading one log inside another's scope changes neither."""
    other = Institution.objects.create(key="other", name="另一所", created_at=clock.now())
    with tenancy.everywhere("test"), gathering():
        for serial in range(3):
            tell(school, serial)
            tell(other, serial + 10)
        with tenancy.within(other):
            assert serials() == [10, 11, 12]
    assert serials() == [0, 1, 2]
    with gathering():
        tell(school, 3)
        with tenancy.within(other):
            tell(other, 13)
            assert serials() == [10, 11, 12, 13]
    assert serials() == [0, 1, 2, 3]


def test_without_a_scope_nothing_is_gathered(db):
    """Work that forgot to say for whom it acts fails where it begins."""
    with pytest.raises(tenancy.ScopeError), gathering():
        pass


def test_facts_without_a_canonical_form_are_refused_when_they_are_said(school):
    """The error names the place that said it, not the end of the act."""
    with gathering():
        with pytest.raises((ValueError, TypeError)):
            record(
                institution=school,
                actor=system("test"),
                action=Action.ARTICLE_SAVED,
                subject=Subject("article", "1"),
                facts={"share": 0.5},
            )
        tell(school, 1)
    assert serials() == [1]


_acts = st.recursive(
    st.sampled_from(["say", "read", "need"]),
    lambda inner: st.tuples(
        st.sampled_from(["savepoint", "fails", "gathering"]), st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


class _Course:
    """Plays acts and keeps by itself which entries must be there afterwards."""

    def __init__(self, school, known):
        self.school, self.number, self.known = school, known[-1] + 1 if known else 0, known

    def play(self, act):
        if isinstance(act, tuple):
            self.block(*act)
        elif act == "read":
            assert serials() == self.known
        else:
            said = tell(self.school, self.number)
            self.known.append(self.number)
            self.number += 1
            assert act == "say" or said.event.index == len(self.known) - 1

    def block(self, kind, inner):
        before = list(self.known)
        try:
            with gathering() if kind == "gathering" else transaction.atomic():
                for act in inner:
                    self.play(act)
                _give_up_if(kind == "fails")
        except GivenUp:
            self.known[:] = before


def _give_up_if(wanted):
    if wanted:
        raise GivenUp


@settings(  # The log is one for all examples: any that was there before must do.
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(_acts, min_size=1, max_size=6))
def test_any_mix_of_gathered_single_and_undone_entries_verifies(school, key, acts):
    """Exactly what was not undone is in the log, in the order in which it was said, and `verify` finds nothing."""
    course = _Course(school, serials())
    course.play(("savepoint", acts))
    assert serials() == course.known
    report = verify(school, key=key)
    assert report.good
    assert report.size == len(course.known)
    assert EventDetail.objects.count() == len(course.known)
    assert Node.objects.count() == sum(len(course.known) >> level for level in range(1, 12))


def test_a_part_of_an_act_has_no_savepoint_and_an_error_in_it_undoes_the_act(school):
    """Whoever would catch the error and go on is refused by the next statement."""
    with suppress(GivenUp), gathering():
        tell(school, 1)
        with pytest.raises(GivenUp), part_of_an_act():
            raise GivenUp
        with pytest.raises(transaction.TransactionManagementError):
            LogHead.objects.exists()
        raise GivenUp
    assert serials() == []


def test_a_part_that_fails_inside_a_savepoint_undoes_that_alone(school):
    """As a decision that a finding stops: the decision is undone, and what was said before it stays."""
    with transaction.atomic():
        tell(school, 0)
    with CaptureQueriesContext(connection) as queries, gathering():
        tell(school, 1)
        with suppress(GivenUp), transaction.atomic(), part_of_an_act():
            tell(school, 2)
            raise GivenUp
        tell(school, 3)
    assert serials() == [0, 1, 3]
    # One of the gathering, since tests run in a transaction themselves, and one that was asked for.
    assert len([query for query in queries if query["sql"].startswith("SAVEPOINT")]) == 2


def test_outside_of_an_act_a_part_is_a_transaction_of_its_own(school):
    """What it did is undone when it fails, and whoever called goes on."""
    with suppress(GivenUp), part_of_an_act():
        tell(school, 1)
        raise GivenUp
    tell(school, 2)
    assert serials() == [2]
