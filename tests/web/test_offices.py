"""The office's pages: desk, inbox, rules, ledger, settings, people and their import, delegation."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from guanhao.contents.models import CalendarDay, Term
from guanhao.core import clock
from guanhao.ledger import checkpoints, keys
from guanhao.ledger.models import Event
from guanhao.ledger.proofs import prove
from guanhao.notices.models import Notice
from guanhao.people.models import Delegation, Person, Unit
from guanhao.web import prooftree


def text(response):
    return response.content.decode()


def excel(*rows):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile("people.xlsx", buffer.getvalue())


def events(action):
    return Event.objects.filter(action=action)


def test_the_desk_of_everyone_opens(ruian, browser):
    """Whoever signs in sees what waits, even when nothing does."""
    for who in ("student", "section", "section-head", "leader", "editor", "tech", "system", "audit"):
        page = browser(f"ruian-{who}").get("/")
        assert "我的稿件" in text(page)


def test_a_notice_is_read_by_opening_it_and_only_by_its_person(ruian, browser):
    """Somebody else's does not exist."""
    notice = Notice.objects.create(
        institution=ruian.institution, person=ruian.people["ruian-editor"], event_index=1, consequence="t", kind="t",
        title_zh="请补充来源", title_en="Name the source", body_zh="第十六条。", at=clock.now(), article_ref="ruian-16",
    )  # fmt: skip
    assert browser("ruian-student").get(f"/notices/{notice.pk}/").status_code == 404
    page = text(browser("ruian-editor").get(f"/notices/{notice.pk}/"))
    assert "请补充来源" in page
    assert "第十六条" in page
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_the_search_finds_only_what_may_be_seen(ruian, browser):
    """People are found by those who may see people; rules by everybody."""
    assert "林知夏" in text(browser("ruian-editor").get("/search/?q=林知"))
    student = text(browser("ruian-student").get("/search/?q=知夏"))
    assert "没有找到您可以看到的内容" in student
    assert "第十六条" in text(browser("ruian-student").get("/search/?q=ruian-16"))


def test_coverage_is_computed_and_can_be_filtered(ruian, browser):
    """Only lines of the standing asked for stay."""
    client = browser("ruian-student")
    everything = text(client.get("/rules/coverage/"))
    declared = text(client.get("/rules/coverage/?standing=declared"))
    assert "已写明，尚未落实" in everything
    assert "已落实</span>" not in declared.split("<tbody>")[1]


def test_the_ledger_is_for_those_who_may_see_it_and_reading_it_is_recorded(ruian, browser):
    """LG1: log access itself, once per ten minutes and page."""
    refused = browser("ruian-student").get("/ledger/")
    assert refused.status_code == 403
    assert "您的任职不包含这项权限" in text(refused)
    client = browser("ruian-audit")
    assert client.get("/ledger/?q=林知夏").status_code == 200
    client.get("/ledger/")
    assert events("ledger.read").count() == 1
    assert events("access.refused").count() == 1


@pytest.mark.requirement("LG1")
def test_a_refusal_is_recorded_with_who_and_what(ruian, browser):
    """The page's name and the method; no personal data in the leaf."""
    browser("ruian-student").get("/settings/people/")
    (event,) = events("access.refused")
    assert event.subject_id == "people"
    assert event.actor_id == str(ruian.people["ruian-student"].pk)
    assert "方予安" not in bytes(event.entry).decode()


@pytest.mark.requirement("LG4")
def test_every_event_has_a_page_with_a_proof_that_holds(ruian, browser):
    """First, last and in between; under a checkpoint the page shows its note."""
    keys.create_if_missing()
    checkpoints.make(ruian.institution)
    client = browser("ruian-audit")
    size = Event.objects.count()
    for index in (0, 1, size // 2, size - 1):
        page = client.get(f"/ledger/{index}/")
        assert page.context["holds"]
        levels = page.context["levels"]
        proof = page.context["proof"]
        assert levels[-1].result == proof.root.hex()
        assert "存证完好" in text(page)
    assert "guanhao" in text(client.get("/ledger/0/"))


def test_the_drawn_tree_has_a_box_for_leaf_neighbours_and_root(ruian):
    """One box per hash named, the root on top."""
    proof = prove(Event.objects.order_by("index").first())
    tree = prooftree.drawing(proof)
    kinds = [knot.kind for knot in tree["knots"]]
    assert kinds.count("leaf") == kinds.count("root") == 1
    assert kinds.count("neighbour") == len(proof.path)
    assert next(knot for knot in tree["knots"] if knot.kind == "root").y == 0


@pytest.mark.requirement("LG5")
def test_verifying_shows_the_outcome_and_the_unprotected_tail(ruian, browser):
    """Nothing left the building yet, so the whole log is tail; the verification is recorded."""
    keys.create_if_missing()
    page = text(browser("ruian-audit").post("/ledger/verify/"))
    assert "没有发现改动" in page
    assert "未受外存保护" in page
    assert events("ledger.verified").get().facts["good"] is True


@pytest.mark.requirement("SI5")
@pytest.mark.requirement("LG6")
def test_the_export_asks_for_the_password_first_and_verifies_offline(ruian, browser, tmp_path):
    """Without fresh authentication it leads to the confirmation; afterwards the bundle's own script finds it good."""
    keys.create_if_missing()
    assert browser("ruian-audit").post("/ledger/export/").url.startswith("/me/confirm/")
    assert browser("ruian-editor", fresh=True).post("/ledger/export/").status_code == 403
    response = browser("ruian-audit", fresh=True).post("/ledger/export/")
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as bundle:
        bundle.extractall(tmp_path)
    verified = subprocess.run(
        [sys.executable, tmp_path / "verify.py"], cwd=tmp_path, capture_output=True, check=False
    )
    assert verified.returncode == 0, verified.stdout
    assert events("ledger.exported").get().facts["entries"] > 0


def test_own_days_and_terms_are_set_and_taken_back(ruian, browser):
    """The institution's word goes over the statutory table; a term that ends before it starts is refused."""
    client = browser("ruian-editor")
    client.post("/settings/days/", {"day": "2026-12-11", "working": "no", "name": "校运动会"})
    assert CalendarDay.objects.get().name == "校运动会"
    client.post("/settings/days/2026-12-11/clear/")
    assert not CalendarDay.objects.exists()
    client.post("/settings/days/", {"name": "春季学期", "starts": "2027-03-01", "ends": "2027-07-01"})
    assert Term.objects.get().name == "春季学期"
    wrong = client.post("/settings/days/", {"name": "倒过来", "starts": "2027-09-01", "ends": "2027-03-01"})
    assert "学期须有名称" in text(wrong)
    assert "倒过来" in text(wrong)


def test_units_are_added_given_functions_and_closed(ruian, browser):
    """The tree shows the new one; closing with people in it is refused with the reason."""
    client = browser("ruian-system")
    client.post(
        "/settings/units/new/", {"name": "网络中心", "kind": "section", "parent": ruian.units["办公室"].pk}
    )
    unit = Unit.objects.get(name="网络中心")
    assert unit.parent == ruian.units["办公室"]
    client.post(f"/settings/units/{unit.pk}/function/", {"function": "technical_unit"})
    assert unit.functions.get().function == "technical_unit"
    assert "网络中心" in text(client.get("/settings/units/"))
    refused = client.post(f"/settings/units/{ruian.units['学生科'].pk}/close/", follow=True)
    assert "仍有人员在该单位任职" in text(refused)
    client.post(f"/settings/units/{unit.pk}/close/")
    unit.refresh_from_db()
    assert unit.closed_on == clock.today()


def test_a_person_is_entered_appointed_signed_in_and_leaves(ruian, browser):
    """A weak password is told at its field and nothing typed is lost; leaving needs the name typed."""
    client = browser("ruian-system")
    client.post("/settings/people/new/", {"name": "新同事", "staff_no": "R0999", "kind": "staff"})
    person = Person.objects.get(staff_no="R0999")
    page = f"/settings/people/{person.pk}/"
    client.post(
        f"{page}appoint/", {"unit": ruian.units["学生科"].pk, "post": "member", "since": "2026-09-01"}
    )
    assert person.appointments.get().unit == ruian.units["学生科"]
    weak = client.post(f"{page}sign-in/", {"username": "newcomer", "password": "short"})
    assert "newcomer" in text(weak)
    assert weak.context["sign_in_form"].errors["password"]
    client.post(f"{page}sign-in/", {"username": "newcomer", "password": "a long enough phrase 42"})
    person.refresh_from_db()
    assert person.user.username == "newcomer"
    assert client.post(f"{page}leave/", {"name": "别人", "sure": "on"}).status_code == 422
    client.post(f"{page}leave/", {"name": "新同事", "sure": "on"})
    person.refresh_from_db()
    assert not person.active


@pytest.mark.requirement("TN5")
def test_phone_and_mail_are_for_those_who_manage_people(ruian, browser):
    """The office sees who holds what, not how to call them at home."""
    person = ruian.people["ruian-section"]
    Person.objects.filter(pk=person.pk).update(phone="13800000000", email="home@example.invalid")
    assert "13800000000" in text(browser("ruian-system").get(f"/settings/people/{person.pk}/"))
    office = text(browser("ruian-editor").get(f"/settings/people/{person.pk}/"))
    assert "13800000000" not in office
    assert "home@example.invalid" not in office
    assert "home@example.invalid" not in text(
        browser("ruian-editor").get("/settings/people/?col=name&col=email")
    )


@pytest.mark.requirement("K12")
def test_the_three_administrators_are_three_people(ruian, browser):
    """The security administrator grants; a second capability for one person is refused with the reason."""
    client = browser("ruian-security", fresh=True)
    page = f"/settings/people/{ruian.people['ruian-audit'].pk}/"
    assert client.post(f"{page}capability/", {"capability": "system_admin"}).status_code == 422
    newcomer = f"/settings/people/{ruian.people['ruian-teacher'].pk}/"
    client.post(f"{newcomer}capability/", {"capability": "audit_admin"})
    grant = ruian.people["ruian-teacher"].capabilities.get(ended_at__isnull=True)
    client.post(f"{newcomer}capability/{grant.pk}/end/")
    grant.refresh_from_db()
    assert grant.ended_at is not None


def test_people_come_from_excel_after_every_row_was_checked(ruian, browser):
    """The columns are guessed, faults named by row; a sheet with faults imports nothing, a clean one everything."""
    client = browser("ruian-system")
    bad = client.post(
        "/settings/people/import/",
        {"file": excel(["姓名", "工号", "单位", "职务"], ["甲", "N1", "没有的科", "成员"])},
    )
    page = client.get(bad.url)
    assert "没有的科" in text(page)
    assert not page.context["report"].clean
    client.post(bad.url, {"name": "0", "staff_no": "1", "unit": "2", "post": "3"})
    assert not Person.objects.filter(staff_no="N1").exists()
    good = client.post(
        "/settings/people/import/", {"file": excel(["名字", "学号"], ["甲", "N1"], ["乙", "N2"])}
    )
    checked = client.get(good.url)
    assert checked.context["report"].new_people == 2
    assert client.post(good.url, {"name": "0", "staff_no": "1"}).url == "/settings/people/"
    assert Person.objects.filter(staff_no__in=["N1", "N2"]).count() == 2
    assert client.get(good.url).status_code == 404


@pytest.mark.requirement("TN3")
def test_a_sheet_waits_for_the_person_who_uploaded_it_only(ruian, gpnu, browser):
    """Another institution's administrator with the same token finds nothing."""
    uploaded = browser("ruian-system").post(
        "/settings/people/import/", {"file": excel(["姓名", "工号"], ["甲", "N1"])}
    )
    assert browser("gpnu-system").get(uploaded.url).status_code == 404
    assert browser("ruian-system").get(uploaded.url).status_code == 200


def test_a_file_that_is_no_spreadsheet_is_told_at_the_field(ruian, browser):
    """With the reason, in the language of the page."""
    page = browser("ruian-system").post(
        "/settings/people/import/", {"file": SimpleUploadedFile("x.xlsx", b"not a sheet")}
    )
    assert "无法识别" in text(page)


def test_whoever_is_away_delegates_and_takes_it_back(ruian, browser):
    """To an active colleague, for a time; one's own delegations only."""
    client = browser("ruian-section-head")
    sent = {
        "deputy": ruian.people["ruian-leader"].pk,
        "since": "2030-01-01T08:00",
        "until": "2030-01-05T18:00",
    }
    client.post("/me/delegations/", sent)
    row = Delegation.objects.get()
    assert row.since.astimezone(clock.CHINA).hour == 8
    assert browser("ruian-leader").post(f"/me/delegations/{row.pk}/revoke/").status_code == 404
    client.post(f"/me/delegations/{row.pk}/revoke/")
    row.refresh_from_db()
    assert row.revoked_at is not None
    backwards = client.post("/me/delegations/", sent | {"until": "2029-01-01T08:00"})
    assert "结束时间须晚于开始时间" in text(backwards)
