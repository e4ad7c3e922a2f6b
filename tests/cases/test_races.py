"""Two people at once, each with a connection of their own: exactly one decision takes effect, the other sees why (AP4)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import connection

from guanhao.cases.actions import mark_class, withdraw
from guanhao.cases.checks import approval
from guanhao.cases.models import Case, Decision
from guanhao.cases.types import CaseState
from guanhao.core import tenancy
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from guanhao.rulebook.types import Facts
from tests.cases.house import DIGEST, House, lived_in, route, step

pytestmark = [pytest.mark.requirement("AP4"), pytest.mark.django_db(transaction=True)]

SENSITIVE = {"content_class": "sensitive"}


@dataclass
class Runner:
    """One of the racers: a thread that runs its part of every round and notes what came of it."""

    house: House
    start: threading.Barrier
    parts: list[Callable[[], object]]
    results: list[object] = field(default_factory=list)

    def run(self) -> None:
        """Wait for the other before each round, then go."""
        try:
            with tenancy.within(self.house.institution):
                for part in self.parts:
                    self.start.wait(timeout=60)
                    self.results.append(_result(part))
        except BaseException as error:
            self.results.append(error)
            self.start.abort()
            raise
        finally:
            connection.close()


def _result(part: Callable[[], object]) -> object:
    try:
        return part()
    except Refused as refusal:
        return refusal


def race(house, *lanes):
    """Run the lanes side by side, round by round; answers the results of each round."""
    start = threading.Barrier(len(lanes))
    runners = [Runner(house, start, list(lane)) for lane in lanes]
    threads = [threading.Thread(target=runner.run) for runner in runners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return list(zip(*(runner.results for runner in runners), strict=True))


def refusals(results):
    return [result for result in results if isinstance(result, Refused)]


@pytest.fixture
def house(transactional_db):
    """Two heads; sensitive matters need the office's head as well."""
    with lived_in("race") as house:
        house.adopt(
            route(
                step("head", "unit_head", quorum="any"),
                step("office", "office_head", when=SENSITIVE, authorises=["sensitive"]),
            ),
            route(step("heads", "unit_head", quorum="all"), when={"contributor_kind": "student"}),
        )
        house.person("作者", "甲科.member")
        house.person("科长甲", "甲科.head")
        house.person("科长乙", "甲科.head")
        house.person("主任", "办公室.head")
        yield house


def lane(house, name, cases, verdict):
    steps = [case.steps.get(position=100) for case in cases]
    person = house.people[name]
    return [
        lambda c=case, s=step: house.decide(person, c, verdict, step=s)
        for case, step in zip(cases, steps, strict=True)
    ]


@pytest.mark.parametrize("second", ["approve", "reject"])
def test_of_two_decisions_at_once_exactly_one_takes_effect(house, second):
    """A hundred rounds each of approve against approve and approve against reject."""
    cases = [house.submit(house.people["作者"]) for _ in range(100)]
    rounds = race(house, lane(house, "科长甲", cases, "approve"), lane(house, "科长乙", cases, second))
    for case, results in zip(cases, rounds, strict=True):
        (lost,) = refusals(results)
        assert isinstance(lost, WrongState)
        decision = Decision.objects.get(step__case=case)
        assert decision.person.name in lost.denied.reason.zh
        case.refresh_from_db()
        assert case.state == {"approve": CaseState.APPROVED, "reject": CaseState.REJECTED}[decision.verdict]
        endings = Event.objects.about("case", case.pk).filter(action__in=["case.approved", "case.rejected"])
        assert endings.count() == 1
    assert Decision.objects.count() == len(cases)


def test_two_approvals_of_a_quorum_at_once_pass_it_exactly_once(house):
    """Both count, whichever comes second passes the step: one ending, never none and never two."""
    cases = [house.submit(house.people["作者"], facts=Facts(contributor_kind="student")) for _ in range(40)]
    rounds = race(house, lane(house, "科长甲", cases, "approve"), lane(house, "科长乙", cases, "approve"))
    for case, results in zip(cases, rounds, strict=True):
        assert refusals(results) == []
        assert sorted(result.state for result in results) == ["approved", "open"]
        assert Decision.objects.filter(step__case=case).count() == 2
        assert Event.objects.about("case", case.pk).filter(action="case.approved").count() == 1


def test_a_double_click_decides_once(house):
    """The same person twice at the same instant: the second is told that it is done."""
    cases = [house.submit(house.people["作者"]) for _ in range(20)]
    rounds = race(house, lane(house, "科长甲", cases, "approve"), lane(house, "科长甲", cases, "approve"))
    assert [len(refusals(results)) for results in rounds] == [1] * len(cases)
    assert Decision.objects.count() == len(cases)


def test_withdrawing_and_approving_at_once_leaves_no_approval(house):
    """Whichever comes first: in the end it is withdrawn, and nothing is approved."""
    cases = [house.submit(house.people["作者"]) for _ in range(20)]
    author = house.people["作者"]
    taking_back = [lambda c=case: withdraw(actor=actor_of(author), person=author, case=c) for case in cases]
    race(house, lane(house, "科长甲", cases, "approve"), taking_back)
    assert set(Case.objects.values_list("state", flat=True)) == {CaseState.WITHDRAWN}
    assert not any(approval(case, DIGEST) for case in cases)


@pytest.mark.requirement("AP7")
def test_a_mark_at_the_moment_of_approval_is_never_lost(house):
    """Whichever comes first: the authorising step is there, and the case is not approved without it."""
    cases = [house.submit(house.people["作者"]) for _ in range(20)]
    author = house.people["作者"]
    marks = [
        lambda c=case: mark_class(actor=actor_of(author), person=author, case=c, content_class="sensitive")
        for case in cases
    ]
    race(house, lane(house, "科长甲", cases, "approve"), marks)
    for case in cases:
        assert case.steps.filter(key="office").exists()
        assert not approval(case, DIGEST)
        assert house.decide(house.people["主任"], case).state == CaseState.APPROVED
