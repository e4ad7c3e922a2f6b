"""What the approvals of cases rest on, read at one moment: of one case, or of all that one act relies on.

Everything that could take an approval's ground away is asked live (AP5): the steps as they stand, the decisions that
count, who holds the posts today, whose hands are in the matter. Asked together it takes as many statements for eight
cases as for one, and means the same, because all are asked in one transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from guanhao.cases import eligibility
from guanhao.cases.models import Barred, Case, Decision, Step
from guanhao.core.prepared import Prepared, given
from guanhao.people.models import Person

_CASES: Prepared[Case] = Prepared(lambda: Case.objects.filter(pk__in=given("cases", many=True)))
_STEPS: Prepared[Step] = Prepared(
    lambda: Step.objects.filter(case__in=given("cases", many=True)).select_related("case", "unit")
)
_APPROVALS: Prepared[Decision] = Prepared(
    lambda: (
        Decision.objects.counting()
        .filter(step__case__in=given("cases", many=True))
        .select_related("person", "acting_for")
        .order_by("pk")
    )
)
_BARRED: Prepared[Barred] = Prepared(
    lambda: Barred.objects.filter(case__in=given("cases", many=True)).select_related("person").order_by("pk")
)


@dataclass(slots=True)
class Grounds:
    """Cases with their steps in order, and by step the decisions that count."""

    cases: dict[int, Case]
    steps: dict[int, list[Step]]
    approvals: dict[int, list[Decision]]
    barred: dict[int, list[Person]]
    _holders: dict[tuple[int, str], frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, cases: Iterable[int | None]) -> Grounds:
        """Those of cases by their keys; four statements, and one for each post that somebody holds."""
        keys = {key for key in cases if key is not None}
        found = cls({}, defaultdict(list), defaultdict(list), defaultdict(list))
        if not keys:
            return found
        found.cases = {case.pk: case for case in _CASES.all(cases=keys)}
        for step in _STEPS.all(cases=keys):
            found.steps[step.case_id].append(step)
        for decision in _APPROVALS.all(cases=keys):
            found.approvals[decision.step_id].append(decision)
        for row in _BARRED.all(cases=keys):
            found.barred[row.case_id].append(row.person)
        return found

    def holders(self, step: Step) -> frozenset[int]:
        """Keys of the people who hold the step's post today."""
        seat = (step.unit_id, step.post)
        if seat not in self._holders:
            self._holders[seat] = frozenset(person.pk for person in eligibility.holders(step))
        return self._holders[seat]

    def unfit(self, step: Step) -> list[Person]:
        """Everybody who may not have decided the step, whatever they hold."""
        hands = self.barred[step.case_id] if eligibility.hands_bar(step) else []
        others = eligibility.must_differ_from(step, self.steps[step.case_id])
        decided = [decision for other in others for decision in self.approvals[other.pk]]
        elsewhere = [who for one in decided for who in (one.person, one.acting_for) if who is not None]
        return [*hands, *elsewhere]
