"""A form as a Word file: the institution's own template where it uploaded one, ours otherwise.

Ours is made by code from the same rows as the PDF and filled by the same step as theirs, so it can be downloaded as the
beginning of one's own. Files that people upload are read and filled in a process that can be killed (CF7).
"""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.document import Document as Docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.run import Run

from guanhao.contents import isolated
from guanhao.documents.pdf import qr_png
from guanhao.documents.types import Cell, Paper
from guanhao.rulebook.vocabulary import FieldType

BODY, TITLE = (
    "宋体",
    "黑体",
)  # names that every Chinese office machine resolves; no face travels with a Word file
COLUMNS = (Mm(26), Mm(57), Mm(26), Mm(57))
_SHADE = "EEEEEE"


def word(paper: Paper, template: bytes = b"") -> bytes:
    """The form as .docx, from the given template or from ours.

    Raises:
        FileRefused: the template cannot be filled.
    """
    qr = qr_png(paper.address) if paper.code else b""
    return isolated.run("fill", {"values": paper.values()}, template or our_template(paper), qr).blobs[0]


def our_template(paper: Paper) -> bytes:
    """Our own template of the form, its values left as fields in double braces."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin, section.bottom_margin = Mm(22), Mm(24)
    _say(document, "{{ institution }}", size=12, centred=True)
    _say(document, paper.title, size=18, bold=True, centred=True, face=TITLE)
    numbered = any(cell.type is FieldType.FILING_NUMBER for cell in paper.cells)
    head = "{% if article %}依据：{{ article }}{% endif %}" + (
        "\t编号：{{ filing_number }}" if numbered else ""
    )
    _right_tab(_say(document, head, size=10))
    _sheet(document, paper)
    _foot(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _say(
    document: Docx, text: str, *, size: int, bold: bool = False, centred: bool = False, face: str = BODY
) -> Any:
    paragraph = document.add_paragraph()
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(4)
    _write(paragraph.add_run(text), size, bold=bold, face=face)
    return paragraph


def _write(run: Run, size: float, *, bold: bool = False, face: str = BODY) -> None:
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, face
    # Chinese characters take their face from this attribute alone.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001 - no public way.


def _right_tab(paragraph: Any) -> None:
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(110))


def _sheet(document: Docx, paper: Paper) -> None:
    rows = list(paper.rows())
    table: Table = document.add_table(rows=len(rows), cols=len(COLUMNS))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for row, cells in zip(table.rows, rows, strict=True):
        for place, width in zip(row.cells, COLUMNS, strict=True):
            place.width = width
        if len(cells) == 1:
            row.cells[1].merge(row.cells[3])
        for position, cell in enumerate(cells):
            _label(row.cells[2 * position], cell)
            _content(row.cells[2 * position + 1], cell)


def _label(place: _Cell, cell: Cell) -> None:
    place.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(place.paragraphs[0].add_run(cell.title), 10.5, bold=True)
    if cell.office:
        _shade(place)
        note = place.add_paragraph()
        note.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(note.add_run("办公室填写"), 8)


def _content(place: _Cell, cell: Cell) -> None:
    if cell.office:
        _shade(place)
    first = place.paragraphs[0]
    if cell.type is FieldType.OPINION:
        _write(first.add_run(f"{{{{ {cell.key}.text }}}}"), 10.5)
        first.paragraph_format.space_after = Pt(24)
        _signature(place, f"签字：{{{{ {cell.key}.name }}}}　　{_date(f'{cell.key}.date')}", 10.5)
        _signature(place, f"{{{{ {cell.key}.manner }}}}", 8)
    elif cell.type is FieldType.SEAL:
        first.paragraph_format.space_after = Pt(48)
        _signature(place, f"（盖章）　　{_date(cell.key)}", 10.5)
    else:
        _write(first.add_run(f"{{{{ {cell.key} }}}}"), 10.5)
        if cell.type is FieldType.LONG_TEXT:
            first.paragraph_format.space_after = Pt(36)


def _date(name: str) -> str:
    return f"{{% if {name} %}}{{{{ {name} }}}}{{% else %}}　　年　　月　　日{{% endif %}}"


def _signature(place: _Cell, text: str, size: float) -> None:
    paragraph = place.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _write(paragraph.add_run(text), size)


def _shade(place: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
        shade.set(qn(f"w:{name}"), value)
    place._element.get_or_add_tcPr().append(shade)  # noqa: SLF001 - no public way.


def _foot(document: Docx) -> None:
    """Code, address and QR code where the form has a record; {{ qr }} stands in a paragraph of its own."""
    foot = document.sections[0].footer.paragraphs[0]
    _write(
        foot.add_run(
            "{% if code %}核验码 {{ code }}　打印日期 {{ printed }}　核验地址 {{ address }}{% endif %}"
        ),
        8,
    )
    _say(document, "{% if code %}{{ qr }}{% endif %}", size=8)
