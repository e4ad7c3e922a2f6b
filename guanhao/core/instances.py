"""Making model instances of rows that were read, without what `Model.__init__` does for everybody else.

That goes through every field with signals, keyword arguments and defaults, and takes longer than most statements of a hot
path. For a row of plain columns all of it comes down to filling the instance's dictionary. Models that do anything of
their own on the way (a constructor, `from_db`, receivers of ``pre_init`` and ``post_init``, descriptors such as those of
files) are made Django's way.
"""

# ruff: noqa: SLF001 - it does what Model.from_db does, with the same parts.

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

Make = Callable[[Sequence[Any]], Any]
_PLAIN = frozenset({DeferredAttribute, ForeignKeyDeferredAttribute})


def maker(model: type[models.Model], names: Sequence[str], alias: str) -> Make:
    """What makes an instance of the values of the named columns; the other columns are deferred."""
    columns = tuple(names)
    if not is_plain(model):
        return lambda values: model.from_db(alias, columns, values)
    new = model.__new__

    def made(values: Sequence[Any]) -> models.Model:
        row: models.Model = new(model)
        state = ModelState()
        state.adding, state.db = False, alias
        row.__dict__ = {"_state": state, **dict(zip(columns, values, strict=True))}
        return row

    return made


def is_plain(model: type[models.Model]) -> bool:
    """Whether filling in the columns is all there is to making an instance."""
    return (
        model.__init__ is models.Model.__init__
        and model.__new__ is object.__new__
        and model.from_db.__func__ is models.Model.from_db.__func__  # type: ignore[attr-defined]
        and not pre_init.has_listeners(model)
        and not post_init.has_listeners(model)
        and all(type(_on_class(model, field.attname)) in _PLAIN for field in model._meta.concrete_fields)
    )


def _on_class(model: type[models.Model], name: str) -> Any:
    """What stands for the attribute on the class or the class it has it from."""
    return next((vars(one)[name] for one in model.__mro__ if name in vars(one)), None)


class Related:
    """Stands where Django's populators keep the model of a relation, and makes its instances."""

    def __init__(self, populator: Any) -> None:
        self._make = maker(populator.model_cls, populator.init_list, populator.db)

    def from_db(self, db: str, names: Sequence[str], values: Sequence[Any]) -> Any:  # noqa: ARG002 - Django's form.
        """An instance of the values."""
        return self._make(values)


def quicken(populators: Sequence[Any]) -> Sequence[Any]:
    """The populators of a read's relations, making their instances as `maker` does."""
    for one in populators:
        one.model_cls = Related(one)
        quicken(one.related_populators)
    return populators
