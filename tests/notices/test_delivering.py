"""Notices reach the inbox at once and the mailbox by a queue: again where not sent, never again where sent."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.core.text import Text
from guanhao.ledger.actions import record
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action, Subject
from guanhao.notices.actions import notify, try_again
from guanhao.notices.models import Delivery, Notice
from guanhao.notices.steps import PLAN, deliver_some
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Worker
from tests.process.conftest import MONDAY

pytestmark = pytest.mark.database

ME = Worker("test/deliveries")


class DeadServer(BaseEmailBackend):
    """A mail server that nobody reaches."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


class NoSuchUser(BaseEmailBackend):
    """A mail server that refuses the address for good."""

    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({"x@example.invalid": (550, b"no such user")})


class Busy(BaseEmailBackend):
    """A mail server that asks to come again."""

    def send_messages(self, messages):
        raise smtplib.SMTPResponseException(421, "busy")


@pytest.fixture
def time():
    """A clock that the test moves by hand."""
    hands = {"now": MONDAY}
    with clock.frozen(lambda: hands["now"]):
        yield hands


@pytest.fixture
def event(ruian, time):
    """Something that happened. Deliveries of the cast's own set-up are out of the way."""
    Delivery.objects.update(done_at=MONDAY)
    with transaction.atomic():
        return record(
            institution=ruian.institution,
            actor=system("test"),
            action=Action.UNIT_CHANGED,
            subject=Subject("unit", "1"),
        ).event


def tell(event, *people, **changes):
    """Notify people of the event."""
    said = {
        "consequence": "test",
        "kind": "test",
        "title": Text("请审批", "Please decide"),
        "body": Text("正文", "Body"),
        "link": "/review/1/",
        "article_ref": "ruian-16",
    }
    return notify(event=event, persons=people, **(said | changes))


def waiting():
    return Delivery.objects.filter(done_at__isnull=True)


def test_a_notice_is_in_the_inbox_at_once_and_in_the_mail_after_one_step(ruian, event):
    """Title, body, link and basis, in the reader's language, to their address; one mail a notice."""
    chinese, english = ruian.people["ruian-editor"], ruian.people["ruian-student"]
    english.language = "en"
    english.save(update_fields=["language"])
    english.refresh_from_db()

    assert len(tell(event, chinese, english)) == 2
    assert Notice.objects.filter(consequence="test").count() == 2
    assert deliver_some(ME)
    assert not deliver_some(ME)

    first, second = mail.outbox
    assert first.to == ["ruian-editor@example.invalid"]
    assert first.subject == f"[{ruian.institution.name}] 请审批"
    assert first.body == "正文\n\nhttp://127.0.0.1:8800/review/1/\n\n依据：ruian-16\n"
    assert second.subject.endswith("Please decide")
    assert "Basis：ruian-16" in second.body
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]


def test_the_same_consequence_of_the_same_event_is_told_once(ruian, event):
    """Told again, with one person more, only that one is new."""
    editor, student = ruian.people["ruian-editor"], ruian.people["ruian-student"]
    tell(event, editor)

    assert [notice.person for notice in tell(event, editor, student)] == [student]
    assert Delivery.objects.filter(notice__consequence="test").count() == 2


def test_people_who_left_or_have_no_address_get_no_mail(ruian, event):
    """Who left gets nothing; who has no address has the inbox."""
    gone, silent = ruian.people["ruian-editor"], ruian.people["ruian-student"]
    gone.active, silent.email = False, ""
    tell(event, gone, silent)

    assert list(Notice.objects.filter(consequence="test").values_list("person", flat=True)) == [silent.pk]
    assert not waiting().exists()


@pytest.mark.parametrize("backend", ["DeadServer", "Busy"])
def test_a_mail_that_was_not_sent_is_tried_again_and_then_set_aside(ruian, event, time, settings, backend):
    """The wait grows; after the last attempt the technical duty learns of it, and a person can put it back."""
    settings.EMAIL_BACKEND = f"tests.notices.test_delivering.{backend}"
    tell(event, ruian.people["ruian-editor"])
    for _ in range(PLAN.cap):
        assert deliver_some(ME)
        time["now"] += timedelta(hours=2)
    assert not deliver_some(ME)
    delivery = waiting().get()
    assert delivery.set_aside_at is not None
    assert Event.objects.filter(action=Action.ROW_SET_ASIDE, subject_kind="delivery").exists()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert try_again(delivery)
    until_idle([deliver_some], ME)
    assert len(mail.outbox) == 1
    assert not waiting().exists()


def test_an_address_refused_for_good_is_not_tried_again(ruian, event, settings):
    """Waiting does not mend a wrong address."""
    settings.EMAIL_BACKEND = "tests.notices.test_delivering.NoSuchUser"
    tell(event, ruian.people["ruian-editor"])
    assert deliver_some(ME)
    assert not deliver_some(ME)

    assert waiting().get().set_aside_why == "The mail server refused the address (550)."


def test_a_mail_known_to_be_sent_is_never_sent_again(ruian, event, time):
    """Done is done, whatever time passes."""
    tell(event, ruian.people["ruian-editor"])
    until_idle([deliver_some], ME)
    time["now"] += timedelta(days=30)
    until_idle([deliver_some], ME)

    assert len(mail.outbox) == 1


def test_after_a_worker_died_while_sending_the_mail_goes_out_under_the_same_id(
    ruian, event, time, monkeypatch
):
    """The outcome is unknown, so it is sent again; the mail server can tell that it is the same message."""
    tell(event, ruian.people["ruian-editor"])

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("guanhao.notices.steps.finish_several", die)
        with pytest.raises(KeyboardInterrupt):
            deliver_some(ME)
    time["now"] += timedelta(minutes=2)
    assert deliver_some(Worker("another"))

    first, second = mail.outbox
    assert first.extra_headers == second.extra_headers


@pytest.mark.requirement("LG9")
def test_what_people_typed_cannot_add_headers_to_a_mail(ruian, event):
    """A line break in a title is written as an escape."""
    tell(event, ruian.people["ruian-editor"], title=Text("稿件\r\nBcc: all@example.invalid"))
    assert deliver_some(ME)

    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == ["ruian-editor@example.invalid"]


def test_what_is_not_begun_within_half_the_lease_is_handed_back(ruian, event):
    """A slow mail server must not let leases run out under mails that another worker would then send too."""
    tell(event, ruian.people["ruian-editor"], ruian.people["ruian-student"])
    assert deliver_some(Worker("no time", timedelta(microseconds=1)))

    assert mail.outbox == []
    assert {row.attempts for row in waiting()} == {0}
    assert deliver_some(ME)
    assert len(mail.outbox) == 2
