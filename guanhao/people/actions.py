"""Changes to institutions, units, people and what they hold. One function per change, one ledger event each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction

from guanhao.core import clock, tenancy
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import (
    Appointment,
    CapabilityGrant,
    Delegation,
    Institution,
    Person,
    Unit,
    UnitFunction,
    User,
)


def _refuse(zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en)))


def _subject(person: Person) -> Subject:
    return Subject("person", str(person.pk), person.name)


@transaction.atomic
def found_institution(
    *, actor: Actor, key: str, name: str, short_names: Sequence[str] = (), demonstration: bool = False
) -> Institution:
    """Begin an institution: a tenant with an empty log.

    Raises:
        Refused: when the key is taken.
    """
    if Institution.ever.filter(key=key).exists():
        raise _refuse(f"代号 {key} 已被使用。", f"The key {key} is taken.")
    institution = Institution.objects.create(
        key=key,
        name=name,
        short_names=list(short_names),
        is_demonstration=demonstration,
        created_at=clock.now(),
    )
    with tenancy.within(institution):
        record(
            institution=institution,
            actor=actor,
            action=Action.INSTITUTION_CREATED,
            subject=Subject("institution", str(institution.pk), name),
            facts={"key": key},
        )
    return institution


@transaction.atomic
def add_unit(
    *,
    actor: Actor,
    institution: Institution,
    name: str,
    kind: str,
    parent: Unit | None = None,
    short_name: str = "",
    position: int = 0,
) -> Unit:
    """Add a node to the unit tree.

    Raises:
        Refused: when the name is taken, or the parent is closed.
    """
    if parent is not None and parent.closed_on is not None:
        raise _refuse(f"上级单位“{parent.name}”已撤销。", f"The unit above, {parent.name}, is closed.")
    if Unit.objects.filter(name=name).exists():
        raise _refuse(f"已有名为“{name}”的单位。", f"There is already a unit called {name}.")
    unit = Unit(
        institution=institution,
        name=name,
        kind=kind,
        parent=parent,
        short_name=short_name,
        position=position,
    )
    unit.save()
    record(
        institution=institution,
        actor=actor,
        action=Action.UNIT_CREATED,
        subject=Subject("unit", str(unit.pk), name),
        facts={"kind": kind, "parent": parent.pk if parent else None},
        detail={"name": name},
    )
    return unit


@transaction.atomic
def close_unit(*, actor: Actor, unit: Unit, on: date) -> None:
    """Close a unit as of a day.

    Raises:
        Refused: while it has open units below it or people holding posts in it after that day.
    """
    if unit.children.filter(closed_on__isnull=True).exists():
        raise _refuse("请先撤销下级单位。", "Close the units below it first.")
    if Appointment.objects.on(on).filter(unit=unit).exists():
        raise _refuse(
            "仍有人员在该单位任职，请先结束任职。", "People still hold posts there; end those first."
        )
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    record(
        institution=unit.institution,
        actor=actor,
        action=Action.UNIT_CLOSED,
        subject=Subject("unit", str(unit.pk), unit.name),
        facts={"on": on.isoformat()},
    )


@transaction.atomic
def give_function(*, actor: Actor, unit: Unit, function: str) -> None:
    """Let a unit serve the institution in a function of its rulebook; doing it twice changes nothing."""
    _row, created = UnitFunction.objects.get_or_create(
        institution=unit.institution, unit=unit, function=function
    )
    if created:
        record(
            institution=unit.institution,
            actor=actor,
            action=Action.UNIT_FUNCTION_SET,
            subject=Subject("unit", str(unit.pk), unit.name),
            facts={"function": function},
        )


@transaction.atomic
def add_person(
    *,
    actor: Actor,
    institution: Institution,
    name: str,
    kind: str,
    staff_no: str = "",
    email: str = "",
    phone: str = "",
) -> Person:
    """Enter a person.

    Raises:
        Refused: when somebody already has the staff number (AP3: one identity, one person).
    """
    if staff_no and Person.objects.filter(staff_no=staff_no).exists():
        raise _refuse(f"工号/学号 {staff_no} 已被使用。", f"The number {staff_no} is already taken.")
    person = Person(
        institution=institution,
        name=name,
        kind=kind,
        staff_no=staff_no,
        email=email,
        phone=phone,
        created_at=clock.now(),
    )
    person.save()
    record(
        institution=institution,
        actor=actor,
        action=Action.PERSON_CREATED,
        subject=_subject(person),
        facts={"kind": kind},
        detail={"name": name, "staff_no": staff_no},
    )
    return person


@transaction.atomic
def give_sign_in(*, actor: Actor, person: Person, username: str, password: str) -> User:
    """Let a person sign in with a name and a first password.

    Raises:
        Refused: when the person can already sign in or the name is taken.
        ValidationError: when the password breaks the rules of SI3.
    """
    if person.user_id is not None:
        raise _refuse("该人员已有登录账户。", "This person can already sign in.")
    user = User(username=username, email=person.email, is_staff=False, is_superuser=False)
    validate_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise _refuse(f"登录名 {username} 已被使用。", f"The sign-in name {username} is taken.") from None
    person.user = user
    person.save(update_fields=["user"])
    record(
        institution=person.institution,
        actor=actor,
        action=Action.PERSON_SIGN_IN_GIVEN,
        subject=_subject(person),
        detail={"username": username},
    )
    return user


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    person: Person,
    unit: Unit,
    post: str,
    since: date,
    until: date | None = None,
) -> Appointment:
    """Give a person a post in a unit from a day.

    Raises:
        Refused: when the unit is closed, the end lies before the beginning, or the same post is already held.
    """
    if unit.closed_on is not None and unit.closed_on <= since:
        raise _refuse(f"“{unit.name}”已撤销。", f"{unit.name} is closed.")
    if until is not None and until < since:
        raise _refuse("结束日期早于开始日期。", "The last day lies before the first.")
    if Appointment.objects.on(since).filter(person=person, unit=unit, post=post).exists():
        raise _refuse("已担任该职务。", "The post is already held.")
    appointment = Appointment(
        institution=person.institution, person=person, unit=unit, post=post, since=since, until=until
    )
    appointment.save()
    record(
        institution=person.institution,
        actor=actor,
        action=Action.APPOINTMENT_BEGUN,
        subject=_subject(person),
        facts={
            "unit": unit.pk,
            "post": post,
            "since": since.isoformat(),
            "until": until.isoformat() if until else None,
        },
        detail={"name": person.name, "unit": unit.name},
    )
    return appointment


@transaction.atomic
def end_appointment(*, actor: Actor, appointment: Appointment, on: date) -> None:
    """Let an appointment end with a day (the last day it is held).

    Raises:
        Refused: when that day lies before its beginning or the appointment is already over by then.
    """
    if on < appointment.since:
        raise _refuse("结束日期早于开始日期。", "The last day lies before the first.")
    if appointment.until is not None and appointment.until <= on:
        raise _refuse("该任职届时已经结束。", "The appointment is over by then.")
    appointment.until = on
    appointment.save(update_fields=["until"])
    record(
        institution=appointment.institution,
        actor=actor,
        action=Action.APPOINTMENT_ENDED,
        subject=_subject(appointment.person),
        facts={"unit": appointment.unit_id, "post": appointment.post, "on": on.isoformat()},
        detail={"name": appointment.person.name, "unit": appointment.unit.name},
    )


@transaction.atomic
def deactivate(*, actor: Actor, person: Person, on: date) -> None:
    """Let a person leave: open appointments end, delegations are revoked, every session ends (SI4, TN6)."""
    person.active = False
    person.left_on = on
    person.save(update_fields=["active", "left_on"])
    for appointment in person.appointments.filter(until__isnull=True):
        appointment.until = max(on, appointment.since)
        appointment.save(update_fields=["until"])
    now = clock.now()
    Delegation.objects.filter(principal=person, revoked_at__isnull=True).update(revoked_at=now)
    Delegation.objects.filter(deputy=person, revoked_at__isnull=True).update(revoked_at=now)
    if person.user is not None:
        _close_sign_in(person.user)
    record(
        institution=person.institution,
        actor=actor,
        action=Action.PERSON_LEFT,
        subject=_subject(person),
        facts={"on": on.isoformat()},
        detail={"name": person.name},
    )


def _close_sign_in(user: User) -> None:
    """Stop the sign-in of a user who belongs to no institution any more.

    Its sessions are dead at once: the session's user is looked up at every request, and an inactive one is nobody.
    """
    with tenancy.everywhere("a user may be a person of several institutions"):
        if user.persons.filter(active=True).exists():
            return
    user.is_active = False
    user.save(update_fields=["is_active"])


@transaction.atomic
def delegate(
    *, actor: Actor, principal: Person, deputy: Person, since: datetime, until: datetime, reason: str = ""
) -> Delegation:
    """Let a deputy decide for a principal from an instant to an instant.

    Raises:
        Refused: to oneself, to somebody who left, or for no time at all.
    """
    if principal.pk == deputy.pk:
        raise _refuse("不能委托给本人。", "One cannot delegate to oneself.")
    if not deputy.active:
        raise _refuse("受托人已离任。", "The deputy has left.")
    if until <= since or until <= clock.now():
        raise _refuse(
            "委托的结束时间须晚于开始时间和现在。", "A delegation ends after it begins, and after now."
        )
    row = Delegation(
        institution=principal.institution,
        principal=principal,
        deputy=deputy,
        since=since,
        until=until,
        reason=reason,
    )
    row.save()
    record(
        institution=principal.institution,
        actor=actor,
        action=Action.DELEGATION_GIVEN,
        subject=_subject(principal),
        facts={"deputy": deputy.pk, "since": since.isoformat(), "until": until.isoformat()},
        detail={"principal": principal.name, "deputy": deputy.name, "reason": reason},
    )
    return row


@transaction.atomic
def revoke_delegation(*, actor: Actor, delegation: Delegation) -> None:
    """End a delegation at once; ending it twice changes nothing."""
    changed = Delegation.objects.filter(pk=delegation.pk, revoked_at__isnull=True).update(
        revoked_at=clock.now()
    )
    if changed:
        record(
            institution=delegation.institution,
            actor=actor,
            action=Action.DELEGATION_REVOKED,
            subject=_subject(delegation.principal),
            facts={"deputy": delegation.deputy_id},
        )


@transaction.atomic
def grant_capability(*, actor: Actor, person: Person, capability: str) -> CapabilityGrant:
    """Make a person system, security or audit administrator.

    Raises:
        Refused: when the person already is one of the three (K12).
    """
    grant = CapabilityGrant(
        institution=person.institution, person=person, capability=capability, granted_at=clock.now()
    )
    try:
        with transaction.atomic():
            grant.save()
    except IntegrityError:
        raise _refuse(
            "系统管理员、安全管理员、审计管理员须由不同的人担任。",
            "System, security and audit administration must be held by different people.",
        ) from None
    record(
        institution=person.institution,
        actor=actor,
        action=Action.CAPABILITY_GRANTED,
        subject=_subject(person),
        facts={"capability": capability},
        detail={"name": person.name},
    )
    return grant


@transaction.atomic
def end_capability(*, actor: Actor, grant: CapabilityGrant) -> None:
    """Take an administrator's capability back; ending it twice changes nothing."""
    changed = CapabilityGrant.objects.filter(pk=grant.pk, ended_at__isnull=True).update(ended_at=clock.now())
    if changed:
        record(
            institution=grant.institution,
            actor=actor,
            action=Action.CAPABILITY_ENDED,
            subject=_subject(grant.person),
            facts={"capability": grant.capability},
        )
