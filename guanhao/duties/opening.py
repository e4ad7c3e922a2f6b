"""Opening duties: after an event, or because a period has begun. Once per clause, cause and thing, however often asked.

The rulebook in force on the day of the event decides. A role that has no place leaves the duty without an owner: it is
opened all the same, the pages show it as nobody's, and the competent office is told. Nothing is lost in silence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from guanhao.calendars.working import WorkCalendar
from guanhao.contents.days import calendar_of
from guanhao.core.canonical import canonical_json
from guanhao.core.clock import CHINA
from guanhao.duties.dues import due_after, ladder
from guanhao.duties.models import Credit, Duty
from guanhao.duties.recording import tell, told
from guanhao.duties.types import About, Occurrence, Rung, SeatKind
from guanhao.ledger.types import Action
from guanhao.people.models import Institution, Person, Unit
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import holders, places
from guanhao.regulation.types import InForce, NoPlace, Parties
from guanhao.rulebook.clauses import Duty as Clause
from guanhao.rulebook.selection import duties_on
from guanhao.rulebook.types import RoleOf
from guanhao.rulebook.vocabulary import Task

# One rotation or filing that is still to come covers every change before it.
COVERS_LATER = frozenset({Task.ROTATE_CREDENTIAL, Task.FILE_PERSONS, Task.REGISTER_AGAIN})
ONCE_FOR_ALL = frozenset({Task.THANK})  # not again when the same article is handed in again


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A duty that should be there. ``ends`` is the last day of its period."""

    clause: Clause
    about: About
    parties: Parties
    origin: str
    opened_at: datetime
    due_at: datetime | None
    ladder: tuple[Rung, ...]
    unit: Unit | None = None
    person: Person | None = None
    ends: date | None = None

    @property
    def key(self) -> str:
        """The name it has for ever: clause, cause, thing, and who owes it where a person does."""
        parts = [self.clause.id, self.origin, str(self.about), str(self.person.pk if self.person else "")]
        return hashlib.sha256(canonical_json(parts)).hexdigest()[:20]


def open_on(institution: Institution, occurrence: Occurrence) -> list[Duty]:
    """Open what the rulebook says follows from the event; what is there already stays as it is. Answers the new ones."""
    ruled = in_force(institution, institution_day(occurrence.at))
    clauses = [
        clause
        for clause in duties_on(ruled.rulebook, occurrence.happening, occurrence.facts)
        if clause.do not in occurrence.without
    ]
    if not clauses:
        return []
    calendar = calendar_of(institution)
    wanted = (one for clause in clauses for one in _after(clause, occurrence, ruled, calendar))
    return open_all(institution, ruled, wanted)


def open_all(institution: Institution, ruled: InForce, wanted: Iterable[Wanted]) -> list[Duty]:
    """Open each of them unless it is there, or an open one covers it."""
    asked = {one.key: one for one in wanted}
    known = set(Duty.objects.filter(key__in=list(asked)).values_list("key", flat=True))
    known |= set(Credit.objects.filter(counted__in=list(asked)).values_list("counted", flat=True))
    opened = []
    for key, one in asked.items():
        if key in known:
            continue
        covering = _covering(one)
        if covering is None:
            opened.append(open_one(institution, ruled, one))
        elif one.clause.do in COVERS_LATER:
            with transaction.atomic():
                tell(covering, Action.DUTY_JOINED, {"key": key, "origin": one.origin})
    return opened


def _covering(wanted: Wanted) -> Duty | None:
    """The duty of the same clause about the same thing that makes another one needless."""
    if wanted.clause.do not in COVERS_LATER | ONCE_FOR_ALL:
        return None
    same = Duty.objects.filter(
        clause=wanted.clause.id,
        about_kind=wanted.about.kind,
        about_id=wanted.about.id,
        opened_at__lte=wanted.opened_at,
    )
    if wanted.clause.do in COVERS_LATER:
        same = same.open()
    return same.select_related("institution").order_by("pk").first()


@transaction.atomic
def open_one(institution: Institution, ruled: InForce, wanted: Wanted) -> Duty:
    """Record that it is owed."""
    clause = wanted.clause
    return told(
        institution=institution,
        action=Action.DUTY_OPENED,
        key=wanted.key,
        clause=clause.id,
        facts={
            "rulebook": ruled.version.pk,
            "article": clause.article,
            "task": clause.do.value,
            "force": clause.force.value,
            "origin": wanted.origin,
            "about": [wanted.about.kind, wanted.about.id],
            "unit": wanted.unit.pk if wanted.unit else None,
            "person": wanted.person.pk if wanted.person else None,
            "names_post": ruled.rulebook.roles[clause.names].post if clause.names else "",
            "opened_at": wanted.opened_at.isoformat(),
            "period_end": wanted.ends.isoformat() if wanted.ends else "",
            "due_at": wanted.due_at.isoformat() if wanted.due_at else "",
            "needed": clause.at_least,
            "ladder": as_plain(wanted.ladder),
            "seats": _seats(clause, wanted, ruled),
        },
    )


def as_plain(rungs: Iterable[Rung]) -> list[list[Any]]:
    """A ladder as the ledger keeps it."""
    return [[rung.at.isoformat(), rung.kind, rung.level] for rung in rungs]


def owers(clause: Clause, parties: Parties, ruled: InForce) -> Iterator[Person | None]:
    """Each person that owes it for themselves; nothing, once, where an office owes it."""
    role = ruled.rulebook.roles[clause.owed_by]
    if role.of is RoleOf.SUBJECT:
        if parties.subject is not None:
            yield parties.subject
    elif clause.each:
        yield from holders(clause.owed_by, parties, ruled.rulebook)
    else:
        yield None


def _after(
    clause: Clause, occurrence: Occurrence, ruled: InForce, calendar: WorkCalendar
) -> Iterator[Wanted]:
    due_at = due_after(clause, occurrence.at, calendar)
    for person in owers(clause, occurrence.parties, ruled):
        yield Wanted(
            clause=clause,
            about=occurrence.about,
            parties=occurrence.parties,
            origin=occurrence.origin,
            opened_at=occurrence.at,
            due_at=due_at,
            ladder=ladder(clause, occurrence.at, due_at, None, calendar),
            unit=occurrence.unit,
            person=person,
        )


def _seats(clause: Clause, wanted: Wanted, ruled: InForce) -> list[list[Any]]:
    asked = [
        *([] if wanted.person else [(SeatKind.OWES, clause.owed_by, 0)]),
        *((SeatKind.OWED, role, 0) for role in clause.to),
        *((SeatKind.HEARS, role, level) for level, role in enumerate(clause.escalates_to)),
        *((SeatKind.WAIVES, role, 0) for role in clause.waived_by),
    ]
    found: dict[tuple[str, int, str], int] = {}
    for kind, role, level in asked:
        for unit, post in _offices(role, wanted.parties, ruled):
            found.setdefault((kind.value, unit, post), level)
    return [[*seat, level] for seat, level in found.items()]


def _offices(role: str, parties: Parties, ruled: InForce) -> list[tuple[int, str]]:
    try:
        return [(place.unit.pk, place.post) for place in places(role, parties, ruled.rulebook)]
    except NoPlace:
        return []


def institution_day(instant: datetime) -> date:
    """The day in China on which an instant falls."""
    return instant.astimezone(CHINA).date()
