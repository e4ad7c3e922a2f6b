"""Writing one row by a statement that is put together once per model and set of columns (docs/decisions/0005).

Django assembles the statement of every save anew, which costs ten times what the database needs to run it. The values
go through the same field methods as there, so what is stored is the same. Only the plain cases are taken: a new row
whose key the database gives, and named fields of a row that is there. For everything else Django's own way remains.
"""

# ruff: noqa: SLF001 - it does what Model.save does, with the same parts.

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DatabaseError, connection, connections, models, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models.signals import post_save, pre_save

from guanhao.core import serverside

_M = TypeVar("_M", bound=models.Model)
_PLAIN_OPTIONS = {"update_fields", "force_insert", "using"}
_MOST_VALUES = 900  # in one statement; SQLite takes at least 999


def save(row: models.Model, options: dict[str, Any]) -> bool:
    """Save the row if this is a plain case, and answer whether it was. ``options`` are those of ``Model.save``.

    Raises:
        DatabaseError: named fields of a row that is gone, as Django does; IntegrityError as the database says.
    """
    if not _is_plain(row, options):
        return False
    row._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
    fields = options.get("update_fields")
    with transaction.mark_for_rollback_on_error(using=connection.alias):
        if fields is None:
            insert(row)
        else:
            update(row, fields)
    return True


def insert(row: models.Model) -> None:
    """Store a new row; its key is on it afterwards."""
    insertion, fields, key = _insertion(type(row), connection.vendor)
    with _cursor() as cursor:
        cursor.execute(f"{insertion} {_places(fields)} RETURNING {key}", _values(row, fields, add=True))
        row.pk = cursor.fetchone()[0]
    _is_stored(row)


def insert_many(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model whose keys nobody needs to know, in as few statements as there is room for."""
    for some, statement, params in _together(rows):
        with _cursor() as cursor:
            cursor.execute(statement, params)
        for row in some:
            _is_stored(row)


def insert_keyed(rows: Sequence[models.Model], by: str) -> None:
    """As `insert_many`, with the keys on the rows afterwards. ``by`` is a field that tells the rows apart.

    In which order a database answers the keys of several new rows is not promised, so they are told apart by that.
    """
    if not rows:
        return
    key, mark = _name(type(rows[0])._meta.pk), _name(_fields(type(rows[0]), (by,))[0])
    for some, statement, params in _together(rows):
        with _cursor() as cursor:
            cursor.execute(f"{statement} RETURNING {mark}, {key}", params)
            keys = dict(cursor.fetchall())
        for row in some:
            row.pk = keys[getattr(row, by)]
            _is_stored(row)


def insert_unless_there(rows: Sequence[_M], by: str) -> list[_M]:
    """As `insert_keyed`, leaving out rows that a constraint says are there already; answers those that were new."""
    if not rows:
        return []
    key, mark = _name(type(rows[0])._meta.pk), _name(_fields(type(rows[0]), (by,))[0])
    stored = []
    for some, statement, params in _together(rows):
        with _cursor() as cursor:
            cursor.execute(f"{statement} ON CONFLICT DO NOTHING RETURNING {mark}, {key}", params)
            keys = dict(cursor.fetchall())
        for row in some:
            if getattr(row, by) in keys:
                row.pk = keys[getattr(row, by)]
                _is_stored(row)
                stored.append(row)
    return stored


def change_all(rows: Sequence[models.Model], values: Mapping[str, Any]) -> int:
    """Store the same values in rows of one model; how many there were. The objects stay as they are."""
    if not rows:
        return 0
    statement, fields, _ = _change(type(rows[0]), tuple(sorted(values)), (), connection.vendor)
    params = [_stored(field, values) for field in fields]
    changed = 0
    for start in range(0, len(rows), _MOST_VALUES - len(params)):
        keys = [row.pk for row in rows[start : start + _MOST_VALUES - len(params)]]
        several = f"{statement.removesuffix('= %s')}IN ({', '.join(['%s'] * len(keys))})"
        with _cursor() as cursor:
            cursor.execute(several, [*params, *keys])
            changed += cursor.rowcount
    return changed


def _together(rows: Sequence[_M]) -> Iterator[tuple[Sequence[_M], str, list[Any]]]:
    """Rows of one model in groups, each with its one statement and the values of that."""
    if not rows:
        return
    insertion, fields, _ = _insertion(type(rows[0]), connection.vendor)
    most = max(1, _MOST_VALUES // len(fields))
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        params = [value for row in some for value in _values(row, fields, add=True)]
        yield some, f"{insertion} {', '.join([_places(fields)] * len(some))}", params


def _is_stored(row: models.Model) -> None:
    row._state.adding = False
    row._state.db = connection.alias


def update(row: models.Model, names: Iterable[str]) -> None:
    """Store the named fields of a row that is there.

    Raises:
        DatabaseError: it is not there (any more, or not in sight).
    """
    statement, fields, _ = _change(type(row), tuple(sorted(names)), (), connection.vendor)
    with _cursor() as cursor:
        cursor.execute(statement, [*_values(row, fields, add=False), row.pk])
        if cursor.rowcount < 1:
            raise DatabaseError("Save with update_fields did not affect any rows.")


def change(row: models.Model, values: Mapping[str, Any], *, only_where: Mapping[str, Any]) -> bool:
    """Store other values in a row if it still is as ``only_where`` says; whether it was. The object stays as it is."""
    statement, fields, held = _change(
        type(row), tuple(sorted(values)), tuple(sorted(only_where)), connection.vendor
    )
    params = (
        [_stored(field, values) for field in fields]
        + [row.pk]
        + [_stored(field, only_where) for field in held]
    )
    with _cursor() as cursor:
        cursor.execute(statement, params)
        return bool(cursor.rowcount == 1)


def _cursor() -> CursorWrapper:
    return serverside.cursor(connections[connection.alias])


def _is_plain(row: models.Model, options: dict[str, Any]) -> bool:
    model = type(row)
    if not options.keys() <= _PLAIN_OPTIONS or options.get("using") not in {None, connection.alias}:
        return False
    if pre_save.has_listeners(model) or post_save.has_listeners(model):
        return False
    names = options.get("update_fields")
    if names is None:
        return row._state.adding and row.pk is None and not _computed(row)
    named = set(names) <= model._meta._non_pk_concrete_field_names  # type: ignore[attr-defined]
    return bool(names) and row.pk is not None and named and not _computed(row)


def _computed(row: models.Model) -> bool:
    """Whether the database is to work out a value itself."""
    return any(hasattr(value, "resolve_expression") for value in vars(row).values())


def _values(row: models.Model, fields: Sequence[models.Field[Any, Any]], *, add: bool) -> list[Any]:
    used = connections[connection.alias]  # not the proxy, which looks it up for every field
    return [field.get_db_prep_save(field.pre_save(row, add), used) for field in fields]


def _stored(field: models.Field[Any, Any], values: Mapping[str, Any]) -> Any:
    value = values[field.name] if field.name in values else values[field.attname]
    return field.get_db_prep_save(value, connection)


@lru_cache(maxsize=512)
def _insertion(
    model: type[models.Model],
    vendor: str,  # noqa: ARG001 - part of the key: quoting differs.
) -> tuple[str, list[models.Field[Any, Any]], str]:
    """The statement up to the values, the fields these are of, and the name of the key."""
    key = model._meta.pk
    fields = [field for field in model._meta.local_concrete_fields if field is not key]
    columns = ", ".join(_name(field) for field in fields)
    return f"INSERT INTO {_table(model)} ({columns}) VALUES", fields, _name(key)


def _places(fields: Sequence[models.Field[Any, Any]]) -> str:
    return f"({', '.join(['%s'] * len(fields))})"


@lru_cache(maxsize=512)
def _change(
    model: type[models.Model],
    names: tuple[str, ...],
    held: tuple[str, ...],
    vendor: str,  # noqa: ARG001 - part of the key: quoting differs.
) -> tuple[str, list[models.Field[Any, Any]], list[models.Field[Any, Any]]]:
    """The statement, the fields it stores, and those it asks to be as they were."""
    fields, same = _fields(model, names), _fields(model, held)
    changes = ", ".join(f"{_name(field)} = %s" for field in fields)
    where = " AND ".join(f"{_name(field)} = %s" for field in (model._meta.pk, *same))
    return f"UPDATE {_table(model)} SET {changes} WHERE {where}", fields, same  # noqa: S608


def _fields(model: type[models.Model], names: tuple[str, ...]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.local_concrete_fields if {field.name, field.attname} & set(names)]


def _name(field: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
