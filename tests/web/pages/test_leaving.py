"""The page of leaving the system: two browsers, a waiting period everybody sees, and what the public is told after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from guanhao.core import clock
from guanhao.directory.models import Directory
from guanhao.exports import steps
from guanhao.process.removing import remove_institutions
from guanhao.removal.models import Removal
from guanhao.removal.types import WAIT
from guanhao.steps.types import Worker
from tests.web.pages.conftest import MONDAY

PAGE = "/settings/removal/"
WORKER = Worker("test/pages")


@pytest.fixture
def asked(browser, ruian, morning, ledger_key, settings, tmp_path):
    """Asked for by the system administrator."""
    settings.EXPORT_ROOT, settings.MEDIA_ROOT = tmp_path / "exports", tmp_path / "media"
    system = browser("ruian-system", fresh=True)
    answer = system.post(PAGE, {"reason": "改用集团平台", "name": ruian.institution.name})
    assert answer.headers["Location"] == PAGE
    return system


@pytest.mark.requirement("AP8")
@pytest.mark.requirement("SE8")
def test_from_the_request_to_what_the_public_is_told(asked, browser, ruian):
    """Confirmed by the second, seen by everybody, taken by the two, carried out, gone."""
    security, student = browser("ruian-security", fresh=True), browser("ruian-student")
    assert "确认退出" not in asked.get(PAGE).content.decode()
    assert "退出本系统，全部数据" not in student.get("/").content.decode()
    security.post(f"{PAGE}confirm/")
    for path in ("/", "/articles/", PAGE):
        assert "退出本系统，全部数据" in student.get(path).content.decode()
    assert steps.export_one(WORKER) is True
    for one in (asked, security):
        assert b"".join(one.post(f"{PAGE}file/").streaming_content).startswith(b"PK")
    assert browser("ruian-office-head", fresh=True).post(f"{PAGE}file/").status_code == 403
    assert "下载" not in student.get(PAGE).content.decode()
    with clock.frozen(MONDAY + WAIT + timedelta(hours=1)):
        remove_institutions(WORKER)
    assert student.get("/").status_code == 302
    public = Client()
    gone = public.get("/directory/ruian/")
    assert gone.status_code == 410
    assert ruian.institution.name in gone.content.decode()
    told = public.get("/api/directory/ruian/accounts")
    assert (told.status_code, told.json()["institution"]["key"]) == (410, "ruian")
    assert public.get("/directory/gpnu/").status_code == 200
    assert browser("gpnu-dean").get("/").status_code == 200


@pytest.mark.requirement("AP8")
def test_a_closed_directory_stays_unknown_after_leaving(asked, browser, ruian):
    """Who asks for a key learns no more than before."""
    Directory.objects.update(open=False)
    browser("ruian-security", fresh=True).post(f"{PAGE}confirm/")
    steps.export_one(WORKER)
    with clock.frozen(MONDAY + WAIT + timedelta(hours=1)):
        remove_institutions(WORKER)
    assert Client().get("/directory/ruian/").status_code == 404
    assert Client().get("/api/directory/ruian/accounts").status_code == 404


@pytest.mark.requirement("SI5")
def test_a_stale_sign_in_neither_asks_nor_confirms(asked, browser, ruian):
    """The password comes first."""
    for act in ("confirm/", "file/", "again/", ""):
        answer = browser("ruian-security").post(
            f"{PAGE}{act}", {"reason": "x", "name": ruian.institution.name}
        )
        assert answer.status_code == 302
        assert "confirm" in answer.headers["Location"]
    assert Removal.objects.get().confirmed_at is None


@pytest.mark.requirement("AP8")
def test_what_is_wrong_is_said_at_its_place(asked, browser, ruian):
    """Another name, somebody whose office it is not; and taken back it can be asked for again."""
    asked.post(f"{PAGE}cancel/")
    answer = asked.post(PAGE, {"reason": "改用集团平台", "name": "瑞安"})
    assert "请照原样填写单位全称" in answer.content.decode()
    assert "改用集团平台" in answer.content.decode()
    assert "由系统管理员提出" in browser("ruian-editor").get(PAGE).content.decode()
    assert Removal.objects.open().count() == 0
