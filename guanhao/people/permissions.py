"""What a person may do because of what they hold. Decisions in cases are asked separately, step by step.

Rulebooks name units by function; here a function becomes permissions. The three administrators (K12) get only
their own: none of them reads drafts or publishes by virtue of the role.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import FilteredRelation, Q, QuerySet

from guanhao.core import clock
from guanhao.core.memo import remembered
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Person
from guanhao.people.types import Capability
from guanhao.rulebook.vocabulary import KnownFunction


class Permission(StrEnum):
    """Closed vocabulary; an unknown name fails at import."""

    ACCOUNT_CONNECT = "account.connect"  # set secrets, run the self-test
    ACCOUNT_MANAGE = "account.manage"
    ARTICLE_OFFER = "article.offer"
    ARTICLE_SEE_ALL = "article.see_all"
    CALENDAR_MANAGE = "calendar.manage"
    CAPABILITY_GRANT = "capability.grant"
    CONSENT_MANAGE = "consent.manage"  # what persons are told, and what they agreed to have published
    DISCLOSURE_MANAGE = "disclosure.manage"
    DUTY_SEE_ALL = "duty.see_all"
    FORM_MANAGE = "form.manage"
    INCIDENT_MANAGE = "incident.manage"
    INSTITUTION_CONFIRM = "institution.confirm"  # agree to what changes the institution's place here (AP8)
    INSTITUTION_LEAVE = "institution.leave"  # ask for it
    LEDGER_SEE = "ledger.see"
    LEDGER_EXPORT = "ledger.export"
    LEXICON_MANAGE = "lexicon.manage"
    PEOPLE_MANAGE = "people.manage"
    PEOPLE_SEE = "people.see"
    PUBLISHING_SEE_ALL = "publishing.see_all"
    PUBLISHING_STOP = "publishing.stop"
    PUBLISHING_STOP_ALL = "publishing.stop_all"  # the whole installation, where the institution runs it
    PUBLISHING_WITHDRAW = "publishing.withdraw"
    REQUEST_ANSWER = "request.answer"  # of persons about their own data
    RULEBOOK_ADOPT = "rulebook.adopt"
    SIGHTING_MANAGE = "sighting.manage"
    UNIT_MANAGE = "unit.manage"
    WORK_WATCH = "work.watch"  # signs of life of the background work; shows no content


_EVERYBODY = frozenset({Permission.ARTICLE_OFFER})

_BY_FUNCTION: dict[str, frozenset[Permission]] = {
    KnownFunction.COMPETENT_OFFICE: frozenset(
        {
            Permission.ACCOUNT_CONNECT,
            Permission.ACCOUNT_MANAGE,
            Permission.ARTICLE_SEE_ALL,
            Permission.CALENDAR_MANAGE,
            Permission.CONSENT_MANAGE,
            Permission.DISCLOSURE_MANAGE,
            Permission.DUTY_SEE_ALL,
            Permission.FORM_MANAGE,
            Permission.INCIDENT_MANAGE,
            Permission.LEDGER_SEE,
            Permission.LEXICON_MANAGE,
            Permission.SIGHTING_MANAGE,
            Permission.PEOPLE_SEE,
            Permission.PUBLISHING_SEE_ALL,
            Permission.PUBLISHING_STOP,
            Permission.PUBLISHING_WITHDRAW,
            Permission.REQUEST_ANSWER,
            Permission.WORK_WATCH,
        }
    ),
    KnownFunction.TECHNICAL_UNIT: frozenset(
        {
            Permission.SIGHTING_MANAGE,
            Permission.ACCOUNT_CONNECT,
            Permission.PUBLISHING_SEE_ALL,
            Permission.PUBLISHING_STOP,
            Permission.WORK_WATCH,
        }
    ),
    KnownFunction.DISCIPLINE: frozenset({Permission.DUTY_SEE_ALL, Permission.LEDGER_SEE}),
}

_BY_CAPABILITY: dict[str, frozenset[Permission]] = {
    Capability.SYSTEM: frozenset(
        {
            Permission.CALENDAR_MANAGE,
            Permission.INCIDENT_MANAGE,
            Permission.INSTITUTION_LEAVE,
            Permission.PEOPLE_MANAGE,
            Permission.PEOPLE_SEE,
            Permission.PUBLISHING_STOP_ALL,
            Permission.REQUEST_ANSWER,
            Permission.UNIT_MANAGE,
            Permission.WORK_WATCH,
        }
    ),
    Capability.SECURITY: frozenset(
        {
            Permission.CAPABILITY_GRANT,
            Permission.INCIDENT_MANAGE,
            Permission.INSTITUTION_CONFIRM,
            Permission.PEOPLE_SEE,
            Permission.RULEBOOK_ADOPT,
        }
    ),
    Capability.AUDIT: frozenset({Permission.DUTY_SEE_ALL, Permission.LEDGER_EXPORT, Permission.LEDGER_SEE}),
}

_NOT_ENTITLED = Text(zh="您的任职不包含这项权限。", en="None of the posts you hold includes this permission.")


@dataclass(frozen=True, slots=True)
class Seat:
    """One appointment in force today."""

    unit_id: int
    post: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person holds at this moment: seats, the functions of their units, capabilities, permissions."""

    person_id: int
    institution_id: int
    seats: frozenset[Seat]
    functions: frozenset[str]
    capabilities: frozenset[str]
    permissions: frozenset[Permission]

    @property
    def unit_ids(self) -> frozenset[int]:
        """Keys of the units in which a seat is held."""
        return frozenset(seat.unit_id for seat in self.seats)

    def may(self, permission: Permission) -> Verdict:
        """Whether the permission is among what is held."""
        return ALLOWED if permission in self.permissions else Denied(_NOT_ENTITLED)


def standing(person: Person) -> Standing:
    """What the person holds today. An inactive person holds nothing. A reading request asks it once (`core.memo`)."""
    return remembered(("standing", person.pk), lambda: _read(person))


def _read(person: Person) -> Standing:
    """Read it in one query: each seat with the functions of its unit, beside the capabilities."""
    if not person.active:
        return Standing(person.pk, person.institution_id, frozenset(), frozenset(), frozenset(), frozenset())
    rows = _HELD.all(person=person, day=clock.today())
    functions = frozenset(function for *_seat, function, _capability in rows if function)
    capabilities = frozenset(capability for *_others, capability in rows if capability)
    permissions = set(_EVERYBODY)
    for function in functions:
        permissions |= _BY_FUNCTION.get(function, frozenset())
    for capability in capabilities:
        permissions |= _BY_CAPABILITY.get(capability, frozenset())
    return Standing(
        person.pk,
        person.institution_id,
        frozenset(Seat(unit_id, post) for unit_id, post, *_others in rows if unit_id is not None),
        functions,
        capabilities,
        frozenset(permissions),
    )


def _held() -> QuerySet[Person, tuple[int | None, str, str | None, str | None]]:
    """Every seat of today with every function of its unit and every capability that has not ended; at least one row."""
    day = given("day")
    open_ended = Q(appointments__until__isnull=True) | Q(appointments__until__gte=day)
    return (
        Person.objects.filter(pk=given("person"))
        .annotate(
            seat=FilteredRelation("appointments", condition=open_ended & Q(appointments__since__lte=day)),
            given=FilteredRelation("capabilities", condition=Q(capabilities__ended_at__isnull=True)),
        )
        .values_list("seat__unit", "seat__post", "seat__unit__functions__function", "given__capability")
    )


_HELD: Prepared[tuple[int | None, str, str | None, str | None]] = Prepared(_held)


def may(person: Person, permission: Permission) -> Verdict:
    """Whether the person holds the permission now. Reads afresh, so a change binds at once (TN6)."""
    return standing(person).may(permission)
