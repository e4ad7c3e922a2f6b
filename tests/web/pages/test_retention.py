"""The page of the ledger's retention: asked by the auditor, agreed by another, shown to everybody."""

from __future__ import annotations

import pytest

from guanhao.ledger.models import Retention
from guanhao.retention.models import PeriodChange

PAGE = "/settings/retention/"


@pytest.mark.requirement("LG8")
@pytest.mark.requirement("AP8")
def test_two_browsers_change_the_period(browser, ruian, morning):
    """Too short a period is refused at its place; a shorter one warns; agreed it is in force."""
    auditor, security = browser("ruian-audit", fresh=True), browser("ruian-security", fresh=True)
    refused = auditor.post(PAGE, {"months": 5, "reason": "x"})
    assert refused.status_code == 200
    assert "6" in refused.content.decode()
    assert not PeriodChange.objects.exists()
    auditor.post(PAGE, {"months": 12, "reason": "存储空间不足"})
    assert "同意更改" not in auditor.get(PAGE).content.decode()
    shown = security.get(PAGE).content.decode()
    assert "不能恢复" in shown
    assert "存储空间不足" in shown
    security.post(f"{PAGE}agree/")
    assert Retention.objects.get().months == 12
    assert "12 个月" in browser("ruian-student").get(PAGE).content.decode()


@pytest.mark.requirement("LG8")
def test_declined_it_is_gone_and_another_may_not_agree(browser, ruian, morning):
    """An editor neither agrees nor declines."""
    browser("ruian-system", fresh=True).post(PAGE, {"months": 24, "reason": "x"})
    editor = browser("ruian-editor", fresh=True)
    for act in ("agree", "drop"):
        editor.post(f"{PAGE}{act}/")
    assert PeriodChange.objects.open().exists()
    browser("ruian-office-head", fresh=True).post(f"{PAGE}drop/")
    assert not PeriodChange.objects.open().exists()
    assert browser("ruian-office-head", fresh=True).post(f"{PAGE}agree/").status_code == 404


@pytest.mark.requirement("SI5")
def test_a_stale_sign_in_changes_nothing(browser, ruian, morning):
    """The password comes first, at asking and at agreeing."""
    assert "confirm" in browser("ruian-audit").post(PAGE, {"months": 12, "reason": "x"}).headers["Location"]
    browser("ruian-audit", fresh=True).post(PAGE, {"months": 12, "reason": "x"})
    assert "confirm" in browser("ruian-security").post(f"{PAGE}agree/").headers["Location"]
    assert not Retention.objects.exists()
