"""The official form of an application: what was handed in, the opinions given since, the number where there is one."""

from __future__ import annotations

from collections.abc import Mapping

from guanhao.applications import filling
from guanhao.applications.matters import Matter
from guanhao.applications.models import Application
from guanhao.applications.recording import matter_of, subject_of
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.documents.deciding import keep_for_signing, opinions_of
from guanhao.documents.issuing import citation, issue, paper
from guanhao.documents.types import Paper, paper_of
from guanhao.people.models import Person
from guanhao.rulebook.parties import Form


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
        opinions=opinions_of(application.case, form),
        number=number_of(application),
    )
    keep_for_signing(actor, person, application.case, issued)
    return paper(issued, application.institution)


def number_of(application: Application) -> str:
    """The filing number on the form: the account's, once the registrar has given it."""
    return application.account.filing_number if application.account else ""


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
