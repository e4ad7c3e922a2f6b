"""The pages of duties: what I owe, what is owed to me, what is late; reporting, waiving; what people bring; the feed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from guanhao.core import clock
from guanhao.duties.models import Concern, Duty, Feed, FiledRules
from guanhao.duties.types import DutyState
from guanhao.ledger.models import Event
from guanhao.people.models import Appointment
from guanhao.registry import actions as registry
from guanhao.web import ledgers
from tests.duties.conftest import ACTOR, MONDAY, at, follow, keep, time

__all__ = ["follow", "keep", "time"]
pytestmark = pytest.mark.database


@pytest.fixture
def owed(ruian, keep):
    """A Monday on which 瑞安学院's calendar has opened what it owes, and a holder has gone."""
    account = ruian.accounts["flagship"]
    registry.remove_holder(actor=ACTOR, account=account, person=account.holders.first().person)
    keep()
    return ruian


def one(task, **where):
    """The only duty of a task."""
    return Duty.objects.get(task=task, **where)


@pytest.mark.article("ruian-6.6")
def test_three_questions_have_three_tabs(owed, time, browser):
    """Whoever owes sees it under mine, whoever supervises under theirs, and late is late for both."""
    rotation = one("rotate_credential")
    head, leader = browser("ruian-office-head"), browser("ruian-leader")
    assert rotation.key in head.get(reverse("duties")).content.decode()
    assert rotation.key not in leader.get(reverse("duties")).content.decode()
    assert rotation.key in leader.get(reverse("duties") + "?tab=to-me").content.decode()
    assert rotation.key not in head.get(reverse("duties") + "?tab=late").content.decode()
    time.to(at(24, 9, 30))
    assert rotation.key in browser("ruian-office-head").get(reverse("duties") + "?tab=late").content.decode()


def test_a_list_asks_as_much_of_many_duties_as_of_few(
    owed, django_assert_max_num_queries, keep, time, browser
):
    """Two weeks more of duties, and not a query more."""
    for day in range(24, 28):
        time.to(at(day, 9, 30))
        keep()
    assert Duty.objects.count() > 12
    client = browser("ruian-editor")
    client.get(reverse("duties") + "?tab=all")
    with django_assert_max_num_queries(30):
        assert client.get(reverse("duties") + "?tab=all").status_code == 200


def test_the_page_of_a_duty_says_who_why_and_what_comes(owed, browser):
    """Offices with their holders, the clause in words, the ladder, the history."""
    page = (
        browser("ruian-office-head")
        .get(reverse("duty", args=[one("rotate_credential").key]))
        .content.decode()
    )
    holder = Appointment.objects.on().get(unit__name="办公室", post="head").person
    assert holder.name in page
    assert "更换密码" in page
    assert "上报督办" in page
    assert "产生义务" in page


def test_the_ledger_calls_a_duty_by_what_is_owed(owed, browser):
    """Its key says nothing to a person; the task is in the facts, and the name leads to the duty."""
    event = Event.objects.filter(subject_kind="duty", subject_id=one("rotate_credential").key).first()
    head = browser("ruian-office-head")
    assert "义务 · 更换密码" in head.get(reverse("ledger") + f"?q={event.index}").content.decode()
    page = head.get(reverse("ledger_event", args=[event.index])).content.decode()
    assert f'<a href="{reverse("duty", args=[event.subject_id])}">' in page
    event.facts = {"task": ["nonsense"]}
    assert ledgers.told(event).subject == f"义务 {event.subject_id}"


def test_the_list_comes_as_a_workbook(owed, browser):
    """Like every list."""
    answer = browser("ruian-editor").get(reverse("duties") + "?tab=open&format=xlsx")
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")


@pytest.mark.article("ruian-8")
def test_only_whom_the_clause_names_waives_with_a_reason_and_never_their_own(owed, browser):
    """The office's head waives a section's supply; the section cannot; without a reason nobody can; the reason is kept."""
    week = one("supply_articles", unit=owed.units["学生科"], clause="ruian-8.supply_articles")
    path = reverse("duty_waive", args=[week.key])
    browser("ruian-section-head").post(path, {"reason": "本周放假，没有内容。"})
    assert one("supply_articles", pk=week.pk).state == DutyState.OPEN
    head = browser("ruian-office-head")
    head.post(path, {"reason": "短"})
    assert one("supply_articles", pk=week.pk).state == DutyState.OPEN
    head.post(path, {"reason": "本周运动会，没有内容。"})
    assert one("supply_articles", pk=week.pk).state == DutyState.WAIVED
    event = Event.objects.get(action="duty.waived", subject_id=week.key)
    assert event.detail.data["detail"]["reason"] == "本周运动会，没有内容。"
    assert "运动会" not in str(event.facts)


@pytest.mark.article("ruian-6.6")
def test_what_its_own_event_meets_cannot_be_reported(owed, browser):
    """The head of the office cannot talk a rotation away."""
    rotation = one("rotate_credential")
    browser("ruian-office-head").post(reverse("duty_report", args=[rotation.key]), {"note": "已经换过了。"})
    assert one("rotate_credential").state == DutyState.OPEN


@pytest.mark.article("ruian-6.5")
def test_a_concern_is_brought_up_settled_and_seen_by_those_it_concerns(ruian, keep, browser):
    """A student reports a fault; the technician reports it mended; the student sees both, another section nothing."""
    student = browser("ruian-student")
    data = {
        "kind": "system_error",
        "unit": ruian.units["办公室"].pk,
        "account": "",
        "words": "投稿页面打不开。",
    }
    answer = student.post(reverse("concern_new"), data)
    concern = Concern.objects.get()
    assert answer["Location"] == reverse("concern", args=[concern.pk])
    keep()
    duty = one("fix_error")
    browser("ruian-tech").post(reverse("duty_report", args=[duty.key]), {"note": "已重启服务。"})
    assert one("fix_error").state == DutyState.MET
    page = student.get(reverse("concern", args=[concern.pk])).content.decode()
    assert "已重启服务" in page
    assert browser("ruian-section").get(reverse("concern", args=[concern.pk])).status_code == 404


def test_rules_are_filed_by_the_units_own_people(ruian, keep, browser):
    """A file goes on record with who and when; what is no document is refused with a sentence."""
    client = browser("ruian-section-head")
    unit = ruian.units["学生科"]
    bad = client.post(reverse("rules_new"), {"unit": unit.pk, "file": _file("x.exe", b"MZ")})
    assert bad.status_code == 200
    assert not FiledRules.objects.exists()
    client.post(reverse("rules_new"), {"unit": unit.pk, "file": _file("r.pdf", b"%PDF-1.4\n%%EOF\n")})
    assert FiledRules.objects.get().unit == unit


class TestFeed:
    """The private calendar address."""

    def test_it_shows_what_its_owner_owes_and_nothing_of_others(self, owed, client, browser):
        """A calendar program fetches it without signing in."""
        address = _feed(browser, "ruian-office-head")
        text = client.get(address).content.decode()
        assert one("rotate_credential").key in text
        assert text.startswith("BEGIN:VCALENDAR\r\n")
        assert "DTSTART:20261124T010000Z" in text
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        week = one("supply_articles", unit=owed.units["学生科"], clause="ruian-8.supply_articles")
        assert week.key not in text

    def test_a_new_address_kills_the_old_and_only_its_digest_is_kept(self, owed, client, browser):
        """Renewed, the old one is not there any more; the secret stands nowhere."""
        old = _feed(browser, "ruian-office-head")
        secret = old.rsplit("/", 1)[1].removesuffix(".ics")
        assert secret not in str(list(Feed.objects.values_list("digest", flat=True)))
        assert secret not in str(list(Event.objects.values_list("facts", "detail__data")))
        new = _feed(browser, "ruian-office-head")
        assert client.get(old).status_code == 404
        assert client.get(new).status_code == 200

    def test_who_left_has_no_feed(self, owed, client, browser):
        """The address shows nothing once its owner is gone."""
        address = _feed(browser, "ruian-section-head")
        owed.people["ruian-section-head"].active = False
        owed.people["ruian-section-head"].save(update_fields=["active"])
        assert client.get(address).status_code == 404


def _feed(browser, who):
    page = browser(who).post(reverse("feed_renew")).content.decode()
    start = page.index("/duties/feed/", page.index('readonly value="'))
    return page[start : page.index(".ics", start) + 4]


def _file(name, data):
    return SimpleUploadedFile(name, data)


def test_the_desk_shows_what_is_owed(owed, browser):
    """The card stands on the desk of whoever owes, and not on others'."""
    assert one("rotate_credential").key in browser("ruian-office-head").get("/").content.decode()
    assert one("rotate_credential").key not in browser("ruian-student").get("/").content.decode()
    assert clock.now() == MONDAY
