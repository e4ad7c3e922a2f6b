"""A step is due in working time after it was reached; people are told once before and once after."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from guanhao.calendars.working import DayMark, WorkCalendar
from guanhao.cases import deadlines
from guanhao.cases.actions import remind
from guanhao.cases.models import Step
from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.ledger.models import Event
from tests.cases.house import SYSTEM, lived_in, route, step

FRIDAY_NOON = datetime(2026, 11, 20, 12, tzinfo=CHINA)


@pytest.fixture
def house(house):
    """The head has half a working day; the leader one, counted from the beginning; the office acts promptly."""
    house.adopt(
        route(
            step("head", "unit_head", within="1 workday after step.reached"),
            step("leader", "unit_leader", within="2 workday after case.opened"),
            step("office", "office_editor", within="promptly"),
            step("last", "office_editor", within="1 workday before push.due"),
        )
    )
    house.person("作者", "甲科.member")
    house.person("科长", "甲科.head")
    house.person("分管", "甲科.leader")
    house.person("编辑", "办公室.editor")
    return house


@pytest.fixture
def case(house):
    """Submitted on a Friday at noon."""
    with clock.frozen(FRIDAY_NOON):
        yield house.submit(house.people["作者"])


def due(case, key):
    return case.steps.get(key=key).due_at


def test_working_time_passes_over_the_weekend(house, case):
    """Eight hours from Friday noon: four on Friday, four on Monday. Later steps are due once they are reached."""
    assert due(case, "head") == datetime(2026, 11, 23, 12, tzinfo=CHINA)
    assert due(case, "leader") is None


def test_each_step_counts_from_its_own_anchor(house, case):
    """The leader's time counts from the case's beginning; promptly and before-the-push are no dates a case knows."""
    with clock.frozen(FRIDAY_NOON + timedelta(hours=1)):
        house.decide(house.people["科长"], case)
        assert due(case, "leader") == datetime(2026, 11, 24, 12, tzinfo=CHINA)
        house.decide(house.people["分管"], case)
        assert due(case, "office") is None
        house.decide(house.people["编辑"], case)
        assert due(case, "last") is None


def test_the_institution_s_own_calendar_is_counted_in_where_one_is_handed_down(house, monkeypatch):
    """With Monday a holiday the step is due on Tuesday."""
    monday = DayMark(working=False, name="校庆")
    calendar = WorkCalendar(days={FRIDAY_NOON.date() + timedelta(days=3): monday})
    monkeypatch.setattr(deadlines, "_calendar_of", deadlines.ordinary_calendar)
    deadlines.count_with(lambda institution: calendar)
    with clock.frozen(FRIDAY_NOON):
        case = house.submit(house.people["作者"])
    assert due(case, "head") == datetime(2026, 11, 24, 12, tzinfo=CHINA)


def test_a_return_to_an_earlier_step_gives_it_its_time_again(db):
    """The second round begins when the step is reached the second time."""
    with lived_in("again") as house:
        house.adopt(
            route(
                step("head", "unit_head", within="1 workday"),
                step("office", "office_editor", return_to="head"),
            )
        )
        head, editor = house.person("科长", "甲科.head"), house.person("编辑", "办公室.editor")
        with clock.frozen(FRIDAY_NOON):
            case = house.submit(house.person("作者"))
            house.decide(head, case)
        with clock.frozen(FRIDAY_NOON + timedelta(days=4)):
            house.decide(editor, case, "return")
        assert due(case, "head") == datetime(2026, 11, 25, 12, tzinfo=CHINA)


def test_near_due_and_overdue_steps_are_found(house, case):
    """Before, within and after the notice period."""
    at = due(case, "head")
    soon = at - timedelta(hours=2)
    assert not Step.objects.near_due(FRIDAY_NOON, FRIDAY_NOON + timedelta(hours=2)).exists()
    assert Step.objects.near_due(soon, at).get().key == "head"
    assert not Step.objects.overdue(soon).exists()
    assert Step.objects.overdue(at).get().key == "head"
    house.decide(house.people["科长"], case)
    assert not Step.objects.overdue(at).exists()


def test_people_are_told_once_before_and_once_after(house, case):
    """Two reminders, two events, however often one asks."""
    head = case.steps.get(key="head")
    said = []
    for instant in (
        head.due_at - timedelta(hours=2),
        head.due_at - timedelta(hours=1),
        head.due_at,
        head.due_at + timedelta(days=1),
    ):
        with clock.frozen(instant):
            said.append(remind(actor=SYSTEM, step=head))
    assert said == [True, False, True, False]
    actions = (
        Event.objects.about("case", case.pk)
        .filter(action__startswith="case.step_")
        .values_list("action", flat=True)
    )
    assert list(actions) == ["case.step_opened", "case.step_due_soon", "case.step_overdue"]


def test_nobody_is_reminded_of_what_was_decided(house, case):
    """A passed step is never due."""
    head = case.steps.get(key="head")
    house.decide(house.people["科长"], case)
    with clock.frozen(head.due_at + timedelta(days=1)):
        assert not remind(actor=SYSTEM, step=head)


def test_a_time_the_calendar_cannot_count_stops_nobody(db, monkeypatch):
    """A term nobody entered: the step opens without a due time."""
    monkeypatch.setattr(deadlines, "_calendar_of", deadlines.ordinary_calendar)
    with lived_in("terms") as house:
        house.adopt(route(step("head", "unit_head", within="1 term")))
        house.person("科长", "甲科.head")
        assert due(house.submit(house.person("作者")), "head") is None
