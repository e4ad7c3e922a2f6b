"""What stands on an official form: plain frozen values that Word and PDF are both made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guanhao.rulebook.parties import Form, FormField
from guanhao.rulebook.vocabulary import FieldType, FilledBy

# These take a whole row of the sheet; two of the others share one.
WIDE = frozenset({FieldType.LONG_TEXT, FieldType.OPINION, FieldType.SEAL})


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinion in its block. ``on`` is the date as written; ``manner`` says how it was signed, 系统签署 or 纸质签署."""

    text: str = ""
    name: str = ""
    on: str = ""
    manner: str = ""


NO_OPINION = Opinion()


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the form with what was filled in. ``opinion`` counts for opinion blocks, ``value`` for all others."""

    key: str
    title: str
    type: FieldType
    value: str = ""
    office: bool = False  # filled by the office alone: shaded, and marked so
    opinion: Opinion = NO_OPINION

    @property
    def wide(self) -> bool:
        """Whether it takes a whole row."""
        return self.type in WIDE


@dataclass(frozen=True, slots=True)
class Paper:
    """A filled form, or an empty one where nothing was filled in.

    ``code`` and ``address`` let whoever holds the print find the record; both are empty on a form without one.
    """

    key: str
    title: str
    institution: str
    cells: tuple[Cell, ...]
    number: str = ""
    article: str = ""  # how the regulation is cited, 第六条
    printed: str = ""  # the date as written
    code: str = ""
    address: str = ""

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The sheet row by row: a wide cell alone, two narrow ones side by side. The number stands above the sheet."""
        pair: list[Cell] = []
        for cell in self.cells:
            if cell.type is FieldType.FILING_NUMBER:
                continue
            if cell.wide and pair:
                yield tuple(pair)
                pair = []
            pair.append(cell)
            if cell.wide or len(pair) == 2:  # noqa: PLR2004 - two side by side.
                yield tuple(pair)
                pair = []
        if pair:
            yield tuple(pair)

    def values(self) -> dict[str, Any]:
        """What a Word template may name: every field by its key, opinions in parts, and what all forms have."""
        fields: dict[str, Any] = {
            cell.key: _parts(cell.opinion) if cell.type is FieldType.OPINION else cell.value
            for cell in self.cells
        }
        return fields | {
            "form_title": self.title,
            "institution": self.institution,
            "filing_number": self.number,
            "article": self.article,
            "printed": self.printed,
            "code": self.code,
            "address": self.address,
        }


def _parts(opinion: Opinion) -> dict[str, str]:
    return {"text": opinion.text, "name": opinion.name, "date": opinion.on, "manner": opinion.manner}


def paper_of(
    form: Form,
    institution: str,
    values: Mapping[str, str] | None = None,
    opinions: Mapping[str, Opinion] | None = None,
    **around: str,
) -> Paper:
    """The form with these values and opinions, by field key; fields without one stay empty. ``around`` are the rest.

    Raises:
        KeyError: a value or an opinion for a field that the form does not have.
    """
    values, opinions = values or {}, opinions or {}
    for key in {*values, *opinions} - set(form.fields):
        raise KeyError(key)
    cells = tuple(_cell(field, values, opinions) for field in form.fields.values())
    return Paper(form.key, form.title.zh, institution, cells, **around)


def _cell(field: FormField, values: Mapping[str, str], opinions: Mapping[str, Opinion]) -> Cell:
    return Cell(
        field.key,
        field.title.zh,
        field.type,
        value=values.get(field.key, ""),
        office=field.filled_by is FilledBy.OFFICE,
        opinion=opinions.get(field.key, NO_OPINION),
    )
