"""An invented institution in scope, and the usual three-step route with its people."""

from __future__ import annotations

import pytest

from tests.cases.house import lived_in, route, step


@pytest.fixture
def house(db):
    """An institution without rules yet."""
    with lived_in() as house:
        yield house


@pytest.fixture
def staffed(house):
    """Head, leader and office decide in turn; the office must be somebody else than the head."""
    house.adopt(
        route(
            step("head", "unit_head", checklist=[{"key": "true", "text": {"zh": "属实", "en": "True"}}]),
            step("leader", "unit_leader", may_combine_with=["head"]),
            step("office", "office_editor", must_differ=["head"], return_to="head"),
        )
    )
    house.person("作者", "甲科.member")
    house.person("科长", "甲科.head")
    house.person("分管", "甲科.leader")
    house.person("编辑", "办公室.editor")
    return house
