"""Recording: one event in the transaction of its change, with personal data kept apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django_scopes.exceptions import ScopeError

from guanhao.core import clock, tenancy
from guanhao.core.actors import Actor, ActorKind, system
from guanhao.ledger import merkle
from guanhao.ledger.actions import OutsideTransaction, record
from guanhao.ledger.entries import commitment
from guanhao.ledger.models import Event, EventDetail, LogHead, Node
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution

pytestmark = pytest.mark.database

WANG = Actor(ActorKind.PERSON, "7", "王丽", acting_for="9", address="192.0.2.7")
ARTICLE = Subject("article", "12", "王丽的稿件")


def tell(institution, **changes):
    """Record one event with everything said that can be said."""
    said = {
        "institution": institution,
        "actor": WANG,
        "action": Action.ARTICLE_SUBMITTED,
        "subject": ARTICLE,
        "facts": {"revision": 3, "before": "draft", "after": "in_review"},
        "detail": {"opinion": "请尽快"},
        "clause": "ruian-6.1.section",
        "gesture": "g1",
    }
    with transaction.atomic():
        return record(**{**said, **changes}).event


@pytest.mark.requirement("LG1")
@pytest.mark.requirement("LG3")
def test_an_entry_says_who_did_what_to_what_when(school):
    """The leaf names time, person, principal, act, object, clause and result, as canonical JSON with a schema."""
    instant = datetime(2026, 11, 20, 7, 2, 3, 45, tzinfo=UTC)
    with clock.frozen(instant):
        event = tell(school)

    assert json.loads(bytes(event.entry)) == {
        "schema": 1,
        "log": "guanhao/log-school",
        "index": 0,
        "at": "2026-11-20T07:02:03.000045Z",
        "action": "article.submitted",
        "actor": {"kind": "person", "id": "7", "for": "9"},
        "subject": {"kind": "article", "id": "12"},
        "gesture": "g1",
        "clause": "ruian-6.1.section",
        "facts": {"revision": 3, "before": "draft", "after": "in_review"},
        "detail": commitment(bytes(event.detail.salt), event.detail.data),
    }


@pytest.mark.requirement("K6")
def test_names_opinions_and_addresses_stay_out_of_the_leaf(school):
    """What can identify a person is in the erasable row; the leaf only commits to it."""
    event = tell(school)

    leaf = bytes(event.entry).decode()

    assert event.detail.data == {
        "actor": "王丽",
        "address": "192.0.2.7",
        "subject": "王丽的稿件",
        "detail": {"opinion": "请尽快"},
    }
    assert not any(word in leaf for word in ("王丽", "192.0.2.7", "请尽快"))


@pytest.mark.requirement("LG3")
def test_indexes_are_dense_and_the_head_is_the_root_of_all_leaves(school):
    """After any number of appends head, nodes and leaves describe one tree."""
    events = [tell(school, facts={"n": n}) for n in range(11)]

    head = LogHead.objects.get()
    places = {(0, event.index): bytes(event.leaf_hash) for event in Event.objects.all()}
    places |= {(node.level, node.index): bytes(node.hash) for node in Node.objects.all()}

    assert [event.index for event in events] == list(range(11))
    assert head.size == 11
    assert head.tree().root() == merkle.root(11, lambda *place: places[place])


@pytest.mark.requirement("LG3")
def test_institutions_have_logs_of_their_own(school):
    """Each institution counts from zero; nothing in one log depends on another's."""
    tell(school)
    other = Institution.objects.create(key="other", name="另一所", created_at=clock.now())

    with tenancy.within(other):
        assert tell(other).index == 0
        assert Event.objects.count() == 1


@pytest.mark.requirement("TN2")
def test_a_log_can_only_be_written_inside_its_own_scope(school):
    """Another institution's scope refuses, and no scope at all refuses too."""
    other = Institution.objects.create(key="other", name="另一所", created_at=clock.now())
    with pytest.raises(tenancy.OtherTenant):
        tell(other)


def test_a_log_cannot_be_written_without_a_scope(db):
    """Work that forgot to say for whom it acts does not reach the log."""
    lost = Institution.objects.create(key="lost", name="无", created_at=clock.now())
    with pytest.raises(ScopeError):
        tell(lost)


@pytest.mark.requirement("LG2")
@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    """Without a transaction the change and its entry could part, so nothing is written."""
    school = Institution.objects.create(key="bare", name="无事务", created_at=clock.now())
    with tenancy.within(school):
        with pytest.raises(OutsideTransaction):
            record(institution=school, actor=WANG, action=Action.ARTICLE_SAVED, subject=ARTICLE)
        assert not Event.objects.exists()
        assert not LogHead.objects.exists()


@pytest.mark.requirement("LG2")
def test_a_change_that_is_rolled_back_leaves_no_entry(school):
    """The entry goes with its change; the next one takes the same index."""

    def change_that_fails():
        with transaction.atomic():
            tell(school)
            raise IntegrityError

    with pytest.raises(IntegrityError):
        change_that_fails()

    assert not Event.objects.exists()
    assert not EventDetail.objects.exists()
    assert tell(school).index == 0


@pytest.mark.parametrize("facts", [{"share": 0.5}, {"thing": object()}])
def test_facts_without_a_canonical_form_are_refused(school, facts):
    """A float or a foreign object would have several spellings, and so several hashes."""
    with pytest.raises((ValueError, TypeError)):
        tell(school, facts=facts)
    assert not Event.objects.exists()


def test_values_are_stored_as_the_leaf_spells_them(school):
    """Dates become text, sets become sorted lists, and what a database cannot store becomes U+FFFD, in both places."""
    event = tell(
        school,
        facts={"due": datetime(2026, 1, 2, tzinfo=UTC), "classes": {"b", "a"}},
        detail={"opinion": "零\x00字符\ud800"},
    )
    event.refresh_from_db()

    assert event.facts == {"due": "2026-01-02T00:00:00.000000Z", "classes": ["a", "b"]}
    assert json.loads(bytes(event.entry))["facts"] == event.facts
    assert event.detail.data["detail"] == {"opinion": "零\ufffd字符\ufffd"}


def test_an_action_outside_the_vocabulary_is_refused(school):
    """A misspelt action fails where it is written."""
    with pytest.raises(ValueError, match=r"article\.submited"):
        tell(school, action="article.submited")


def test_the_system_acts_under_a_name(school):
    """A part of the system is an actor like any other; it is named, and it is no person."""
    event = tell(school, actor=system("publisher", "发布程序"))

    assert (event.actor_kind, event.actor_id, event.detail.data["actor"]) == (
        "system",
        "publisher",
        "发布程序",
    )
