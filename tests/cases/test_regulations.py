"""The three regulations' routes, walked by the people their rulebooks name."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest

from guanhao.cases.actions import decide, mark_class, open_case
from guanhao.cases.checks import approval
from guanhao.cases.saying import Saying
from guanhao.cases.types import BarredWhy, CaseState
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.ledger.types import Subject
from guanhao.people.access import actor_of
from guanhao.people.actions import appoint
from guanhao.regulation.types import Parties
from guanhao.rulebook.selection import route_for
from guanhao.rulebook.types import Facts

_numbers = count(1)
DIGEST = "sha256:article"
COLLEGE = "计算机科学学院"
DEPARTMENT = "招生办公室"


def offer(school, author, *, unit, publisher, act="release", **facts):
    """An article of the unit, offered by the author, to go out on the publisher's account."""
    person = school.people[author]
    return open_case(
        actor=actor_of(person),
        submitted_by=person,
        act=act,
        subject=Subject("article", str(next(_numbers)), "稿件"),
        digest=DIGEST,
        facts=Facts(**facts),
        parties=Parties(owner=school.units[unit], publisher=school.units[publisher], subject=person),
        hands=[(person, BarredWhy.WROTE)],
    )


def approve(school, name, case, verdict="approve", **more):
    person, step = school.people[name], case.steps.waiting().first()
    saying = Saying.all_ticked(step, verdict, opinion="请补充来源", **more)
    return decide(actor=actor_of(person), person=person, step=step, saying=saying)


def walk(school, case, *names):
    """The keys of the steps as the people decide one after the other."""
    keys = [approve(school, name, case).decisions[0].step.key for name in names]
    case.refresh_from_db()
    return keys


@pytest.mark.article("ruian-6.1")
def test_a_section_s_item_passes_head_and_leader_before_the_office(ruian):
    """Section head, supervising leader, office: in this order, and each must pass."""
    case = offer(ruian, "ruian-section", unit="学生科", publisher="办公室", contributor_kind="unit")
    keys = walk(ruian, case, "ruian-section-head", "ruian-leader", "ruian-editor")
    assert keys == ["section_head", "section_leader", "office"]
    assert approval(case, DIGEST)


@pytest.mark.article("ruian-6.1")
@pytest.mark.parametrize(("author", "kind"), [("ruian-student", "student"), ("ruian-teacher", "staff")])
def test_an_individual_s_item_goes_to_the_office_directly(ruian, author, kind):
    """Students and staff offer in their own name: only the office reviews."""
    case = offer(ruian, author, unit="教务科", publisher="办公室", contributor_kind=kind)
    assert walk(ruian, case, "ruian-editor") == ["office"]
    assert case.state == CaseState.APPROVED


@pytest.mark.article("ruian-6.1")
def test_an_office_editor_s_item_is_reviewed_by_another_editor(ruian):
    """Four eyes inside the office too."""
    case = offer(ruian, "ruian-editor", unit="办公室", publisher="办公室", contributor_kind="office")
    with pytest.raises(Refused, match="经手"):
        approve(ruian, "ruian-editor", case)
    assert walk(ruian, case, "ruian-editor-2") == ["office"]


@pytest.mark.article("ruian-6.2")
def test_the_office_ticks_every_criterion(ruian):
    """Truth, accuracy, positivity, applicability, timeliness, layout, typos, law: each one is required."""
    case = offer(ruian, "ruian-student", unit="教务科", publisher="办公室", contributor_kind="student")
    step, editor = case.steps.get(), ruian.people["ruian-editor"]
    items = [item["key"] for item in step.checklist]
    assert len(items) >= 8
    for missing in items:
        saying = Saying(digest=DIGEST, verdict="approve", checklist={key: key != missing for key in items})
        with pytest.raises(Refused, match="逐项确认"):
            decide(actor=actor_of(editor), person=editor, step=step, saying=saying)
    walk(ruian, case, "ruian-editor")


@pytest.mark.article("ruian-6.2")
def test_what_fails_goes_back_to_its_provider_with_the_reason(ruian):
    """Returned, over, and the reason is on record."""
    case = offer(ruian, "ruian-student", unit="教务科", publisher="办公室", contributor_kind="student")
    outcome = approve(ruian, "ruian-editor", case, "return")
    assert outcome.state == CaseState.RETURNED
    assert outcome.decisions[0].opinion == "请补充来源"


@pytest.mark.article("ruian-6.1")
def test_whoever_is_head_and_leader_at_once_may_settle_both_in_one_gesture(ruian):
    """A leader who also heads the section ticks once; both decisions are recorded, then the office decides."""
    leader = ruian.people["ruian-leader"]
    appoint(
        actor=system("test"), person=leader, unit=ruian.units["学生科"], post="head", since=date(2026, 1, 1)
    )
    case = offer(ruian, "ruian-section", unit="学生科", publisher="办公室", contributor_kind="unit")
    outcome = approve(ruian, "ruian-leader", case, combine=True)
    assert [one.step.key for one in outcome.decisions] == ["section_head", "section_leader"]
    assert outcome.next_step.key == "office"


@pytest.mark.article("gpnu-10")
@pytest.mark.article("gpnu-14")
def test_a_unit_s_own_account_needs_its_supervising_leader(gpnu):
    """One approval, by the leader who supervises the publishing unit."""
    case = offer(
        gpnu, "gpnu-college", unit=COLLEGE, publisher=COLLEGE, contributor_kind="unit", account_use="unit"
    )
    assert [step.role for step in case.steps.all()] == ["publisher_leader"]
    assert walk(gpnu, case, "gpnu-college-leader") == ["leader"]
    assert approval(case, DIGEST)


@pytest.mark.article("gpnu-14")
def test_the_flagship_needs_the_competent_office_too(gpnu):
    """The providing unit's leader first, then the Propaganda Department."""
    case = offer(
        gpnu,
        "gpnu-college",
        unit=COLLEGE,
        publisher="党委宣传部",
        contributor_kind="unit",
        account_use="flagship",
    )
    assert walk(gpnu, case, "gpnu-college-leader") == ["leader"]
    assert case.state == CaseState.OPEN
    assert walk(gpnu, case, "gpnu-publicity-head") == ["propaganda"]
    assert case.state == CaseState.APPROVED


@pytest.mark.article("gpnu-9")
@pytest.mark.requirement("AP7")
def test_a_reviewer_who_finds_it_sensitive_brings_in_the_competent_office(gpnu):
    """Marked by the leader on the way: the authorising step is added and must pass."""
    case = offer(
        gpnu, "gpnu-college", unit=COLLEGE, publisher=COLLEGE, contributor_kind="unit", account_use="unit"
    )
    leader = gpnu.people["gpnu-college-leader"]
    added = mark_class(actor=actor_of(leader), person=leader, case=case, content_class="sensitive")
    assert [step.key for step in added] == ["propaganda"]
    walk(gpnu, case, "gpnu-college-leader")
    assert not approval(case, DIGEST)
    walk(gpnu, case, "gpnu-publicity-head")
    assert approval(case, DIGEST)


@pytest.mark.article("xartvu-10")
def test_the_department_s_head_approves_before_release(xartvu):
    """The head of the responsible department answers for truth; without the head's approval nothing is released."""
    case = offer(xartvu, "xartvu-dept", unit=DEPARTMENT, publisher=DEPARTMENT, contributor_kind="unit")
    assert not approval(case, DIGEST)
    assert walk(xartvu, case, "xartvu-dept-head") == ["head"]
    assert approval(case, DIGEST)


@pytest.mark.article("xartvu-11")
def test_a_major_event_needs_the_propaganda_department_as_well(xartvu):
    """Classed by its author at submission."""
    case = offer(
        xartvu,
        "xartvu-dept",
        unit=DEPARTMENT,
        publisher=DEPARTMENT,
        contributor_kind="unit",
        content_classes=frozenset({"major_event"}),
    )
    assert [step.key for step in case.steps.all()] == ["head", "propaganda"]
    walk(xartvu, case, "xartvu-dept-head")
    assert not approval(case, DIGEST)


@pytest.mark.article("gpnu-6")
@pytest.mark.article("gpnu-7")
def test_opening_an_account_has_the_route_the_regulation_names(gpnu):
    """Units sign, seal, and ask the competent office; student bodies ask the League, and are put on file before they open."""

    def keys(kind):
        return [
            step.key for step in route_for(gpnu.rulebook, Facts(act="open_account", owner_kind=kind)).steps
        ]

    assert keys("college") == ["sign", "seal", "approve", "open", "file"]
    assert keys("league_organisation") == ["sign", "approve", "file", "open"]
