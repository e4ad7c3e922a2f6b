"""What a deputy's page shows: whom they decide for, and nothing they would be refused."""

from __future__ import annotations

import pytest

from guanhao.cases.models import Step
from guanhao.web import access, desks
from guanhao.web.viewer import Viewer
from guanhao.web.work.decision import frame_of
from tests.cases.house import lived_in, route, step

pytestmark = [pytest.mark.requirement("AP3")]


@pytest.fixture
def house(db):
    """The office decides first; head and leader, who may be one person, next; the leader must differ from the office."""
    with lived_in() as house:
        house.adopt(
            route(
                step("first", "office_editor"),
                step("head", "unit_head"),
                step("leader", "unit_leader", may_combine_with=["head"], must_differ=["first"]),
            )
        )
        house.person("作者", "甲科.member")
        house.person("编辑", "办公室.editor")
        house.person("科长", "甲科.head")
        house.person("分管", "甲科.leader")
        house.person("代办")
        yield house


def viewer_of(house, name):
    return Viewer(house.people[name], house.institution, "")


def frame(house, name, case):
    waiting = Step.objects.select_related("case", "unit").get(pk=case.steps.waiting().get().pk)
    return frame_of(viewer_of(house, name), waiting, None)


def counted(house, name):
    """How many decisions the badge says, and the desk shows."""
    viewer = viewer_of(house, name)
    return access.counts(viewer).waiting, desks.of(viewer).waiting.total


def test_what_only_an_excluded_principal_could_decide_is_not_counted(house):
    """Neither by the badge nor on the desk; the page says why, and shows it with no principal's name to decide in."""
    editor, leader, deputy = (house.people[name] for name in ("编辑", "分管", "代办"))
    house.appoint(editor, "甲科.leader")
    house.delegate(editor, deputy)
    case = house.submit(house.people["作者"])
    house.decide(editor, case)
    house.decide(house.people["科长"], case)
    assert counted(house, "代办") == (0, 0)
    assert "委托您的人已办理过" in frame(house, "代办", case)["may"].reason.zh
    house.delegate(leader, deputy)
    assert counted(house, "代办") == (1, 1)
    shown = frame(house, "代办", case)
    assert (bool(shown["may"]), shown["principal"]) == (True, leader)


def test_two_steps_are_settled_together_for_one_principal(house):
    """The page offers what the engine does: not for two principals, and not where the next step must differ."""
    editor, head, deputy = (house.people[name] for name in ("编辑", "科长", "代办"))
    house.delegate(head, deputy)
    house.delegate(house.people["分管"], deputy)
    case = house.submit(house.people["作者"])
    house.decide(editor, case)
    assert frame(house, "代办", case)["combined"] is None
    assert len(house.decide(deputy, case, acting_for=head, combine=True).decisions) == 1
    house.appoint(head, "甲科.leader")
    case = house.submit(house.people["作者"])
    house.decide(editor, case)
    assert frame(house, "代办", case)["combined"].key == "leader"
    assert len(house.decide(deputy, case, acting_for=head, combine=True).decisions) == 2
    case = house.submit(house.people["作者"])
    house.appoint(head, "办公室.editor")
    house.decide(head, case)
    assert frame(house, "代办", case)["combined"] is None
