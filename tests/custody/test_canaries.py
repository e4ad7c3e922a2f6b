"""Canary secrets through the whole house, looked for in nine encodings wherever it writes (SE2)."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail

from guanhao.core import clock, tenancy
from guanhao.custody import proving
from guanhao.custody.actions import remove_holder
from guanhao.custody.exposing import report_leak
from guanhao.ledger.models import Event, EventDetail
from guanhao.notices.steps import deliver_some
from guanhao.process.drawing import draw_consequences
from guanhao.publishing import selftest
from guanhao.registry.models import Secret
from guanhao.steps.types import Worker
from tests.custody.conftest import House
from tests.support.canaries import Canaries, encodings
from tests.web.conftest import browser, with_second_factor

__all__ = ["browser"]

PASSWORD = 'canary-密-"<&>%-Passw0rd'
APP_SECRET = "canary" + "5ec7e7" * 4 + "00"
VALUES = {"password": PASSWORD, "app_secret": APP_SECRET, "access_token": "canary-token-0123456789abcdef"}
pytestmark = pytest.mark.requirement("SE2")


def test_the_net_catches_each_of_the_nine_encodings():
    """A harness that finds nothing because it looks for nothing would pass everything below."""
    assert len(encodings(PASSWORD)) == 9
    written = {
        "plain": PASSWORD.encode(),
        "base64": base64.b64encode(b"x" + PASSWORD.encode() + b"yz"),
        "base64url": base64.urlsafe_b64encode(b"xy" + PASSWORD.encode() + b"z"),
        "hex": PASSWORD.encode().hex().encode(),
        "percent": quote(PASSWORD, safe="").encode(),
        "utf-16": PASSWORD.encode("utf-16"),
        "json": json.dumps({"k": PASSWORD}).encode(),
        "html": PASSWORD.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .encode(),
        "reversed": PASSWORD[::-1].encode(),
    }
    for name, blob in written.items():
        canaries = Canaries(PASSWORD)
        canaries.look("here", b"before " + blob + b" after")
        assert canaries.found, name
    clean = Canaries(PASSWORD)
    clean.look("here", b"nothing of it")
    assert clean.found == []


def visit_everything(house, browser, canaries):
    """Set each secret through the page, right and wrong, then read every page that has to do with it, as several people."""
    pk = house.account.pk
    editor = browser("ruian-editor", fresh=True)
    for kind, value in VALUES.items():
        for tried in ((kind, value), ("nonsense", value), ("callback_token", value), (kind, value + "\x07")):
            answer = editor.post(f"/accounts/{pk}/secret/", {"kind": tried[0], "value": tried[1]})
            canaries.look("setting", answer.content + str(answer.headers).encode())
    office, audit = browser("ruian-office-head"), browser("ruian-audit")
    pages = (
        f"/accounts/{pk}/", f"/accounts/{pk}/interface/", "/accounts/", f"/accounts/{pk}/custody/", "/accounts/custody/?tab=all", "/search/?q=canary",
        "/notices/", "/",
    )  # fmt: skip
    for client in (editor, office):
        for path in pages:
            canaries.look(path, client.get(path).content)
    for path in ("/ledger/", "/ledger/?q=canary"):
        canaries.look(path, audit.get(path).content)
    for path in ("/accounts/?format=xlsx", "/accounts/custody/?tab=all&format=xlsx", "/ledger/?format=xlsx"):
        for client in (office, audit):
            look_into_file(canaries, path, client.get(path))


def look_into_file(canaries, path, response):
    """A workbook is a zip; what is inside counts."""
    content = response.getvalue() if response.streaming else response.content
    canaries.look(path, content)
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                canaries.look(f"{path} {name}", archive.read(name))


def look_into_tables(canaries):
    """Every row of every table, sessions opened: what lies in clear here lies in clear in each backup."""
    with tenancy.everywhere("canaries are looked for in every table"):
        for model in apps.get_models():
            for row in model._default_manager.values():
                canaries.look(f"table {model._meta.label}", str(row).encode("utf-8", "replace"))
                for value in row.values():
                    if isinstance(value, (bytes, memoryview)):
                        canaries.look(f"table {model._meta.label}", bytes(value))
        for session in Session.objects.all():
            canaries.look("session", str(session.get_decoded()).encode())


def test_canaries_are_nowhere(world, ruian, browser, caplog):
    """Through pages, errors, self-test, exposure, proof, notices, mail, exports, ledger and every table."""
    caplog.set_level(0)
    canaries = Canaries(*VALUES.values())
    house = House(ruian, [clock.now()])
    visit_everything(house, browser, canaries)
    remove_holder(actor=house.actor("office-head"), account=house.account, person=house.person("editor-2"))
    report_leak(
        actor=house.actor("editor"),
        person=house.person("editor"),
        account=house.account,
        reason="演练泄露报告",
    )
    report = selftest.run(actor=house.actor("editor"), account=house.account)
    canaries.look("self-test", repr(report).encode())
    assert not report.ok
    secret = Secret.objects.get(account=house.account, kind="app_secret", retired_at__isnull=True)
    canaries.look("proof", repr(proving.try_platform(actor=house.actor("editor"), secret=secret)).encode())
    for step in (draw_consequences, deliver_some):
        while step(Worker("t")):
            pass
    for message in mail.outbox:
        canaries.look("mail", message.message().as_bytes() + message.body.encode())
    for event in Event.objects.all():
        canaries.look("ledger", bytes(event.entry) + str(event.facts).encode())
    for detail in EventDetail.objects.all():
        canaries.look("ledger detail", str(detail.data).encode())
    canaries.look("log", caplog.text.encode())
    look_into_tables(canaries)
    assert canaries.found == []


def test_the_one_answer_that_shows_it_is_the_look(world, ruian, browser):
    """The positive control: the net catches the secret there, so it would have caught it elsewhere."""
    house = House(ruian, [clock.now()])
    house.set(PASSWORD)
    editor = with_second_factor(browser, "ruian-editor")
    look = {"kind": "password", "reason": "登录后台改头像"}
    place = editor.post(f"/accounts/{house.account.pk}/custody/look/", look).url
    canaries = Canaries(PASSWORD)
    canaries.look("before", editor.get(place).content)
    assert canaries.found == []
    canaries.look("shown", editor.post(place).content)
    assert canaries.found == ["shown (html)"]
