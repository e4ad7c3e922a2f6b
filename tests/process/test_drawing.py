"""Following the log: in order, idempotently, never blocked by one poisoned consequence."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from guanhao.contents.models import StatutoryDay
from guanhao.core import clock, tenancy
from guanhao.core.actors import system
from guanhao.ledger.actions import record
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action, Subject
from guanhao.notices.models import Notice
from guanhao.people.models import Institution
from guanhao.process import drawing, table
from guanhao.process.drawing import draw_again, draw_consequences
from guanhao.process.models import Cursor, SetAside
from guanhao.process.types import Consequence
from guanhao.steps.loop import until_idle
from tests.process.conftest import ME, told_people

pytestmark = pytest.mark.database


def happen(institution, number, action=Action.UNIT_CHANGED, **facts):
    """So many events in the institution's log."""
    with tenancy.within(institution):
        for key in range(number):
            with transaction.atomic():
                record(
                    institution=institution,
                    actor=system("test"),
                    action=action,
                    subject=Subject("unit", str(key)),
                    facts=facts,
                )


@pytest.fixture
def drawn(monkeypatch):
    """Events with a consequence that notes which event it was drawn for."""
    seen = []
    noting = Consequence("test.note", lambda event, name: seen.append((event.institution.key, event.index)))
    monkeypatch.setitem(drawing.CONSEQUENCES, Action.UNIT_CHANGED, (noting,))
    return seen


def test_events_are_followed_in_order_and_once(ruian, drawn):
    """From the cursor on, every event, in the order of the log, whatever the batch."""
    start = Cursor.objects.get().next_index
    happen(ruian.institution, drawing.DRAWN * 2 + 3)
    until_idle([draw_consequences], ME)
    until_idle([draw_consequences], ME)

    assert drawn == [("ruian", start + place) for place in range(drawing.DRAWN * 2 + 3)]


def test_a_new_institution_is_followed_from_its_first_event(ruian, drawn):
    """Nobody has to set up a cursor."""
    new = Institution.objects.create(key="new-one", name="新学校", created_at=clock.now())
    happen(new, 2)
    until_idle([draw_consequences], ME)

    assert drawn == [("new-one", 0), ("new-one", 1)]


def test_a_busy_institution_does_not_keep_another_waiting(ruian, gpnu, drawn):
    """Both are followed to their ends."""
    happen(ruian.institution, 50)
    happen(gpnu.institution, 3)
    until_idle([draw_consequences], ME)

    assert [key for key, _ in drawn].count("gpnu") == 3
    assert [key for key, _ in drawn].count("ruian") == 50


@pytest.fixture
def poison(monkeypatch):
    """Events with two consequences, of which the first fails while the poison is there."""
    state = {"poisoned": True, "good": 0}

    def fail(event, name):
        if state["poisoned"]:
            Notice.objects.all().delete()
            raise ZeroDivisionError("poison")

    def good(event, name):
        state["good"] += 1

    monkeypatch.setitem(
        drawing.CONSEQUENCES,
        Action.UNIT_CHANGED,
        (Consequence("test.fail", fail), Consequence("test.good", good)),
    )
    return state


def test_a_failing_consequence_is_set_aside_and_blocks_nothing(ruian, poison, caplog):
    """Its own effects are undone, the others are drawn, the error is kept and told to the technical duty."""
    happen(ruian.institution, 2)
    until_idle([draw_consequences], ME)

    rows = SetAside.objects.order_by("event_index")
    assert [row.consequence for row in rows] == ["test.fail", "test.fail"]
    assert "ZeroDivisionError: poison" in rows[0].error
    assert poison["good"] == 2
    assert Event.objects.filter(action=Action.ROW_SET_ASIDE).count() == 2
    assert "ruian-tech" in told_people(ruian, "upkeep.technical")
    assert len(caplog.records) == 2


def test_events_drawn_with_one_that_fails_take_effect_once(ruian, monkeypatch, caplog):
    """Together they are undone; then each is drawn again by itself, and only what fails is set aside."""

    def mark(event, name):
        if event.facts["fails"]:
            raise ZeroDivisionError("poison")
        StatutoryDay.objects.create(day=date(2900, 1, 1) + timedelta(days=event.index), working=False)

    monkeypatch.setitem(drawing.CONSEQUENCES, Action.UNIT_CHANGED, (Consequence("test.mark", mark),))
    for fails in (False, True, False):
        happen(ruian.institution, 1, fails=fails)
    until_idle([draw_consequences], ME)

    assert StatutoryDay.objects.filter(day__year__gte=2900).count() == 2
    assert SetAside.objects.count() == 1


def test_events_that_go_well_are_drawn_in_one_savepoint(ruian, drawn):
    """Isolation costs nothing until something fails."""
    until_idle([draw_consequences], ME)
    happen(ruian.institution, 10)
    drawn.clear()
    with CaptureQueriesContext(connection) as queries:
        draw_consequences(ME)
    assert len(drawn) == 10
    savepoints = [query["sql"] for query in queries if query["sql"].startswith("SAVEPOINT")]
    assert len(savepoints) == 2, "the batch's, and the transaction's own, which the test's makes a savepoint"


def test_what_was_set_aside_can_be_drawn_again(ruian, poison, caplog):
    """Once its cause is mended, a person retries it; while it is not, the newest error is kept."""
    happen(ruian.institution, 1)
    until_idle([draw_consequences], ME)
    row = SetAside.objects.get()

    assert not draw_again(row)
    assert row.settled_at is None
    poison["poisoned"] = False
    assert draw_again(row)
    row.refresh_from_db()
    assert row.settled_at is not None


def test_telling_of_a_set_aside_row_that_fails_does_not_go_on_for_ever(ruian, monkeypatch, caplog):
    """If the very notice of trouble fails, it is set aside in silence of the log; nothing runs in circles."""

    def fail(event, name):
        raise ZeroDivisionError

    monkeypatch.setitem(drawing.CONSEQUENCES, Action.UNIT_CHANGED, (Consequence("test.fail", fail),))
    monkeypatch.setitem(drawing.CONSEQUENCES, Action.ROW_SET_ASIDE, (Consequence("test.fail", fail),))
    happen(ruian.institution, 1)

    assert until_idle([draw_consequences], ME, most=10) < 10
    assert SetAside.objects.count() == 2


@pytest.mark.requirement("RS2")
def test_an_absent_database_is_not_the_events_fault(ruian, monkeypatch):
    """A lost connection comes through to the loop; the cursor stays, and nothing is set aside."""

    def lose(event, name):
        raise OperationalError("server closed the connection")

    monkeypatch.setitem(drawing.CONSEQUENCES, Action.UNIT_CHANGED, (Consequence("test.lose", lose),))
    before = Cursor.objects.get().next_index
    happen(ruian.institution, 1)

    with pytest.raises(OperationalError):
        draw_consequences(ME)
    assert Cursor.objects.get().next_index == before
    assert not SetAside.objects.exists()


@pytest.mark.requirement("RS1")
def test_a_worker_that_dies_while_drawing_leaves_everything_to_be_drawn_again(ruian, drawn, monkeypatch):
    """Cursor and consequences are one transaction: after the death the events are drawn once more, from the start."""
    happen(ruian.institution, 3)
    with monkeypatch.context() as patch:
        dying = Consequence("test.die", lambda event, name: (_ for _ in ()).throw(KeyboardInterrupt))
        patch.setitem(drawing.CONSEQUENCES, Action.UNIT_CHANGED, (dying,))
        with pytest.raises(KeyboardInterrupt):
            draw_consequences(ME)
    until_idle([draw_consequences], ME)

    assert len(drawn) == 3


def test_every_consequence_of_an_action_has_a_name_of_its_own():
    """Names are half of the key of idempotency; two of one action must differ."""
    for consequences in table.CONSEQUENCES.values():
        names = [consequence.name for consequence in consequences]
        assert len(names) == len(set(names))


@pytest.mark.django_db(transaction=True)
def test_four_workers_draw_each_consequence_once(monkeypatch):
    """The cursor is locked, so whoever comes second finds it moved."""
    seen = []
    noting = Consequence("test.note", lambda event, name: seen.append((event.institution_id, event.index)))
    monkeypatch.setitem(drawing.CONSEQUENCES, Action.UNIT_CHANGED, (noting,))
    instant = datetime(2026, 1, 1, tzinfo=UTC)
    schools = [
        Institution.objects.create(key=f"many-{number}", name="学校", created_at=instant)
        for number in range(2)
    ]
    for school in schools:
        happen(school, 30)
    troubles = []

    def work(number):
        try:
            while draw_consequences(ME):
                pass
        except Exception as error:  # noqa: BLE001 - handed to the test below.
            troubles.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until_idle([draw_consequences], ME)

    assert troubles == []
    mine = [place for place in seen if place[0] in {school.pk for school in schools}]
    assert sorted(mine) == sorted((school.pk, index) for school in schools for index in range(30))
