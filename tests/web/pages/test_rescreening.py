"""The pages of re-screening: begun by the lists' keeper, watched, paused, gone on, and its hits by account."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from guanhao.contents import rescreening
from guanhao.contents.models import Push, PushItem, Rescreening
from guanhao.core import clock
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.contents.conftest import submit
from tests.lexicon.conftest import Keeper, term

ME = Worker("test/screening")


@pytest.fixture
def keeper(ruian, db):
    """Whoever keeps the lists, with a term that came after the articles went out."""
    return Keeper(ruian, "ruian-office-head")


@pytest.fixture
def office(keeper, browser):
    return browser("ruian-office-head")


@pytest.fixture
def published(ruian, offer):
    """Publish articles with these bodies by hand."""

    def publish(*bodies):
        for number, body in enumerate(bodies):
            article = offer(ruian, "ruian-student", kind="student", unit="学生科", body=body)
            revision = submit(ruian, "ruian-student", article)
            push = Push.objects.create(
                institution=ruian.institution,
                account=article.account,
                channel="by_hand",
                due_at=clock.now() - timedelta(days=number),
                state="published",
                planned_by=ruian.people["ruian-editor"],
                planned_at=clock.now(),
            )
            PushItem.objects.create(institution=ruian.institution, push=push, position=0, revision=revision)

    return publish


def test_one_is_begun_only_where_something_was_published(office):
    """The button says nothing is there; a post all the same is refused with a sentence."""
    page = office.get("/screening/archive/").content.decode()
    assert "还没有复查过" in page
    assert "disabled" in page.split("开始复查")[0].rsplit("<form", 1)[1]
    told = office.post("/screening/archive/", follow=True).content.decode()
    assert "还没有发布过的稿件" in told
    assert not Rescreening.objects.exists()


def test_it_is_watched_while_it_runs_and_shows_its_hits_once_it_is_over(office, keeper, published):
    """The part asked every three seconds loads the page anew at the end, since the list below it is complete then."""
    published("<p>提供代考服务。</p>", "<p>没有问题的一段话。</p>")
    keeper.take(term("代考服务"))
    begun = office.post("/screening/archive/", follow=True)
    row = Rescreening.objects.get()
    address = f"/screening/archive/{row.pk}/"
    assert begun.redirect_chain[-1][0] == address
    running = office.get(f"{address}progress/")
    assert "HX-Refresh" not in running
    assert "0/2" in running.content.decode()
    until_idle([rescreening.read_some], ME)
    over = office.get(f"{address}progress/")
    assert over["HX-Refresh"] == "true"
    assert "hx-get" not in over.content.decode()
    page = office.get(address).content.decode()
    for words in ("2/2", "代考服务", "第六条（二）", "温州职业技术学院瑞安学院"):
        assert words in page


def test_its_hits_are_filtered_by_account_and_class_and_exported(office, keeper, published):
    """With the clause of each."""
    published("<p>提供代考服务。</p><p>（没有写完。</p>")
    keeper.take(term("代考服务"))
    office.post("/screening/archive/")
    until_idle([rescreening.read_some], ME)
    row = Rescreening.objects.get()
    address = f"/screening/archive/{row.pk}/"
    account = row.hits.first().account_id
    assert "代考服务" in office.get(f"{address}?class=terms&account={account}").content.decode()
    assert "代考服务" not in office.get(f"{address}?class=secrecy").content.decode()
    book = office.get(f"{address}?class=terms&format=xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert any("代考服务" in str(cell) for cell in rows[1])


def test_a_paused_one_says_so_and_is_resumed_or_stopped(office, published):
    """And a second one is not begun meanwhile."""
    published("<p>一段话。</p>")
    office.post("/screening/archive/")
    address = f"/screening/archive/{Rescreening.objects.get().pk}/"
    office.post(f"{address}pause/")
    paused = office.get(address).content.decode()
    assert "继续" in paused
    assert "停止" in paused
    assert "已有一次复查没有结束" in office.post("/screening/archive/", follow=True).content.decode()
    office.post(f"{address}resume/")
    assert Rescreening.objects.get().state == "running"
    told = office.post(f"{address}stop/", follow=True).content.decode()
    assert "复查已不在这个状态" in told
    office.post(f"{address}pause/")
    office.post(f"{address}stop/")
    assert Rescreening.objects.get().state == "stopped"


@pytest.mark.parametrize("who", ["ruian-section", "ruian-student"])
def test_nobody_else_sees_or_begins_one(who, published, browser, keeper):
    """It is the lists' keeper's."""
    published("<p>一段话。</p>")
    client = browser(who)
    assert client.get("/screening/archive/").status_code == 403
    assert client.post("/screening/archive/").status_code == 403
    assert not Rescreening.objects.exists()
