"""Forms that people decide on: their opinions in the form's blocks, and the sheet that goes out to be signed kept beside the case."""

from __future__ import annotations

from guanhao.cases.checks import may_add_paper
from guanhao.cases.models import Case, Decision
from guanhao.cases.types import Verdict, in_both
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.documents.models import IssuedForm
from guanhao.documents.sealing import asks_for_paper, keep_printed
from guanhao.documents.types import Opinion
from guanhao.people.models import Person
from guanhao.rulebook.parties import Form
from guanhao.rulebook.vocabulary import FieldType

_BY_SYSTEM = "系统签署"


def keep_for_signing(actor: Actor, person: Person, case: Case | None, issued: IssuedForm) -> None:
    """Keep what goes out to be signed and sealed beside the case, once for each content that is printed."""
    if case is None or not asks_for_paper(case) or not may_add_paper(person, case):
        return
    if not case.papers.filter(code=issued.code).exists():
        keep_printed(actor=actor, person=person, case=case, issued=issued)


def opinions_of(case: Case | None, form: Form) -> dict[str, Opinion]:
    """The newest approval of each role that the form has a block for."""
    fields = {
        field.role: key
        for key, field in form.fields.items()
        if field.type is FieldType.OPINION and field.role is not None
    }
    found: dict[str, Opinion] = {}
    decisions = Decision.objects.filter(step__case=case, final=True, step__role__in=fields)
    for decision in decisions.select_related("person", "acting_for", "step").order_by("pk"):
        if decision.round == decision.step.round:
            found[fields[decision.step.role]] = _opinion(decision)
    return found


def _opinion(decision: Decision) -> Opinion:
    name = decision.person.name
    if decision.acting_for is not None:
        name = f"{name}（代{decision.acting_for.name}）"
    on = decision.at.astimezone(clock.CHINA).date().isoformat()
    verdict = in_both(Verdict(decision.verdict).label).zh
    return Opinion(text=decision.opinion or verdict, name=name, on=on, manner=_BY_SYSTEM)
