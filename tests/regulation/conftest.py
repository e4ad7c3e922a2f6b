"""The invented institution of the case tests, without rules yet."""

from __future__ import annotations

import pytest

from tests.cases.house import lived_in


@pytest.fixture
def house(db):
    """An institution with four units."""
    with lived_in() as house:
        yield house
