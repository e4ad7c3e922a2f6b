"""Impact assessments (PD7; PIPL 55, 56): whole before they are concluded, unchanged afterwards, kept for three years."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.privacy import assessments
from guanhao.privacy.models import Assessment
from tests.privacy.conftest import assessed
from tests.support.bijection import assert_bijection

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD7")]
WHY = "公示是评优办法要求的。"


@pytest.fixture
def row(ruian, time, doing):
    """Written down whole by the office."""
    return assessments.open_assessment(assessed=assessed(), **doing("ruian-editor"))


def concluded(row, doing, conclusion="with_measures", words=WHY):
    return assessments.conclude(row=row, conclusion=conclusion, words=words, **doing("ruian-editor"))


def test_it_is_concluded_once_and_does_not_change_any_more(row, doing):
    """Neither by the pages nor by a statement."""
    concluded(row, doing)
    with pytest.raises(WrongState):
        assessments.change(row=row, assessed=assessed(risk="low"), **doing("ruian-editor"))
    with pytest.raises(WrongState):
        concluded(row, doing, "stop")
    with pytest.raises(DatabaseError, match="three years"), transaction.atomic():
        Assessment.objects.filter(pk=row.pk).update(risk="low")


def test_the_database_keeps_it_for_three_years(row, ruian, doing):
    """Younger it cannot be deleted; older it can; one that was never concluded is a draft."""
    concluded(row, doing)
    person, then = doing("ruian-editor")["person"], datetime(2022, 1, 1, tzinfo=UTC)
    old = Assessment.objects.create(
        institution=ruian.institution, opened_by=person, opened_at=then, concluded_by=person, concluded_at=then,
        conclusion="stop", **assessed().columns(),
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="three years"), transaction.atomic():
        delete(row)
    delete(old)
    delete(assessments.open_assessment(assessed=assessed(), **doing("ruian-editor")))
    assert list(Assessment.objects.all()) == [row]


def delete(row):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM privacy_assessment WHERE id = %s", [row.pk])


@pytest.mark.parametrize("empty", ["purpose", "necessity", "effects", "risk", "measures", "assessors"])
def test_every_part_the_law_asks_for_is_written_before_the_conclusion(ruian, time, doing, empty):
    """A draft may have gaps; a conclusion may not."""
    row = assessments.open_assessment(assessed=assessed(**{empty: ""}), **doing("ruian-editor"))
    with pytest.raises(Refused):
        concluded(row, doing)
    assessments.change(row=row, assessed=assessed(), **doing("ruian-editor"))
    assert concluded(row, doing).conclusion == "with_measures"


def test_a_high_risk_does_not_go_ahead_as_it_is(ruian, time, doing):
    """With measures it may, or it must not."""
    row = assessments.open_assessment(assessed=assessed(risk="high"), **doing("ruian-editor"))
    with pytest.raises(Refused, match="高风险"):
        concluded(row, doing, "proceed")
    with pytest.raises(Refused):
        concluded(row, doing, "stop", " ")
    assert concluded(row, doing, "stop").concluded_at is not None


@pytest.mark.parametrize("wrong", [{"title": " "}, {"grounds": ()}, {"grounds": ("made-up",)}])
def test_it_says_what_and_why(ruian, time, doing, wrong):
    """A title, and at least one of the law's kinds of processing."""
    with pytest.raises(Refused):
        assessments.open_assessment(assessed=assessed(**wrong), **doing("ruian-editor"))


@pytest.mark.parametrize("who", ["ruian-student", "ruian-section-head", "ruian-tech", "ruian-audit"])
def test_others_do_not_assess(row, ruian, doing, who):
    """The office, system and security administration do."""
    with pytest.raises(Refused):
        assessments.open_assessment(assessed=assessed(), **doing(who))
    with pytest.raises(Refused):
        assessments.conclude(row=row, conclusion="proceed", words=WHY, **doing(who))


def test_each_step_is_an_entry_whose_words_can_be_erased(row, doing):
    """Nothing changed is nothing said; the leaf holds which fields, never the words."""
    assessments.change(row=row, assessed=assessed(), **doing("ruian-editor"))
    assessments.change(row=row, assessed=assessed(measures="三天后删除。"), **doing("ruian-editor"))
    concluded(row, doing)
    assert_bijection(Assessment.objects.all(), Action.ASSESSMENT_OPENED)
    told = {event.action: event for event in Event.objects.about("assessment", row.pk)}
    assert told[Action.ASSESSMENT_CHANGED].facts == {"fields": ["measures"]}
    assert told[Action.ASSESSMENT_CONCLUDED].facts == {"conclusion": "with_measures", "risk": "middle"}
    assert all("删除" not in bytes(event.entry).decode() for event in told.values())
