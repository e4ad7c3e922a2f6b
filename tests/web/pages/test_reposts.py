"""Reposts on pages: asked for by hand, proven by a link, counted, taken away as a workbook (gpnu-19)."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.duties import passing
from guanhao.duties.actions import report
from guanhao.duties.models import Duty
from guanhao.duties.types import Report
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from guanhao.process.drawing import draw_consequences
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState
from guanhao.registry.actions import add_account
from guanhao.steps.loop import until_idle
from tests.duties.test_tasks import pushed_by
from tests.process.conftest import ME

OFFICE = "gpnu-publicity"
LINK = "https://weibo.com/1/abc"
pytestmark = pytest.mark.article("gpnu-19")


@pytest.fixture
def job(gpnu):
    """A push of a college's account, out: nobody is asked to pass it on by itself."""
    account = gpnu.accounts["college"]
    push = pushed_by(gpnu, account)
    return PublishJob.objects.create(
        institution=gpnu.institution, push=push, account=account, channel=push.channel, manifest=[], manifest_hash="",
        mark="m1", due_at=clock.now(), late_after=clock.now(), run_after=clock.now(), created_at=clock.now(),
        state=JobState.PUBLISHED, published_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def foreign(gpnu):
    """The other college's account, which can pass it on."""
    return add_account(
        actor=system("test"), institution=gpnu.institution, platform="weibo", kind="weibo", name="广师外语",
        handle="77", owner_unit=gpnu.units["外国语学院"], first_responsible=gpnu.people["gpnu-foreign-leader"],
        manager=gpnu.people["gpnu-foreign"],
    )  # fmt: skip


def asked_for(browser, job, *accounts):
    answer = browser(OFFICE).post(
        "/duties/reposts/new/", {"job": job.pk, "accounts": [one.pk for one in accounts]}
    )
    until_idle([draw_consequences], ME)
    return answer


def rows_of(browser, who, query=""):
    book = browser(who).get(f"/duties/reposts/export/{query}").content
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()


def test_the_office_asks_one_account_which_proves_it_and_is_counted_and_exported(browser, gpnu, job, foreign):
    """From the form to the workbook: two working days by the clause, a link as proof, who and when."""
    page = browser(OFFICE).get("/duties/reposts/new/").content.decode()
    assert "广师外语（外国语学院）" in page
    assert asked_for(browser, job, foreign).url == "/duties/reposts/"
    duty = Duty.objects.get(task="repost")
    assert (duty.account, duty.article, duty.state) == (foreign, "gpnu-19", "open")
    person = gpnu.people["gpnu-foreign"]
    report(actor=actor_of(person), duty=duty, report=Report(person=person, note="已转发并评论", link=LINK))
    page = browser(OFFICE).get("/duties/reposts/").content.decode()
    assert "导出 Excel" in page
    heads, row = rows_of(browser, OFFICE, f"?origin={duty.origin}")
    told = dict(zip(heads, row, strict=True))
    assert (told["账号"], told["状态"], told["链接"], told["登记人"]) == (
        "广师外语",
        "已办",
        LINK,
        person.name,
    )
    assert rows_of(browser, OFFICE) == [heads, row]


def test_nobody_is_asked_twice_for_the_same_push(browser, job, foreign):
    """Nor is the account that published it."""
    asked_for(browser, job, foreign)
    answer = asked_for(browser, job, foreign, job.account)
    assert answer.status_code == 422
    assert "都已布置过" in answer.content.decode()
    assert Duty.objects.filter(task="repost").count() == 1


def test_who_is_not_of_the_office_asks_nobody_and_exports_only_what_they_see(browser, gpnu, job, foreign):
    """The refusal cites the article; another college's workbook has no row of this one."""
    answer = browser("gpnu-college").get("/duties/reposts/new/")
    assert answer.status_code == 403
    assert "主管部门布置" in answer.content.decode()
    asked_for(browser, job, foreign)
    assert len(rows_of(browser, "gpnu-college")) == 1
    assert len(rows_of(browser, "gpnu-foreign")) == 2


def test_what_did_not_go_out_is_not_passed_on(gpnu, job, foreign):
    """Only what readers can see."""
    PublishJob.objects.filter(pk=job.pk).update(state=JobState.PLANNED)
    job.refresh_from_db()
    office = gpnu.people[OFFICE]
    with pytest.raises(Refused, match="已发布"):
        passing.call(actor=actor_of(office), person=office, job=job, accounts=[foreign])
    assert not Event.objects.filter(action="repost.called").exists()


def test_a_regulation_without_reposts_has_no_such_task(browser, ruian):
    """瑞安学院's knows none: the page says so instead of offering it."""
    answer = browser("ruian-office-head").get("/duties/reposts/new/")
    assert answer.status_code == 403
    assert "没有规定转发任务" in answer.content.decode()
