"""The pages of withdrawing and of stopping everything: who sees what, what follows is said before it is pressed."""

import pytest

from guanhao.publishing.models import InstallationStop, Withdrawal
from guanhao.web.work import access
from tests.web.pages.test_publishing import LINK, job

__all__ = ["job"]


@pytest.fixture
def out(browser, job):
    """The push by hand is out, with its link."""
    browser("ruian-editor").post(f"/publishing/{job.pk}/by-hand/", {"link": LINK, "note": ""})
    job.refresh_from_db()
    return job


def test_one_asks_another_agrees_and_both_are_named(browser, out):
    """The page says beforehand that it takes two, offers the second the decision, and keeps both names."""
    address = f"/publishing/{out.pk}/withdraw/"
    editor, head = browser("ruian-editor"), browser("ruian-office-head")
    assert address in editor.get(f"/publishing/{out.pk}/").content.decode()
    assert "须另一人同意后才删除" in editor.get(address).content.decode()
    editor.post(address, {"reason": "数字有误", "item": ""})
    assert "同意撤回" not in editor.get(address).content.decode()
    assert editor.post(f"{address}agree/").status_code == 403
    assert "数字有误" in head.get(address).content.decode()
    assert head.post(f"{address}agree/").status_code == 302
    page = head.get(address).content.decode()
    assert "林知夏" in page
    assert "陈砚秋" in page


def test_without_a_reason_the_form_comes_back(browser, out):
    """Nothing is recorded."""
    assert browser("ruian-editor").post(f"/publishing/{out.pk}/withdraw/", {"reason": ""}).status_code == 422
    assert not Withdrawal.objects.exists()


def test_a_contributor_reads_why_there_is_no_form(browser, out):
    """And a forged one is refused."""
    student = browser("ruian-student")
    assert 'name="reason"' not in student.get(f"/publishing/{out.pk}/withdraw/").content.decode()
    assert student.post(f"/publishing/{out.pk}/withdraw/", {"reason": "x"}).status_code == 403


@pytest.mark.requirement("AP8")
def test_the_system_administrator_stops_everything_and_every_page_concerned_says_so(browser, out, settings):
    """The band stands above desk, calendar, lists, the push, its job and the account; the editor cannot do it."""
    settings.RUN_BY = "ruian"
    system, editor = browser("ruian-system"), browser("ruian-editor")
    assert editor.post("/publishing/stops/all/", {"reason": "演练"}).status_code == 403
    assert system.post("/publishing/stops/all/", {"reason": "演练全停"}).status_code == 302
    for address in (
        "/",
        "/calendar/",
        "/publishing/",
        "/publishing/asks/",
        "/publishing/stops/",
        f"/calendar/pushes/{out.push_id}/",
        f"/publishing/{out.pk}/",
        f"/publishing/{out.pk}/by-hand/",
        f"/accounts/{out.account_id}/",
    ):
        assert "演练全停" in editor.get(address).content.decode(), address
    system.post("/publishing/stops/all/ask/")
    assert system.post("/publishing/stops/all/lift/").status_code == 403
    assert InstallationStop.objects.get().lifted_at is None
    assert access.installation_stop() is not None


def test_a_published_article_offers_its_correction_and_both_pages_name_the_chain(browser, out):
    """The button begins a draft; original and draft, the push and its job lead to each other."""
    article = out.items.get().revision.article
    student = browser("ruian-student")
    assert "更正或重发" in student.get(f"/articles/{article.pk}/").content.decode()
    answer = student.post(f"/articles/{article.pk}/follow/", {"how": "correction"})
    later = article.followed_by.get()
    assert answer.headers["Location"] == f"/articles/{later.pk}/edit/"
    assert f'href="/articles/{later.pk}/"' in student.get(f"/articles/{article.pk}/").content.decode()
    assert f'href="/articles/{article.pk}/"' in student.get(f"/articles/{later.pk}/").content.decode()
    for address in (f"/publishing/{out.pk}/", f"/calendar/pushes/{out.push_id}/"):
        assert f'href="/articles/{later.pk}/"' in browser("ruian-editor").get(address).content.decode()
