"""People who go (SE4): what they held or ever saw is flagged, and their slots are freed, in the transaction of their going.

`release` is for who leaves the house, `end_post` for who loses a post. An appointment that ends on a day by itself has
no transaction of anybody's; `lapse` finds it on the day after. What a person keeps a tie to stays theirs: the tie is a
post in the account's unit or above it, in the competent office, in the technical unit, or what a clause names.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.custody.actions import withdraw_tickets
from guanhao.custody.exposing import expose
from guanhao.custody.models import Emergency, Exposure
from guanhao.custody.queries import held_by, known_to
from guanhao.custody.types import ExposureWhy
from guanhao.people import actions as people
from guanhao.people.models import Appointment, Institution, Person, Unit
from guanhao.registry import actions as registry
from guanhao.registry.checks import holder_roles
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import function_units, places
from guanhao.regulation.types import NoPlace, NoRulebook, Parties
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.vocabulary import KnownFunction

LAPSE = system("custody", "密钥保管")
LOOK_BACK = timedelta(days=8)  # how long `lapse` may not have run and still miss nothing
_SERVING = (KnownFunction.COMPETENT_OFFICE, KnownFunction.TECHNICAL_UNIT)


@transaction.atomic
def release(*, actor: Actor, person: Person) -> list[Exposure]:
    """Whoever leaves the house: every secret they hold or ever saw is flagged, their slots are free."""
    return _let_go(actor, person, None, ExposureWhy.LEFT, None)


@transaction.atomic
def end_post(*, actor: Actor, appointment: Appointment, on: date) -> list[Exposure]:
    """Let a post end with a day; what the person knows through it is flagged with it, unless the day is still to come.

    Raises:
        Refused: as `people.actions.end_appointment`.
    """
    people.end_appointment(actor=actor, appointment=appointment, on=on)
    return transferred(actor, appointment) if on <= clock.today() else []


def transferred(actor: Actor, appointment: Appointment) -> list[Exposure]:
    """Flag and free what hung on a post that is over, where nothing else ties the person to the account."""
    person, ended = appointment.person, appointment.until or clock.today()
    accounts = _known_accounts(person, ended)
    if not accounts:
        return []
    institution = Institution.objects.get(pk=person.institution_id)
    try:
        rulebook = in_force(institution).rulebook
    except NoRulebook:
        return []
    left = _seats(person, ended + timedelta(days=1), but=appointment)
    gone = {
        one.pk for one in accounts if _hung_on(one, appointment, rulebook) and not _tied(one, left, rulebook)
    }
    return _let_go(actor, person, gone, ExposureWhy.TRANSFERRED, ended) if gone else []


def lapse() -> int:
    """Flag what hung on appointments of the institution in scope that ended by themselves; answers how many."""
    today = clock.today()
    over = Appointment.objects.filter(until__gte=today - LOOK_BACK, until__lt=today, person__active=True)
    done = 0
    for appointment in over.select_related("person", "unit").order_by("pk"):
        with transaction.atomic():
            done += len(transferred(LAPSE, appointment))
    return done


def _let_go(
    actor: Actor, person: Person, accounts: set[int] | None, why: ExposureWhy, until: date | None
) -> list[Exposure]:
    known = [one for one in known_to(person, until) if accounts is None or one.account_id in accounts]
    held = held_by(person, until).select_related("account__institution", "person")
    for holder in held if accounts is None else held.filter(account__in=accounts):
        registry.free_slot(actor=actor, holder=holder)
    withdraw_tickets(person)
    Emergency.objects.filter(person=person, ended_at__isnull=True).update(ended_at=clock.now())
    return expose(actor=actor, secrets=known, person=person, why=why)


def _known_accounts(person: Person, until: date) -> list[Account]:
    known = {secret.account_id for secret in known_to(person, until)}
    known.update(held_by(person, until).values_list("account", flat=True))
    rows = Account.objects.filter(pk__in=known).select_related("owner_unit", "institution")
    return list(rows.order_by("pk"))


def _seats(person: Person, day: date, but: Appointment) -> set[tuple[int, str]]:
    rows = Appointment.objects.on(day).filter(person=person).exclude(pk=but.pk)
    return set(rows.values_list("unit_id", "post"))


def _units_above(unit: Unit) -> set[int]:
    found = set()
    current: Unit | None = unit
    while current is not None and current.pk not in found:
        found.add(current.pk)
        current = current.parent
    return found


def _tying_units(account: Account, rulebook: Rulebook) -> set[int]:
    serving = {unit.pk for function in _SERVING for unit in function_units(function, rulebook)}
    return _units_above(account.owner_unit) | serving


def _hung_on(account: Account, appointment: Appointment, rulebook: Rulebook) -> bool:
    """Whether the post was what tied its holder to the account."""
    seat = (appointment.unit_id, appointment.post)
    return appointment.unit_id in _tying_units(account, rulebook) or seat in _named(account, rulebook)


def _tied(account: Account, seats: Iterable[tuple[int, str]], rulebook: Rulebook) -> bool:
    """Whether one of the seats still ties a person to the account: one a clause names, where it names any."""
    named = _named(account, rulebook)
    if named:
        return any(seat in named for seat in seats)
    units = _tying_units(account, rulebook)
    return any(unit in units for unit, _post in seats)


def _named(account: Account, rulebook: Rulebook) -> set[tuple[int, str]]:
    parties = Parties(owner=account.owner_unit, publisher=account.owner_unit)
    found = set()
    for role in holder_roles(account):
        try:
            found |= {(place.unit.pk, place.post) for place in places(role, parties, rulebook)}
        except NoPlace:
            continue
    return found
