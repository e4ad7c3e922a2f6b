"""Texts of files for the command line: plain text, HTML and Word, read without trusting them.

Of a Word file only the main document is read, as text with marks: no entity is resolved, no relationship followed.
"""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from pathlib import Path, PurePath

from guanhao.core.text import Text
from guanhao.screening.speaking import Told, of_system
from guanhao.screening.text import TextView, body_view, picture_texts

MOST_BYTES = 20 * 2**20
_WORD_MARKS = re.compile(r"<w:t(?:\s[^>]*)?>([^<]*)</w:t>|<w:(tab)\b[^>]*/>|<w:(br|cr)\b[^>]*/>|<(/w:p)>")
_DOCUMENT = "word/document.xml"


class CannotRead(Told):
    """A file that is too large or not what its name says."""


def views_of(path: Path) -> list[TextView]:
    """The texts of a file, by its suffix: ``.docx``, ``.html``/``.htm``, everything else as plain text.

    Raises:
        CannotRead: it is missing, too large, or not readable as what it seems to be.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CannotRead(_too_large(path.name))
        data = path.read_bytes()
    except OSError as fault:
        raise CannotRead(of_system(fault, name=str(path))) from fault
    text = text_of(path.name, data)
    if path.suffix.lower() in {".html", ".htm"}:
        return [body_view(text), *picture_texts(text)]
    return [TextView.plain("body", text)]


def text_of(name: str, data: bytes) -> str:
    """The text of a file's bytes, by its suffix: of a Word file its words, of any other what stands in it.

    Raises:
        CannotRead: not readable as what its name says.
    """
    is_word = PurePath(name).suffix.lower() == ".docx"
    return _word_text(name, data) if is_word else _decoded(name, data)


def plain_text(path: Path) -> str:
    """What stands in a text file of any size, as UTF-8 or GB18030.

    Raises:
        CannotRead: it is missing or neither.
    """
    try:
        return _decoded(path.name, path.read_bytes())
    except OSError as fault:
        raise CannotRead(of_system(fault, name=str(path))) from fault


def lines_of(path: Path) -> list[str]:
    """The lines of a text file that are not blank, without their ends.

    Raises:
        CannotRead: as `views_of`.
    """
    lines = (line.strip() for view in views_of(path) for line in view.text.split("\n"))
    return [line for line in lines if line]


def _decoded(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CannotRead(
        Text(zh=f"{name}：编码既不是 UTF-8 也不是 GB18030。", en=f"{name}: neither UTF-8 nor GB18030")
    )


def _word_text(name: str, data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_DOCUMENT) as part:
            xml = part.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError) as fault:
        raise CannotRead(
            Text(zh=f"{name}：不是 Word（docx）文件。", en=f"{name}: no Word document")
        ) from fault
    if len(xml) > MOST_BYTES:
        raise CannotRead(_too_large(name))
    pieces = (
        unescape(match[1]) if match[1] is not None else "\t" if match[2] else "\n"
        for match in _WORD_MARKS.finditer(xml.decode("utf-8", "replace"))
    )
    return "".join(pieces)


def _too_large(name: str) -> Text:
    """Packed or unpacked."""
    most = MOST_BYTES // 2**20
    return Text(zh=f"{name}：内容超过 {most} MB。", en=f"{name}: larger than {most} MB")
