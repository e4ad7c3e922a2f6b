"""A form as PDF: Typst, A4, embedded Chinese faces. Values travel as JSON, never inside the source (libraries.md)."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

from guanhao.documents.types import Cell, Paper
from guanhao.rulebook.vocabulary import FieldType

LAYOUT = Path(__file__).parent / "layout" / "form.typ"


class NoFonts(RuntimeError):  # noqa: N818 - states the fact.
    """The Chinese faces are not where set-up puts them; without them every character would be an empty box."""

    def __init__(self, where: Path) -> None:
        super().__init__(f"No Chinese font in {where}; run make setup.")


def pdf(paper: Paper) -> bytes:
    """The form as a PDF file.

    Raises:
        NoFonts: set-up did not bring the faces.
    """
    fonts = Path(settings.FONTS_PATH)
    if not any(fonts.glob("*.ttf")):
        raise NoFonts(fonts)
    return bytes(
        typst.compile(
            str(LAYOUT),
            root=str(LAYOUT.parent),
            font_paths=[str(fonts)],
            sys_inputs={"paper": json.dumps(_told(paper), ensure_ascii=False)},
        )
    )


def _told(paper: Paper) -> dict[str, Any]:
    return {
        "title": paper.title,
        "institution": paper.institution,
        "number": paper.number,
        "numbered": any(cell.type is FieldType.FILING_NUMBER for cell in paper.cells),
        "article": paper.article,
        "printed": paper.printed,
        "code": paper.code,
        "address": paper.address,
        "qr": qr_svg(paper.address) if paper.code else "",
        "rows": [[_cell(cell) for cell in row] for row in paper.rows()],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "kind": cell.type.value,
        "title": cell.title,
        "value": cell.value,
        "office": cell.office,
        "text": cell.opinion.text,
        "name": cell.opinion.name,
        "date": cell.opinion.on,
        "manner": cell.opinion.manner,
    }


def qr_svg(address: str) -> str:
    """The address as a QR code, an SVG picture."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=1, scale=4)
    return out.getvalue().decode()


def qr_png(address: str) -> bytes:
    """The address as a QR code, a PNG picture."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", border=1, scale=6)
    return out.getvalue()
