"""The inspection form on paper: filled in by what its fields mean, Word and PDF alike, kept beside the case when it goes out."""

from __future__ import annotations

import dataclasses

import pytest

from guanhao.documents.issuing import as_word, plain_code
from guanhao.documents.models import IssuedForm
from guanhao.documents.pdf import pdf
from guanhao.inspections.evidence import evidence_of
from guanhao.inspections.printing import sheet
from guanhao.inspections.reporting import prefilled
from guanhao.inspections.terms import terms_of
from guanhao.people.access import actor_of
from guanhao.rulebook.vocabulary import Meaning
from tests.documents.conftest import read_pdf, read_word
from tests.inspections.conftest import OFFICE_HEAD, REGISTRAR

pytestmark = [pytest.mark.article("xartvu-F3"), pytest.mark.article("xartvu-7")]


def printed(play, who, row):
    row.refresh_from_db()
    person = play.person(who)
    return sheet(actor=actor_of(person), person=person, inspection=row)


def test_fields_are_filled_in_by_what_they_mean_whatever_they_are_called(play, admissions):
    """Another school calls its fields otherwise and asks for more: the record fills them in, the rest is left to the unit."""
    terms = terms_of(admissions)
    odd = {
        f"x{number}": dataclasses.replace(field, key=f"x{number}")
        for number, field in enumerate(terms.form.fields.values())
    }
    extra = next(field for field in odd.values() if field.means is Meaning.ITEMS)
    odd["x98"] = dataclasses.replace(extra, key="x98", means=Meaning.ERRORS)
    odd["x99"] = dataclasses.replace(extra, key="x99", means=Meaning.FIRST_RESPONSIBLE)
    renamed = dataclasses.replace(terms, form=dataclasses.replace(terms.form, fields=odd))
    evidence = evidence_of(admissions.account, 2026)
    values = prefilled(admissions, renamed, evidence)
    by_meaning = {odd[key].means: value for key, value in values.items() if odd[key].means}
    assert by_meaning[Meaning.NAME] == admissions.account.name
    assert by_meaning[Meaning.UNIT] == "招生办公室"
    assert by_meaning[Meaning.YEAR] == "2026"
    assert (by_meaning[Meaning.ITEMS], by_meaning[Meaning.ERRORS]) == (
        str(evidence.items),
        str(evidence.errors),
    )
    assert by_meaning[Meaning.FIRST_RESPONSIBLE] == admissions.account.first_responsible.name
    assert [value for key, value in values.items() if odd[key].means is None] == ["", "", ""]


def test_a_draft_prints_what_the_record_says_without_a_code(play, admissions):
    """Before anything was sent nothing resolves to it."""
    paper = printed(play, "xartvu-dept", admissions)
    assert (paper.code, paper.values()["name"]) == ("", "西安电大招生")
    assert not IssuedForm.objects.exists()


def test_word_and_pdf_say_the_same_and_the_print_is_kept_beside_the_case(play, admissions, tmp_path):
    """What goes out to be sealed is kept with its digest, once; opinions and result stand on it when they are given."""
    play.send(admissions)
    paper = printed(play, "xartvu-dept", admissions)
    for text in (read_word(as_word(paper)), read_pdf(pdf(paper), tmp_path)):
        for value in ("西安电大招生", "招生办公室", "按时更新，没有差错。", "300", paper.code):
            assert value in text
    printed(play, "xartvu-dept-head", admissions)
    kept = admissions.case.papers.filter(kind="printed")
    assert [copy.code for copy in kept] == [plain_code(paper.code)]
    assert kept.get().digest.startswith("sha256:")
    play.sign(admissions)
    play.decide(admissions, REGISTRAR)
    play.decide(admissions, OFFICE_HEAD)
    last = printed(play, "xartvu-dept", admissions)
    assert last.values()["decision"] == "合格"
    assert last.values()["head_opinion"]["name"] == play.person("xartvu-dept-head").name
    assert last.code != paper.code


@pytest.mark.usefixtures("december")
def test_the_page_offers_both_and_the_code_leads_back(play, admissions, client):
    """Whoever may see the inspection downloads both; others find nothing; the code resolves to the page."""
    play.send(admissions)
    for who, status in (("xartvu-dept", 200), ("xartvu-office", 200), ("xartvu-college", 404)):
        client.force_login(play.person(who).user, backend="guanhao.web.belonging.Recognition")
        for form in ("pdf", "docx"):
            answer = client.get(f"/inspections/accounts/{admissions.pk}/form.{form}")
            assert answer.status_code == status
    issued = IssuedForm.objects.get()
    client.force_login(play.person("xartvu-dept").user, backend="guanhao.web.belonging.Recognition")
    page = client.get(f"/d/{issued.code}").content.decode()
    assert f"/inspections/accounts/{admissions.pk}/" in page
