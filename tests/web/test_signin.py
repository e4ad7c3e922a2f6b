"""Signing in and out: recorded, throttled, silent about who exists; demonstrations only where they are on."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.urls import clear_url_caches, include, path

from guanhao.core import tenancy
from guanhao.demo.institutions import PASSWORD
from guanhao.ledger.models import Event
from guanhao.web import urls
from tests.support.codes import code_of


def actions_of(institution, area="session."):
    with tenancy.within(institution):
        return list(Event.objects.filter(action__startswith=area).values_list("action", flat=True))


def sign_in(client, username="ruian-editor", password=PASSWORD):
    return client.post("/sign-in/", {"login": username, "password": password})


@pytest.mark.requirement("LG1")
def test_signing_in_and_out_is_recorded_with_the_address(ruian, browser):
    """Who, when, from where; the address stands on the erasable side."""
    client = browser()
    assert sign_in(client).status_code == 302
    client.post("/sign-out/")
    events = Event.objects.filter(action__startswith="session.").order_by("index")
    assert [event.action for event in events] == ["session.signed_in", "session.signed_out"]
    assert events[0].detail.data["address"] == "127.0.0.1"
    assert "127.0.0.1" not in bytes(events[0].entry).decode()


@pytest.mark.requirement("LG1")
@pytest.mark.requirement("SI2")
def test_a_failure_is_recorded_and_its_answer_says_nothing_about_existence(ruian, browser):
    """A wrong password and an unknown name read alike; only the first has a log to be written to."""
    wrong = sign_in(browser(), password="not-the-password")
    unknown = sign_in(browser(), username="nobody-here", password="not-the-password")
    told = [response.context["form"].errors.as_text() for response in (wrong, unknown)]
    assert told[0] == told[1]
    assert actions_of(ruian.institution) == ["session.sign_in_failed"]


@pytest.mark.requirement("SI2")
def test_the_fifth_failure_locks_name_and_address_but_not_the_person_elsewhere(ruian, browser):
    """An outsider cannot lock people out: another address still signs in."""
    for _ in range(5):
        last = sign_in(browser(), password="not-the-password")
    assert last.status_code == 429
    assert "连续多次登录失败" in last.content.decode()
    assert sign_in(browser()).status_code == 429
    assert sign_in(browser(REMOTE_ADDR="127.0.0.9")).status_code == 302


@pytest.mark.requirement("SI4")
def test_signing_in_begins_a_new_session(ruian, browser):
    """A key somebody planted before is worth nothing afterwards (ASVS 7.2.4)."""
    client = browser()
    client.get("/sign-in/")
    before = client.session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_nobody_signs_up(db, browser):
    """Persons are entered by their institution."""
    page = browser().get("/sign-in/closed/")
    assert "不开放注册" in page.content.decode()


def test_a_person_sees_his_sessions_and_ends_the_others(ruian, browser):
    """7.4.3: two browsers, and one of them ends the other."""
    first, second = browser(), browser()
    sign_in(first), sign_in(second)
    assert first.get("/me/sessions/").content.decode().count("127.0.0.1") >= 2
    first.post("/me/sessions/")
    assert second.get("/me/").status_code == 302
    assert first.get("/me/").status_code == 200


def test_the_language_is_kept_with_the_person(ruian, browser):
    """Chosen once, in force at the next sign-in on another machine."""
    client = browser("ruian-editor")
    client.post("/language/", {"language": "en", "next": "/rules/"})
    assert b'lang="en"' in browser("ruian-editor").get("/").content
    assert client.post("/language/", {"language": "tlh"}).status_code == 404


def test_no_form_sends_people_elsewhere(ruian, browser):
    """``next`` is followed inside the product only."""
    response = browser("ruian-editor").post(
        "/language/", {"language": "en", "next": "https://example.invalid/"}
    )
    assert response.url == "/"


@pytest.fixture
def demonstration(settings, monkeypatch):
    """The product as it is routed when demonstrations are on."""
    settings.DEMO = True
    with_demo = [*urls.urlpatterns, path("", include("guanhao.web.routes.demonstration"))]
    monkeypatch.setattr(urls, "urlpatterns", with_demo)
    clear_url_caches()
    yield
    monkeypatch.undo()
    clear_url_caches()


@pytest.mark.requirement("BK4")
def test_the_demonstration_sign_in_does_not_exist_elsewhere(ruian, browser):
    """Not even as an address."""
    assert browser().get("/demo/").status_code == 404
    assert browser().post("/demo/ruian-editor/").status_code == 404


def test_a_demonstration_signs_in_with_one_click(demonstration, ruian, browser):
    """Every role of the three institutions is a button; pressing one signs in, and is recorded."""
    client = browser()
    page = client.get("/demo/").content.decode()
    assert all(name in page for name in ("瑞安学院", "广东技术师范学院", "西安广播电视大学", "方予安"))
    assert client.post("/demo/ruian-section-head/").url == "/"
    assert "何沐阳" in client.get("/").content.decode()
    assert actions_of(ruian.institution) == ["session.signed_in"]


def test_even_a_demonstration_signs_in_nobody_real(demonstration, ruian, browser):
    """Persons of an institution that is no demonstration have no button, and their address answers 404."""
    ruian.institution.is_demonstration = False
    ruian.institution.save(update_fields=["is_demonstration"])
    assert browser().post("/demo/ruian-editor/").status_code == 404
    assert "林知夏" not in browser().get("/demo/").content.decode()


@pytest.mark.requirement("SI1")
def test_a_second_factor_is_set_up_asked_for_and_good_only_once(ruian, browser):
    """Password and code; the same code does not open a second time (ASVS 6.5.1)."""
    client = browser("ruian-editor", fresh=True)
    secret = client.get("/me/two-step/set-up/").context["form"].secret
    assert client.post("/me/two-step/set-up/", {"code": code_of(secret)}).status_code == 302
    (told,) = Event.objects.filter(action="session.second_factor_changed")
    assert (told.facts, secret in str(told.facts)) == ({"what": "set_up"}, False)
    again = browser()
    assert sign_in(again).url == "/sign-in/code/"
    assert again.get("/").status_code == 302
    cache.clear()  # the code that set it up counts as used; half a minute later there is another
    used = code_of(secret)
    assert again.post("/sign-in/code/", {"code": used}).status_code == 302
    assert again.get("/").status_code == 200
    third = browser()
    sign_in(third)
    assert third.post("/sign-in/code/", {"code": used}).status_code == 200
    assert third.get("/").status_code == 302


@pytest.mark.requirement("LG1")
def test_changes_of_how_one_signs_in_are_in_the_log(ruian, browser):
    """Removing the second factor, new spare codes and a new password are events; a refused change is none."""
    client = browser("ruian-editor", fresh=True)
    secret = client.get("/me/two-step/set-up/").context["form"].secret
    client.post("/me/two-step/set-up/", {"code": code_of(secret)})
    client.post("/me/two-step/codes/new/")
    client.post("/me/two-step/remove/")
    new = "hai-an-yu-shi-27"
    client.post("/me/password/", {"oldpassword": "wrong", "password1": new, "password2": new})
    client.post("/me/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    told = Event.objects.filter(action__startswith="session.", facts__has_key="what").order_by("index")
    assert [(event.action.partition(".")[2], event.facts["what"]) for event in told] == [
        ("second_factor_changed", "set_up"),
        ("second_factor_changed", "codes_renewed"),
        ("second_factor_changed", "removed"),
        ("password_changed", "changed"),
    ]
    assert {event.subject_id for event in told} == {str(ruian.people["ruian-editor"].pk)}
