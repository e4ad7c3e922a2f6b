"""TN1: a foreign object answers exactly like one that does not exist, on every address, method and format."""

from __future__ import annotations

import re

import pytest

from tests.web.sweep.arguments import ARGUMENTS
from tests.web.sweep.objects import MISSING
from tests.web.sweep.routes import DEMONSTRATION, ROLES, address, matrix
from tests.web.sweep.visiting import client_of, url_of, visit

TOKEN = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[A-Za-z0-9]{64}')
# Their argument is no object of one institution: a number both logs have, a day, an address for whoever was given it; or
# it is public whoever asks.
COMMON = {
    "ledger_event", "clear_day", "picture", "callback_wechat", "callback_weibo", "directory", "directory_check",
    "directory_picture", "directory_report", "directory_widget", "directory_account", "directory_code",
    "api_directory_accounts", "api_directory_check", "feed_calendar", "privacy_notice_version",
}  # fmt: skip
FORMATS = ({}, {"HX-Request": "true"}, {"Accept": "application/json"})
WITH_OBJECTS = [
    (row.name, row.method)
    for row in matrix()
    if row.name in ARGUMENTS and row.name not in DEMONSTRATION | COMMON
]


def missing(name):
    return address(name, dict.fromkeys(ARGUMENTS[name], MISSING))


def comparable(response):
    """Everything a reader could tell two answers apart by, but for the address he typed and the CSRF token's mask."""
    headers = {key: value for key, value in response.headers.items() if key != "Content-Length"}
    page = response.content.decode(errors="replace").replace(response.request["PATH_INFO"], "ADDRESS")
    return response.status_code, headers, TOKEN.sub(r"\1", page)


@pytest.mark.requirement("TN1")
@pytest.mark.parametrize("role", ["foreign", "foreign_system"])
def test_a_foreign_object_answers_like_a_missing_one(role, objects, monkeypatch):
    """The other institution's editor and its administrator, in three formats; all differences at once."""
    monkeypatch.setitem(ROLES, "foreign_system", "gpnu-system")
    client, different = client_of(role), []
    for name, method in WITH_OBJECTS:
        for headers in FORMATS if method == "GET" else FORMATS[:1]:
            foreign = visit(client, method, url_of(name, objects), **headers)
            absent = visit(client, method, missing(name), **headers)
            if comparable(foreign) != comparable(absent):
                different.append(f"{method} {name} {headers}: {foreign.status_code} and {absent.status_code}")
    assert not different, "\n".join(different)


@pytest.mark.requirement("TN2")
def test_keys_of_another_institution_in_a_form_are_no_choice(objects, gpnu):
    """A unit, a person or a parent of another institution is refused at the field like one that does not exist."""
    client = client_of("system")
    person, unit = objects.person("section").pk, gpnu.units["党委宣传部"].pk
    answers = {}
    for key in (unit, MISSING):
        sent = {
            "unit": key,
            "post": "member",
            "since": "2026-11-23",
            "name": "新单位",
            "kind": "section",
            "parent": key,
        }
        appointed = client.post(f"/settings/people/{person}/appoint/", sent)
        added = client.post("/settings/units/new/", sent)
        answers[key] = (
            appointed.context["appoint_form"].errors.as_text(),
            added.context["form"].errors.as_text(),
        )
    assert answers[unit] == answers[MISSING]
    assert all(answers[unit])


@pytest.mark.requirement("TN2")
def test_keys_of_another_institution_in_a_filter_find_nothing_and_hide_nothing(objects, gpnu):
    """The filter's choices are the viewer's own units; a foreign key is as if it was not there."""
    client = client_of("editor")
    everybody = client.get("/settings/people/").content.decode().count("<tr>")
    foreign = client.get(f"/settings/people/?unit={gpnu.units['党委宣传部'].pk}").content.decode()
    assert foreign.count("<tr>") == everybody
    assert "罗映雪" not in foreign
