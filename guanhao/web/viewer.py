"""Who looks at a page: the person, the institution, what the person holds at this moment (TN6: read afresh per request)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import require
from guanhao.people.access import actor_of
from guanhao.people.models import Institution, Person
from guanhao.people.permissions import Permission, Standing, standing
from guanhao.regulation.queries import rules_in_force
from guanhao.rulebook.types import Route, Rulebook

_COMMA = Text(zh="、", en=", ")


@dataclass
class Viewer:
    """The signed-in person of one request."""

    person: Person
    institution: Institution
    address: str

    @cached_property
    def actor(self) -> Actor:
        """The person as the one who acts, from this address."""
        return actor_of(self.person, address=self.address)

    @cached_property
    def standing(self) -> Standing:
        """Seats, functions, capabilities and permissions held now."""
        return standing(self.person)

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rulebook in force over the institution."""
        return rules_in_force(self.institution)

    def may(self, permission: Permission | str) -> bool:
        """Whether a permission is held; a name that does not exist raises."""
        return bool(self.standing.may(Permission(permission)))

    def decides(self) -> bool:
        """Whether the person can approve, publish, hold secrets or administer, and so owes a second factor (SI1)."""
        posts = {seat.post for seat in self.standing.seats}
        roles = {step.role for route in self.rulebook.of_kind(Route) for step in route.steps}
        decisive = any(self.rulebook.roles[role].post in posts | {""} for role in roles)
        return bool(
            (posts and decisive)
            or self.standing.capabilities
            or self.standing.permissions - {Permission.ARTICLE_OFFER}
        )


class WebRequest(HttpRequest):
    """A request behind the Tenancy middleware: somebody is signed in and an institution is in scope."""

    viewer: Viewer


P = ParamSpec("P")
View = Callable[Concatenate[WebRequest, P], HttpResponseBase]
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def needs(permission: Permission) -> Callable[[V], V]:
    """Let a view be seen only by those who hold the permission; others get the 403 page with the reason."""

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(request: WebRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.viewer.standing.may(permission))
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value] # wraps keeps the signature; mypy cannot see it.

    return decorate


def said(text: Text | None) -> str:
    """The sentence in the language of the page."""
    return text.in_language(get_language() or "zh-hans") if text else ""


def listed(names: Iterable[str]) -> str:
    """Names one after the other, with the comma of the page's language."""
    return said(_COMMA).join(names)


def said_of(row: Any, field: str) -> str:
    """The value of ``field_zh`` / ``field_en`` of a row in the language of the page."""
    return said(Text(zh=getattr(row, f"{field}_zh"), en=getattr(row, f"{field}_en", "")))
