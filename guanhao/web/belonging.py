"""The persons behind a sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from guanhao.core import clock, tenancy
from guanhao.core.memo import remembered
from guanhao.core.prepared import Prepared, given
from guanhao.people.models import Person
from guanhao.privacy.models import Acknowledgement, PrivacyNotice
from guanhao.publishing.models import InstallationStop, Stop
from guanhao.regulation.models import RulebookVersion
from guanhao.removal.models import Removal

STOPPED = "anything stopped"


def _of_sign_in() -> QuerySet[Person]:
    """The persons, each with what every page asks: rules in force, whether anything is stopped or ends, a notice not read."""
    there = {"institution": OuterRef("institution")}
    rules = RulebookVersion.objects.filter(**there, effective__lte=given("day"))
    stops = Stop.objects.filter(**there, lifted_at__isnull=True)
    everywhere = InstallationStop.objects.filter(lifted_at__isnull=True)
    leaving = Removal.objects.open().filter(**there, confirmed_at__isnull=False)
    read = Acknowledgement.objects.filter(notice=OuterRef("pk"), person=OuterRef(OuterRef("pk")))
    unread = PrivacyNotice.objects.in_force().filter(~Exists(read), **there)
    return (
        Person.objects.active()
        .filter(user=given("user"), institution__removed_at__isnull=True)
        .annotate(
            rules=Subquery(rules.values("pk")[:1]),
            rules_digest=Subquery(rules.values("digest")[:1]),
            stopped=Exists(stops) | Exists(everywhere),
            leaving=Subquery(leaving.values("due_at")[:1]),
            owes_notice=Exists(unread),
        )
        .select_related("institution")
        .order_by("institution_id")
    )


_OF_SIGN_IN: Prepared[Person] = Prepared(_of_sign_in)


@dataclass(frozen=True, slots=True)
class Belonging:
    """The active persons of a sign-in, and the one whose institution was chosen (the only one, where there is one)."""

    persons: tuple[Person, ...]
    chosen: Person | None

    def note(self) -> None:
        """Let the frame of the page that is read know what came along with the chosen person (`core.memo`)."""
        person: Any = self.chosen
        if person is None:
            return
        remembered(STOPPED, lambda: bool(person.stopped))
        if person.rules is not None:
            rules = person.rules, person.rules_digest
            remembered(("rules", person.institution_id), lambda: rules)


def belonging(user: Any, institution_id: object) -> Belonging:
    """Find in which institutions a sign-in is an active person; one query, so leaving binds at the next request (TN6)."""
    with tenancy.everywhere("finding the institutions of a sign-in"):
        persons = tuple(_OF_SIGN_IN.all(user=user, day=clock.today()))
    if len(persons) == 1:
        return Belonging(persons, persons[0])
    chosen = next((person for person in persons if str(person.institution_id) == str(institution_id)), None)
    return Belonging(persons, chosen)


def prefer(person: Person, language: str) -> None:
    """Keep the language a person reads in; a preference of his own, so the ledger does not record it."""
    person.language = language
    person.save(update_fields=["language"])
