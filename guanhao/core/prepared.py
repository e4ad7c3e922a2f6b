"""Reads that are put together once and asked often (docs/decisions/0005).

Django assembles the SQL of every query anew: for a row with its relations that takes ten times as long as the database
needs to answer. A `Prepared` read keeps the assembled statement per database and only fills in the values. It says
nothing about *what* was read: every call asks the database, so nothing can be stale.

    STEPS = Prepared(lambda: Step.objects.filter(case=given("case")).select_related("unit"))
    STEPS.all(case=case.pk)

The builder must take everything that changes, the day and the hour included, through `given`; tests/core/test_prepared
builds every read under a marked clock and refuses one that kept it. The institution in scope is filled in by itself,
and a read without a scope raises as any other does (TN3).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

from guanhao.core import serverside, tenancy
from guanhao.core.instances import maker, quicken

_R = TypeVar("_R")
_S = TypeVar("_S", bound=Hashable)
_SCOPE = "institution in scope"
_MOST_SHAPES = 64
KNOWN: list[Prepared[Any]] = []


class Given(Expression):
    """A value that is filled in when the read is asked."""

    def __init__(self, name: str, *, many: bool = False) -> None:
        super().__init__(output_field=models.Field())
        self.name, self.many = name, many

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002 - Django's signature.
        """The place of the value, and itself as the mark by which the place is found."""
        return (f"(\0{self.name}\0)" if self.many else "%s"), [self]

    def __repr__(self) -> str:
        return f"Given({self.name})"


def given(name: str, *, many: bool = False) -> Any:
    """The place of a value that the call names; ``many`` for the right side of ``__in``."""
    return Given(name, many=many)


@dataclass(frozen=True, slots=True)
class _Plan:
    """An assembled statement: its text, its parameters with marks for what is given, and how rows become values."""

    sql: str
    params: tuple[Any, ...]
    compiler: Any
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]
    make: Callable[[Sequence[Any]], Any]
    locks: bool

    def filled(self, said: Mapping[str, Any], used: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """The statement with the values in their places."""
        sql, params = self.sql, []
        for mark in self.params:
            if not isinstance(mark, Given):
                params.append(mark)
            elif mark.many:
                values = list(said[mark.name])
                sql = sql.replace(f"\0{mark.name}\0", ", ".join(["%s"] * len(values)) or "NULL", 1)
                params += [_stored(value, used) for value in values]
            else:
                params.append(_stored(said[mark.name], used))
        return sql, params

    def converted(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """The rows with Python's values. No converter makes something of nothing, so what is null stays so."""
        if not self.converters:
            return rows
        made = []
        for row in rows:
            values = list(row)
            for place, several, column in self.converters:
                value = values[place]
                if value is not None:
                    for converter in several:
                        value = converter(value, column, self.compiler.connection)
                    values[place] = value
            made.append(values)
        return made


class Prepared(Generic[_R]):
    """A read whose statement is kept; ``build`` answers the queryset, with `given` for everything that changes."""

    def __init__(self, build: Callable[[], Iterable[_R]], *, listed: bool = True) -> None:
        self.build = build
        self._plans: dict[tuple[str, str, bool], _Plan] = {}
        if listed:
            KNOWN.append(self)

    def all(self, **said: Any) -> list[_R]:
        """Every row of the answer.

        Raises:
            ScopeError: no institution is in scope.
            KeyError: a value the read asks for is not given.
            TransactionManagementError: it locks rows, and no transaction is open.
        """
        scope, used = tenancy.current_institution_id(), connections[DEFAULT_DB_ALIAS]
        plan = self._plan(used, scoped=scope is not None)
        if plan.locks and not used.in_atomic_block:
            raise TransactionManagementError("A read that locks rows needs a transaction.")
        sql, params = plan.filled({**said, _SCOPE: scope}, used)
        return [plan.make(row) for row in plan.converted(_answered(used, sql, params))]

    def first(self, **said: Any) -> _R | None:
        """The first row of the answer, or nothing. The builder limits the answer itself. Errors as `all`."""
        return next(iter(self.all(**said)), None)

    def one(self, **said: Any) -> _R:
        """The one row there must be. Errors as `all`.

        Raises:
            ObjectDoesNotExist: there is none.
        """
        found = self.all(**said)
        if not found:
            raise ObjectDoesNotExist(f"Nothing is there for {said}.")
        return found[0]

    def _plan(self, used: BaseDatabaseWrapper, *, scoped: bool) -> _Plan:
        # A thread's connection lends its dialect alone, so the statement serves every thread that speaks to the database.
        key = (used.alias, used.vendor, scoped)
        if key not in self._plans:
            self._plans[key] = self.assembled(scoped=scoped)
        return self._plans[key]

    def assembled(self, *, scoped: bool) -> _Plan:
        """The statement, assembled anew."""
        with tenancy.standing_in(Given(_SCOPE) if scoped else None):
            queryset: Any = self.build()
        query, used = queryset.query, connections[DEFAULT_DB_ALIAS]
        locks, query.select_for_update = query.select_for_update, False
        compiler = query.get_compiler(using=connection.alias)
        sql, params = compiler.as_sql()
        if locks and connection.features.has_select_for_update:
            query.select_for_update = True
            sql = f"{sql} {_locking(compiler)}"
        found = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        converters = tuple((place, tuple(several), column) for place, (several, column) in found.items())
        if used.vendor == "postgresql":
            sql, params = serverside.written_out(sql, params, used, lambda value: isinstance(value, Given))
        return _Plan(sql, tuple(params), compiler, converters, _maker(queryset, compiler), locks)


class Family(Generic[_S, _R]):
    """Reads that are alike but for their shape, such as how many words are looked for. Each is put together when it is needed.

    ``build`` makes one of a shape; ``usual`` are shapes by which the tests judge all of them. So that a reader who types
    strange things cannot fill the memory, the first shapes are kept and others put together every time.
    """

    def __init__(self, build: Callable[[_S], Iterable[_R]], *, usual: Iterable[_S]) -> None:
        self._build = build
        self._kept = {shape: Prepared(partial(build, shape)) for shape in usual}

    def of(self, shape: _S) -> Prepared[_R]:
        """The read of one shape."""
        read = self._kept.get(shape)
        if read is None:
            read = Prepared(partial(self._build, shape), listed=False)
            if len(self._kept) < _MOST_SHAPES:
                self._kept[shape] = read
        return read


def assemble_all() -> None:
    """Assemble every read there is, so that a process that must be punctual does not do so when the time has come."""
    for read in KNOWN:
        for scoped in (True, False):
            read._plan(connections[connection.alias], scoped=scoped)  # noqa: SLF001 - of this module.


def _answered(used: BaseDatabaseWrapper, sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with serverside.cursor(used) as cursor:
        cursor.execute(sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _locking(compiler: Any) -> str:
    query = compiler.query
    clause: str = compiler.connection.ops.for_update_sql(
        nowait=query.select_for_update_nowait,
        skip_locked=query.select_for_update_skip_locked,
        of=compiler.get_select_for_update_of_arguments(),
        no_key=query.select_for_no_key_update,
    )
    return clause


def _maker(queryset: Any, compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """How a row becomes a value: a model with its relations, a tuple, or the one value of a flat list."""
    if queryset._fields is not None:
        flat = "Flat" in queryset._iterable_class.__name__  # noqa: SLF001
        return itemgetter(0) if flat else tuple
    shape, alias = compiler.klass_info, connection.alias
    start, end = shape["select_fields"][0], shape["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    populators = get_related_populators(shape, compiler.select, alias)  # type: ignore[call-arg]  # stubs are of Django 6
    related, new = quicken(populators), maker(shape["model"], names, alias)
    extra = list((compiler.annotation_col_map or {}).items())

    def made(row: Sequence[Any]) -> Any:
        model = new(row[start:end])
        for populator in related:
            populator.populate(row, model)
        for name, place in extra:
            setattr(model, name, row[place])
        return model

    return made


def _stored(value: Any, used: BaseDatabaseWrapper) -> Any:
    """The value as the database takes it."""
    if isinstance(value, (int, str)):
        return value
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, datetime):
        return used.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return used.ops.adapt_datefield_value(value)
    return value
