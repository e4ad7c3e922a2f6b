"""The pages of impact assessments: written, edited, concluded, printed, linked from the inventory."""

from __future__ import annotations

import pytest

from guanhao.privacy.models import Assessment

LIST = "/privacy/assessments/"
FORM = {
    "title": "公布获奖学生名单", "grounds": ["given", "sensitive"], "data_kinds": "姓名、班级", "purpose": "公布评优结果。",
    "necessity": "评优办法要求公示。", "effects": "可能被陌生人搜到。", "risk": "middle", "measures": "七天后删除。",
    "assessors": "陈砚秋，办公室主任",
}  # fmt: skip


@pytest.mark.requirement("PD7")
def test_from_the_first_words_to_the_printed_report(browser, ruian, morning):
    """Gaps are filled later; what is missing is said at its place; concluded it cannot be edited."""
    office = browser("ruian-editor")
    office.post(f"{LIST}new/", FORM | {"measures": ""})
    row = Assessment.objects.get()
    base = f"{LIST}{row.pk}/"
    gap = office.post(f"{base}conclude/", {"conclusion": "with_measures", "words": "依法公示。"})
    assert "请填写保护措施" in gap.content.decode()
    assert "依法公示。" in gap.content.decode()
    office.post(f"{base}edit/", FORM)
    office.post(f"{base}conclude/", {"conclusion": "with_measures", "words": "依法公示。"})
    page = office.get(base).content.decode()
    assert "采取所列措施后实施" in page
    assert f"{base}edit/" not in page
    assert "不能再改" in office.post(f"{base}edit/", FORM | {"risk": "low"}).content.decode()
    printed = office.get(f"{base}print/").content.decode()
    for words in ("处理敏感个人信息", "七天后删除。", "陈砚秋", "依法公示。", "盖章"):
        assert words in printed
    assert "公布获奖学生名单" in office.get(LIST).content.decode()
    assert "公布获奖学生名单" not in office.get(f"{LIST}?tab=open").content.decode().partition("<main")[2]


@pytest.mark.requirement("PD7")
def test_the_inventory_leads_whoever_assesses_to_it(browser, ruian, morning):
    """Others and strangers see no such link."""
    for who, shown in (
        ("ruian-editor", True),
        ("ruian-security", True),
        ("ruian-student", False),
        (None, False),
    ):
        page = (browser(who) if who else browser()).get("/privacy/").content.decode()
        assert (LIST in page) is shown, who
