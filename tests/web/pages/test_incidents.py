"""The pages of security incidents: opened, reported, printed, closed, by the office only."""

from __future__ import annotations

import pytest

from guanhao.privacy.models import Incident, Report

FORM = {
    "title": "旧密码登录",
    "kind": "takeover",
    "noticed_at": "2026-11-23T08:50",
    "what": "有人用旧密码登录。",
    "persons_number": "0",
}


@pytest.fixture
def opened(browser, ruian, morning):
    """Opened by the office ten minutes after it was noticed."""
    office = browser("ruian-editor")
    answer = office.post("/privacy/incidents/new/", FORM | {"accounts": [ruian.accounts["flagship"].pk]})
    incident = Incident.objects.get()
    assert answer.headers["Location"] == f"/privacy/incidents/{incident.pk}/"
    return office, incident


@pytest.mark.requirement("PD7")
def test_an_incident_from_opening_to_the_printed_report(opened, ruian):
    """Facts, reports, measures and lessons are typed where they belong and stand on the printed page."""
    office, incident = opened
    base = f"/privacy/incidents/{incident.pk}/"
    page = office.get(base).content.decode()
    assert "待报告" in page
    assert "第五十七条" in page
    for report in Report.objects.all():
        place = f"/privacy/incidents/reports/{report.pk}/"
        field = f"r{report.pk}-"
        if report.to == "persons":
            office.post(place, {f"{field}words": "没有涉及个人信息", "not_needed": "1"})
        else:
            office.post(place, {f"{field}made_at": "2026-11-23T08:58", f"{field}whom": f"接收 {report.to}"})
    office.post(f"{base}measure/", {"words": "已换密码"})
    office.post(f"{base}edit/", FORM | {"persons_number": "3", "persons_who": "三名管理员"})
    office.post(f"{base}close/", {"words": "换人当天换密码"})
    printed = office.get(f"{base}print/").content.decode()
    for words in (
        "接收 authority",
        "接收 cyberspace",
        "没有涉及个人信息",
        "已换密码",
        "三名管理员",
        "换人当天换密码",
    ):
        assert words in printed
    assert "已结案" in office.get(base).content.decode()
    assert "旧密码登录" not in office.get("/privacy/incidents/").content.decode().partition("<main")[2]
    assert "旧密码登录" in office.get("/privacy/incidents/?tab=all&kind=takeover").content.decode()


@pytest.mark.requirement("PD7")
def test_what_is_missing_is_said_and_nothing_typed_is_lost(opened, morning):
    """A wrong form comes back with its words; a close too early says which reports are open."""
    office, incident = opened
    answer = office.post("/privacy/incidents/new/", FORM | {"noticed_at": "2026-11-23T09:30"})
    assert "不能晚于现在" in answer.content.decode()
    assert "有人用旧密码登录" in answer.content.decode()
    early = office.post(f"/privacy/incidents/{incident.pk}/close/", {"words": "先结案"}, follow=True)
    assert "还没有报告" in early.content.decode()
    assert Incident.objects.get().closed_at is None


@pytest.mark.requirement("PD7")
def test_others_are_refused_with_the_reason(opened, browser):
    """An author sees neither the list nor the page; another institution's office finds nothing."""
    _office, incident = opened
    author = browser("ruian-section")
    assert author.get("/privacy/incidents/").status_code == 403
    assert author.get(f"/privacy/incidents/{incident.pk}/").status_code == 403
    assert browser("gpnu-publicity").get(f"/privacy/incidents/{incident.pk}/").status_code == 404
