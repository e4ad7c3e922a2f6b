"""Signed and sealed paper on pages: the decision page says it lacks, takes the scan, and shows what is there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanhao.cases.models import PaperCopy, Step
from guanhao.demo.pictures import draw

SCAN = b"%PDF-1.4 signed and sealed"


@pytest.fixture
def sealed(step):
    """The office's step, as one that passes only with the sealed paper."""
    Step.objects.filter(pk=step.pk).update(needs_paper=True)
    return step


def upload(browser, step, data=SCAN, name="签章.pdf", **more):
    file = SimpleUploadedFile(name, data)
    given = {"file": file, "covers": [step.key], "next": f"/review/{step.pk}/"} | more
    return browser("ruian-editor").post(f"/cases/{step.case_id}/papers/", given)


@pytest.mark.article("gpnu-6")
def test_the_decision_page_says_that_the_paper_lacks_and_takes_it(browser, sealed):
    """Before: the reason with its article and the upload. After: back on the same page, the paper listed, nothing lacks."""
    page = browser("ruian-editor").get(f"/review/{sealed.pk}/").content.decode()
    assert "须有签字盖章的纸质件" in page
    answer = upload(browser, sealed)
    assert (answer.status_code, answer.url) == (302, f"/review/{sealed.pk}/")
    page = browser("ruian-editor").get(f"/review/{sealed.pk}/").content.decode()
    assert "须有签字盖章的纸质件" not in page
    assert "签章.pdf" in page
    assert PaperCopy.objects.get().covers == [sealed.key]


@pytest.mark.requirement("CF5")
def test_a_pdf_is_only_ever_a_download(browser, sealed):
    """Whatever somebody uploads as a PDF, the browser is not let to run it on our pages."""
    upload(browser, sealed)
    answer = browser("ruian-editor").get(f"/papers/{PaperCopy.objects.get().pk}/")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content == SCAN


@pytest.mark.requirement("CF5")
def test_a_photograph_is_drawn_anew_and_shown(browser, sealed):
    """A picture is what our own process drew, so it may be shown."""
    upload(browser, sealed, draw("扫描件"), "扫描.png")
    answer = browser("ruian-editor").get(f"/papers/{PaperCopy.objects.get().pk}/")
    assert answer.headers["Content-Type"].startswith("image/")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_cannot_be_taken_is_said_and_nothing_is_kept(browser, sealed):
    """No file, a program, nothing ticked: a sentence each, no row."""
    for answer in (
        upload(browser, sealed, b"MZ\x90", "签章.exe"),
        browser("ruian-editor").post(f"/cases/{sealed.case_id}/papers/", {"covers": [sealed.key]}),
        upload(browser, sealed, covers=[]),
    ):
        assert answer.status_code == 302
    assert not PaperCopy.objects.exists()


def test_a_page_of_a_case_without_paper_has_no_card(browser, step):
    """Releases need none, so their page says nothing of it."""
    assert 'id="papers"' not in browser("ruian-editor").get(f"/review/{step.pk}/").content.decode()
