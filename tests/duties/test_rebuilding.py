"""Whatever happens in whatever order: nothing is lost, nothing doubled, and the ledger alone gives it all again."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanhao.contents.days import calendar_of
from guanhao.duties.models import Credit, Duty
from guanhao.duties.rebuilding import contents, rebuild
from guanhao.duties.types import DutyState
from guanhao.ledger.models import Event
from guanhao.people import actions as people
from guanhao.people.models import Appointment
from guanhao.process.models import Cursor
from guanhao.registry import actions as registry
from guanhao.registry.models import Holder
from tests.duties.conftest import ACTOR, MONDAY, duties, rotate

pytestmark = pytest.mark.database
MOVES = st.lists(
    st.sampled_from(
        ["remove holder", "rotate", "end post", "appoint", "next day", "weekend", "keep", "draw", "redraw"]
    ),
    min_size=3,
    max_size=14,
)


class Undone(Exception):  # noqa: N818 - it only ends an example.
    """Takes an example's changes back."""


class Player:
    """Plays moves at an institution and knows what must be owed."""

    def __init__(self, cast, time, follow, keep):
        self.cast, self.time, self.follow, self.keep = cast, time, follow, keep
        self.account = cast.accounts["flagship"]
        self.start = Cursor.objects.get(institution=cast.institution).next_index

    def play(self, move):
        """One move."""
        self.time.on(minutes=7)
        getattr(self, "_" + move.replace(" ", "_"))()

    def _remove_holder(self):
        holder = Holder.objects.filter(account=self.account).order_by("slot").first()
        if holder:
            registry.remove_holder(actor=ACTOR, account=self.account, person=holder.person)

    def _rotate(self):
        with transaction.atomic():
            rotate(self.account)

    def _end_post(self):
        seats = Appointment.objects.on(self.today).filter(unit=self.account.owner_unit, post="operator")
        seat = seats.filter(until__isnull=True).first()
        if seat:
            people.end_appointment(actor=ACTOR, appointment=seat, on=self.today)

    def _appoint(self):
        person, unit = self.cast.people["ruian-section"], self.account.owner_unit
        if not Appointment.objects.filter(person=person, unit=unit, post="operator").exists():
            people.appoint(actor=ACTOR, person=person, unit=unit, post="operator", since=self.today)

    def _next_day(self):
        self.time.on(days=1)

    def _weekend(self):
        self.time.on(days=3)

    def _keep(self):
        self.keep()

    def _draw(self):
        self.follow()

    def _redraw(self):
        self.follow()
        Cursor.objects.filter(institution=self.cast.institution).update(next_index=self.start)
        self.follow()

    @property
    def today(self):
        """The day the clock shows in China."""
        return self.time.now.date()

    def changes(self):
        """The entries of the log after which a rotation is owed."""
        removed = Q(action="account.holder_removed") | Q(action="appointment.ended", facts__post="operator")
        return list(Event.objects.filter(removed, index__gte=self.start).values_list("index", flat=True))

    def rotations(self):
        """The entries that meet it."""
        done = Event.objects.filter(action="credential.rotated", index__gte=self.start)
        return list(done.values_list("index", flat=True))


def causes():
    """How often each entry of the log opened or joined a rotation."""
    told = Event.objects.filter(
        action__in=["duty.opened", "duty.joined"], clause="ruian-6.6.rotate_credential"
    )
    return Counter(event.facts["origin"] for event in told)


@pytest.mark.article("ruian-6.6")
@given(moves=MOVES)
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
def test_never_lost_never_doubled_the_same_after_a_rebuild(ruian, time, follow, keep, moves):
    """Holders go, posts end, passwords change, workers sleep and repeat themselves; what is owed is always exactly that."""
    time.to(MONDAY)
    with contextlib.suppress(Undone), transaction.atomic():
        player = Player(ruian, time, follow, keep)
        for move in moves:
            player.play(move)
        follow()
        changes, rotations = player.changes(), player.rotations()
        owed = bool(changes) and max(changes) > max(rotations, default=-1)
        assert bool(duties("rotate_credential", state=DutyState.OPEN)) is owed
        assert causes() == {f"event:{index}": 1 for index in changes}
        calendar = calendar_of(ruian.institution)
        for duty in Duty.objects.filter(due_at__isnull=False):
            assert calendar.is_workday(calendar.local_day(duty.due_at))
        assert Event.objects.filter(action="duty.opened").count() == Duty.objects.count()
        assert rebuild(ruian.institution).same
        raise Undone


@pytest.fixture
def some(ruian, time, keep):
    """A week of duties, some met, some late, one half done."""
    keep()
    account = ruian.accounts["flagship"]
    holder = account.holders.first()
    registry.remove_holder(actor=ACTOR, account=account, person=holder.person)
    keep()
    time.on(days=3)
    keep()
    assert {duty.state for duty in Duty.objects.all()} >= {"open", "missed"}
    return ruian


def test_a_rebuild_gives_every_row_again(some):
    """Also where rows were lost or altered: the ledger says what they were."""
    before = contents()
    Duty.objects.filter(task="rotate_credential").update(state=DutyState.MET, due_at=None)
    Credit.objects.all().delete()
    told = rebuild(some.institution)
    assert not told.same
    assert contents() == before
    assert rebuild(some.institution).same


def test_the_command_says_whether_anything_had_strayed(some):
    """Exit code 0 and ``same`` on a healthy database; 1, and mended, where a row was altered."""
    out = StringIO()
    call_command("duties", "rebuild", "ruian", json=True, stdout=out)
    told = json.loads(out.getvalue())["ruian"]
    assert told["same"]
    assert told["after"] == Duty.objects.count()
    Duty.objects.filter(task="push").update(needed=9)
    with pytest.raises(CommandError):
        call_command("duties", "rebuild", "ruian", stdout=StringIO())
    assert not Duty.objects.filter(needed=9).exists()
