"""How allauth behaves here: nobody signs up by himself; every signing in and out is recorded (LG1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from guanhao.core import tenancy
from guanhao.core.actors import Actor, ActorKind
from guanhao.core.address import client_address
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.access import actor_of
from guanhao.people.models import Person, User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types.
    """Sign-up is closed; the client's address is believed as everywhere else; the record covers signing in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature.
        """Answer that nobody may create a sign-in from outside."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address by NT4's rule, not by allauth's."""
        return client_address(request)

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in under a new session key, and record it."""
        super().login(request, user)
        record_session(request, user, Action.SESSION_SIGNED_IN)

    def logout(self, request: HttpRequest) -> None:
        """Record the signing out, then end the session."""
        if isinstance(request.user, User):
            record_session(request, request.user, Action.SESSION_SIGNED_OUT)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a failure with the institutions of the sign-in that was tried; the answer says nothing about it (SI2)."""
        user = User.objects.filter(username=credentials.get("username", "")).first()
        if user is not None:
            record_session(request, user, Action.SESSION_SIGN_IN_FAILED)


def record_session(
    request: HttpRequest, user: User, action: Action, facts: Mapping[str, str] | None = None
) -> None:
    """Write one event about a sign-in into the log of each institution it belongs to."""
    address = client_address(request)
    with tenancy.everywhere("a sign-in may belong to several institutions"), transaction.atomic():
        for person in Person.objects.active().filter(user=user).select_related("institution"):
            failed = action is Action.SESSION_SIGN_IN_FAILED
            stranger = Actor(ActorKind.PUBLIC, "public", "", address=address)
            record(
                institution=person.institution,
                actor=stranger if failed else actor_of(person, address=address),
                action=action,
                subject=Subject("person", str(person.pk), person.name),
                facts=dict(facts or {}),
            )
