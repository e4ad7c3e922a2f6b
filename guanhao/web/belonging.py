"""The persons behind a sign-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
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
BACKEND = f"{__name__}.Recognition"  # as sessions name it
_CAME_ALONG = "_persons_that_came_along"


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
            second_factor=Exists(Authenticator.objects.filter(user=OuterRef("user"))),
        )
        .select_related("institution", "user")
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


def _persons_of(user: Any) -> tuple[Person, ...]:
    with tenancy.everywhere_at_once("finding the institutions of a sign-in"):
        return tuple(_OF_SIGN_IN.all(user=user, day=clock.today()))


class Recognition(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types.
    """Signs in as allauth does; who comes back with a session is read together with the persons behind the sign-in."""

    def get_user(self, user_id: Any) -> Any:
        """The sign-in of a session, if it may still be used."""
        persons = _persons_of(user_id)
        if not persons:
            return super().get_user(user_id)
        user: Any = persons[0].user
        setattr(user, _CAME_ALONG, persons)
        return user if self.user_can_authenticate(user) else None


def belonging(user: Any, institution_id: object) -> Belonging:
    """Find in which institutions a sign-in is an active person; one query, so leaving binds at the next request (TN6)."""
    persons = getattr(user, _CAME_ALONG, None)
    if persons is None:
        persons = _persons_of(user)
    else:
        delattr(user, _CAME_ALONG)  # Whoever asks again wants to know how it is then.
    if len(persons) == 1:
        return Belonging(persons, persons[0])
    chosen = next((person for person in persons if str(person.institution_id) == str(institution_id)), None)
    return Belonging(persons, chosen)


def prefer(person: Person, language: str) -> None:
    """Keep the language a person reads in; a preference of his own, so the ledger does not record it."""
    person.language = language
    person.save(update_fields=["language"])
