"""Reads of cases, steps and decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value

from guanhao.cases.identity import entries_of, same_human
from guanhao.cases.types import AUTHOR, CaseState, StepState, Verdict
from guanhao.cases.visibility import Visibility, held_by, visibility_of
from guanhao.core import clock
from guanhao.core.memo import remembered
from guanhao.core.prepared import Prepared, given
from guanhao.people.models import Appointment, Person
from guanhao.people.permissions import Permission, standing
from guanhao.rulebook.vocabulary import StepAct

if TYPE_CHECKING:
    from guanhao.cases.models import Case, Decision, Step


# Written out, not given: SQLite uses the index of the waiting steps only where the statement itself says its condition.
_WAITS = Func(
    F("state"),
    template=f"%(expressions)s IN ('{StepState.CURRENT}', '{StepState.HELD}')",
    output_field=models.BooleanField(),
)


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases of the institution in scope."""

    def open(self) -> CaseQuerySet:
        """Cases still on their way."""
        return self.filter(state=CaseState.OPEN)

    def about(self, kind: str, key: object) -> CaseQuerySet:
        """The cases of one subject, the latest first."""
        return self.filter(subject_kind=kind, subject_id=str(key)).order_by("-opened_at", "-pk")

    def visible_to(self, person: Person) -> CaseQuerySet:
        """Cases the person had to do with, those of their units and the units below, all for the competent office.

        To have to do with a case is to have submitted it or had a hand in it, to have decided a step (or been decided
        for), or to sit, also as a deputy, at a step it has reached. Constant number of queries (gpnu-1 to 3).
        """
        if not person.active:
            return self.none()
        if Permission.ARTICLE_SEE_ALL in standing(person).permissions:
            return self  # Of them nothing else need be asked.
        return self.within(visibility_of(person))

    def within(self, visibility: Visibility) -> CaseQuerySet:
        """As `visible_to`, where what an active person may see is known, or only its places are."""
        if visibility.shape.everything:
            return self
        return self.filter(
            Q(submitted_by=visibility.person)
            | Q(owner_unit__in=visibility.units)
            | Q(publisher_unit__in=visibility.units)
            | visibility.touched()
        )


class StepQuerySet(models.QuerySet["Step"]):
    """Steps of the institution in scope."""

    def waiting(self) -> StepQuerySet:
        """Steps that wait for a decision now (held ones included)."""
        return self.filter(_WAITS)

    def waiting_for(self, person: Person) -> StepQuerySet:
        """Waiting steps the person may decide now, in their own right or as a deputy.

        Left out is what they had a hand in (AP3), have decided in this round, or must leave to somebody else. Three
        queries, however many, and two more where steps of a principal's unit must differ from what others decided.
        """
        if not person.active:
            return self.none()
        entries, left = kept_from(person)
        return self.free_for(person, entries=entries, left=left)

    def free_for(
        self, person: Any, *, entries: Any, left: Any, day: date | None = None, now: datetime | None = None
    ) -> StepQuerySet:
        """As `waiting_for`, where `kept_from` is known. Takes the place of each value too (`core.prepared.given`)."""
        steps = self.model.objects.waiting()
        done = steps.filter(decisions__person__in=entries, decisions__final=True, decisions__round=F("round"))
        return (
            self.waiting()
            .filter(_sits(person, day, now))
            .exclude(pk__in=_barring(steps).filter(case__barred__person__in=entries).values("pk"))
            .exclude(pk__in=done.values("pk"))
            .exclude(pk__in=left)
        )

    def overdue(self, at: datetime) -> StepQuerySet:
        """Waiting steps whose time is over at the instant."""
        return self.waiting().filter(due_at__lte=at)

    def near_due(self, at: datetime, by: datetime) -> StepQuerySet:
        """Waiting steps due after ``at`` but not after ``by``."""
        return self.waiting().filter(due_at__gt=at, due_at__lte=by)

    def unreminded(self, at: datetime) -> StepQuerySet:
        """Waiting steps with a due time of which nobody was told: neither before it, nor, once it is over, after it."""
        told_before_due = Q(due_at__lte=at, reminded_at__lt=F("due_at"))
        return self.waiting().filter(Q(due_at__isnull=False, reminded_at__isnull=True) | told_before_due)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions of the institution in scope."""

    def counting(self) -> DecisionQuerySet:
        """Approvals of the round their step is in; those of earlier rounds were overtaken by a return."""
        return self.filter(verdict=Verdict.APPROVE, final=True, round=models.F("step__round"))


def kept_from(person: Person) -> tuple[list[int], list[int]]:
    """The entries that are the same human being, and the waiting steps they must leave to somebody else."""
    entries = remembered(("entries", person.pk), lambda: entries_of(person))
    return entries, remembered(("left", person.pk), lambda: _left_to_others(person, entries))


def _sits(person: Any, day: date | None = None, now: datetime | None = None) -> Q:
    """The condition that the person holds the post of a step today, or is the deputy of somebody who does."""
    here = held_by(person, day, now).filter(unit=OuterRef("unit"))
    return Q(Exists(here.filter(post=OuterRef("post")))) | Q(Exists(here), post="")


def _barring(steps: StepQuerySet) -> StepQuerySet:
    """Steps that whoever had a hand in the matter leaves to others; `eligibility.barred_at` says why not all."""
    return steps.filter(~Q(act=StepAct.CARRY_OUT) | Q(must_differ__icontains=f'"{AUTHOR}"'))


class _Beside(NamedTuple):
    """A waiting step and another one of its case, on which somebody decided."""

    by_them: bool  # the person did, or it was done for them
    pk: int
    unit: int
    post: str
    key: str
    apart: list[str]
    other: int
    other_key: str
    other_apart: list[str]

    def must_differ(self) -> bool:
        """Whether the two must be decided by different people; as `eligibility.must_differ_from`."""
        return self.other_key in self.apart or self.key in self.other_apart


def _decided_beside() -> models.QuerySet[Step, tuple[Any, ...]]:
    """What was decided beside waiting steps, by or for the person; and by anybody, in units of those they are deputy of.

    Asked of each waiting step, of which there are few, not of all that somebody ever decided. Two questions in one
    statement, of which the second costs nobody anything who is no deputy.
    """
    entries = Q(person__in=given("entries", many=True)) | Q(acting_for__in=given("entries", many=True))
    decided = apps.get_model("cases", "Decision").objects.filter(
        step=OuterRef("beside"), round=OuterRef("beside_round"), verdict=Verdict.APPROVE
    )
    principals = held_by(given("person"), given("day"), given("now")).exclude(person=given("person"))
    steps: models.QuerySet[Step] = apps.get_model("cases", "Step").objects.waiting()
    beside = steps.annotate(beside=F("case__steps"), beside_round=F("case__steps__round"))
    theirs = beside.filter(Exists(decided.filter(entries))).annotate(by_them=_says(True))
    anybodys = beside.filter(Exists(decided), unit__in=principals.values("unit")).annotate(
        by_them=_says(False)
    )
    columns = (
        "by_them", "pk", "unit_id", "post", "key", "must_differ",
        "beside", "case__steps__key", "case__steps__must_differ",
    )  # fmt: skip
    return theirs.order_by().values_list(*columns).union(anybodys.order_by().values_list(*columns), all=True)


def _says(yes: bool) -> Value:
    return Value(yes, output_field=models.BooleanField())


_DECIDED_BESIDE: Prepared[tuple[Any, ...]] = Prepared(_decided_beside)
_HELD: Prepared[Appointment] = Prepared(
    lambda: held_by(given("person"), given("day"), given("now")).order_by().select_related("person")
)
_APPROVALS: Prepared[Decision] = Prepared(
    lambda: (
        apps.get_model("cases", "Decision")
        .objects.counting()
        .filter(step__in=given("steps", many=True))
        .select_related("person", "acting_for")
    )
)


def _left_to_others(person: Person, entries: list[int]) -> list[int]:
    """Steps that must differ from another one of their case which these people decided, or those they sit for did."""
    moment = {"person": person, "day": clock.today(), "now": clock.now()}
    rows = [_Beside(*row) for row in _DECIDED_BESIDE.all(entries=entries, **moment)]
    pairs = [row for row in rows if row.must_differ()]
    theirs = [pair.pk for pair in pairs if pair.by_them]
    others = [pair for pair in pairs if not pair.by_them]
    return [*theirs, *(_left_by_all(_HELD.all(**moment), others) if others else [])]


def _left_by_all(held: Sequence[Appointment], pairs: Sequence[_Beside]) -> list[int]:
    """Steps that everybody must leave to others who holds their post among the appointments; as `eligibility.differs`."""
    people: dict[int, Person] = {}
    voices: dict[int, set[int]] = defaultdict(set)
    for decision in _APPROVALS.all(steps={pair.other for pair in pairs}):
        for who in filter(None, (decision.person, decision.acting_for)):
            people[who.pk] = who
            voices[decision.step_id].add(who.pk)
    same = {
        one.person_id: {key for key, who in people.items() if same_human(one.person, who)} for one in held
    }
    out: dict[tuple[int, int, str], set[int]] = defaultdict(set)
    for pair in pairs:
        out[pair.pk, pair.unit, pair.post] |= voices[pair.other]
    return [
        pk
        for (pk, unit, post), keys in out.items()
        if all(same[one.person_id] & keys for one in held if one.unit_id == unit and post in {"", one.post})
    ]
