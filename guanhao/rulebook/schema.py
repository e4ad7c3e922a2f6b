"""The JSON Schema of a rulebook file, for editors: the loader's own shapes, described instead of read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.markers import Flattened
from guanhao.rulebook.shapes import (
    KEY_PATTERN,
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
)
from guanhao.rulebook.structs import Struct, members_of, written_only
from guanhao.rulebook.vocabulary import words

Schema = dict[str, Any]
SENTENCE = {"type": "string", "minLength": 1}
FIXED: dict[type, Schema] = {
    Whole: {"type": "integer", "minimum": 0},
    Amount: {"type": "number", "minimum": 0},
    Truth: {"type": "boolean"},
    Date: {"type": "string", "format": "date"},
    Bilingual: {
        "type": "object",
        "properties": {"zh": SENTENCE, "en": SENTENCE},
        "required": ["zh", "en"],
        "additionalProperties": False,
    },
}


def rulebook_schema() -> Schema:
    """The whole schema (draft 2020-12). Names that must be defined elsewhere in the file are beyond JSON Schema."""
    writer = _Writer()
    root = writer.describe(Struct(Rulebook))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Guanhao rulebook",
        **root,
        "$defs": dict(sorted(writer.definitions.items())),
    }


@dataclass(slots=True)
class _Writer:
    """Describes shapes; classes become definitions on first use and are referred to by name."""

    definitions: dict[str, Schema] = field(default_factory=dict)

    def describe(self, shape: Shape) -> Schema:
        """The schema of a shape."""
        if type(shape) in FIXED:
            return FIXED[type(shape)]
        describers: dict[type, Callable[[Any], Schema]] = {
            Word: self._word,
            Choice: self._choice,
            Many: self._many,
            Keyed: self._keyed,
            Struct: self._struct,
        }
        return describers[type(shape)](shape)

    def _word(self, shape: Word) -> Schema:
        if shape.refers:
            return {**SENTENCE, "description": f"A key of {shape.refers}."}
        return {"type": ["string", "number"]}

    def _choice(self, shape: Choice) -> Schema:
        return {"enum": list(words(shape.enum))}

    def _many(self, shape: Many) -> Schema:
        item = self.describe(shape.item)
        array: Schema = {"type": "array", "items": item, "uniqueItems": True}
        if shape.named_in:
            return {"anyOf": [array, {**SENTENCE, "description": f"A key of {shape.named_in}."}]}
        is_mapping = isinstance(shape.item, Struct) and not written_only(shape.item.cls)
        return array if is_mapping or item.get("type") == "object" else {"anyOf": [array, item]}

    def _keyed(self, shape: Keyed) -> Schema:
        return {
            "type": "object",
            "additionalProperties": self.describe(shape.item),
            "propertyNames": {"pattern": KEY_PATTERN},
        }

    def _struct(self, shape: Struct) -> Schema:
        name = shape.cls.__name__
        if name not in self.definitions:
            self.definitions[name] = {}  # announced before it is written: definitions may refer to each other
            self.definitions[name] = self._definition(shape.cls)
        return {"$ref": f"#/$defs/{name}"}

    def _definition(self, cls: type[Any]) -> Schema:
        """A class: its written form, its keys, its tagged variants."""
        written = _written_form(cls)
        if written is not None and written_only(cls):
            return written
        made = self._mapping(cls)
        flattened = next((member.flattened for member in members_of(cls) if member.flattened), None)
        if flattened is not None:
            made = self._variants(made, flattened)
        return {"anyOf": [written, made]} if written is not None else made

    def _mapping(self, cls: type[Any]) -> Schema:
        written = [(member, member.shape) for member in members_of(cls) if member.shape is not None]
        return {
            "type": "object",
            "description": (cls.__doc__ or "").strip().split("\n")[0],
            "properties": {member.name: self.describe(shape) for member, shape in written},
            "required": [member.name for member, _ in written if member.required],
            "additionalProperties": False,
        }

    def _variants(self, base: Schema, part: Flattened) -> Schema:
        """One alternative per tag, each with the owner's keys and its own."""
        alternatives = []
        for tag, cls in sorted(part.table.items()):
            own = self._mapping(cls)
            alternatives.append(
                {
                    **base,
                    "description": own["description"],
                    "properties": {**base["properties"], **own["properties"], part.tag: {"const": tag}},
                    "required": [*base["required"], *own["required"]],
                }
            )
        return {"oneOf": alternatives}


def _written_form(cls: type[Any]) -> Schema | None:
    if not hasattr(cls, "spelled"):
        return None
    return {"type": "string", "pattern": cls.pattern, "examples": [cls.example]}
