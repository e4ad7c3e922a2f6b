"""The rail: what a person may use, with what waits there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanhao.inspections.terms import duty_of
from guanhao.people.permissions import Permission
from guanhao.web import access
from guanhao.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: its page, the letter after ``g`` that jumps there, who sees it, what is counted on it."""

    key: str  # also the URL name and the first part of the address
    label: str | Promise
    icon: str
    letter: str
    permission: Permission | None = None
    count: Callable[[Viewer], int] | None = None
    on_phone: bool = False
    apart: bool = False  # a line above it
    only: Callable[[Viewer], bool] | None = None  # shown only where the regulation has such a thing

    @property
    def address(self) -> str:
        """Where it leads."""
        return reverse(self.key)


PLACES = (
    Place(key="desk", label=_("工作台"), icon="home", letter="d", on_phone=True),
    Place(key="articles", label=_("稿件"), icon="file-text", letter="a", on_phone=True),
    Place(
        key="review", label=_("审批"), icon="checks", letter="r", count=access.waiting_count, on_phone=True
    ),
    Place(key="calendar", label=_("排期"), icon="calendar-week", letter="c"),
    Place(key="duties", label=_("义务"), icon="checklist", letter="o"),
    Place(key="publishing", label=_("发布"), icon="send", letter="p", count=access.ask_count),
    Place(key="accounts", label=pgettext_lazy("the list", "账号"), icon="id-badge-2", letter="m"),
    Place(
        key="inspections",
        label=_("年检"),
        icon="clipboard-check",
        letter="i",
        only=lambda viewer: duty_of(viewer.rulebook) is not None,
    ),
    Place(key="screening", label=_("审查"), icon="file-search", letter="v"),
    Place(key="rules", label=_("制度"), icon="book-2", letter="b", apart=True),
    Place(key="ledger", label=_("台账"), icon="timeline", letter="l", permission=Permission.LEDGER_SEE),
    Place(key="settings", label=_("设置"), icon="settings", letter="s", permission=Permission.PEOPLE_SEE),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A place as one person sees it now."""

    place: Place
    count: int
    here: bool


def rail(viewer: Viewer, path: str) -> list[Shown]:
    """The places a person may use, with their counts; the one whose address begins ``path`` is here."""
    return [
        Shown(place, place.count(viewer) if place.count else 0, _is_here(place, path))
        for place in PLACES
        if (place.permission is None or viewer.may(place.permission))
        and (place.only is None or place.only(viewer))
    ]


def _is_here(place: Place, path: str) -> bool:
    address = place.address
    return path == address if address == "/" else path.startswith(address)
