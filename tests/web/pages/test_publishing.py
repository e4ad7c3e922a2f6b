"""Publishing pages: by hand, the ask page, stops that two people lift, the record of every attempt."""

import io
import zipfile
from datetime import timedelta

import pytest

from guanhao.core import clock
from guanhao.people.access import actor_of
from guanhao.people.models import Person
from guanhao.process.steps import ALL_STEPS
from guanhao.publishing import actions, epoch
from guanhao.publishing.models import HandReport, PublishJob, Stop
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.publishing.world import World, png
from tests.web.pages.conftest import MONDAY, TUESDAY_IN_THE_WINDOW

LINK = "https://mp.weixin.qq.com/s/abc"


@pytest.fixture
def job(morning, ruian, ledger_key):
    """A push by hand whose time has come: its job waits for a person."""
    revision = World(ruian, None).approved()
    person = ruian.people["ruian-editor"]
    actions.schedule(
        actor=actor_of(person),
        person=person,
        account=ruian.accounts["flagship"],
        revisions=[revision],
        channel="by_hand",
        due_at=TUESDAY_IN_THE_WINDOW,
    )
    with clock.frozen(TUESDAY_IN_THE_WINDOW):
        until_idle(ALL_STEPS, Worker("test/pages-0"))
        yield PublishJob.objects.get()


def test_by_hand_shows_exactly_what_to_paste_and_takes_the_link(browser, job):
    """Title, body and pictures to copy; a link makes the push published, and it stands in the record."""
    editor = browser("ruian-editor")
    page = editor.get(f"/publishing/{job.pk}/by-hand/").content.decode()
    assert "技能月开幕" in page
    assert "现场气氛热烈" in page
    names = zipfile.ZipFile(io.BytesIO(editor.get(f"/publishing/{job.pk}/pictures.zip").content)).namelist()
    assert len(names) == 2
    answer = editor.post(f"/publishing/{job.pk}/by-hand/", {"link": LINK, "note": ""})
    job.refresh_from_db()
    assert (answer.status_code, job.state) == (302, "published")
    assert LINK in editor.get(f"/publishing/{job.pk}/").content.decode()


def test_what_a_job_says_of_itself_is_said_in_the_readers_language(ruian, browser, job):
    """The publisher writes both sentences; record, list and question show the reader's."""
    Person.objects.filter(pk=ruian.people["ruian-editor"].pk).update(language="en")
    editor = browser("ruian-editor")
    for path in (f"/publishing/{job.pk}/", "/publishing/asks/", "/publishing/"):
        page = editor.get(path).content.decode()
        assert "Publish the approved content by hand" in page, path
        assert "请按审批通过的内容手工发布" not in page, path


def test_by_hand_without_link_or_screenshot_is_refused_and_loses_nothing(browser, job):
    """What was typed stays; nothing is recorded."""
    answer = browser("ruian-editor").post(f"/publishing/{job.pk}/by-hand/", {"link": "", "note": "我发了"})
    assert answer.status_code == 422
    assert "我发了" in answer.content.decode()
    assert not HandReport.objects.exists()


def test_a_screenshot_is_proof_where_there_is_no_link(browser, job):
    """The picture is stored like any other and hangs on the report."""
    file = io.BytesIO(png("purple"))
    file.name = "截图.png"
    browser("ruian-editor").post(
        f"/publishing/{job.pk}/by-hand/", {"link": "", "note": "", "screenshot": file}
    )
    assert HandReport.objects.get().screenshot.original_name == "截图.png"


def test_giving_up_needs_a_reason(browser, job):
    """Without one the page comes back; with one the job ends and says why."""
    editor = browser("ruian-editor")
    address = f"/publishing/{job.pk}/answer/"
    assert editor.post(address, {"choice": "give_up", "note": ""}).status_code == 422
    editor.post(address, {"choice": "give_up", "note": "内容过时"})
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_open_questions_stand_together(browser, job):
    """The list of open questions leads to the page that answers each."""
    page = browser("ruian-editor").get("/publishing/asks/").content.decode()
    assert f"/publishing/{job.pk}/by-hand/" in page


@pytest.mark.requirement("AP8")
def test_a_stop_is_lifted_by_two(browser, job):
    """Who asks for it cannot also agree; a second person can."""
    head, editor = browser("ruian-office-head"), browser("ruian-editor")
    editor.post("/publishing/stops/", {"account": "", "reason": "演练"})
    stop = Stop.objects.get()
    editor.post(f"/publishing/stops/{stop.pk}/ask/")
    assert editor.post(f"/publishing/stops/{stop.pk}/lift/").status_code == 403
    assert head.post(f"/publishing/stops/{stop.pk}/lift/").status_code == 302
    stop.refresh_from_db()
    assert stop.lifted_by.name == "陈砚秋"


def test_a_student_cannot_stop_publishing(browser, ruian, morning):
    """The permission is asked by the action, whatever the page showed."""
    answer = browser("ruian-student").post("/publishing/stops/", {"account": "", "reason": "玩笑"})
    assert answer.status_code == 403
    assert not Stop.objects.exists()


def test_a_late_answer_is_told_that_it_is_over(browser, job):
    """After one person answered, the next is told so."""
    editor = browser("ruian-editor")
    editor.post(f"/publishing/{job.pk}/by-hand/", {"link": LINK})
    with clock.frozen(MONDAY + timedelta(days=1, hours=8)):
        answer = editor.post(f"/publishing/{job.pk}/answer/", {"choice": "give_up", "note": "算了"})
    assert answer.status_code == 422
    assert "不需要回答" in answer.content.decode()


def test_the_public_link_tells_only_of_what_went_out(browser, job):
    """Before publication the link is not found; afterwards a stranger reads who published what and when."""
    address = f"/v/{job.mark}"
    assert browser().get(address).status_code == 404
    browser("ruian-editor").post(f"/publishing/{job.pk}/by-hand/", {"link": LINK})
    page = browser().get(address).content.decode()
    assert "技能月开幕" in page
    assert job.manifest_hash in page
    assert "林知夏" not in page


# --- Questions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def unknown(morning, ruian):
    """A push by the machine that was sent at half past four and never answered; it is five past."""
    revision = World(ruian, None).approved()
    person = ruian.people["ruian-editor"]
    push = actions.schedule(
        actor=actor_of(person),
        person=person,
        account=ruian.accounts["flagship"],
        revisions=[revision],
        channel="wechat_publish",
        due_at=TUESDAY_IN_THE_WINDOW,
    )
    with clock.frozen(TUESDAY_IN_THE_WINDOW + timedelta(minutes=5)):
        sent = {"armed_at": TUESDAY_IN_THE_WINDOW, "unknown_since": TUESDAY_IN_THE_WINDOW}
        PublishJob.objects.filter(push=push).update(state="unknown", **sent)
        yield PublishJob.objects.get(push=push)


def test_an_unknown_push_lies_on_the_desk_and_among_the_questions(browser, unknown):
    """What is open, until when the machine looks, when 重发 opens and when giving up does."""
    editor = browser("ruian-editor")
    assert "结果未知" in editor.get("/").content.decode()
    page = editor.get("/publishing/asks/").content.decode()
    assert "系统会继续核对到 16:50" in page
    assert "16:50 起一人即可" in page
    assert "16:50 核对结束后可选" in page


def test_each_of_a_group_gets_its_own_answer_and_what_has_none_stays(browser, unknown):
    """Nothing chosen changes nothing; a link settles it."""
    editor = browser("ruian-editor")
    editor.post("/publishing/asks/answer/", {"job": [unknown.pk]})
    unknown.refresh_from_db()
    assert unknown.state == "unknown"
    answer = {"job": [unknown.pk], f"choice-{unknown.pk}": "published", f"link-{unknown.pk}": LINK}
    assert "已记录 1 项" in editor.post("/publishing/asks/answer/", answer, follow=True).content.decode()
    unknown.refresh_from_db()
    assert unknown.state == "published"


def test_an_answer_without_its_link_is_refused_with_the_title_it_concerns(browser, unknown):
    """The toast names the push, because several may have been answered at once."""
    answer = {"job": [unknown.pk], f"choice-{unknown.pk}": "published"}
    page = browser("ruian-editor").post("/publishing/asks/answer/", answer, follow=True).content.decode()
    assert "《技能月开幕》请粘贴文章链接" in page
    unknown.refresh_from_db()
    assert unknown.state == "unknown"


def test_a_contributor_sees_the_question_but_has_no_say(browser, unknown):
    """The reason is shown instead of the choices; a forged form changes nothing."""
    student = browser("ruian-student")
    assert f"choice-{unknown.pk}" not in student.get("/publishing/asks/").content.decode()
    student.post(
        "/publishing/asks/answer/",
        {"job": [unknown.pk], f"choice-{unknown.pk}": "published", f"link-{unknown.pk}": LINK},
    )
    unknown.refresh_from_db()
    assert unknown.state == "unknown"


@pytest.mark.requirement("TN2")
def test_a_job_that_is_not_seen_is_not_answered_by_naming_it(browser, unknown):
    """The head of another section names it in the form."""
    browser("ruian-career-head").post(
        "/publishing/asks/answer/", {"job": [unknown.pk], f"choice-{unknown.pk}": "resend"}
    )
    assert not HandReport.objects.exists()


@pytest.mark.requirement("K9")
def test_after_a_restore_the_gap_and_what_waits_are_shown_and_two_release(
    browser, ruian, job, settings, tmp_path
):
    """Since when the record may have a hole, the push that was waiting, and a release that takes a second person."""
    settings.EPOCH_PATH = tmp_path / "epoch"
    PublishJob.objects.filter(pk=job.pk).update(state="staged", ask_why="")
    epoch.remember(epoch.begin().value + 2)
    assert epoch.hold_if_restored()
    editor, head = browser("ruian-editor"), browser("ruian-office-head")
    page = editor.get("/publishing/restored/").content.decode()
    assert "可能不在这份数据里" in page
    assert "技能月开幕" in page
    halt = Stop.objects.get()
    editor.post(f"/publishing/stops/{halt.pk}/ask/")
    assert editor.post(f"/publishing/stops/{halt.pk}/lift/").status_code == 403
    head.post(f"/publishing/stops/{halt.pk}/lift/")
    assert "没有需要确认的恢复" in head.get("/publishing/restored/").content.decode()


def test_what_is_not_promised_is_said_to_everybody(browser, morning, ruian):
    """Readers of a receipt and publishers read the same four sentences; the lists lead there."""
    assert "不能保证" in browser().get("/promises/").content.decode()
    for address in ("/publishing/", "/publishing/asks/"):
        assert "/promises/" in browser("ruian-editor").get(address).content.decode()


def test_a_missed_push_by_hand_is_shown_as_missed(browser, job):
    """On the desk, in the list and in the calendar, from half an hour after its time."""
    with clock.frozen(TUESDAY_IN_THE_WINDOW + timedelta(minutes=31)):
        editor = browser("ruian-editor")
        for address in ("/", "/publishing/?tab=ask", "/calendar/?week=2026-11-24", "/publishing/asks/"):
            assert "错过" in editor.get(address).content.decode(), address
