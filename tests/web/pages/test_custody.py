"""Custody's pages: holders, one look that is shown once, emergencies; never a secret but on that one answer."""

from __future__ import annotations

import pytest

from guanhao.core import clock
from guanhao.custody.models import Exposure, Reveal
from guanhao.ledger.models import Event
from guanhao.registry.models import Holder
from tests.custody.conftest import CANARY, House
from tests.web.conftest import with_second_factor


@pytest.fixture
def house(ruian):
    made = House(ruian, [clock.now()])
    made.set()
    return made


def ask(client, house, **data):
    values = {"kind": "password", "reason": "登录后台改头像"} | data
    return client.post(f"/accounts/{house.account.pk}/custody/look/", values)


@pytest.mark.requirement("SE3")
def test_a_holder_looks_once(browser, house):
    """Reading the page shows nothing, pressing the button shows it, pressing again is refused; nothing may be cached."""
    editor = with_second_factor(browser, "ruian-editor")
    place = ask(editor, house).url
    assert CANARY not in editor.get(place).content.decode()
    shown = editor.post(place)
    assert CANARY in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    again = editor.post(place)
    assert (again.status_code, CANARY in again.content.decode()) == (409, False)
    assert Event.objects.filter(action="credential.reveal_refused").count() == 1
    assert CANARY not in editor.get(place).content.decode()
    assert CANARY not in str(dict(editor.session))


@pytest.mark.requirement("SE3")
def test_a_password_alone_opens_no_secret(browser, house):
    """Confirmed with the password only, the page has no form and a post leads to the second factor; nothing is permitted."""
    editor = browser("ruian-editor", fresh=True)
    page = editor.get(f"/accounts/{house.account.pk}/custody/").content.decode()
    assert f"/accounts/{house.account.pk}/custody/look/" not in page
    answer = ask(editor, house)
    assert answer.url.startswith("/me/two-step/")
    assert not Reveal.objects.exists()


@pytest.mark.requirement("SE3")
def test_anothers_look_is_not_there(browser, house):
    """A link that was sent on is not found, for a second holder too; the first can still use it."""
    editor = with_second_factor(browser, "ruian-editor")
    place = ask(editor, house).url
    other = with_second_factor(browser, "ruian-editor-2")
    assert other.post(place).status_code == 404
    assert CANARY in editor.post(place).content.decode()


@pytest.mark.requirement("SE3")
def test_a_look_in_another_session_of_the_same_person_shows_nothing(browser, house):
    """The permission belongs to the browser that asked."""
    place = ask(with_second_factor(browser, "ruian-editor"), house).url
    elsewhere = browser("ruian-editor")
    assert elsewhere.post(place).status_code == 403
    assert Reveal.objects.get().opened_at is None


def test_the_office_gives_and_takes_slots(browser, house):
    """The page says who holds what; taking one back puts its secrets on the list of what is due."""
    office = browser("ruian-office-head", fresh=True)
    base = f"/accounts/{house.account.pk}/custody/"
    assert office.post(f"{base}holder/", {"person": house.person("tech").pk}).status_code == 302
    assert Holder.objects.get(slot=3).person == house.person("tech")
    full = office.post(f"{base}holder/", {"person": house.person("dean").pk})
    assert full.status_code == 422
    assert "ruian-6.6" in full.content.decode()
    assert office.post(f"{base}holder/3/").status_code == 302
    assert Exposure.objects.open().count() == 2
    listing = office.get("/accounts/custody/").content.decode()
    assert "赵启明" in listing
    assert office.post(f"{base}holder/3/").status_code == 404


def test_who_does_not_run_the_account_has_no_custody_page(browser, house):
    """A student sees the flagship, not who holds its keys; and an empty list."""
    student = browser("ruian-student")
    assert student.get(f"/accounts/{house.account.pk}/custody/").status_code == 403
    assert ask(student, house).status_code == 403
    assert student.get("/accounts/custody/").status_code == 200


@pytest.mark.requirement("SE5")
def test_an_emergency_goes_over_three_desks(browser, house):
    """Asked by one, agreed by two others on their pages, looked at by the first."""
    base = f"/accounts/{house.account.pk}/custody/"
    tech = with_second_factor(browser, "ruian-tech")
    assert ask(tech, house).status_code == 403
    tech.post(f"{base}emergency/", {"kind": "password", "reason": "保管人都联系不上"})
    pk = house.account.emergencies.get().pk
    for name in ("ruian-office-head", "ruian-editor"):
        with_second_factor(browser, name).post(f"/accounts/custody/emergency/{pk}/", {"voice": "agree"})
    place = ask(tech, house).url
    assert CANARY in tech.post(place).content.decode()
    assert Exposure.objects.open().get().why == "emergency"


@pytest.mark.requirement("SE2")
def test_no_form_sends_back_what_was_typed_as_a_secret(browser, house):
    """A refused value is nowhere in the answer, whatever was wrong."""
    editor = browser("ruian-editor", fresh=True)
    for kind, value in (("nonsense", CANARY), ("callback_token", CANARY), ("password", CANARY + "\x07")):
        answer = editor.post(f"/accounts/{house.account.pk}/secret/", {"kind": kind, "value": value})
        assert CANARY not in answer.content.decode()
