"""When the institution's calendar changes, open duties are due by the new one: a new holiday must not make anybody late."""

from __future__ import annotations

from django.db import transaction

from guanhao.calendars.working import WorkCalendar
from guanhao.duties.dues import due_after, due_in, ladder, period_of
from guanhao.duties.models import Duty
from guanhao.duties.naming import clause_of
from guanhao.duties.opening import as_plain
from guanhao.duties.recording import locked, tell
from guanhao.ledger.types import Action


@transaction.atomic
def redate(duty: Duty, calendar: WorkCalendar) -> Duty:
    """Count its due time and ladder anew from where it began; nothing is recorded where they stay.

    What was found late already stays late: that day was a working day when it was due.

    Raises:
        WrongState: it is over already.
    """
    duty = locked(duty)
    if duty.late_at is not None:
        return duty
    clause = clause_of(duty)
    due_at = duty.due_at
    if duty.period_end is None:
        due_at = due_after(clause, duty.opened_at, calendar)
    elif clause.every is not None:
        stretch = period_of(clause.every, duty.period_end, calendar)
        due_at = due_in(clause, stretch, calendar) if stretch else duty.due_at
    rungs = ladder(clause, duty.opened_at, due_at, duty.period_end, calendar)
    plain = as_plain(rungs)
    if plain == duty.ladder:
        return duty
    passed = sum(1 for rung in plain if rung in duty.ladder[: duty.rung])
    return tell(
        duty,
        Action.DUTY_MOVED,
        {"due_at": due_at.isoformat() if due_at else "", "ladder": plain, "rung": passed},
    )
