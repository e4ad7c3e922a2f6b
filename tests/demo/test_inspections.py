"""The demonstration's round: open, with reports under review and others owed; none where no regulation asks for one."""

from __future__ import annotations

import pytest

from guanhao.cases.models import Step
from guanhao.demo import inspections


@pytest.mark.article("xartvu-7")
def test_a_round_is_under_way_with_reports_to_review(xartvu):
    """Two units have sent theirs, which wait for their heads; the rest still owe."""
    opened = inspections.fill(xartvu)
    told = {state: count for state, count in opened.inspections.counted().items() if count}
    assert told == {"review": inspections.SENT, "owed": len(xartvu.accounts) - inspections.SENT}
    assert Step.objects.waiting().filter(case__subject_kind="inspection").count() == inspections.SENT


def test_a_regulation_without_inspections_gets_none(ruian):
    """Nothing is invented for it."""
    assert inspections.fill(ruian) is None
