"""The database itself refuses to change what was recorded, whatever code asks."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.ledger.actions import record
from guanhao.ledger.models import Checkpoint, Event, EventDetail, LogHead, Node
from guanhao.ledger.types import Action, Subject

pytestmark = pytest.mark.database


@pytest.fixture
def log(school):
    """Two events, so that there is a node, and a checkpoint."""
    for number in range(2):
        with transaction.atomic():
            record(
                institution=school,
                actor=system("test"),
                action=Action.UNIT_CREATED,
                subject=Subject("unit", str(number), "教务科"),
            )
    Checkpoint.objects.create(institution=school, at=clock.now(), size=2, root=b"r" * 32, note="note")
    return school


def refused(change):
    """Whether the database refuses the change, without spoiling the test's transaction."""
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


CHANGES = {
    "an event's facts": lambda: Event.objects.update(facts={"x": 1}),
    "an event's bytes": lambda: Event.objects.filter(index=0).update(entry=b"{}"),
    "an event's place": lambda: Event.objects.filter(index=1).update(index=7),
    "a node": lambda: Node.objects.update(hash=b"0" * 32),
    "a checkpoint's root": lambda: Checkpoint.objects.update(root=b"0" * 32),
    "a checkpoint's note": lambda: Checkpoint.objects.update(note="other"),
    "a detail's words": lambda: EventDetail.objects.update(data={"actor": "别人"}),
    "a detail's salt": lambda: EventDetail.objects.update(salt=b"0" * 16),
    "an erasure that keeps the words": lambda: EventDetail.objects.update(erased_at=clock.now()),
    "an erasure without a time": lambda: EventDetail.objects.update(data={}, salt=b""),
    "the head backwards": lambda: LogHead.objects.update(size=1),
}


@pytest.mark.requirement("LG7")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_recorded_cannot_be_changed(log, change):
    """Updates are refused by a trigger, not by Python, so a bulk update or a console meets the same wall."""
    assert refused(change)


@pytest.mark.requirement("LG7")
@pytest.mark.requirement("LG8")
@pytest.mark.parametrize("model", [Event, EventDetail, Node, Checkpoint, LogHead])
def test_what_was_recorded_cannot_be_deleted(log, model):
    """Nothing is removed before its time, whoever asks; how old entries go is in test_pruning."""
    table = model._meta.db_table

    def delete():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    assert refused(delete)


@pytest.mark.requirement("LG7")
def test_tables_cannot_be_emptied_or_replaced_at_one_stroke(log):
    """TRUNCATE on PostgreSQL and REPLACE on SQLite walk past row triggers for deletion; both are refused too."""
    statement = {
        "postgresql": "TRUNCATE ledger_event CASCADE",
        "sqlite": "INSERT OR REPLACE INTO ledger_event SELECT * FROM ledger_event",
    }[connection.vendor]

    def strike():
        connection.check_constraints()  # Deferred ones would refuse the TRUNCATE first.
        with connection.cursor() as cursor:
            cursor.execute(statement)

    assert refused(strike)


@pytest.mark.requirement("K6")
def test_a_detail_can_be_erased_once(log):
    """Erasing empties words and salt and says when; an erased detail cannot be filled again."""
    detail = EventDetail.objects.filter(event__index=0)
    assert not refused(lambda: detail.update(data={}, salt=b"", erased_at=clock.now()))
    assert refused(lambda: detail.update(data={"actor": "新"}, salt=b"1" * 16, erased_at=None))


@pytest.mark.requirement("LG4")
def test_a_checkpoint_can_be_marked_as_delivered(log):
    """That it left the building is noted on it; what it states stays."""
    assert not refused(lambda: Checkpoint.objects.update(delivered_at=clock.now(), channels=["file"]))
