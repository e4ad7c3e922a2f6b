"""Reads of the directory: which are open, whose it is, the accounts it shows."""

from __future__ import annotations

from django.db.models import Case, QuerySet, Value, When

from guanhao.core import tenancy
from guanhao.directory.models import Directory
from guanhao.directory.types import Open
from guanhao.registry.models import Account
from guanhao.registry.types import IN_USE, AccountState

CLOSED = (AccountState.CLOSED, AccountState.DEREGISTERED)


def open_directories() -> list[Open]:
    """Every directory of the installation that is open, by the institution's name."""
    with tenancy.everywhere("which directories are open to the public"):
        rows = Directory.objects.filter(open=True, institution__removed_at__isnull=True).select_related(
            "institution"
        )
        return [_open(row) for row in rows.order_by("institution__name")]


def directory_of(key: str) -> Open | None:
    """The open directory of the institution with that key; nothing where it is closed or there is none."""
    with tenancy.everywhere("whose directory an address names"):
        row = Directory.objects.filter(open=True, institution__key=key).select_related("institution").first()
    return _open(row) if row else None


def own() -> Directory | None:
    """What the institution in scope said of its directory; nothing where it never did."""
    found: Directory | None = Directory.objects.first()
    return found


def shown() -> QuerySet[Account]:
    """The accounts in use, those that speak for the whole institution first."""
    return (
        Account.objects.filter(state__in=IN_USE)
        .select_related("owner_unit")
        .order_by("-flagship", "tier", "name", "pk")
    )


def known() -> QuerySet[Account]:
    """Accounts in use and accounts that were, the former first: what a question is answered from."""
    first = Case(When(state__in=IN_USE, then=Value(0)), default=Value(1))
    return (
        Account.objects.filter(state__in=(*IN_USE, *CLOSED))
        .select_related("owner_unit")
        .order_by(first, "-flagship", "tier", "name", "pk")
    )


def _open(row: Directory) -> Open:
    return Open(
        row.institution_id, row.institution.key, row.institution.name, tuple(row.hosts), row.changed_at
    )
