"""What a duty is called: the task in the rulebook's words, and the thing it is about by its name today."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.duties.models import Duty
from guanhao.regulation.queries import of_version
from guanhao.rulebook.clauses import Duty as Clause
from guanhao.rulebook.labels import label


def clause_of(duty: Duty) -> Clause:
    """The clause it is owed under, in the version it began under."""
    clause = of_version(duty.rulebook).clause(duty.clause)
    assert isinstance(clause, Clause)
    return clause


def task_of(duty: Duty) -> Text:
    """What is owed, in words."""
    clause = clause_of(duty)
    return clause.title or label(clause.do)


def thing_of(duty: Duty) -> str:
    """How the thing it is about is called today."""
    if duty.account is not None:
        return duty.account.name
    if duty.paper is not None:
        return duty.paper.title
    if duty.concern is not None:
        return f"{duty.concern.get_kind_display()} · {duty.concern.unit.name}"
    return duty.unit.name if duty.unit else ""
