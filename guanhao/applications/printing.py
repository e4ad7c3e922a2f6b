"""The official form of an application: what was handed in, the opinions given since, the number where there is one."""

from __future__ import annotations

from collections.abc import Mapping

from guanhao.applications import filling
from guanhao.applications.matters import Matter
from guanhao.applications.models import Application
from guanhao.applications.recording import matter_of, subject_of
from guanhao.cases.checks import may_add_paper
from guanhao.cases.models import Decision
from guanhao.cases.types import Verdict, in_both
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.documents.issuing import citation, issue, paper
from guanhao.documents.models import IssuedForm
from guanhao.documents.sealing import asks_for_paper, keep_printed
from guanhao.documents.types import Opinion, Paper, paper_of
from guanhao.people.models import Person
from guanhao.rulebook.parties import Form
from guanhao.rulebook.vocabulary import FieldType

_BY_SYSTEM = "系统签署"


def sheet(*, actor: Actor, person: Person, application: Application) -> Paper:
    """The form as it stands now. What was handed in carries a code that resolves to the record; a draft carries none.

    Raises:
        Refused: there is no paper for such a case.
    """
    matter = matter_of(application)
    form = matter.form
    if form is None:
        raise Refused(Denied(Text(zh="这类办件没有表格。", en="There is no form for such a case.")))
    if application.current is None:
        return _draft(matter, form)
    content = application.current.content
    issued = issue(
        actor=actor,
        person=person,
        institution=application.institution,
        form=content["form"],
        subject=subject_of(application),
        values=_known(form, content["values"]),
        opinions=opinions_of(application, form),
        number=number_of(application),
    )
    _keep(actor, person, application, issued)
    return paper(issued, application.institution)


def _keep(actor: Actor, person: Person, application: Application, issued: IssuedForm) -> None:
    """Keep what goes out to be signed and sealed beside the case, once for each content that is printed."""
    case = application.case
    if case is None or not asks_for_paper(case) or not may_add_paper(person, case):
        return
    if not case.papers.filter(code=issued.code).exists():
        keep_printed(actor=actor, person=person, case=case, issued=issued)


def number_of(application: Application) -> str:
    """The filing number on the form: the account's, once the registrar has given it."""
    return application.account.filing_number if application.account else ""


def opinions_of(application: Application, form: Form) -> dict[str, Opinion]:
    """The newest approval of each role that the form has a block for."""
    fields = {
        field.role: key
        for key, field in form.fields.items()
        if field.type is FieldType.OPINION and field.role is not None
    }
    found: dict[str, Opinion] = {}
    decisions = Decision.objects.filter(step__case=application.case, final=True, step__role__in=fields)
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


def _draft(matter: Matter, form: Form) -> Paper:
    values = _known(form, filling.shown(matter))
    return paper_of(
        form,
        matter.unit.institution.name,
        values,
        article=citation(matter.rulebook, form),
        printed=clock.today().isoformat(),
    )


def _known(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """The values that stand on the form; a later version of the regulation may have dropped a field."""
    return {key: value for key, value in values.items() if key in form.fields}
