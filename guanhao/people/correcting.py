"""Correcting what is held of a person (PIPL 46)."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person

CORRECTABLE = ("name", "staff_no", "email", "phone")


@transaction.atomic
def correct_person(*, actor: Actor, person: Person, values: dict[str, str]) -> list[str]:
    """Put right what was wrong; the names of the fields that changed.

    Raises:
        Refused: no name, or the number is somebody else's (AP3).
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("institution").get(pk=person.pk)
    wanted = {name: values[name].strip() for name in CORRECTABLE if name in values}
    if not wanted.get("name", person.name):
        raise Refused(Denied(Text("姓名不能为空。", "The name cannot be empty.")))
    changed = [name for name, value in wanted.items() if getattr(person, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(person, name, wanted[name])
    try:
        with transaction.atomic():
            person.save(update_fields=changed)
    except IntegrityError:
        raise Refused(Denied(Text("工号/学号已被使用。", "The number is already taken."))) from None
    record(
        institution=person.institution,
        actor=actor,
        action=Action.PERSON_CHANGED,
        subject=Subject("person", str(person.pk), person.name),
        facts={"fields": sorted(changed)},
    )
    return changed
