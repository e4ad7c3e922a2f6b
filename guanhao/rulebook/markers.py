"""What a type's annotations tell the reader, the schema and the diff beyond the bare type.

The clause types are the only specification of the file grammar: the loader, the JSON Schema, the reference check and
the diff all walk their annotations. So a field says once that it names a role, or that a larger number is stricter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Refers:
    """The value is a key of this mapping of the rulebook (``roles``, ``content_classes`` …)."""

    to: str


class Filled(Enum):
    """The field is not written in the file; the reader fills it in."""

    KEY = "key of the mapping the value stands under"
    ARTICLE = "id of the article the clause stands under, such as ruian-16"
    RAW = "the whole file as plain JSON values"


@dataclass(frozen=True, slots=True)
class Flattened:
    """The field's keys stand beside its owner's; which type it is, the owner's ``tag`` field decides."""

    tag: str
    table: Mapping[str, type[Any]]


@dataclass(frozen=True, slots=True)
class NamedElsewhere:
    """The value may be written as the name of an entry of this mapping instead of in place."""

    mapping: str


class Stricter(StrEnum):
    """Which way a change of the field tightens its clause (AP6 asks whether a new version is laxer)."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"
