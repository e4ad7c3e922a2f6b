"""The privacy notice as a page (PD2): nobody gets past it unread, it takes nothing away, each version is readable."""

from __future__ import annotations

import pytest

from guanhao.people.access import actor_of
from guanhao.privacy import noticing
from guanhao.privacy.models import Acknowledgement, PrivacyNotice

pytestmark = [pytest.mark.database, pytest.mark.requirement("PD2")]


@pytest.fixture
def new_version(ruian):
    """The office publishes its own words, so that nobody has read the version in force."""
    person = ruian.people["ruian-editor"]
    return noticing.publish(actor=actor_of(person), person=person, contact="宣传部", words="补充一句。")


def test_who_has_not_read_it_is_led_to_it_once_and_then_goes_on(ruian, new_version, browser):
    """The page they wanted follows the button; from then on nothing stands in the way."""
    client = browser("ruian-student")
    led = client.get("/articles/?tab=all")
    assert (led.status_code, led["Location"]) == (302, "/privacy/notice/?next=%2Farticles%2F%3Ftab%3Dall")
    page = client.get(led["Location"]).content.decode()
    assert "补充一句。" in page
    assert "我已阅读" in page
    went = client.post("/privacy/notice/read/", {"number": new_version.number, "next": "/articles/?tab=all"})
    assert went["Location"] == "/articles/?tab=all"
    assert Acknowledgement.objects.filter(notice=new_version, person=ruian.people["ruian-student"]).exists()
    assert client.get("/articles/?tab=all").status_code == 200
    assert "我已阅读" not in client.get("/privacy/notice/").content.decode()


def test_a_stale_page_reads_nothing_for_anybody(ruian, new_version, browser):
    """What was read is the version that the page showed; an address elsewhere is not followed."""
    client = browser("ruian-student")
    assert client.post("/privacy/notice/read/", {"number": 1}).status_code == 409
    assert client.post("/privacy/notice/read/", {"number": "x"}).status_code == 404
    answer = client.post("/privacy/notice/read/", {"number": 2, "next": "https://evil.invalid/"})
    assert answer["Location"] == "/"


def test_it_stands_in_the_way_of_pages_only(ruian, new_version, browser):
    """Their own data, signing out, language and public pages are open; posts, parts and pictures of an open page go on."""
    client = browser("ruian-section")
    for address in ("/me/data/", "/privacy/", "/privacy/notice/1/"):
        assert client.get(address).status_code == 200, address
    assert client.post("/language/", {"language": "en"}).status_code == 302
    assert client.post("/me/data/", {"kind": "copy", "words": ""})["Location"] == "/me/data/"
    assert client.get("/articles/", headers={"HX-Request": "true"}).status_code == 200
    assert client.get("/articles/", headers={"Sec-Fetch-Dest": "image"}).status_code == 200
    assert client.get("/articles/", headers={"Sec-Fetch-Dest": "document"}).status_code == 302
    assert client.post("/sign-out/").status_code == 302


def test_each_institution_has_its_own(ruian, new_version, browser):
    """Another institution's people owe nothing, and its versions are not there."""
    assert browser("gpnu-publicity").get("/articles/").status_code == 200
    assert browser("gpnu-publicity").get("/privacy/notice/2/").status_code == 404


def test_the_office_edits_its_words(ruian, browser):
    """What stands is filled in; the same words publish nothing."""
    client = browser("ruian-editor")
    assert client.post("/privacy/notice/edit/", {"contact": "", "words": ""}).status_code == 200
    assert client.post("/privacy/notice/edit/", {"contact": "宣传部", "words": "一"}).status_code == 302
    assert client.get("/articles/").status_code == 302  # whoever worded it reads it too
    client.post("/privacy/notice/read/", {"number": 2})
    assert 'value="宣传部"' in client.get("/privacy/notice/edit/").content.decode()
    client.post("/privacy/notice/edit/", {"contact": "宣传部", "words": "一"})
    assert PrivacyNotice.objects.count() == 2


def test_before_the_first_version_nobody_is_led_anywhere(ruian, browser):
    """An installation whose worker has not run yet can be used."""
    Acknowledgement.objects.all().delete()
    PrivacyNotice.objects.all().delete()
    client = browser("ruian-student")
    assert client.get("/articles/").status_code == 200
    assert "还没有发布" in client.get("/privacy/notice/").content.decode()
