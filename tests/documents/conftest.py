"""What tests of forms share: the regulations, a filled form, and reading a print back."""

import io
import re
import subprocess

import docx
import pytest

from guanhao.documents.types import Opinion
from guanhao.rulebook.loading import load
from tests.test_marks import ROOT
from tests.web.conftest import browser

__all__ = ["browser"]

VALUES = {
    "department": "教务处",
    "platform": "微信公众平台",
    "name": "西安电大教务在线",
    "purpose": "面向师生发布教务通知。\n栏目：通知 & <日程>、{{ number }}、#问答 \\ *强调*。",
    "head": "周明远",
    "operator": "何沐阳",
    "phone": "029-8888 0000",
}
OPINIONS = {"head_opinion": Opinion("同意申请，请党政办公室审批。", "周明远", "2026-11-20", "系统签署")}


@pytest.fixture(scope="session")
def books():
    """The three regulations by key."""
    return {key: load(ROOT / "rulebooks" / f"{key}.yaml") for key in ("gpnu", "xartvu", "ruian")}


def words_of(text):
    """The text without white space: layout breaks lines where it likes."""
    return re.sub(r"\s+", "", text)


def read_pdf(data, tmp_path):
    """A PDF's text, read back by a program that is not ours."""
    file = tmp_path / "print.pdf"
    file.write_bytes(data)
    told = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True)
    return words_of(told.stdout.decode())


def read_word(data):
    """A Word file's text, body, tables and footers, each cell once."""
    document = docx.Document(io.BytesIO(data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        for row in table.rows:
            cells = {id(cell._element): cell.text for cell in row.cells}
            texts += cells.values()
    texts += [paragraph.text for section in document.sections for paragraph in section.footer.paragraphs]
    return words_of("\n".join(texts))
