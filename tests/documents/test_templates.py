"""An institution's own Word template: checked at upload, used from then on, never able to do more than name fields."""

import io

import docx
import pytest

from guanhao.contents.isolated import FileRefused
from guanhao.contents.parsing.refusals import Reason
from guanhao.core.verdicts import Refused
from guanhao.documents import actions
from guanhao.documents.forms import forms_of
from guanhao.documents.issuing import as_word, empty_paper
from guanhao.documents.models import FormTemplate
from guanhao.documents.types import paper_of
from guanhao.documents.word import our_template
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from tests.documents.conftest import OPINIONS, VALUES, read_word


def template(*lines):
    """A Word file with these paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def form(xartvu):
    return forms_of(xartvu.rulebook)["application"]


@pytest.fixture
def office(xartvu):
    """The head of the competent office, who may."""
    person = xartvu.people["xartvu-office-head"]
    return {"actor": actor_of(person), "person": person, "institution": xartvu.institution}


@pytest.mark.article("xartvu-F2")
def test_the_institutions_own_template_is_used_until_it_is_retired(xartvu, form, office):
    """Its words and layout come out with our values; afterwards ours is back."""
    data = template(
        "本校自己的版式", "部门：{{ department }}", "意见：{{ head_opinion.text }}（{{ head_opinion.name }}）"
    )
    actions.upload_template(**office, form=form, data=data, name="申请表.docx")
    paper = paper_of(form, xartvu.institution.name, VALUES, OPINIONS)
    assert (
        read_word(as_word(paper)) == "本校自己的版式部门：教务处意见：同意申请，请党政办公室审批。（周明远）"
    )
    actions.retire_template(**office, form=form)
    assert "本校自己的版式" not in read_word(as_word(paper))


def test_a_second_template_takes_the_place_of_the_first(form, office):
    """One is current; the record of the other stays."""
    for words in ("第一版", "第二版"):
        actions.upload_template(**office, form=form, data=template(words))
    assert FormTemplate.objects.count() == 2
    assert "第二版" in read_word(as_word(empty_paper(form, office["institution"])))
    assert Event.objects.filter(action="form.template_set").count() == 2


def test_a_field_the_form_does_not_have_is_named_and_nothing_is_kept(form, office):
    """The person reads which names are wrong."""
    with pytest.raises(actions.UnknownFields) as caught:
        actions.upload_template(
            **office, form=form, data=template("{{ departement }}", "{{ head_opinion.stamp }}")
        )
    assert caught.value.names == ("departement", "head_opinion.stamp")
    assert "departement" in caught.value.denied.reason.zh
    assert not FormTemplate.objects.exists()


@pytest.mark.requirement("CF7")
@pytest.mark.parametrize(
    "logic",
    [
        "{% for n in range(1000000000) %}x{% endfor %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ department * 100000000 }}",
        "{{ department|upper }}",
        "{% set x = 1 %}",
        "{{ cycler() }}",
        "{{ head_opinion.text.upper }}",
        "{{ 7 ** 99999999 }}",
        "{% include 'other.docx' %}",
    ],
)
def test_a_template_can_name_and_say_if_and_nothing_more(form, office, logic):
    """Loops, sums, calls and attributes of attributes are refused at upload."""
    with pytest.raises(FileRefused) as caught:
        actions.upload_template(**office, form=form, data=template(logic))
    assert caught.value.reason in {Reason.TEMPLATE_LOGIC, Reason.TEMPLATE_BROKEN}


def test_braces_left_open_are_told(form, office):
    """A mistake in the braces is no server error."""
    with pytest.raises(FileRefused) as caught:
        actions.upload_template(**office, form=form, data=template("{{ department }"))
    assert caught.value.reason is Reason.TEMPLATE_BROKEN


def test_saying_if_is_understood(xartvu, form, office):
    """A part that stands only where something was filled in."""
    actions.upload_template(
        **office, form=form, data=template("{% if phone %}电话 {{ phone }}{% else %}无电话{% endif %}")
    )
    assert read_word(as_word(paper_of(form, "x", VALUES))) == "电话029-88880000"
    assert read_word(as_word(paper_of(form, "x"))) == "无电话"


def test_our_own_template_passes_its_own_check(form, office):
    """What people download to begin from can be uploaded as it is."""
    actions.upload_template(**office, form=form, data=our_template(empty_paper(form, office["institution"])))


@pytest.mark.requirement("CF4")
def test_what_is_no_word_file_is_refused(form, office):
    """A PDF under another name, for example."""
    with pytest.raises(FileRefused):
        actions.upload_template(**office, form=form, data=b"%PDF-1.7 nothing")


def test_only_the_office_may_upload_or_retire(xartvu, form, office):
    """Others are refused with a reason, and nothing changes."""
    person = xartvu.people["xartvu-dept"]
    stranger = {"actor": actor_of(person), "person": person, "institution": xartvu.institution}
    with pytest.raises(Refused):
        actions.upload_template(**stranger, form=form, data=template("x"))
    actions.upload_template(**office, form=form, data=template("x"))
    with pytest.raises(Refused):
        actions.retire_template(**stranger, form=form)
    assert FormTemplate.objects.filter(retired_at__isnull=True).exists()
