"""How plain values become the frozen types, derived from the types' own annotations.

A shape reads a value, complaining and never raising; `guanhao.rulebook.schema` describes the same shapes as JSON Schema,
so the two cannot disagree. Which hint makes which shape is said in `guanhao.rulebook.structs.shape_of`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Any, Protocol

from guanhao.core.text import Text
from guanhao.rulebook.reading import FAILED, Failed, Here, suggestion
from guanhao.rulebook.vocabulary import words

KEY_PATTERN = r"^[a-z][a-z0-9_]*$"
NUMBER_PATTERN = r"^\d+(\.\d+)?$"


class Shape(Protocol):
    """Reads one value."""

    def read(self, value: object, here: Here) -> Any:
        """The typed value, or `FAILED` after complaining at ``here``."""


def expected(here: Here, value: object, zh: str, en: str) -> Failed:
    """Complain that the value is something else than what belongs here."""
    shown = "空" if value is None else str(value)[:40]
    return here.complain(
        Text(zh=f"这里写的是“{shown}”，不对。", en=f"“{value!s:.40}” does not belong here."),
        Text(zh=f"应为{zh}。", en=f"Write {en}."),
    )


@dataclass(frozen=True, slots=True)
class Word:
    """A string that is not blank; a key of the mapping ``refers`` where that is given."""

    refers: str = ""

    def read(self, value: object, here: Here) -> str | Failed:
        """Whole numbers are taken as written, so that an article number needs no quotes."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            return expected(here, value, "一段文字", "a piece of text")
        if self.refers:
            here.reading.references.append((self.refers, value, here))
        return value


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number, zero or more."""

    def read(self, value: object, here: Here) -> int | Failed:
        """Truth values are no numbers."""
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            return expected(here, value, "不小于零的整数", "a whole number, zero or more")
        return value


@dataclass(frozen=True, slots=True)
class Amount:
    """A decimal number, zero or more; kept exactly as written."""

    def read(self, value: object, here: Here) -> Decimal | Failed:
        """Fractions arrive as the text of the file, so nothing is rounded on the way."""
        if isinstance(value, bool) or not re.match(NUMBER_PATTERN, str(value)):
            return expected(here, value, "不小于零的数", "a number, zero or more")
        return Decimal(str(value))


@dataclass(frozen=True, slots=True)
class Truth:
    """true or false."""

    def read(self, value: object, here: Here) -> bool | Failed:
        """Only the two words."""
        return value if isinstance(value, bool) else expected(here, value, "true 或 false", "true or false")


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar date, written 2018-07-10."""

    def read(self, value: object, here: Here) -> date | Failed:
        """Only the extended ISO form."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            return expected(here, value, "日期，例如 2018-07-10", "a date such as 2018-07-10")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed set of words."""

    enum: type[Enum]

    def read(self, value: object, here: Here) -> Enum | Failed:
        """Unknown words get the nearest known one suggested."""
        if value in words(self.enum):
            return self.enum(value)
        return here.complain(
            Text(zh=f"不认识“{value}”。", en=f"“{value}” is not known."),
            suggestion(str(value), words(self.enum)),
        )


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A sentence in both languages, written {zh: …, en: …}."""

    def read(self, value: object, here: Here) -> Text | Failed:
        """Both languages are required: pages are complete in both."""
        said = value if isinstance(value, dict) else {}
        if set(said) != {"zh", "en"} or not all(
            isinstance(part, str) and part.strip() for part in said.values()
        ):
            return expected(
                here,
                value,
                "中英文各一句：{zh: …, en: …}；句中有半角逗号或冒号时给句子加引号",
                "both languages: {zh: …, en: …}, quoting a sentence that has a comma or colon",
            )
        return Text(zh=said["zh"], en=said["en"])


@dataclass(frozen=True, slots=True)
class Many:
    """A list; one plain word may stand without brackets. ``named_in`` lets it be written as the name of a shared list."""

    item: Shape
    named_in: str = ""

    def read(self, value: object, here: Here) -> tuple[Any, ...] | Failed:
        """Every item is read, so that all their problems are found; a repeated item is one."""
        if self.named_in and isinstance(value, str):
            return self._read_named(value, here)
        if isinstance(value, (str, int)):
            value = [value]
        if not isinstance(value, list):
            return expected(here, value, "列表", "a list")
        repeated = [item for position, item in enumerate(value) if item in value[:position]]
        if repeated:
            return expected(here, repeated[0], "不重复的各项", "each item once")
        items = [self.item.read(item, here.at(position)) for position, item in enumerate(value)]
        return FAILED if any(item is FAILED for item in items) else tuple(items)

    def _read_named(self, name: str, here: Here) -> tuple[Any, ...] | Failed:
        here.reading.references.append((self.named_in, name, here))
        shared = here.reading.raw.get(self.named_in)
        listed = shared.get(name) if isinstance(shared, dict) else None
        if not isinstance(listed, list):
            return FAILED
        elsewhere = Here(here.reading, (self.named_in, name))
        return Many(self.item).read(listed, elsewhere)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A mapping from keys of our spelling to values that know their key."""

    item: Shape

    def read(self, value: object, here: Here) -> Mapping[str, Any] | Failed:
        """Every entry is read; keys are lower-case words joined by underscores."""
        if not isinstance(value, dict):
            return expected(here, value, "“键: 值”的表", "a mapping of keys to values")
        entries = {}
        for key, item in value.items():
            if not re.match(KEY_PATTERN, key):
                expected(
                    here.at(key),
                    key,
                    "小写字母、数字和下划线组成的键",
                    "a key of lower-case letters, digits and underscores",
                )
            entries[key] = self.item.read(item, here.at(key))
        return FAILED if any(item is FAILED for item in entries.values()) else MappingProxyType(entries)
