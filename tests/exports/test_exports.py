"""Long lists and bundles are made in the background, for whoever asked and nobody else, and forgotten after seven days."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import transaction
from python_calamine import CalamineWorkbook

from guanhao.core import clock
from guanhao.demo.institutions import PASSWORD
from guanhao.exports import actions, steps
from guanhao.exports.files import path_of
from guanhao.exports.models import ExportJob
from guanhao.ledger import keys
from guanhao.ledger.models import Event
from guanhao.people.access import actor_of
from guanhao.people.models import Person
from guanhao.process.steps import QUEUES
from guanhao.steps.types import Queue, Worker
from guanhao.web import exporting, ledgers, lists

BACKEND = "guanhao.web.belonging.Recognition"
WORKER = Worker("test/exports-0")


@pytest.fixture(autouse=True)
def _apart(settings, tmp_path):
    settings.EXPORT_ROOT = tmp_path / "exports"
    settings.SECOND_FACTOR = False


@pytest.fixture
def office(ruian, client, monkeypatch):
    """The office's editor at work; a list of more than three rows counts as long."""
    monkeypatch.setattr(lists, "MOST_AT_ONCE", 3)
    client.force_login(ruian.people["ruian-editor"].user, backend=BACKEND)
    return client


def asked(office, path="/settings/people/", query="tab=all"):
    """Ask as the page does; answers the export."""
    answer = office.post("/exports/new/", {"path": path, "query": query})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return ExportJob.objects.latest("pk")


def rows_of(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def downloaded(office, job):
    answer = office.get(f"/exports/{job.pk}/file/")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return b"".join(answer.streaming_content)


@pytest.mark.requirement("RS7")
def test_a_long_list_is_not_made_in_the_request_but_offered_in_the_background(ruian, office):
    """The page says how many rows there are and what happens; its button asks for exactly this list."""
    page = office.get("/settings/people/?kind=student&format=xlsx")
    assert page.headers["Content-Type"].startswith("application/vnd")
    page = office.get("/settings/people/?format=xlsx")
    text = page.content.decode()
    assert "将在后台生成" in text
    assert 'action="/exports/new/"' in text
    assert ExportJob.objects.count() == 0


@pytest.mark.requirement("RS7")
def test_the_file_holds_what_the_list_shows_and_its_progress_is_told(ruian, office):
    """Queued, made by its own queue, told row by row, downloaded."""
    job = asked(office)
    assert "排队中" in office.get(f"/exports/{job.pk}/").content.decode()
    ExportJob.objects.filter(pk=job.pk).update(begun_at=clock.now() - timedelta(seconds=10), done=5, total=20)
    page = office.get(f"/exports/{job.pk}/").content.decode()
    assert "5 / 20" in page
    assert "大约还需" in page
    assert QUEUES[Queue.EXPORTS] == (steps.export_one,)
    assert steps.export_one(WORKER) is True
    assert steps.export_one(WORKER) is False
    job.refresh_from_db()
    assert job.finished_at is not None
    head, *rows = rows_of(downloaded(office, job))
    assert head[:2] == ["姓名", "工号/学号"]
    assert len(rows) == job.done == job.total == Person.objects.count()
    assert job.size == path_of(job).stat().st_size
    event = Event.objects.filter(action="list.exported").latest("index")
    assert event.facts["rows"] == len(rows)


@pytest.mark.requirement("TN1")
def test_only_who_asked_sees_and_downloads_it(ruian, office, client):
    """For a colleague with the same rights it does not exist."""
    job = asked(office)
    steps.export_one(WORKER)
    client.force_login(ruian.people["ruian-office-head"].user, backend=BACKEND)
    for address in (f"/exports/{job.pk}/", f"/exports/{job.pk}/file/"):
        assert client.get(address).status_code == 404
    assert client.post(f"/exports/{job.pk}/cancel/").status_code == 404
    assert job.title not in client.get("/exports/").content.decode().partition("<main")[2]


@pytest.mark.requirement("TN6")
def test_a_right_that_was_lost_meanwhile_refuses_the_export(ruian, office):
    """Visibility is asked anew when the rows are read; the page says why there is no file."""
    job = asked(office)
    Person.objects.filter(pk=job.person_id).update(active=False)
    steps.export_one(WORKER)
    job.refresh_from_db()
    assert job.finished_at is None
    assert "不在职" in job.set_aside_why
    assert not path_of(job).exists()


def test_what_is_no_list_or_not_the_viewers_cannot_be_asked_for(ruian, office, client):
    """Neither a form nor a page nor an address outside; a list without the right is refused as its page is."""
    for path in ("/", "/articles/offer/", "/no-such/", "https://example.com/", ""):
        assert office.post("/exports/new/", {"path": path}).status_code == 404
    client.force_login(ruian.people["ruian-student"].user, backend=BACKEND)
    assert client.post("/exports/new/", {"path": "/settings/people/"}).status_code == 403


def test_nobody_fills_the_queue(ruian, office):
    """Five waiting of one person, and a sentence for the sixth."""
    for _number in range(actions.MOST_WAITING):
        asked(office)
    answer = office.post("/exports/new/", {"path": "/settings/people/", "query": ""})
    assert answer.status_code == 403
    assert "在等待" in answer.content.decode()


def test_a_cancelled_export_stops_and_leaves_nothing(ruian, office, monkeypatch):
    """Taken back while it is being made: the worker finds its row gone and ends quietly."""
    job = asked(office)
    original = exporting.write_list

    def cancelled_midway(made, path, told):
        with transaction.atomic():
            actions.cancel(actor=actor_of(made.person), job=ExportJob.objects.get(pk=made.pk))
        original(made, path, told)

    monkeypatch.setattr(exporting, "write_list", cancelled_midway)
    with pytest.raises(steps.LeaseLost):
        steps.export_one(WORKER)
    assert not ExportJob.objects.filter(pk=job.pk).exists()
    assert list(path_of(job).parent.iterdir()) == []


def test_after_seven_days_file_and_row_are_gone(ruian, office):
    """The periodic job deletes both, and the ledger says so."""
    job = asked(office)
    steps.export_one(WORKER)
    steps.forget_exports(WORKER)
    assert path_of(job).exists()
    ExportJob.objects.filter(pk=job.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    assert office.get(f"/exports/{job.pk}/file/").status_code == 404
    steps.forget_exports(WORKER)
    assert not path_of(job).exists()
    assert not ExportJob.objects.filter(pk=job.pk).exists()
    assert Event.objects.filter(action="export.expired").exists()


def test_an_export_that_fails_again_and_again_is_set_aside(ruian, office, monkeypatch):
    """After three tries it is out of the queue and told, and its page says so."""
    job = asked(office)

    def broken(*_args):
        raise RuntimeError("broken")

    monkeypatch.setattr(exporting, "write_list", broken)
    for _try in range(steps.PLAN.cap):
        with pytest.raises(RuntimeError):
            steps.export_one(WORKER)
        ExportJob.objects.filter(pk=job.pk).update(lease_until=None)
    assert steps.export_one(WORKER) is False
    assert "未能生成" in office.get(f"/exports/{job.pk}/").content.decode()


@pytest.mark.requirement("LG6")
def test_a_long_ledger_is_bundled_in_the_background(ruian, client, monkeypatch):
    """The auditor's export of a log beyond the limit becomes such a job, and the bundle is whole."""
    keys.create_if_missing()
    monkeypatch.setattr(ledgers, "MOST_EXPORTED_HERE", 1)
    client.post("/sign-in/", {"login": "ruian-audit", "password": PASSWORD})
    client.post("/me/confirm/", {"password": PASSWORD})
    answer = client.post("/ledger/export/")
    job = ExportJob.objects.latest("pk")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/exports/{job.pk}/")
    assert steps.export_one(WORKER) is True
    names = zipfile.ZipFile(io.BytesIO(downloaded(client, job))).namelist()
    assert any("manifest" in name for name in names)
