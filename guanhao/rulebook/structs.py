"""Shapes of dataclasses: which keys a mapping may have, which it must, and what is built from them."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Protocol, Union, get_args, get_origin, get_type_hints, runtime_checkable

from guanhao.core.text import Text
from guanhao.rulebook.markers import Filled, Flattened, NamedElsewhere, Refers
from guanhao.rulebook.problems import Complaint
from guanhao.rulebook.reading import FAILED, Here, suggestion
from guanhao.rulebook.shapes import (
    Amount,
    Bilingual,
    Choice,
    Date,
    Keyed,
    Many,
    Shape,
    Truth,
    Whole,
    Word,
    expected,
)

PLAIN: dict[Any, Shape] = {
    str: Word(),
    int: Whole(),
    bool: Truth(),
    Decimal: Amount(),
    date: Date(),
    Text: Bilingual(),
}


@runtime_checkable
class Judging(Protocol):
    """A value that can say what is wrong with it."""

    def complaints(self) -> Iterator[Complaint]:
        """What is wrong; nothing when it is right."""


@dataclass(frozen=True, slots=True)
class Member:
    """One field of a dataclass as the grammar sees it."""

    name: str
    shape: Shape | None  # none for fields the reader fills in or that are flattened
    required: bool
    filled: Filled | None
    flattened: Flattened | None


_members: dict[type[Any], tuple[Member, ...]] = {}  # derived once per class


@dataclass(frozen=True, slots=True)
class Struct:
    """A mapping that becomes an instance of a dataclass; a written form (``1 workday``) where the class has one."""

    cls: type[Any]

    def read(self, value: object, here: Here) -> Any:
        """The instance, after asking it for complaints."""
        if hasattr(self.cls, "spelled") and (written_only(self.cls) or not isinstance(value, dict)):
            return self._judged(self._spelled(value, here), here)
        if not isinstance(value, dict):
            return expected(
                here, value, f"含 {'、'.join(self.keys())} 的表", f"a mapping with {', '.join(self.keys())}"
            )
        if "no" in value and "no" in self.keys():  # an article: what it holds belongs to its number
            here = here.under(value["no"])
        self._complain_about_keys(value, here)
        read = {member.name: self._member(member, value, here) for member in members_of(self.cls)}
        given = {name: item for name, item in read.items() if item is not MISSING}
        if any(item is FAILED for item in given.values()):
            return FAILED
        return self._judged(self.cls(**given), here)

    def _judged(self, built: Any, here: Here) -> Any:
        if isinstance(built, Judging):
            here.pass_on(built.complaints())
        return built

    def _spelled(self, value: object, here: Here) -> Any:
        try:
            return self.cls.spelled(str(value))
        except ValueError:
            return expected(
                here, value, f"“{self.cls.example}”这样的写法", f"something like “{self.cls.example}”"
            )

    def _member(self, member: Member, value: Mapping[str, Any], here: Here) -> Any:
        """The field's value; `MISSING` leaves it to its default, `FAILED` after a complaint."""
        if member.filled is not None:
            return _fill(member.filled, here)
        if member.flattened is not None:
            return _read_flattened(member.flattened, value, here)
        if member.name in value:
            assert member.shape is not None
            return member.shape.read(value[member.name], here.at(member.name))
        if not member.required:
            return MISSING
        return here.complain(
            Text(zh=f"缺少 {member.name}。", en=f"{member.name} is missing."),
            Text(zh=f"加上一行 {member.name}: …", en=f"Add a line {member.name}: …"),
        )

    def _complain_about_keys(self, value: Mapping[str, Any], here: Here) -> None:
        known = {*self.keys(), *_flattened_keys(self.cls, value)}
        for key in value:
            if key not in known and not self._has_unknown_tag(value):
                here.at(key).complain(
                    Text(zh=f"这里没有名为 {key} 的项。", en=f"Nothing here is called {key}."),
                    suggestion(str(key), known),
                )

    def _has_unknown_tag(self, value: Mapping[str, Any]) -> bool:
        flattened = [member.flattened for member in members_of(self.cls) if member.flattened]
        return any(_variant(part, value) is None for part in flattened)

    def keys(self) -> list[str]:
        """The keys a file may write for this class, flattened ones aside."""
        return [member.name for member in members_of(self.cls) if member.shape is not None]


def _fill(filled: Filled, here: Here) -> object:
    sources = {Filled.KEY: here.path[-1] if here.path else "", Filled.ARTICLE: here.article}
    return here.reading.raw if filled is Filled.RAW else sources[filled]


def _variant(part: Flattened, value: Mapping[str, Any]) -> type[Any] | None:
    """The type the tag decides on; nothing for a tag that is missing or unknown."""
    tag = value.get(part.tag)
    return part.table.get(tag) if isinstance(tag, str) else None


def _read_flattened(part: Flattened, value: Mapping[str, Any], here: Here) -> Any:
    if part.tag not in value:
        return FAILED  # the missing tag is complained about as a member of its own
    variant = _variant(part, value)
    if variant is None:
        tag = value[part.tag]
        return here.at(part.tag).complain(
            Text(zh=f"不认识规则“{tag}”。", en=f"There is no rule “{tag}”."), suggestion(str(tag), part.table)
        )
    shape = Struct(variant)
    names = shape.keys()
    return shape.read({key: item for key, item in value.items() if key in names}, here)


def _flattened_keys(cls: type[Any], value: Mapping[str, Any]) -> Iterator[str]:
    for member in members_of(cls):
        variant = _variant(member.flattened, value) if member.flattened else None
        if variant is not None:
            yield from (inner.name for inner in members_of(variant))


def written_only(cls: type[Any]) -> bool:
    """Whether a class has a written form and no other, such as the time span ``16:00-18:00``."""
    return getattr(cls, "written_only", False)


def members_of(cls: type[Any]) -> tuple[Member, ...]:
    """The fields of a dataclass, in order, as the grammar sees them."""
    if cls not in _members:
        _members[cls] = tuple(_derive_members(cls))
    return _members[cls]


def _derive_members(cls: type[Any]) -> Iterator[Member]:
    hints = get_type_hints(cls, include_extras=True)
    for field in fields(cls):
        required = field.default is MISSING and field.default_factory is MISSING
        yield _member(field.name, hints[field.name], required)


def _member(name: str, hint: Any, required: bool) -> Member:
    markers = marks_of(hint)
    filled = next((mark for mark in markers if isinstance(mark, Filled)), None)
    flattened = next((mark for mark in markers if isinstance(mark, Flattened)), None)
    shape = None if filled or flattened else shape_of(hint)
    return Member(name, shape, required, filled, flattened)


def marks_of(hint: Any) -> tuple[Any, ...]:
    """What `Annotated` adds to a type."""
    return tuple(get_args(hint)[1:]) if get_origin(hint) is Annotated else ()


def shape_of(hint: Any) -> Shape:
    """Derive the shape of a type hint.

    ``str`` a word, ``Annotated[str, Refers("roles")]`` a role's key, enums closed choices, ``Text`` both languages,
    ``tuple[X, ...]`` a list, ``Mapping[str, X]`` a keyed mapping, ``X | None`` an X that may be left out, dataclasses
    mappings with their fields.
    """
    marks = marks_of(hint)
    bare = get_args(hint)[0] if marks else hint
    for mark in marks:
        if isinstance(mark, Refers):
            return Word(mark.to)
        if isinstance(mark, NamedElsewhere):
            return Many(shape_of(get_args(bare)[0]), mark.mapping)
    return _bare_shape(bare)


def _bare_shape(hint: Any) -> Shape:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if origin is tuple:
        return Many(shape_of(arguments[0]))
    if origin is Mapping:
        return Keyed(shape_of(arguments[1]))
    if origin in {Union, UnionType}:
        return shape_of(next(argument for argument in arguments if argument is not NoneType))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return Choice(hint)
    return Struct(hint)
