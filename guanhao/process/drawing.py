"""Drawing consequences: following each institution's log, event by event (anchors rule 13).

1. Take an institution whose cursor lags behind its log, and lock the cursor (skipping those others hold).
2. For the next events draw what the table says; where anything fails, again with each consequence in a savepoint of its own.
3. What fails then is set aside with its error, told, and retried by a person; it never blocks what comes after.
4. Move the cursor, in the same transaction. A worker that dies here leaves everything to be drawn again, and drawing
   twice changes nothing, because notices are unique by event, consequence and person.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef

from guanhao.core import clock, tenancy
from guanhao.core.actors import system
from guanhao.core.memo import one_act
from guanhao.core.prepared import Prepared, given
from guanhao.ledger.actions import record
from guanhao.ledger.gathering import gathering
from guanhao.ledger.models import Event, LogHead
from guanhao.ledger.types import Action, Subject
from guanhao.process.models import Cursor, SetAside
from guanhao.process.table import CONSEQUENCES
from guanhao.process.types import Consequence
from guanhao.steps.types import Worker

Due = tuple[Event, Consequence]
BATCH = 200  # events read at a time; most have no consequence
DRAWN = 20  # events with consequences per transaction, so that SQLite's write lock is held for moments only

log = logging.getLogger(__name__)


def _followed(**how: Any) -> Exists:
    return Exists(Cursor.objects.filter(institution=OuterRef("institution"), **how))


_UNFOLLOWED: Prepared[int] = Prepared(
    lambda: LogHead.objects.filter(
        ~_followed(), size__gt=0, institution__removed_at__isnull=True
    ).values_list("institution_id", flat=True)
)
_LAGGING: Prepared[int] = Prepared(
    lambda: LogHead.objects.filter(_followed(next_index__lt=OuterRef("size")), size__gt=0).values_list(
        "pk", flat=True
    )[:1]
)
_NEXT: Prepared[tuple[int, str]] = Prepared(
    lambda: (
        Event.objects.filter(index__gte=given("start"))
        .order_by("index")
        .values_list("index", "action")[:BATCH]
    )
)
_EVENTS: Prepared[Event] = Prepared(
    lambda: (
        Event.objects.filter(index__in=given("indexes", many=True)).order_by("index").select_related("detail")
    )
)


def draw_consequences(worker: Worker) -> bool:  # noqa: ARG001 - every step has this form.
    """Draw the consequences of the next few events of one institution; whether there were any events."""
    with tenancy.everywhere("consequences of every institution's events are drawn by one step"):
        if not _lagging():
            return False
        with transaction.atomic():
            cursor = _locked_cursor()
            if cursor is None:
                return False
            with tenancy.within(cursor.institution), one_act(), gathering(savepoint=False):
                _draw_next(cursor)
    return True


def draw_again(row: SetAside) -> bool:
    """Draw a consequence that was set aside, now that its cause is mended; whether it succeeded."""
    event = Event.objects.get(institution_id=row.institution_id, index=row.event_index)
    consequence = next(one for one in CONSEQUENCES[Action(event.action)] if one.name == row.consequence)
    with transaction.atomic():
        error = _draw(event, consequence)
        if error:
            row.error = error
        else:
            row.settled_at = clock.now()
        row.save(update_fields=["error", "settled_at"])
    return not error


def _lagging() -> bool:
    missing = _UNFOLLOWED.all()
    Cursor.objects.bulk_create([Cursor(institution_id=key) for key in missing], ignore_conflicts=True)
    return bool(_LAGGING.all())


def _locked_cursor() -> Cursor | None:
    heads = LogHead.objects.filter(institution=OuterRef("institution"), size__gt=OuterRef("next_index"))
    # In any order: a busy institution must not always come first.
    cursors = Cursor.objects.filter(Exists(heads)).select_related("institution").order_by("?")
    if connection.features.has_select_for_update_skip_locked:
        cursors = cursors.select_for_update(skip_locked=True, of=("self",))
    cursor: Cursor | None = cursors.first()
    return cursor


def _draw_next(cursor: Cursor) -> None:
    """Draw what follows from the next events that have consequences, and go past those that have none."""
    drawn: list[int] = []
    for index, action in _NEXT.all(start=cursor.next_index):
        if len(drawn) == DRAWN:
            break
        cursor.next_index = index + 1
        if CONSEQUENCES.get(Action(action)):
            drawn.append(index)
    due = []
    for event in _EVENTS.all(indexes=drawn) if drawn else ():
        event.institution = cursor.institution
        due += [(event, consequence) for consequence in CONSEQUENCES[Action(event.action)]]
    if not _drawn_together(due):
        _draw_each(due)
    cursor.save(update_fields=["next_index"])


def _drawn_together(due: Sequence[Due]) -> bool:
    """Draw all in one savepoint; whether all went well, as nearly always. Otherwise none of them was drawn."""
    try:
        with transaction.atomic():
            for event, consequence in due:
                consequence.draw(event, consequence.name)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # noqa: BLE001 - which one it was, and why, is found and told by drawing each.
        return False
    return True


def _draw_each(due: Sequence[Due]) -> None:
    for event, consequence in due:
        error = _draw(event, consequence)
        if error:
            _set_aside(event, consequence, error)


def _draw(event: Event, consequence: Consequence) -> str:
    """Draw one consequence; the error where it failed. An absent database is not the event's fault and comes through."""
    try:
        with transaction.atomic():
            consequence.draw(event, consequence.name)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("Event %s: %s failed and was set aside.", event.index, consequence.name)
        return traceback.format_exc(limit=-5)
    return ""


def _set_aside(event: Event, consequence: Consequence, error: str) -> None:
    SetAside.objects.create(
        institution=event.institution,
        event_index=event.index,
        consequence=consequence.name,
        error=error,
        at=clock.now(),
    )
    if event.action == Action.ROW_SET_ASIDE:
        return  # Telling of it is what failed; another event about that would fail for ever.
    record(
        institution=event.institution,
        actor=system("process", "后果处理"),
        action=Action.ROW_SET_ASIDE,
        subject=Subject("consequence", f"{event.index}/{consequence.name}"),
        detail={"why": error.strip().splitlines()[-1]},
    )
