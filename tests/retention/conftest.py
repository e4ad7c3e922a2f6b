"""The cast at a working hour that the test moves."""

from __future__ import annotations

import pytest

from guanhao.people.access import actor_of
from tests.process.conftest import follow, time

__all__ = ["follow", "time"]


@pytest.fixture
def doing(ruian):
    """Who does something: ``doing("ruian-editor")`` is both arguments of every action."""

    def by(who):
        person = ruian.people[who]
        return {"actor": actor_of(person), "person": person}

    return by
