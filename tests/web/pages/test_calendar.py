"""The plan's pages: windows and gaps with their article, refused drops with the nearest lawful time, serials."""

from datetime import date, datetime

import pytest

from guanhao.contents.models import Push
from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.people.access import actor_of
from guanhao.publishing import actions
from tests.contents.conftest import decide, submit
from tests.web.pages.conftest import TUESDAY_IN_THE_WINDOW

JSON = {"accept": "application/json"}


@pytest.fixture
def push(ruian, approved):
    """The article planned by hand for Tuesday, in the window."""
    person = ruian.people["ruian-editor"]
    return actions.schedule(
        actor=actor_of(person),
        person=person,
        account=ruian.accounts["flagship"],
        revisions=[approved.current],
        channel="by_hand",
        due_at=TUESDAY_IN_THE_WINDOW,
    )


@pytest.mark.article("ruian-11")
def test_the_week_shades_windows_and_names_the_days_without_a_push(browser, ruian, approved):
    """Five days with two windows each, and one line that cites the article for the days that lack a push."""
    page = browser("ruian-editor").get("/calendar/?week=2026-11-23").content.decode()
    assert page.count('class="week-window"') == 10
    assert "11-23、11-24、11-25、11-26、11-27 工作日尚无推送" in page
    assert approved.title in page


def test_an_approved_article_is_planned_from_its_page(browser, approved):
    """The page begins with the first lawful time; posting it makes the push and its job."""
    editor = browser("ruian-editor")
    page = editor.get(f"/calendar/schedule/{approved.current_id}/").content.decode()
    assert 'value="2026-11-23T16:00"' in page
    posted = {"due_at": "2026-11-24T16:30", "channel": "by_hand", "headline": approved.current_id}
    answer = editor.post(f"/calendar/schedule/{approved.current_id}/", posted)
    push = Push.objects.get()
    assert answer.url == f"/calendar/pushes/{push.pk}/"
    assert push.due_at == TUESDAY_IN_THE_WINDOW


@pytest.mark.article("ruian-11")
def test_a_time_outside_the_windows_is_refused_with_the_nearest_lawful_one(browser, approved):
    """The refusal cites the article, keeps what was typed and offers the next window."""
    posted = {"due_at": "2026-11-24T10:00", "channel": "by_hand", "headline": approved.current_id}
    answer = browser("ruian-editor").post(f"/calendar/schedule/{approved.current_id}/", posted)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "/rules/ruian-11/" in page
    assert 'value="2026-11-24T16:00"' in page
    assert not Push.objects.exists()


LATE = datetime(2026, 11, 23, 15, 30, tzinfo=CHINA)
SOON = {"due_at": "2026-11-23T16:30", "channel": "by_hand"}


@pytest.fixture
def late(ruian, offer):
    """An article handed in and approved an hour before it is to go out."""
    with clock.frozen(LATE):
        article = offer(ruian, "ruian-student", kind="student", unit="学生科")
        submit(ruian, "ruian-student", article)
        decide(ruian, "ruian-editor-2", article)
        yield article


@pytest.mark.article("ruian-16")
def test_who_holds_the_role_lets_a_late_article_pass_with_a_reason(browser, ruian, late):
    """First the refusal with a field for the reason; with the reason it is planned, and the finding remembers why."""
    ruian.people["ruian-editor"].appointments.create(
        institution=ruian.institution, unit=ruian.units["办公室"], post="head", since=date(2026, 1, 1)
    )
    editor, page = browser("ruian-editor"), f"/calendar/schedule/{late.current_id}/"
    refused = editor.post(page, SOON)
    assert refused.status_code == 422
    assert 'name="override_reason"' in refused.content.decode()
    assert not Push.objects.exists()
    editor.post(page, {**SOON, "override_reason": "校庆当日"})
    assert Push.objects.get().state == "planned"
    assert late.current.findings.get(rule="lead_time", stage="schedule").reason == "校庆当日"


@pytest.mark.article("ruian-16")
def test_who_does_not_hold_the_role_reads_who_does_and_takes_it_to_them(browser, ruian, late):
    """The refusal names the role and has no reason field; noted, the head settles it on the article and it passes."""
    editor, page = browser("ruian-editor"), f"/calendar/schedule/{late.current_id}/"
    refused = editor.post(page, SOON).content.decode()
    assert f"只有{ruian.rulebook.roles['office_head'].title.zh}可以放行" in refused
    assert 'name="override_reason"' not in refused
    assert editor.post(page, {**SOON, "override_reason": "我说行"}).status_code == 422
    assert editor.post(page, {**SOON, "note": "1"}).url == f"/articles/{late.pk}/"
    finding, head = (
        late.current.findings.get(rule="lead_time", stage="schedule"),
        browser("ruian-office-head"),
    )
    assert f'id="settle-{finding.pk}"' in head.get(f"/articles/{late.pk}/").content.decode()
    head.post(f"/findings/{finding.pk}/settle/", {"state": "ignored", "reason": "校庆当日"})
    editor.post(page, SOON)
    assert Push.objects.get().state == "planned"


def move(client, push, at, serial=None):
    posted = {"at": at, "serial": push.serial if serial is None else serial}
    return client.post(f"/calendar/pushes/{push.pk}/move/", posted, headers=JSON)


def test_a_drag_moves_the_push(browser, push):
    """The script is answered with the sentence it shows and the new serial."""
    answer = move(browser("ruian-editor"), push, "2026-11-25T20:15")
    push.refresh_from_db()
    assert answer.json()["serial"] == push.serial
    assert push.due_at.astimezone(CHINA).strftime("%d %H:%M") == "25 20:15"


@pytest.mark.article("ruian-11")
def test_a_refused_drop_says_why_and_where_it_may_go(browser, push):
    """Reason, chip and the nearest lawful time come as JSON; the push stays where it was."""
    answer = move(browser("ruian-editor"), push, "2026-11-25T11:00")
    told = answer.json()
    assert answer.status_code == 422
    assert "11:00" in told["reason"]
    assert "第十一条" in told["chip"]
    assert told["nearest"] == "2026-11-25T16:00"
    push.refresh_from_db()
    assert push.due_at == TUESDAY_IN_THE_WINDOW


def test_a_stale_drag_is_told_that_somebody_was_faster(browser, push):
    """A serial that is not the newest is a conflict, without an offer."""
    answer = move(browser("ruian-editor"), push, "2026-11-25T20:15", serial=7)
    assert answer.status_code == 409
    assert "nearest" not in answer.json()


@pytest.mark.article("ruian-6.3")
def test_only_who_publishes_may_move_a_push(browser, push):
    """The contributor sees the push of their article but cannot move it; the refusal cites the article."""
    answer = move(browser("ruian-student"), push, "2026-11-25T20:15")
    assert answer.status_code == 422
    assert "第六条" in answer.json()["chip"]


def test_a_cancelled_push_gives_its_article_back(browser, push, approved):
    """With a reason the push is out of the plan and the article waits for a place again."""
    editor = browser("ruian-editor")
    editor.post(f"/calendar/pushes/{push.pk}/cancel/", {"reason": "内容要改"})
    push.refresh_from_db()
    approved.refresh_from_db()
    assert (push.state, approved.state) == ("cancelled", "approved")
