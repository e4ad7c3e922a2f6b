"""NT4: the signed-in search, export and upload as often as a person does, and no oftener."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.limiting.models import Counted
from guanhao.limiting.types import HOUR, MINUTE, MOST, Most, Use

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _noon():
    """One span for the whole test."""
    with clock.frozen(NOON):
        yield


@pytest.fixture
def editor(ruian, browser):
    """The office's editor."""
    return browser("ruian-editor")


@pytest.mark.requirement("NT4")
@pytest.mark.parametrize("path", ["/search/?q=招生", "/articles/?q=招生"])
def test_beyond_the_limit_a_search_is_told_when_to_come_back(path, editor, browser, monkeypatch):
    """The page says how often and when again; a list without words and another person are not concerned."""
    monkeypatch.setitem(MOST, Use.SEARCH, Most(2, MINUTE, together=100))
    assert [editor.get(path).status_code for _ in range(3)] == [200, 200, 429]
    late = editor.get(path)
    assert late["Retry-After"] == "56"
    page = late.content.decode()
    assert "最多 2 次" in page
    assert "12:01:01" in page
    assert editor.get("/articles/").status_code == 200
    assert browser("ruian-office-head").get(path).status_code == 200


@pytest.mark.requirement("NT4")
def test_all_together_have_a_limit_too(editor, browser, monkeypatch):
    """What many people take one after another is bounded for the institution."""
    monkeypatch.setitem(MOST, Use.SEARCH, Most(5, MINUTE, together=3))
    assert [editor.get("/search/?q=1").status_code for _ in range(2)] == [200, 200]
    head = browser("ruian-office-head")
    assert [head.get("/search/?q=1").status_code for _ in range(2)] == [200, 429]


@pytest.mark.requirement("NT4")
def test_exports_are_counted_whatever_they_are(editor, monkeypatch):
    """A list as a workbook and a printed form count together."""
    monkeypatch.setitem(MOST, Use.EXPORT, Most(2, HOUR, together=100))
    assert editor.get("/articles/?format=xlsx")["Content-Type"].endswith("sheet")
    assert editor.get("/accounts/?format=xlsx").status_code == 200
    assert editor.get("/articles/?format=xlsx").status_code == 429
    assert editor.get("/articles/").status_code == 200


@pytest.mark.requirement("NT4")
def test_uploads_are_counted_wherever_they_go_and_a_script_reads_why_in_json(editor, monkeypatch):
    """The editor's picture answer is JSON with the sentence; a form without a file is no upload."""
    monkeypatch.setitem(MOST, Use.UPLOAD, Most(1, HOUR, together=100))
    json = {"Accept": "application/json"}
    assert editor.post("/screening/file/", {}).status_code == 422
    assert (
        editor.post("/screening/file/", {"file": _file()}).status_code == 422
    )  # counted though it is no document
    late = editor.post("/articles/1/pictures/", {"file": _file()}, headers=json)
    assert late.status_code == 429
    assert "上传文件过于频繁" in late.json()["reason"]
    assert [row.count for row in Counted.objects.filter(use=Use.UPLOAD)] == [
        1,
        1,
    ]  # one person, and all together


def _file():
    return SimpleUploadedFile("a.png", b"no picture", content_type="image/png")
