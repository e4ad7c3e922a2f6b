"""Who can be signed in as in a demonstration, and what each is: read from the persons and what they hold."""

from __future__ import annotations

from dataclasses import dataclass

from guanhao.core import tenancy
from guanhao.core.text import Text
from guanhao.people.models import Institution, Person, User
from guanhao.people.types import Capability, PersonKind
from guanhao.regulation.queries import in_force
from guanhao.rulebook.types import Rulebook

WHY = "the demonstration's sign-in page shows the invented people of all institutions"


@dataclass(frozen=True, slots=True)
class RoleButton:
    """One person to sign in as."""

    username: str
    name: str
    role: Text


@dataclass(frozen=True, slots=True)
class House:
    """One demonstration institution with its people."""

    name: str
    document: Text
    roles: tuple[RoleButton, ...]


def houses() -> list[House]:
    """Every demonstration institution; those who hold the most come first, administrators last."""
    with tenancy.everywhere(WHY):
        return [_house(house) for house in Institution.objects.filter(is_demonstration=True).order_by("pk")]


def sign_in_of(username: str) -> User | None:
    """The sign-in of an invented person; nothing for anybody of an institution that is not a demonstration."""
    with tenancy.everywhere(WHY):
        person = (
            Person.objects.active()
            .filter(user__username=username, institution__is_demonstration=True)
            .select_related("user")
            .first()
        )
    return person.user if person else None


def _house(institution: Institution) -> House:
    rulebook = in_force(institution).rulebook
    people = (
        Person.objects.active()
        .filter(institution=institution, user__isnull=False)
        .select_related("user")
        .prefetch_related("appointments__unit", "capabilities")
        .order_by("pk")
    )
    buttons = tuple(
        RoleButton(person.user.username, person.name, _role(person, rulebook))
        for person in people
        if person.user
    )
    return House(institution.name, rulebook.document.title, buttons)


def _role(person: Person, rulebook: Rulebook) -> Text:
    """What a person is, in the institution's words for posts: 办公室 编辑; of several units the first, with 等."""
    for grant in person.capabilities.all():
        return Text(
            zh=str(Capability(grant.capability).label), en=grant.capability.replace("_", " ").capitalize()
        )
    held = list(person.appointments.all())
    if not held:
        return Text(zh=str(PersonKind(person.kind).label), en=person.kind.capitalize())
    unit = held[0].unit
    posts = [
        rulebook.posts[one.post].title
        for one in held
        if one.unit_id == unit.pk and one.post in rulebook.posts
    ]
    more = len({one.unit_id for one in held}) > 1
    return Text(
        zh=f"{unit.short_name or unit.name}{'等' if more else ''} · {'、'.join(post.zh for post in posts[:2])}",
        en=f"{', '.join(post.en or post.zh for post in posts[:2])}, {unit.short_name or unit.name}{' …' if more else ''}",
    )
