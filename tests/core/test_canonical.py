"""Canonical JSON: equal values have equal bytes, and what has no one spelling is refused wherever it hides."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanhao.core.canonical import canonical_json, digest

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(values)
def test_reading_it_back_gives_the_value_and_writing_that_gives_the_bytes(value):
    """One value, one spelling."""
    data = canonical_json(value)
    assert json.loads(data) == value
    assert canonical_json(json.loads(data)) == data


def test_the_order_of_keys_does_not_matter():
    """Two ways of building the same thing have one address."""
    assert digest({"b": 1, "a": [1, {"d": 2, "c": 3}]}) == digest({"a": [1, {"c": 3, "d": 2}], "b": 1})


@pytest.mark.parametrize(
    "value", [0.5, [0.5], {"a": {"b": [1, 0.5]}}, [[[1.0]]], {"a": float("nan")}, (1, 2.0)]
)
def test_a_float_is_refused_at_any_depth(value):
    """Its spelling would depend on who writes it."""
    with pytest.raises(ValueError, match="float"):
        canonical_json(value)


@pytest.mark.parametrize("value", [{1: "a"}, [{"a": {2: 1}}], {"a": object()}, {"a": {1, 2}}])
def test_what_json_does_not_know_is_refused(value):
    """Keys that are no strings, sets, foreign objects."""
    with pytest.raises(TypeError):
        canonical_json(value)
