"""The public directory as pages and as an API: for everybody, without cookies, without a person's name."""

from __future__ import annotations

import io
import json
from datetime import date, datetime

import pytest
import segno
from django.test import Client
from PIL import Image
from python_calamine import CalamineWorkbook

from guanhao.core import clock, tenancy
from guanhao.core.actors import system
from guanhao.directory import openapi
from guanhao.directory.actions import set_directory
from guanhao.limiting.types import MINUTE, MOST, Most, Use
from guanhao.people.models import Person
from guanhao.registry.actions import add_account, change_account
from guanhao.registry.models import Account
from guanhao.watch.models import Report, Sighting

NOON = datetime(2026, 11, 23, 12, 0, 5, tzinfo=clock.CHINA)
HOME = "/directory/ruian/"
API = "/api/directory/ruian/"
PAGES = (
    HOME,
    f"{HOME}check/?q=瑞安学院",
    f"{HOME}report/",
    f"{HOME}widget/?q=瑞安学院官方群",
    f"{API}accounts",
    f"{API}check?q=x",
)


@pytest.fixture
def public(ruian):
    """A browser of somebody nobody knows."""
    return Client()


def add(ruian, name, **columns):
    return add_account(
        actor=system("test"),
        institution=ruian.institution,
        platform=columns.pop("platform", "weibo"),
        name=name,
        owner_unit=ruian.units["学生科"],
        first_responsible=ruian.people["ruian-office-head"],
        **columns,
    )


def png(text):
    out = io.BytesIO()
    segno.make(text).save(out, kind="png", scale=6)
    return io.BytesIO(out.getvalue())


@pytest.mark.article("gpnu-3")
@pytest.mark.parametrize("key", ["ruian", "gpnu", "xartvu"])
def test_every_filed_account_is_public_with_unit_platform_and_code(request, key):
    """Each institution's directory lists its accounts; each page gives the unit, the id and the QR code."""
    cast = request.getfixturevalue(key)
    account = cast.accounts["flagship"] if "flagship" in cast.accounts else next(iter(cast.accounts.values()))
    account = change_account(actor=system("test"), account=account, address="https://weibo.com/u/1234567890")
    listed = Client().get(f"/directory/{key}/").content.decode()
    assert account.name in listed
    assert account.owner_unit.name in listed
    page = Client().get(f"/directory/{key}/accounts/{account.pk}/").content.decode()
    assert account.handle in page
    code = Client().get(f"/directory/{key}/accounts/{account.pk}/qr/")
    assert (code.status_code, code["Content-Type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(code.content)).width > 100


@pytest.mark.requirement("PD1")
@pytest.mark.parametrize("key", ["ruian", "gpnu", "xartvu"])
def test_no_person_of_the_cast_appears_anywhere_in_public(request, key):
    """Names, numbers and mail addresses of everybody, on every page and in the API, signed in or not."""
    cast = request.getfixturevalue(key)
    account = next(iter(cast.accounts.values()))
    told = ""
    for path in (*(page.replace("ruian", key) for page in PAGES), f"/directory/{key}/accounts/{account.pk}/"):
        answer = Client().get(path)
        assert answer.status_code == 200, path
        told += answer.content.decode()
    people = list(Person.objects.all())
    assert len(people) > 5
    shown = {
        value
        for person in people
        for value in (person.name, person.staff_no, person.email, person.phone)
        if value and value in told
    }
    assert not shown


@pytest.mark.requirement("CF2")
def test_public_answers_set_no_cookie_and_may_be_kept(public):
    """Who has it already is told so without the body; nothing of it depends on a session."""
    for path in PAGES:
        answer = public.get(path)
        assert not answer.cookies, path
        if path.endswith("report/"):
            continue
        assert "public" in answer["Cache-Control"], path
        again = public.get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path


def test_the_etag_changes_with_the_register(public, ruian):
    """A new account makes the kept list stale."""
    etag = public.get(f"{API}accounts")["ETag"]
    add(ruian, "瑞安学院迎新", handle="1000000010")
    assert public.get(f"{API}accounts", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.requirement("TN1")
def test_a_closed_directory_is_not_there_at_all(public, ruian, xartvu):
    """Switched off, every address answers like one of an institution that does not exist."""
    with tenancy.within(ruian.institution):
        account = add(ruian, "瑞安学院后勤", handle="1000000011")
        set_directory(actor=system("test"), institution=ruian.institution, is_open=False)
    for path in (*PAGES, f"{HOME}accounts/{account.pk}/", f"{HOME}accounts/{account.pk}/qr/"):
        assert public.get(path).status_code == 404, path
    assert public.get("/directory/nowhere/").status_code == 404
    # Another institution's directory does not answer for it either.
    assert public.get(f"/directory/xartvu/accounts/{account.pk}/").status_code == 404


def test_only_the_office_opens_and_closes_it(browser, ruian):
    """The settings page changes it for the office, and refuses a site that is none."""
    office = browser("ruian-editor")
    bad = office.post("/settings/directory/", {"is_open": "on", "hosts": "not a site"})
    assert bad.status_code == 422
    assert "不是网站地址" in bad.content.decode()
    office.post("/settings/directory/", {"hosts": "https://www.raxy.example/index.html"})
    assert Client().get(HOME).status_code == 404
    office.post("/settings/directory/", {"is_open": "on", "hosts": "https://www.raxy.example/index.html"})
    assert Client().get(HOME).status_code == 200
    assert "https://www.raxy.example" in office.get("/settings/directory/").content.decode()
    assert browser("ruian-section").get("/settings/directory/").status_code == 403


@pytest.mark.requirement("CF2")
def test_only_the_widget_may_be_framed_and_only_by_the_sites_named(public, ruian):
    """Without sites nobody may; with them exactly those; every other page stays unframed."""
    assert "frame-ancestors 'none'" in public.get(f"{HOME}widget/")["Content-Security-Policy"]
    set_directory(
        actor=system("test"), institution=ruian.institution, is_open=True, hosts=["https://www.raxy.example"]
    )
    framed = public.get(f"{HOME}widget/")
    assert "frame-ancestors https://www.raxy.example;" in framed["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in framed
    assert public.get(HOME)["X-Frame-Options"] == "DENY"


def test_the_widget_answers_in_its_frame_without_script(public, ruian):
    """A form and an answer; links open outside the frame."""
    page = public.get(f"{HOME}widget/?q={ruian.accounts['flagship'].handle}").content.decode()
    assert "官方账号" in page
    assert "<form" in page
    assert page.count('target="_blank"') == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1000000012", "官方账号"),
        ("瑞安学院官方新生群", "当心"),
        ("1000000013", "已于 2026-03-02 关闭"),
        ("1000000014", "未经年检确认"),
        ("毫不相干", "不在名录里"),
    ],
)
def test_the_answer_says_what_it_is(public, ruian, typed, says):
    """Official, look-alike, closed on a day, uninspected, unknown; an unknown one can be reported from there."""
    add(ruian, "瑞安学院实验室", handle="1000000012")
    add(ruian, "瑞安学院老网站", handle="1000000013", state="closed")
    add(ruian, "瑞安学院合唱团", handle="1000000014")
    Account.objects.filter(handle="1000000013").update(closed_on=date(2026, 3, 2))
    Account.objects.filter(handle="1000000014").update(uninspected_since=date(2026, 6, 1))
    page = public.get(f"{HOME}check/", {"q": typed}).content.decode()
    assert says in page
    assert ("举报冒名账号" in page) == (says in {"当心", "不在名录里"})


def test_an_uploaded_code_is_read_by_the_server(public, ruian):
    """A browser that cannot read codes uploads the picture; the answer is that of its text; without a code it says so."""
    add(ruian, "瑞安学院摄影社", handle="1234567891")
    answer = public.post(
        f"{HOME}check/picture/", {"picture": png("https://weibo.com/u/1234567891")}, follow=True
    )
    assert "瑞安学院摄影社" in answer.content.decode()
    blank = io.BytesIO()
    Image.new("RGB", (80, 80), "white").save(blank, "PNG")
    blank.seek(0)
    none = public.post(f"{HOME}check/picture/", {"picture": blank})
    assert none.status_code == 422
    assert "没有找到二维码" in none.content.decode()


def test_a_report_with_a_picture_reaches_the_office(public, browser, ruian):
    """Sent without a sign-in, seen on the sighting's page with its picture; a mistake keeps what was typed."""
    photo = io.BytesIO()
    Image.new("RGB", (50, 50), "red").save(photo, "JPEG")
    photo.seek(0)
    wrong = public.post(f"{HOME}report/", {"name": "瑞安学院官方群", "address": "nonsense"})
    assert wrong.status_code == 422
    assert "瑞安学院官方群" in wrong.content.decode()
    sent = public.post(
        f"{HOME}report/", {"name": "瑞安学院官方群", "platform": "weibo", "note": "收费", "picture": photo}
    )
    assert "已收到举报" in sent.content.decode()
    assert Report.objects.get().picture is not None
    page = browser("ruian-tech").get(f"/screening/sightings/{Sighting.objects.get().pk}/").content.decode()
    assert "收费" in page
    assert "/pictures/" in page


@pytest.mark.requirement("CF5")
def test_a_flood_of_bytes_is_refused_before_it_is_read(public):
    """What announces more than a picture, or does not say how much it is, is not taken in at all."""
    for length in (str(7 * 2**20), "", "many"):
        for path in (f"{HOME}report/", f"{HOME}check/picture/"):
            answer = public.generic(
                "POST", path, b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=length
            )
            assert answer.status_code == 413, path
    assert not Sighting.objects.exists()


@pytest.mark.requirement("NT4")
def test_too_many_questions_from_one_address_are_told_to_wait(public, monkeypatch):
    """Pages and API count together; the list itself stays readable."""
    monkeypatch.setitem(MOST, Use.CHECK, Most(2, MINUTE))
    with clock.frozen(NOON):
        for _ in range(2):
            assert public.get(f"{HOME}check/?q=x").status_code == 200
        late = public.get(f"{HOME}check/?q=x")
        assert (late.status_code, late["Retry-After"]) == (429, "56")
        assert "稍后再试" in late.content.decode()
        assert public.get(f"{API}check?q=x").status_code == 429
        assert public.get(HOME).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_register(public, ruian, django_assert_max_num_queries):
    """The list, the API and the answer cost the same for two accounts and for sixty; PostgreSQL is told the institution besides."""
    for number in range(60):
        add(ruian, f"瑞安学院第{number}班", handle=f"20000{number:05}")
    for path in (HOME, f"{API}accounts", f"{HOME}check/?q=2000000007"):
        with django_assert_max_num_queries(16):
            assert public.get(path).status_code == 200


def test_the_list_is_paged_narrowed_and_downloaded(public, ruian):
    """Fifty a page, by platform, and whole as a workbook."""
    for number in range(55):
        add(ruian, f"瑞安学院第{number}班", handle=f"20000{number:05}")
    assert "?page=2" in public.get(HOME).content.decode()
    weibo = public.get(f"{HOME}?platform=weibo").content.decode()
    assert ruian.accounts["flagship"].handle not in weibo
    book = CalamineWorkbook.from_filelike(io.BytesIO(public.get(f"{HOME}?format=xlsx").content))
    assert len(book.get_sheet_by_index(0).to_python()) == 1 + Account.objects.in_use().count()


def test_the_pages_speak_english_when_asked(public):
    """The language stays in the address, for there is no cookie; links and forms carry it on."""
    page = public.get(f"{HOME}?lang=en").content.decode()
    assert "Is this account the institution" in page
    assert 'name="lang" value="en"' in page
    assert "lang=en" in page


def fits(value, schema, known):
    """Whether JSON is what a schema of the document says; enough of JSON Schema for what the document uses."""
    if "$ref" in schema:
        return fits(value, known[schema["$ref"].rpartition("/")[2]], known)
    if "oneOf" in schema:
        return sum(fits(value, one, known) for one in schema["oneOf"]) == 1
    if "enum" in schema and value not in schema["enum"]:
        return False
    types = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    allowed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, types[one]) for one in allowed):
        return False
    if isinstance(value, list):
        return all(fits(one, schema["items"], known) for one in value)
    if isinstance(value, dict):
        return set(value) == set(schema["properties"]) and all(
            fits(one, schema["properties"][key], known) for key, one in value.items()
        )
    return True


def test_the_api_answers_as_its_document_says(public, ruian):
    """Every path of the document is there, its answers fit the schemas, and other sites may read them."""
    add(ruian, "瑞安学院老网站", handle="1000000013", state="closed")
    document = public.get("/api/directory/openapi.json").json()
    assert document == json.loads(json.dumps(openapi.document("http://127.0.0.1:8800")))
    known = document["components"]["schemas"]
    asked = {
        "/api/directory/{key}/accounts": [""],
        "/api/directory/{key}/check": ["?q=1000000013", "?q=瑞安学院官方群"],
    }
    assert set(asked) == set(document["paths"])
    for path, queries in asked.items():
        content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        for query in queries:
            answer = public.get(path.replace("{key}", "ruian") + query)
            assert fits(answer.json(), content["schema"], known), answer.json()
            assert answer["Access-Control-Allow-Origin"] == "*"


def test_whoever_is_signed_in_sees_what_everybody_sees(browser, ruian):
    """A person of another institution stays outside it: the public page is the public page."""
    assert browser("gpnu-publicity").get(HOME).content == Client().get(HOME).content
