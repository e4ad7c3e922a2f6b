"""What takes two people takes two human beings (AP8)."""

from __future__ import annotations

import pytest

from guanhao.cases.identity import distinct, same_human
from guanhao.cases.two_persons import may_confirm

pytestmark = [pytest.mark.requirement("AP8")]


def test_somebody_else_may_confirm(house):
    """Two colleagues."""
    assert may_confirm(house.person("乙"), house.person("甲"))


def test_nobody_confirms_what_they_asked_for(house):
    """Neither under the same entry nor under a second one."""
    person = house.person("甲", staff_no="S1")
    twin = house.person("甲（二）", staff_no="s 1")
    for who in (person, twin):
        answer = may_confirm(who, person)
        assert not answer
        assert "两个人" in answer.reason.zh


@pytest.mark.parametrize("leaver", ["asker", "confirmer"])
def test_people_who_left_neither_ask_nor_confirm(house, leaver):
    """What somebody asked for who has left since is to be asked for again."""
    asker, confirmer = house.person("甲"), house.person("乙")
    {"asker": asker, "confirmer": confirmer}[leaver].active = False
    assert not may_confirm(confirmer, asker)


def test_one_human_being_is_counted_once(house):
    """Of three entries two share a sign-in number."""
    one, two, three = (
        house.person(name, staff_no=number) for name, number in (("甲", "1"), ("乙", "１"), ("丙", "3"))
    )
    assert same_human(one, two)
    assert distinct([one, two, three]) == [one, three]
