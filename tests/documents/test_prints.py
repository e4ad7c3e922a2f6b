"""Word and PDF say the same, completely, whatever was filled in; and both are what the regulation prescribes."""

import io
import shutil
import subprocess
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from guanhao.documents.forms import article_of, forms_of
from guanhao.documents.pdf import pdf
from guanhao.documents.types import paper_of
from guanhao.documents.word import word
from guanhao.rulebook.vocabulary import FieldType
from tests.documents.conftest import OPINIONS, VALUES, read_pdf, read_word, words_of

needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils reads PDFs back")


def filled(book, form="application", **around):
    return paper_of(forms_of(book)[form], book.institution.name, VALUES, OPINIONS, **around)


@pytest.fixture
def paper(books):
    return filled(
        books["xartvu"],
        number="党政办备〔2026〕7号",
        article="第六条",
        printed="2026-11-27",
        code="7K3M-Q9XT-4HWP-2D8R",
        address="https://guanhao.example.edu.cn/d/7K3MQ9XT4HWP2D8R",
    )


@needs_poppler
@pytest.mark.article("xartvu-F2")
def test_word_and_pdf_carry_the_same_data(paper, tmp_path):
    """Every value, opinion, label, number and code stands in both, characters of markup included."""
    in_pdf, in_word = read_pdf(pdf(paper), tmp_path), read_word(word(paper))
    said = [paper.title, paper.institution, paper.number, paper.article, paper.code, paper.address]
    said += [cell.title for cell in paper.cells if cell.type is not FieldType.FILING_NUMBER]
    said += [cell.value for cell in paper.cells]
    said += [part for cell in paper.cells for part in (cell.opinion.text, cell.opinion.name, cell.opinion.on)]
    for text in map(words_of, said):
        assert text in in_pdf, text
        assert text in in_word, text


@needs_poppler
@pytest.mark.parametrize(
    ("key", "form", "article"),
    [
        pytest.param("xartvu", "registration", "xartvu-5", marks=pytest.mark.article("xartvu-F1")),
        pytest.param("xartvu", "application", "xartvu-6", marks=pytest.mark.article("xartvu-F2")),
        pytest.param("xartvu", "inspection", "xartvu-7", marks=pytest.mark.article("xartvu-F3")),
        pytest.param("ruian", "menu_change", "ruian-6.4", marks=pytest.mark.article("ruian-F1")),
    ],
)
def test_the_prescribed_forms_print_empty_with_every_field_and_block(books, tmp_path, key, form, article):
    """An empty form shows all its labels, the seal block where it asks for one, and room to sign and date."""
    book = books[key]
    chosen = forms_of(book)[form]
    assert article_of(book, chosen) == article
    paper = paper_of(chosen, book.institution.name)
    for text in (read_pdf(pdf(paper), tmp_path), read_word(word(paper))):
        assert words_of(chosen.title.zh) in text
        for field in chosen.fields.values():
            assert field.type is FieldType.FILING_NUMBER or words_of(field.title.zh) in text
        assert ("（盖章）" in text) is chosen.seal
        assert text.count("签字：") == sum(f.type is FieldType.OPINION for f in chosen.fields.values())
        assert "核验码" not in text


def test_what_only_the_office_fills_is_marked_for_it(books):
    """The office's cells say so, and no others do."""
    form = forms_of(books["xartvu"])["application"]
    office = [f for f in form.fields.values() if f.filled_by == "office" and f.type != "filing_number"]
    text = read_word(word(paper_of(form, "西安广播电视大学")))
    assert text.count("办公室填写") == len(office) == 1


@needs_poppler
def test_every_face_in_the_pdf_is_embedded_and_simplified_chinese(paper, tmp_path):
    """A print looks the same on every machine: no face is left to the reader's, none is a Japanese one."""
    file = tmp_path / "print.pdf"
    file.write_bytes(pdf(paper))
    told = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout
    faces = [line.split() for line in told.splitlines()[2:]]
    assert {face[0].split("+")[1].split("-")[0] for face in faces} == {"NotoSerifSC"}
    assert all(face[-5:-2] == ["yes", "yes", "yes"] for face in faces)
    size = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    assert "A4" in size


def test_the_word_file_names_a_chinese_face_for_every_run(paper):
    """Without the attribute for East Asian text Word would choose a face by itself."""
    document = docx.Document(io.BytesIO(word(paper)))
    runs = [run for cell in document.tables[0]._cells for line in cell.paragraphs for run in line.runs]
    assert runs
    assert {run._element.rPr.rFonts.get(qn("w:eastAsia")) for run in runs} == {"宋体"}


def test_a_print_with_a_code_carries_it_as_a_picture_too(paper):
    """The QR code stands in the Word file; an empty form has none."""
    with zipfile.ZipFile(io.BytesIO(word(paper))) as archive:
        assert [name for name in archive.namelist() if name.startswith("word/media/")]


def test_a_value_for_a_field_the_form_lacks_is_a_mistake_of_the_caller(books):
    """Nothing that was meant to be printed is left out in silence."""
    with pytest.raises(KeyError, match="nonsense"):
        paper_of(forms_of(books["ruian"])["menu_change"], "瑞安学院", {"nonsense": "x"})


@pytest.mark.parametrize("key", ["gpnu", "xartvu", "ruian"])
def test_every_form_of_every_regulation_and_every_generic_one_prints(books, key):
    """No combination of fields breaks either way out."""
    for form in forms_of(books[key]).values():
        paper = paper_of(form, books[key].institution.name)
        assert pdf(paper).startswith(b"%PDF-")
        assert read_word(word(paper))
