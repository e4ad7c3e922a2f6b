"""The pages of persons' requests: asked on one's own page, answered by the office, deleted with the name typed."""

from __future__ import annotations

import pytest

from guanhao.exports import steps
from guanhao.people.models import Person
from guanhao.privacy.models import PersonRequest
from guanhao.steps.types import Worker

pytestmark = pytest.mark.requirement("PD3")


@pytest.fixture
def student(browser, ruian, morning, settings, tmp_path):
    """The student's browser."""
    settings.EXPORT_ROOT = tmp_path / "exports"
    return browser("ruian-student")


def answer(client, **values):
    row = PersonRequest.objects.latest("pk")
    return client.post(f"/privacy/requests/{row.pk}/answer/", values)


def test_a_copy_from_the_question_to_the_file(student, browser):
    """The empty page says what can be done; the copy lies in the student's own exports and nobody else's."""
    assert "还没有提出过请求" in student.get("/me/data/").content.decode()
    assert student.post("/me/data/", {"kind": "copy", "words": "全部"}).status_code == 302
    page = student.get("/me/data/").content.decode()
    assert "2026-12-08" in page
    office = browser("ruian-editor")
    assert "方予安" in office.get("/privacy/requests/?kind=copy").content.decode()
    assert answer(office, answer="在导出里").status_code == 302
    assert steps.export_one(Worker("test/pages")) is True
    row = PersonRequest.objects.get()
    assert "在导出里" in student.get("/me/data/").content.decode()
    file = student.get(f"/exports/{row.job_id}/file/")
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert office.get(f"/exports/{row.job_id}/file/").status_code == 404


def test_a_request_is_withdrawn_or_declined_with_a_reason(student, browser):
    """Only one's own; declining without a reason comes back with a sentence and what the law offers is named."""
    student.post("/me/data/", {"kind": "delete"})
    row = PersonRequest.objects.get()
    assert browser("ruian-section").post(f"/me/data/{row.pk}/withdraw/").status_code == 404
    assert student.post(f"/me/data/{row.pk}/withdraw/").status_code == 302
    student.post("/me/data/", {"kind": "delete"})
    office = browser("ruian-editor")
    empty = answer(office, decline="1")
    assert empty.status_code == 422
    assert "不同意的理由" in empty.content.decode()
    answer(office, decline="1", answer="仍在校")
    page = student.get("/me/data/").content.decode()
    assert "仍在校" in page
    assert "人民法院" in page


def test_a_correction_shows_the_particulars_and_changes_them(student, browser):
    """The form is filled with what is held."""
    student.post("/me/data/", {"kind": "correct", "words": "没有手机号"})
    office = browser("ruian-system")
    row = PersonRequest.objects.get()
    assert 'value="S240101"' in office.get(f"/privacy/requests/{row.pk}/").content.decode()
    answer(office, answer="已改", name="方予安", staff_no="S240101", phone="13800000000")
    assert Person.objects.get(staff_no="S240101").phone == "13800000000"


def test_a_deletion_needs_the_leaving_a_fresh_sign_in_and_the_name(ruian, student, browser):
    """Each is refused in turn with its reason; afterwards the page states until when ledger and backups follow."""
    student.post("/me/data/", {"kind": "delete"})
    row = PersonRequest.objects.get()
    base = f"/privacy/requests/{row.pk}/"
    stale = answer(browser("ruian-editor"), name="方予安")
    assert "confirm" in stale.headers["Location"]
    office = browser("ruian-editor", fresh=True)
    assert "先办理离任" in office.get(base).content.decode()
    early = answer(office, name="方予安")
    assert early.status_code == 422
    assert "仍在任" in early.content.decode()
    system = browser("ruian-system", fresh=True)
    system.post(f"/settings/people/{row.person_id}/leave/", {"name": "方予安", "sure": "on"})
    assert not Person.objects.get(pk=row.person_id).active
    assert answer(office, name="别人").status_code == 422
    assert answer(office, name="方予安", answer="已删除").status_code == 302
    page = office.get(base).content.decode()
    assert "（已删除）" in page
    assert "2027-01-18" in page  # 56 days for the backups
    assert "2027-05-26" in page  # six months for the ledger
    assert "方予安" not in office.get("/privacy/requests/?tab=all").content.decode()
    assert f"/settings/people/{row.person_id}/" not in office.get("/search/?q=方予安").content.decode()


def test_the_office_enters_it_for_somebody_who_cannot(ruian, student, browser):
    """With whom it was asked; nobody but the office gets there."""
    office = browser("ruian-editor")
    teacher = ruian.people["ruian-teacher"]
    made = office.post("/privacy/requests/new/", {"person": teacher.pk, "kind": "explain", "words": "来信"})
    assert made.status_code == 302
    assert PersonRequest.objects.get().asked_by == ruian.people["ruian-editor"]
    assert student.get("/privacy/requests/").status_code == 403
