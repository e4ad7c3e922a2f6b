"""The pages of lawful disclosure: prepared by one, approved by another, fetched by the two, delivered."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanhao.exports import steps
from guanhao.exports.models import ExportJob
from guanhao.privacy.models import Disclosure
from guanhao.steps.types import Worker


@pytest.fixture
def prepared(browser, ruian, draft, ledger_key, settings, tmp_path):
    """Prepared by the first editor, about the student and the flagship, today."""
    settings.EXPORT_ROOT = tmp_path / "exports"
    office = browser("ruian-editor", fresh=True)
    answer = office.post("/privacy/disclosures/new/", form(ruian))
    row = Disclosure.objects.get()
    assert answer.headers["Location"] == f"/privacy/disclosures/{row.pk}/"
    return office, row


def form(cast, **other):
    return {
        "authority": "瑞安市公安局",
        "officers": "张三 330001",
        "number": "调证字七号",
        "scan": SimpleUploadedFile("文书.pdf", b"%PDF-1.7 instrument", content_type="application/pdf"),
        "purpose": "侦查案件",
        "account": cast.accounts["flagship"].pk,
        "persons": "S240101\n",
        "since": "2026-11-22",
        "until": "2026-11-22",
    } | other


@pytest.mark.requirement("PD6")
@pytest.mark.requirement("AP8")
def test_from_the_instrument_to_the_delivery(prepared, browser):
    """The second person of the office approves, both fetch, a third is refused, the delivery is noted."""
    office, row = prepared
    base = f"/privacy/disclosures/{row.pk}/"
    assert "须由两个人" in office.get(base).content.decode()
    assert office.post(f"{base}approve/", follow=True).status_code == 200
    assert Disclosure.objects.get().decided_at is None
    assert office.get(f"{base}scan/").headers["Content-Disposition"].startswith("attachment")
    second, third = browser("ruian-editor-2", fresh=True), browser("ruian-office-head", fresh=True)
    second.post(f"{base}approve/")
    assert steps.export_one(Worker("test/pages")) is True
    for one in (office, second):
        answer = one.post(f"{base}file/")
        assert b"".join(answer.streaming_content).startswith(b"PK")
    refused = third.post(f"{base}file/")
    assert refused.status_code == 403
    assert "只有登记人和批准人" in refused.content.decode()
    assert "下载资料" not in third.get(base).content.decode()
    job = ExportJob.objects.get()
    assert second.get(f"/exports/{job.pk}/file/").status_code == 404
    second.post(f"{base}deliver/", {"to": "张三", "how": "当面交付光盘"})
    assert "已交付" in office.get(base).content.decode()
    assert "调证字七号" not in office.get("/privacy/disclosures/").content.decode().partition("<main")[2]
    assert "调证字七号" in office.get("/privacy/disclosures/?tab=all").content.decode()


@pytest.mark.requirement("PD6")
def test_what_cannot_be_is_said_at_its_place(browser, ruian, morning):
    """Somebody nobody knows, and no scope at all; what was typed stays."""
    office = browser("ruian-editor")
    unknown = office.post("/privacy/disclosures/new/", form(ruian, persons="查无此人"))
    assert "找不到：查无此人" in unknown.content.decode()
    nothing = office.post("/privacy/disclosures/new/", form(ruian, persons="", account=""))
    assert "至少指定" in nothing.content.decode()
    assert "侦查案件" in nothing.content.decode()
    assert not Disclosure.objects.exists()


@pytest.mark.requirement("PD6")
def test_a_stale_sign_in_does_not_fetch(prepared, browser):
    """Approving and fetching ask for the password first (SI5)."""
    _office, row = prepared
    stale = browser("ruian-editor-2")
    for act in ("approve", "file"):
        answer = stale.post(f"/privacy/disclosures/{row.pk}/{act}/")
        assert answer.status_code == 302
        assert "confirm" in answer.headers["Location"]
    assert Disclosure.objects.get().decided_at is None
