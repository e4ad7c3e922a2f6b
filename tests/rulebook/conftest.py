"""The four rulebooks the tests read: the three of the product and an invented hospital's."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanhao.rulebook.loading import load

HERE = Path(__file__).parent
PRODUCT = HERE.parents[1] / "rulebooks"


@pytest.fixture(scope="session")
def books():
    """The product's three rulebooks by key."""
    return {key: load(PRODUCT / f"{key}.yaml") for key in ("gpnu", "xartvu", "ruian")}


@pytest.fixture(scope="session")
def hospital():
    """The invented fourth."""
    return load(HERE / "data" / "hospital.yaml")


@pytest.fixture(scope="session")
def every_book(books, hospital):
    """All four."""
    return [*books.values(), hospital]


@pytest.fixture(scope="session")
def hospital_text():
    """The invented fourth as its file says it."""
    return (HERE / "data" / "hospital.yaml").read_text(encoding="utf-8")
