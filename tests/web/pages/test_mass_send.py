"""Mass sending on the pages: allowance and fresh authentication when planning, preview, confirmation, missing links."""

from datetime import timedelta

import pytest

from guanhao.contents.models import Push
from guanhao.core import clock
from guanhao.publishing.models import Preview, PublishJob
from guanhao.publishing.types import JobState
from tests.publishing.world import DUE, Time, World


@pytest.fixture
def world(ruian):
    """The office with approved articles, at nine on a Monday; nothing is sent anywhere."""
    now = Time()
    with clock.frozen(now):
        yield World(ruian, now)


def planned(browser, revision, *, fresh=True, channel="wechat_mass", at="2026-11-23T16:30"):
    """Plan from the page, as somebody who proved themselves just now or not."""
    posted = {"due_at": at, "channel": channel, "headline": revision.pk}
    return browser("ruian-editor", fresh=fresh).post(f"/calendar/schedule/{revision.pk}/", posted)


@pytest.mark.requirement("SI5")
def test_a_mass_send_is_planned_only_freshly_authenticated(browser, world):
    """Without it the way to the password opens and nothing is planned; publishing quietly asks for nothing more."""
    revision = world.approved()
    answer = planned(browser, revision, fresh=False)
    assert (answer.status_code, answer.url.startswith("/me/confirm/")) == (302, True)
    assert not Push.objects.exists()
    assert planned(browser, revision).status_code == 302
    assert Push.objects.get().channel == "wechat_mass"
    planned(browser, world.approved("安静的"), fresh=False, channel="wechat_publish")
    assert Push.objects.count() == 2


def test_the_planning_page_shows_how_many_sends_are_left_and_a_full_day_is_refused(browser, world):
    """今日群发 0/1 with what is planned; the second plan of the day is refused in words."""
    planned(browser, world.approved())
    second = world.approved("第二篇")
    page = browser("ruian-editor").get(f"/calendar/schedule/{second.pk}/").content.decode()
    assert "今日群发" in page
    assert "0/1" in page
    assert "已排 1" in page
    assert "微信群发（通知粉丝）" in page
    refused = planned(browser, second)
    assert refused.status_code == 422
    assert "群发次数（1 次）已用完或已排满" in refused.content.decode()


def test_an_account_whose_type_nobody_entered_says_so(browser, world):
    """No figure is invented."""
    world.account.kind = ""
    world.account.save(update_fields=["kind"])
    revision = world.approved()
    page = browser("ruian-editor").get(f"/calendar/schedule/{revision.pk}/").content.decode()
    assert "账号类型（订阅号或服务号）没有登记" in page


def test_a_preview_is_asked_for_on_the_push_page_and_its_result_stands_there(browser, world):
    """Who may handle the push has the form; what cannot be a WeChat id is said beside it."""
    job = world.planned(channel="wechat_mass")
    editor = browser("ruian-editor")
    page = editor.get(f"/calendar/pushes/{job.push_id}/").content.decode()
    assert "该账号今天还可预览 100 次" in page
    editor.post(f"/calendar/pushes/{job.push_id}/preview/", {"wechat_id": "lin-zhixia"})
    assert Preview.objects.get().asked_by == world.editor
    page = editor.get(f"/calendar/pushes/{job.push_id}/").content.decode()
    assert "lin-zhixia" in page
    assert "该账号今天还可预览 99 次" in page
    editor.post(f"/calendar/pushes/{job.push_id}/preview/", {"wechat_id": "林"})
    assert Preview.objects.count() == 1


def test_a_push_by_hand_has_no_preview(browser, world):
    """There is no draft to show."""
    job = world.planned(channel="by_hand")
    assert "发送预览" not in browser("ruian-editor").get(f"/calendar/pushes/{job.push_id}/").content.decode()


def test_waiting_for_the_administrator_is_a_word_of_its_own_on_every_page(browser, world):
    """List, job page and ledger of the job call it the same."""
    job = world.planned(channel="wechat_mass")
    PublishJob.objects.filter(pk=job.pk).update(state=JobState.WAITING_CONFIRM, cause="等待公众号管理员确认")
    editor = browser("ruian-editor")
    for address in ("/publishing/?tab=way", f"/publishing/{job.pk}/"):
        assert "待管理员确认" in editor.get(address).content.decode()


def test_links_the_platform_does_not_give_can_be_added(browser, world):
    """Quietly on the job's page; an address that is there is never replaced."""
    job = world.planned(world.approved("甲"), world.approved("乙"), channel="wechat_mass")
    PublishJob.objects.filter(pk=job.pk).update(state=JobState.PUBLISHED, published_at=DUE)
    job.items.filter(position=0).update(url="https://mp.weixin.qq.com/s/1")
    editor = browser("ruian-editor")
    assert "平台没有给出文章链接，可以补上" in editor.get(f"/publishing/{job.pk}/").content.decode()
    posted = ["https://evil.example/", "https://mp.weixin.qq.com/s/2"]
    editor.post(f"/publishing/{job.pk}/links/", {"link": posted})
    addresses = [item.url for item in job.items.order_by("position")]
    assert addresses == ["https://mp.weixin.qq.com/s/1", "https://mp.weixin.qq.com/s/2"]
    assert "平台没有给出文章链接" not in editor.get(f"/publishing/{job.pk}/").content.decode()


@pytest.mark.parametrize("links", [["", ""], ["", "javascript:alert(1)"]])
def test_what_is_no_address_is_not_kept(browser, world, links):
    """Nothing, or something a browser must not open, changes nothing."""
    job = world.planned(world.approved("甲"), world.approved("乙"), channel="wechat_mass")
    PublishJob.objects.filter(pk=job.pk).update(state=JobState.PUBLISHED, published_at=DUE)
    answer = browser("ruian-editor").post(f"/publishing/{job.pk}/links/", {"link": links})
    assert answer.status_code == 403
    assert not job.items.exclude(url="").exists()


def test_figures_of_a_send_and_its_allowance_stand_on_the_job_page(browser, world):
    """How many were reached and how many not, once the platform said so."""
    job = world.planned(channel="wechat_mass")
    PublishJob.objects.filter(pk=job.pk).update(
        state=JobState.PUBLISHED,
        published_at=DUE - timedelta(hours=7),
        remote={"msg_id": "1", "sent": "990", "failed": "10", "total": "1000"},
    )
    page = browser("ruian-editor").get(f"/publishing/{job.pk}/").content.decode()
    assert "990 / 1000" in page
    assert "未送达 10" in page
    assert "今日群发" in page
    assert "1/1" in page


def test_the_accounts_type_and_protection_are_entered_by_whoever_connects_it(browser, world):
    """As the console shows them; who may not connect the account is refused."""
    address = f"/accounts/{world.account.pk}/"
    editor = browser("ruian-editor")
    assert "API 群发保护" in editor.get(f"{address}interface/").content.decode()
    editor.post(f"{address}sending/", {"kind": "service", "mass_protection": "yes"})
    world.account.refresh_from_db()
    assert (world.account.kind, world.account.mass_protection) == ("service", True)
    assert "本月群发 0/4" in editor.get(f"{address}interface/").content.decode()
    denied = browser("ruian-student").post(f"{address}sending/", {"kind": "", "mass_protection": ""})
    assert denied.status_code == 403
    world.account.refresh_from_db()
    assert world.account.mass_protection is True
