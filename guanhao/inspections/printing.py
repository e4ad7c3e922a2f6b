"""The inspection form as paper: the report that was sent, the opinions and the result given since, the filing number."""

from __future__ import annotations

from collections.abc import Mapping

from guanhao.cases.types import in_both
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.documents.deciding import keep_for_signing, opinions_of
from guanhao.documents.issuing import citation, issue, paper
from guanhao.documents.types import Paper, paper_of
from guanhao.inspections.evidence import evidence_of
from guanhao.inspections.models import Inspection
from guanhao.inspections.recording import subject_of
from guanhao.inspections.reporting import prefilled
from guanhao.inspections.terms import rulebook_of, terms_of
from guanhao.inspections.types import InspectionState
from guanhao.people.models import Person
from guanhao.rulebook.parties import Form
from guanhao.rulebook.vocabulary import FieldType, FilledBy

_RESULTS = frozenset({InspectionState.PASSED, InspectionState.FAILED})


def sheet(*, actor: Actor, person: Person, inspection: Inspection) -> Paper:
    """The form as it stands now. A report that was sent carries a code that resolves to it; a draft carries none.

    Raises:
        Refused: the regulation has no form for it.
    """
    form = terms_of(inspection).form
    if form is None:
        raise Refused(Denied(Text(zh="制度没有规定年检表格。", en="The regulation has no inspection form.")))
    if inspection.current is None:
        return _draft(inspection, form)
    issued = issue(
        actor=actor,
        person=person,
        institution=inspection.institution,
        form=form.key,
        subject=subject_of(inspection),
        values=_known(form, inspection.current.values) | _result(inspection, form),
        opinions=opinions_of(inspection.case, form),
        number=inspection.account.filing_number,
    )
    keep_for_signing(actor, person, inspection.case, issued)
    return paper(issued, inspection.institution)


def _draft(inspection: Inspection, form: Form) -> Paper:
    evidence = evidence_of(inspection.account, inspection.round.year)
    return paper_of(
        form,
        inspection.institution.name,
        prefilled(inspection, terms_of(inspection), evidence),
        number=inspection.account.filing_number,
        article=citation(rulebook_of(inspection.round), form),
        printed=clock.today().isoformat(),
    )


def _result(inspection: Inspection, form: Form) -> dict[str, str]:
    """The result in the office's own choice, where the form has one that says it."""
    state = InspectionState(inspection.state)
    said = in_both(state.label).zh
    return {
        key: said
        for key, field in form.fields.items()
        if state in _RESULTS
        and field.type is FieldType.CHOICE
        and field.filled_by is FilledBy.OFFICE
        and said in {choice.zh for choice in field.choices}
    }


def _known(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in values.items() if key in form.fields}
