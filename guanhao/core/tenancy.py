"""Tenancy that fails closed (K4, TN3): a query with no declared institution raises.

`within(institution)` opens the scope for requests and steps; `everywhere(why)` is the named exception for
system work that crosses institutions. On PostgreSQL the same doors set what row-level security reads, so a
forgotten filter meets a second wall.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError
from django_scopes.state import get_scope

from guanhao.core import rows
from guanhao.core.serverside import Carried

_M = TypeVar("_M", bound=models.Model)


# What row-level security reads on this thread's connection, or will with the first statement that is said to it.
_told: ContextVar[str] = ContextVar("what the session was told", default="")
_standing_in: ContextVar[tuple[Any] | None] = ContextVar("standing in for the institution", default=None)


class Tenant(Protocol):
    """An institution, as far as this floor knows it."""

    pk: Any


class OtherTenant(Exception):  # noqa: N818 - reads as the fact it states.
    """A row of one institution was about to be written inside the scope of another."""


def current_institution_id() -> int | None:
    """The key of the institution in scope; nothing when the scope is open to all.

    Raises:
        ScopeError: when no scope was declared at all.
    """
    state = get_scope()
    if not state.get("_enabled", True):
        return None
    if "institution" not in state:
        raise ScopeError(
            "No institution is in scope; use tenancy.within(institution) or tenancy.everywhere(why)."
        )
    return int(state["institution"].pk)


@contextmanager
def within(institution: Tenant) -> Iterator[None]:
    """Limit every query in the block to one institution."""
    with scope(institution=institution), _row_level(str(institution.pk)):
        yield


@contextmanager
def everywhere(why: str) -> Iterator[None]:
    """Let system work see all institutions. ``why`` names the work, so that each use can be found and judged."""
    if not why:
        raise ValueError("Say why the work crosses institutions.")
    with scopes_disabled(), _row_level("*"):
        yield


@contextmanager
def within_a_reading(institution: Tenant) -> Iterator[None]:
    """As `within`, for a request that only reads: PostgreSQL is told with the first statement, and untold at the end."""
    with _carried(str(institution.pk), stays=True), scope(institution=institution):
        yield


@contextmanager
def everywhere_at_once(why: str) -> Iterator[None]:
    """As `everywhere`, for single reads: on PostgreSQL each carries with it that it may, and no session ever does."""
    if not why:
        raise ValueError("Say why the work crosses institutions.")
    with _carried("*", stays=False), scopes_disabled():
        yield


@contextmanager
def standing_in(mark: Any) -> Iterator[None]:
    """Let managers filter by a mark that is filled in later, or by nothing where it is None. For `core.prepared` only."""
    token = _standing_in.set((mark,))
    try:
        yield
    finally:
        _standing_in.reset(token)


@contextmanager
def _row_level(value: str) -> Iterator[None]:
    before = _told.get()
    if connection.vendor != "postgresql" or value == before:
        yield
        return
    _tell(value)
    try:
        with _telling(value):
            yield
    finally:
        if not connection.needs_rollback:
            _tell(before)


@contextmanager
def _carried(value: str, *, stays: bool) -> Iterator[None]:
    """`_row_level` without statements of its own, but for the one that takes it back."""
    # In a transaction that is older than the block, what is set for it would outlive the block.
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with _row_level(value):
            yield
        return
    # What stays is told anew with every statement of a transaction: then what a block within this one may see.
    before, carried = _told.get(), Carried(_told.get if stays else lambda: value, stays=stays)
    try:
        with connection.execute_wrapper(carried), _telling(value if stays else before):
            yield
    finally:
        if carried.tried:
            _tell(before)


@contextmanager
def _telling(value: str) -> Iterator[None]:
    token = _told.set(value)
    try:
        yield
    finally:
        _told.reset(token)


def _tell(value: str, used: BaseDatabaseWrapper | None = None) -> None:
    with (used or connection).cursor() as cursor:
        cursor.execute("SELECT set_config('app.institution', %s, false)", [value])


def _tell_new_one(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Let a connection that is made inside a scope, in place of one that was lost, see what the scope sees."""
    if connection.vendor == "postgresql" and (value := _told.get()):
        _tell(value, connection)


connection_created.connect(_tell_new_one)


class TenantManager(models.Manager[_M]):
    """A manager that answers only within the declared institution, and raises where none is declared."""

    def get_queryset(self) -> models.QuerySet[_M]:
        """All rows of the institution in scope."""
        stand_in = _standing_in.get()
        institution_id = current_institution_id() if stand_in is None else stand_in[0]
        queryset = super().get_queryset()
        if institution_id is None:
            return queryset
        return queryset.filter(institution_id=institution_id)


class Scoped(models.Model):
    """A row that belongs to one institution. Writing it from another institution's scope is refused (TN2)."""

    institution = models.ForeignKey(
        "people.Institution", on_delete=models.PROTECT, related_name="+", db_index=True
    )
    institution_id: int

    objects: models.Manager[Any] = TenantManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, unless the row belongs to another institution than the one in scope.

        Raises:
            OtherTenant: for a foreign row.
            ScopeError: when no scope is declared.
        """
        require_own(self)
        if args or not rows.save(self, kwargs):
            super().save(*args, **kwargs)


def require_own(row: Scoped) -> None:
    """Refuse to write a row of another institution than the one in scope (TN2).

    Raises:
        OtherTenant: for a foreign row.
        ScopeError: when no scope is declared.
    """
    institution_id = current_institution_id()
    if institution_id is not None and row.institution_id != institution_id:
        raise OtherTenant(f"{type(row).__name__} belongs to institution {row.institution_id}.")


def require_within(institution_id: int) -> None:
    """Refuse to act for another institution than the one in scope. Errors as `require_own`."""
    scope_id = current_institution_id()
    if scope_id is not None and institution_id != scope_id:
        raise OtherTenant(f"Institution {institution_id} is not the one in scope.")
