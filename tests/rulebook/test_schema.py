"""The JSON Schema says what the loader says: judged by a small validator of the keywords it uses."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from guanhao.rulebook.checkrules import CHECK_RULES
from guanhao.rulebook.schema import rulebook_schema

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool}
KNOWN = {
    "$schema", "$defs", "$ref", "title", "description", "type", "properties", "required", "additionalProperties",
    "propertyNames", "items", "uniqueItems", "anyOf", "oneOf", "enum", "const", "pattern", "examples", "minLength",
    "minimum", "format",
}  # fmt: skip


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        number = isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value)  # fractions arrive as text
        return is_type(value, "integer") or bool(number)
    return isinstance(value, TYPES[name])


def valid(value, schema, root):
    """Whether a value satisfies the schema; a keyword this validator does not know is an error of the test."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema and not valid(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root):
        return False
    names = schema.get("type", [])
    if names and not any(is_type(value, name) for name in ([names] if isinstance(names, str) else names)):
        return False
    return all(
        (
            "enum" not in schema or value in schema["enum"],
            "const" not in schema or value == schema["const"],
            "minimum" not in schema or float(value) >= schema["minimum"],
            "anyOf" not in schema or any(valid(value, one, root) for one in schema["anyOf"]),
            "oneOf" not in schema or sum(valid(value, one, root) for one in schema["oneOf"]) == 1,
            valid_text(value, schema) if isinstance(value, str) else True,
            valid_list(value, schema, root) if isinstance(value, list) else True,
            valid_mapping(value, schema, root) if isinstance(value, dict) else True,
        )
    )


def valid_text(value, schema):
    if schema.get("format") == "date":
        date.fromisoformat(value)
    return (
        len(value) >= schema.get("minLength", 0) and re.search(schema.get("pattern", ""), value) is not None
    )


def valid_list(value, schema, root):
    return all(valid(item, schema["items"], root) for item in value) if "items" in schema else True


def valid_mapping(value, schema, root):
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    names = schema.get("propertyNames", {})
    for key, item in value.items():
        inner = properties.get(key, others)
        if inner is False or not valid(key, names, root):
            return False
        if inner is not True and not valid(item, inner, root):
            return False
    return set(schema.get("required", [])) <= set(value)


@pytest.fixture(scope="module")
def schema():
    return json.loads(json.dumps(rulebook_schema()))


def edited(book, edit):
    raw = json.loads(json.dumps(book.to_json()))
    edit(raw)
    return raw


def test_every_rulebook_we_have_satisfies_the_schema(schema, every_book):
    """What the loader takes, an editor does not underline."""
    for book in every_book:
        assert valid(book.to_json(), schema, schema), book.key


@pytest.mark.parametrize(
    "edit",
    [
        lambda raw: raw.pop("version"),
        lambda raw: raw.update(vresion="1"),
        lambda raw: raw["document"]["title"].pop("en"),
        lambda raw: raw["articles"][1]["routes"][0].update(act="releese"),
        lambda raw: raw["articles"][1]["routes"][0]["steps"][0].update(within="2 fortnights"),
        lambda raw: raw["articles"][2]["checks"][1].update(rule="leed_time"),
        lambda raw: raw["articles"][2]["checks"][1].update(minimum="soon"),
        lambda raw: raw["articles"][2]["checks"][1].pop("minimum"),
        lambda raw: raw["articles"][2]["checks"][3].update(minimum="3 day"),
        lambda raw: raw["articles"][2]["limits"][0].update(at_most=-1),
        lambda raw: raw["roles"].update({"Role One": raw["roles"]["host"]}),
    ],
)
def test_what_the_loader_refuses_for_its_shape_the_schema_refuses_too(schema, hospital, edit):
    """Missing, unknown and misspelt parts, also inside one rule's parameters."""
    assert not valid(edited(hospital, edit), schema, schema)


def test_every_rule_is_an_alternative_of_its_own(schema):
    """A new rule appears in editors without further work."""
    rules = [one["properties"]["rule"]["const"] for one in schema["$defs"]["Check"]["oneOf"]]
    assert rules == sorted(CHECK_RULES)


def test_every_reference_leads_to_a_definition(schema):
    """No dangling names."""
    referred = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert referred <= set(schema["$defs"])
