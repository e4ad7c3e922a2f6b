"""What is refused at submission, with a sentence that names the step, the unit and the article."""

from __future__ import annotations

import pytest

from guanhao.cases.models import Barred, Case, Step
from guanhao.cases.types import BarredWhy
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.types import Subject
from guanhao.regulation.types import NoRulebook, Parties
from guanhao.rulebook.types import Facts
from tests.cases.house import route, step


def denial(house, author, **more):
    with pytest.raises(Refused) as caught:
        house.submit(author, **more)
    assert not Case.objects.exists()
    assert not Step.objects.exists()
    return caught.value.denied


def test_nothing_opens_without_a_rulebook(house):
    """Absence denies."""
    with pytest.raises(NoRulebook):
        house.submit(house.person("作者"))


def test_nothing_opens_without_a_route(house):
    """The rulebook has a route for students only: a unit's item is refused with the rulebook's sentence."""
    house.adopt(route(step("head", "unit_head"), when={"contributor_kind": "student"}))
    assert "没有为这类事项" in denial(house, house.person("作者")).reason.zh


def test_a_step_nobody_can_fill_is_named_with_unit_and_article(house):
    """The office has no editor."""
    house.adopt(route(step("head", "unit_head"), step("office", "office_editor")))
    house.person("科长", "甲科.head")
    denied = denial(house, house.person("作者"))
    assert "office" in denied.reason.zh
    assert "办公室" in denied.reason.zh
    assert (denied.article, denied.clause) == ("house-1", "house-1.route_0")


def test_a_step_only_the_author_could_fill_is_refused(house):
    """A head alone cannot offer what only the head may approve; the head's deputy makes it possible."""
    house.adopt(route(step("head", "unit_head")))
    head, deputy = house.person("科长", "甲科.head"), house.person("代办")
    assert "经手人除外" in denial(house, head).reason.zh
    house.delegate(head, deputy)
    assert house.submit(head)


def test_too_few_people_for_steps_that_must_differ_are_refused(house):
    """Head and office are the same single person."""
    house.adopt(route(step("head", "unit_head"), step("office", "office_editor", must_differ=["head"])))
    house.person("一身二职", "甲科.head", "办公室.editor")
    assert "不同人员" in denial(house, house.person("作者")).reason.zh
    house.person("编辑", "办公室.editor")
    assert house.submit(house.people["作者"])


def test_people_enough_in_another_order_are_found(house):
    """Two people, of whom only one can do the second step: the first step is left to the other."""
    house.adopt(route(step("head", "unit_head"), step("office", "office_editor", must_differ=["head"])))
    house.person("一身二职", "甲科.head", "办公室.editor")
    house.person("副科长", "甲科.head")
    assert house.submit(house.person("作者"))


def test_a_role_without_a_place_is_named(house):
    """A unit without a unit above has no director above it."""
    house.adopt(route(step("above", "above")))
    denied = denial(house, house.person("作者"), parties=Parties(owner=house.units["总部"]))
    assert "没有上级单位" in denied.reason.zh
    assert denied.article == "house-1"


def test_a_role_of_the_matter_s_subject_decides_nothing(house):
    """A person is no unit: nobody decides about themselves by being what it is about."""
    house.adopt(route(step("self", "contributor")))
    assert "self" in denial(house, house.person("作者")).reason.zh


def test_a_route_may_say_who_opens_it(house):
    """Only the unit's head may ask; the refusal says so."""
    house.adopt(route(step("office", "office_editor"), opened_by=["unit_head"]))
    house.person("编辑", "办公室.editor")
    denied = denial(house, house.person("作者"))
    assert "Head" in denied.reason.en
    assert house.submit(house.person("科长", "甲科.head"))


def test_a_subject_is_on_its_way_only_once(house):
    """Submitting again what is under way is refused; once that is over it may be submitted again."""
    house.adopt(route(step("head", "unit_head")))
    head = house.person("科长", "甲科.head")
    author = house.person("作者")
    subject = Subject("article", "7", "稿件")
    case = house.submit(author, subject=subject)
    with pytest.raises(WrongState, match="已在办理"):
        house.submit(author, subject=subject)
    house.decide(head, case, "return")
    assert house.submit(author, subject=subject, follows=case).follows == case


def test_steps_whose_condition_does_not_hold_are_left_out(house):
    """The sensitive step is frozen only into sensitive matters."""
    house.adopt(
        route(
            step("head", "unit_head"),
            step("office", "office_head", when={"content_class": "sensitive"}, must_differ=["head"]),
        )
    )
    house.person("科长", "甲科.head")
    house.person("主任", "办公室.head")
    plain = house.submit(house.person("作者"))
    marked = house.submit(
        house.people["作者"],
        facts=Facts(contributor_kind="unit", content_classes=frozenset({"sensitive"})),
    )
    assert [one.key for one in plain.steps.all()] == ["head"]
    assert [one.key for one in marked.steps.all()] == ["head", "office"]


def test_who_wrote_the_earlier_version_is_barred_from_the_next(house):
    """Hands pass on to the case that follows; merely having submitted the first does not."""
    house.adopt(route(step("head", "unit_head")))
    head = house.person("科长", "甲科.head")
    writer, first, second = house.person("作者"), house.person("交稿人"), house.person("再交稿人")
    case = house.submit(first, hands=[(writer, BarredWhy.WROTE)])
    house.decide(head, case, "return")
    later = house.submit(second, hands=[], follows=case)
    assert set(Barred.objects.filter(case=later).values_list("person__name", "why")) == {
        ("作者", "wrote"),
        ("再交稿人", "submitted"),
    }


def test_every_word_of_a_step_is_frozen(staffed):
    """The rows hold titles, act, checklist, conditions and article: a later rulebook cannot change what is asked."""
    case = staffed.submit(staffed.people["作者"])
    head, _leader, office = case.steps.all()
    assert head.checklist == [{"key": "true", "zh": "属实", "en": "True", "required": True}]
    assert (head.title_zh, head.title_en, head.article) == ("head", "Head", "house-1")
    assert (office.must_differ, office.return_to) == (["head"], "head")
    assert (head.unit, head.post) == (staffed.units["甲科"], "head")
