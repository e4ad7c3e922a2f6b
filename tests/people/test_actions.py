"""Units, people, posts, delegations: each change guarded, each written once to the ledger."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django_scopes.exceptions import ScopeError

from guanhao.core import actors, clock, tenancy
from guanhao.core.tenancy import OtherTenant
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event
from guanhao.people import actions
from guanhao.people.models import Delegation, Person, Unit

ACTOR = actors.system("test")


def test_a_unit_name_is_used_once(ruian):
    """Two units of one name would make every role ambiguous."""
    with pytest.raises(Refused, match="学生科"):
        actions.add_unit(actor=ACTOR, institution=ruian.institution, name="学生科", kind="section")


def test_a_unit_with_people_cannot_be_closed(ruian):
    """First the posts end, then the unit."""
    with pytest.raises(Refused, match="任职"):
        actions.close_unit(actor=ACTOR, unit=ruian.units["学生科"], on=clock.today())


@pytest.mark.requirement("AP3")
def test_a_staff_number_belongs_to_one_person(ruian):
    """A second person with the same identity cannot be entered at all."""
    with pytest.raises(Refused):
        actions.add_person(
            actor=ACTOR, institution=ruian.institution, name="另一人", kind="staff", staff_no="R0004"
        )


@pytest.mark.requirement("SI3")
@pytest.mark.parametrize(
    "password", ["short", "password12345", "ruian2026!!ab", "我爱瑞安学院二零二六年秋天"]
)
def test_weak_and_contextual_passwords_are_refused(ruian, password):
    """Short, common, or containing the institution's name."""
    person = actions.add_person(actor=ACTOR, institution=ruian.institution, name="新人", kind="staff")
    with pytest.raises(ValidationError):
        actions.give_sign_in(actor=ACTOR, person=person, username="newcomer", password=password)


@pytest.mark.requirement("K5")
def test_every_change_writes_exactly_one_event(ruian):
    """Bijection between changes and entries, here for appointments."""
    before = Event.objects.count()
    appointment = actions.appoint(
        actor=ACTOR,
        person=ruian.people["ruian-student"],
        unit=ruian.units["学生科"],
        post="member",
        since=date(2026, 9, 1),
    )
    actions.end_appointment(actor=ACTOR, appointment=appointment, on=date(2026, 12, 31))
    assert list(Event.objects.order_by("index").values_list("action", flat=True))[before:] == [
        "appointment.begun",
        "appointment.ended",
    ]


def test_names_stay_out_of_the_leaf(ruian):
    """K6: what is hashed for ever holds keys, not names."""
    for event in Event.objects.filter(action__startswith="appointment."):
        assert "苏晓棠" not in bytes(event.entry).decode()


@pytest.mark.parametrize(
    ("since", "until"), [(0, 0), (0, -1), (-5, -1)], ids=["no time", "ends before it begins", "already over"]
)
def test_a_delegation_needs_time_to_come(ruian, since, until):
    """A delegation that could never be used is refused with a sentence."""
    now = clock.now()
    with pytest.raises(Refused):
        actions.delegate(
            actor=ACTOR,
            principal=ruian.people["ruian-leader"],
            deputy=ruian.people["ruian-dean"],
            since=now + timedelta(days=since),
            until=now + timedelta(days=until),
        )


def test_nobody_delegates_to_himself_or_to_who_left(ruian):
    """Neither would be a deputy."""
    leader, dean = ruian.people["ruian-leader"], ruian.people["ruian-dean"]
    span = {"since": clock.now(), "until": clock.now() + timedelta(days=3)}
    with pytest.raises(Refused):
        actions.delegate(actor=ACTOR, principal=leader, deputy=leader, **span)
    actions.deactivate(actor=ACTOR, person=dean, on=clock.today())
    with pytest.raises(Refused):
        actions.delegate(actor=ACTOR, principal=leader, deputy=dean, **span)


def test_revoking_twice_is_one_event(ruian):
    """A double click does not lie in the record."""
    row = actions.delegate(
        actor=ACTOR,
        principal=ruian.people["ruian-leader"],
        deputy=ruian.people["ruian-dean"],
        since=clock.now(),
        until=clock.now() + timedelta(days=3),
    )
    actions.revoke_delegation(actor=ACTOR, delegation=row)
    actions.revoke_delegation(actor=ACTOR, delegation=row)
    assert Event.objects.filter(action="delegation.revoked").count() == 1
    assert not Delegation.objects.at().exists()


@pytest.mark.requirement("TN3")
def test_a_query_without_an_institution_raises(db):
    """Also counting, also through a reverse relation."""
    for question in (Unit.objects.count, Person.objects.first, lambda: list(Unit.objects.all())):
        with pytest.raises(ScopeError):
            question()


@pytest.mark.requirement("TN2")
def test_a_row_of_another_institution_is_neither_seen_nor_written(ruian, db):
    """In one institution's scope the other does not exist."""
    foreign = ruian.institution.pk
    other = type(ruian.institution).objects.get(key="gpnu")
    with tenancy.everywhere("the test looks at both"):
        unit = Unit.objects.filter(institution=other).first()
    assert not Unit.objects.filter(pk=unit.pk).exists()
    unit.short_name = "x"
    with pytest.raises(OtherTenant):
        unit.save()
    assert unit.institution_id != foreign
