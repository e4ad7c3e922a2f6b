"""Random routes, people and orders of events: a case is never approved without every step's quorum.

The machine keeps a record of its own of who holds what and who approved which step in which round, knows nothing of
the engine's tables, and judges by the rules as they are written.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from guanhao.cases.checks import approval, may_decide
from guanhao.cases.models import Step
from guanhao.cases.types import CaseState
from guanhao.core import tenancy
from guanhao.core.verdicts import Refused
from tests.cases.house import DIGEST, build, route, step

ROLES = {
    "unit_head": "甲科.head",
    "unit_leader": "甲科.leader",
    "office_editor": "办公室.editor",
    "office_head": "办公室.head",
}
NUMBERS = ("n1", "n2", "n3", "n4", "n5", "N1")  # the last entry is the first human being once more
AUTHOR = 0
who = st.integers(0, len(NUMBERS) - 1)
teams = st.lists(
    st.integers(1, 4), min_size=2, max_size=3, unique=True
)  # the author is appointed later, if at all
posts = st.sampled_from(sorted(ROLES.values()))
_keys = count(1)


@st.composite
def routes(draw):
    """One to three steps with any quorum, distances between steps, and returns to an earlier step."""
    roles = draw(st.lists(st.sampled_from(sorted(ROLES)), min_size=1, max_size=3))
    steps = []
    for number, role in enumerate(roles):
        earlier = [f"s{other}" for other in range(number)]
        steps.append(
            step(
                f"s{number}",
                role,
                quorum=draw(st.sampled_from(["any", "all"])),
                must_differ=draw(st.sampled_from([earlier, []])),
                return_to=draw(st.sampled_from([*earlier[:1], "author"])),
            )
        )
    return route(*steps)


class Approvals(RuleBasedStateMachine):
    """One case under a random route, and everything people may do to it."""

    def __init__(self):
        super().__init__()
        self._block = transaction.atomic()
        self._block.__enter__()
        self.house = build(f"machine{next(_keys)}")
        self._scope = tenancy.within(self.house.institution)
        self._scope.__enter__()
        self.people = [
            self.house.person(f"人{place}", staff_no=number) for place, number in enumerate(NUMBERS)
        ]
        self.held = defaultdict(set)
        self.deputies = set()
        self.approvals = defaultdict(list)
        self.case = None

    def teardown(self):
        """Leave no trace for the next example."""
        self._scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self._block.__exit__(None, None, None)

    @initialize(spec=routes(), held=st.fixed_dictionaries(dict.fromkeys(sorted(ROLES.values()), teams)))
    def begin(self, spec, held):
        """Adopt the route, staff every post, submit."""
        self.spec = {one["key"]: one for one in spec["steps"]}
        self.house.adopt(spec)
        for post, people in held.items():
            for person in people:
                self.take_post(person, post)
        self.submit()

    def submit(self):
        """The author hands it in, where the engine lets them."""
        try:
            self.case = self.house.submit(self.people[AUTHOR])
        except Refused:
            self.case = None
        self.approvals.clear()

    @rule(person=who, post=posts)
    def take_post(self, person, post):
        """Somebody is appointed."""
        if post not in self.held[person]:
            self.house.appoint(self.people[person], post)
            self.held[person].add(post)

    @rule(person=who, post=posts)
    def lose_post(self, person, post):
        """Somebody loses a post; the last holder of one that is needed may go too."""
        if post in self.held[person]:
            unit, _, what = post.partition(".")
            self.people[person].appointments.filter(unit=self.house.units[unit], post=what).delete()
            self.held[person].discard(post)

    @rule(principal=who, deputy=who)
    def delegate(self, principal, deputy):
        """Somebody lets somebody else decide for them."""
        if principal != deputy and (principal, deputy) not in self.deputies:
            self.house.delegate(self.people[principal], self.people[deputy])
            self.deputies.add((principal, deputy))

    @precondition(lambda self: self.case is None or self.case.state != CaseState.OPEN)
    @rule()
    def submit_again(self):
        """A case that is over, or was refused, is followed by another."""
        self.submit()

    @precondition(lambda self: self.case is not None and self.case.state == CaseState.OPEN)
    @rule(
        person=who,
        verdict=st.sampled_from(["approve"] * 6 + ["hold", "return", "reject"]),
        principal=st.none() | who,
    )
    def decide(self, person, verdict, principal):
        """Somebody, entitled or not, decides whatever waits."""
        waiting = self.case.steps.waiting().get()
        more = {} if principal is None else {"acting_for": self.people[principal]}
        try:
            outcome = self.house.decide(self.people[person], self.case, verdict, **more)
        except Refused:
            return
        self.case = outcome.case
        decision = outcome.decisions[0]
        seat = person if decision.acting_for is None else self.people.index(decision.acting_for)
        self.judge_seat(waiting.key, person, seat)
        if verdict == "approve":
            self.approvals[waiting.key].append((person, seat))
            passed = outcome.next_step is None or outcome.next_step.key != waiting.key
            assert passed == self.quorum_reached(waiting.key)
        if verdict == "return" and outcome.next_step is not None:
            self.forget_from(outcome.next_step.key)

    @precondition(lambda self: self.case is not None and self.case.state == CaseState.OPEN)
    @rule(pick=st.integers(0, 5), verdict=st.sampled_from(["approve", "approve", "approve", "return"]))
    def a_holder_decides(self, pick, verdict):
        """One of those who hold the post of the waiting step decides, or tries to: the usual course of things."""
        post = ROLES[self.spec[self.case.steps.waiting().get().key]["role"]]
        holders = sorted(person for person, held in self.held.items() if post in held)
        if holders:
            self.decide(holders[pick % len(holders)], verdict, None)

    @precondition(lambda self: self.case is not None and self.case.state == CaseState.OPEN)
    @rule(pick=st.integers(0, 5), named=st.booleans())
    def a_deputy_decides(self, pick, named):
        """One of those to whom a holder of the waiting step delegated decides, for the holder or for whom they may."""
        post = ROLES[self.spec[self.case.steps.waiting().get().key]["role"]]
        pairs = sorted(pair for pair in self.deputies if post in self.held[pair[0]])
        if pairs:
            principal, deputy = pairs[pick % len(pairs)]
            self.decide(deputy, "approve", principal if named else None)

    @precondition(lambda self: self.case is not None and self.case.state == CaseState.OPEN)
    @rule()
    def lists_say_what_one_may_decide(self):
        """Whatever waits for somebody they may decide, and nothing else."""
        waiting = self.case.steps.waiting().get()
        for person in self.people:
            listed = Step.objects.waiting_for(person).filter(case=self.case).exists()
            assert listed == bool(may_decide(person, waiting))

    def judge_seat(self, key, person, seat):
        """Whoever decided held the post, or somebody who held it had delegated to them; and it was not their own.

        Where people must differ neither of the two had decided, or been decided for, at the other step.
        """
        assert ROLES[self.spec[key]["role"]] in self.held[seat]
        assert person == seat or (seat, person) in self.deputies
        assert self.human(person) not in self.out(key)
        assert self.human(seat) not in self.decided_apart(key)

    def human(self, person):
        """The human being behind an entry."""
        return NUMBERS[person].lower()

    def apart(self, key):
        """The steps whose people may not decide this one."""
        return {
            other
            for other, one in self.spec.items()
            if other in self.spec[key]["must_differ"] or key in one["must_differ"]
        }

    def decided_apart(self, key):
        """The human beings who decided a step that must differ, and those they decided for."""
        return {
            self.human(who) for other in self.apart(key) for pair in self.approvals[other] for who in pair
        }

    def out(self, key):
        """The human beings who may not decide the step: the author, and those of steps that must differ."""
        return self.decided_apart(key) | {self.human(AUTHOR)}

    def quorum_reached(self, key):
        """Whether the approvals so far suffice, by the rule as it is written."""
        covered = {self.human(seat) for _person, seat in self.approvals[key]}
        if self.spec[key]["quorum"] == "any":
            return bool(covered)
        post = ROLES[self.spec[key]["role"]]
        holders = {self.human(person) for person, held in self.held.items() if post in held}
        return bool(covered) and holders - self.out(key) <= covered

    def forget_from(self, key):
        """A return to an earlier step: what was approved from there on no longer counts."""
        for other in list(self.spec)[list(self.spec).index(key) :]:
            self.approvals[other].clear()

    @invariant()
    def approved_only_with_every_quorum(self):
        """Every step was approved by people who are distinct, are not its author, and differ where they must."""
        if self.case is None or self.case.state != CaseState.APPROVED:
            assert self.case is None or not approval(self.case, DIGEST)
            return
        for key in self.spec:
            humans = [self.human(person) for person, _seat in self.approvals[key]]
            assert humans
            assert len(humans) == len(set(humans))
            assert not set(humans) & self.out(key)

    @invariant()
    def approval_lapses_with_the_posts(self):
        """An approved case counts exactly as long as everybody who approved still sits where they sat."""
        if self.case is None or self.case.state != CaseState.APPROVED:
            return
        lasting = all(
            ROLES[self.spec[key]["role"]] in self.held[seat]
            for key, given in self.approvals.items()
            for _person, seat in given
        )
        assert bool(approval(self.case, DIGEST)) == lasting


@pytest.mark.requirement("AP3")
@pytest.mark.requirement("AP4")
@pytest.mark.requirement("AP5")
def test_no_order_of_events_approves_without_every_quorum(db):
    """Forty random histories of up to twenty-five events each."""
    run_state_machine_as_test(
        Approvals,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.long
@pytest.mark.requirement("AP4")
def test_many_more_orders_of_events(db):
    """The same with three hundred longer histories."""
    run_state_machine_as_test(
        Approvals,
        settings=settings(
            max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
