"""The register's pages: the daily questions in one place, what may follow and why not, particulars, operators, units."""

import io
from datetime import timedelta

import pytest
from django import forms
from django.test.html import parse_html
from python_calamine import CalamineWorkbook

from guanhao.contents.models import Asset
from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.demo.pictures import draw
from guanhao.registry import actions, faces
from guanhao.registry.models import Account
from guanhao.registry.moves import Given, move
from guanhao.registry.operators import add_operator
from guanhao.registry.types import FacePart
from guanhao.web.fields import OneOf

DEMO = system("test")


@pytest.fixture
def account(ruian):
    """An account of a section, applied for, published by hand."""
    return actions.add_account(
        actor=DEMO,
        institution=ruian.institution,
        platform="douyin",
        name="瑞安学院学生科抖音",
        handle="ruian-xsk",
        owner_unit=ruian.units["学生科"],
        first_responsible=ruian.people["ruian-section-head"],
        manager=ruian.people["ruian-section"],
        state="applied",
    )


@pytest.fixture
def editor(browser):
    return browser("ruian-editor")


def text(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(client, **query):
    """The names on the list as it is asked for."""
    answer = client.get("/accounts/", query)
    return {row.name for row in answer.context["list"].page.object_list}


@pytest.mark.parametrize(
    ("condition", "arrange"),
    [
        ("unverified", {"verified": False}),
        ("expired", {"verified": True, "verified_until": "2020-01-01"}),
        ("overdue", {"verified": True, "verified_until": "2020-01-01"}),
        ("overdue", {"uninspected_since": "2020-01-01"}),
        ("uninspected", {"uninspected_since": "2020-01-01"}),
        ("dormant", {"dormant_since": "2020-01-01"}),
        ("dormant", {"last_published_at": "2020-01-01T00:00+08:00"}),
        ("changed", {"filed_digest": "sha256:other"}),
        ("unnumbered", {"filing_number": ""}),
        ("unrun", {"manager": None}),
    ],
)
def test_each_daily_question_has_its_filter_and_its_figure(account, editor, condition, arrange):
    """The account that meets it is found and counted; once it does not, it is neither."""
    everything_well = {
        "state": "active",
        "verified": True,
        "filing_number": "1",
        "last_published_at": clock.now(),
    }
    Account.objects.filter(pk=account.pk).update(**everything_well)

    def counted():
        page = editor.get("/accounts/")
        return {one.address.rpartition("=")[2]: one.count for one in page.context["figures"]}[condition]

    before = counted()
    assert account.name not in names(editor, tab="active", **{"is": condition})
    Account.objects.filter(pk=account.pk).update(**arrange)
    assert account.name in names(editor, tab="active", **{"is": condition})
    assert counted() == before + 1


def test_whose_it_is_is_asked_by_unit_and_by_anybody_who_answers(account, editor, ruian, browser):
    """The unit's filter, the names of responsible, manager and operator, and the tab of one's own."""
    add_operator(actor=DEMO, account=account, person=ruian.people["ruian-tech"])
    assert account.name in names(editor, tab="all", unit=str(ruian.units["学生科"].pk))
    assert account.name not in names(editor, tab="all", unit=str(ruian.units["办公室"].pk))
    for who in ("ruian-section-head", "ruian-section", "ruian-tech"):
        assert account.name in names(editor, tab="all", q=ruian.people[who].name)
    assert account.name in names(browser("ruian-tech"), tab="mine")
    assert account.name not in names(editor, tab="mine")


@pytest.mark.parametrize("words", ["學生科抖音", "瑞安 抖音", "RUIAN-XSK", "ｒｕｉａｎ-xsk", "学生科"])
def test_chinese_names_are_found_however_they_are_written(account, editor, words):
    """Traditional characters, several words, another case or width: the same on both databases."""
    assert account.name in names(editor, tab="all", q=words)
    assert 'id="list-q"' in text(editor, "/accounts/")  # and there is where to type them


def test_the_ledger_comes_with_every_column(account, editor):
    """The registrar's export has what the screen has no room for."""
    page = editor.get("/accounts/", {"tab": "all"})
    answer = editor.get(f"/accounts/{page.context['list'].ledger_address()}")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert {"备案编号", "主管领导", "平台绑定管理员", "用途", "最近年检", "账号标识"} <= set(sheet[0])
    rows = [dict(zip(sheet[0], row, strict=True)) for row in sheet[1:]]
    assert any(row["账号标识"] == "ruian-xsk" for row in rows)


@pytest.mark.article("ruian-5")
def test_the_office_files_an_account_from_its_page(account, editor):
    """One press: state, number, filing; the page then offers what follows from there."""
    page = text(editor, f"/accounts/{account.pk}/")
    assert "登记备案" in page
    answer = editor.post(f"/accounts/{account.pk}/step/open/", {"on": clock.today().isoformat()})
    assert answer.status_code == 302
    account.refresh_from_db()
    assert (account.state, bool(account.filing_number)) == ("active", True)
    page = text(editor, f"/accounts/{account.pk}/")
    assert account.filing_number in page
    assert "暂停发布" in page


def test_a_step_without_its_reason_changes_nothing(account, editor):
    """The reason is asked for at the form and by the action."""
    move(actor=DEMO, account=account, step="open")
    editor.post(f"/accounts/{account.pk}/step/suspend/", {"reason": ""})
    account.refresh_from_db()
    assert account.state == "active"


def test_who_may_not_take_a_step_reads_why_and_is_refused(account, browser):
    """The section's own head sees the steps closed, each with its reason."""
    head = browser("ruian-section-head")
    page = text(head, f"/accounts/{account.pk}/")
    assert "step is-closed" in page
    assert head.post(f"/accounts/{account.pk}/step/open/").status_code == 403


def test_an_account_is_registered_by_the_particulars_its_platform_needs(ruian, editor):
    """The platform comes first, historical ones are named as such; what is missing shows on the record."""
    assert "已停止服务" in text(editor, "/accounts/add/")
    page = text(editor, "/accounts/add/", platform="bilibili")
    assert "UID" in page
    answer = editor.post(
        "/accounts/add/?platform=bilibili",
        {"name": "瑞安学院 B 站", "owner_unit": ruian.units["办公室"].pk, "tier": 1},
    )
    assert answer.status_code == 302, answer.context["form"].errors
    made = Account.objects.get(platform="bilibili")
    assert made.state == "applied"
    assert "缺，备案必填" in text(editor, f"/accounts/{made.pk}/")


def test_a_second_account_of_the_same_name_is_refused_on_the_form(account, editor, ruian):
    """The reason stands on top, and nothing that was typed is lost."""
    answer = editor.post(
        "/accounts/add/?platform=douyin",
        {"name": "瑞安學院学生科抖音", "owner_unit": ruian.units["办公室"].pk, "tier": 1, "purpose": "招生"},
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "已经登记" in page
    assert "招生" in page


def test_particulars_are_changed_with_pictures_and_the_change_shows_until_filed(account, editor, ruian):
    """A picture is drawn anew and stored; the page then says what differs from the filing."""
    move(actor=DEMO, account=account, step="open")
    form = editor.get(f"/accounts/{account.pk}/edit/").context["form"]
    values = {field.name: field.value() or "" for field in form if field.name not in {"qr", "avatar"}}
    values = {name: value for name, value in values.items() if value is not False}
    picture = io.BytesIO(draw("二维码"))
    picture.name = "qr.png"
    answer = editor.post(f"/accounts/{account.pk}/edit/", values | {"purpose": "招生宣传", "qr": picture})
    assert answer.status_code == 302, answer.context["form"].errors
    account.refresh_from_db()
    assert account.purpose == "招生宣传"
    assert Asset.objects.filter(digest=account.qr).exists()
    page = text(editor, f"/accounts/{account.pk}/")
    assert "备案后有变更" in page
    assert "account-picture" in page


def test_operators_come_and_go_with_their_terms(account, editor, ruian):
    """A short term that is over shows as such, and as overdue in the list."""
    person = ruian.people["ruian-tech"]
    editor.post(
        f"/accounts/{account.pk}/operators/", {"person": person.pk, "until": clock.today().isoformat()}
    )
    operator = account.operators.serving().get()
    assert operator.tenure == "short"
    account.operators.update(until=clock.today() - timedelta(days=1), since="2020-01-01")
    assert "短期，已到期" in text(editor, f"/accounts/{account.pk}/")
    editor.post(f"/accounts/{account.pk}/operators/{operator.pk}/end/")
    assert not account.operators.serving().exists()


@pytest.mark.article("gpnu-1")
@pytest.mark.article("gpnu-4")
def test_the_office_rolls_up_every_unit_and_a_unit_sees_its_own(gpnu, browser):
    """Figures by unit hold only accounts the viewer may see."""
    listed = browser("gpnu-publicity").get("/accounts/units/").context["list"].page.object_list
    everything = {unit.name: unit.count_in_use for unit in listed}
    assert everything == {unit: Account.objects.filter(owner_unit__name=unit).count() for unit in everything}
    own = browser("gpnu-foreign").get("/accounts/units/").context["list"].page.object_list
    assert {unit.name for unit in own} == {gpnu.accounts["flagship"].owner_unit.name} < {*everything}


def test_a_suspended_account_says_so_and_why_where_it_would_publish(account, editor):
    """The reason given with the step is what the page of the account says."""
    move(actor=DEMO, account=account, step="open")
    move(actor=DEMO, account=account, step="suspend", given=Given(reason="等候整改"))
    assert "等候整改" in text(editor, f"/accounts/{account.pk}/")


def test_a_choice_is_written_as_django_writes_it():
    """Thousands of options are written without a template each; what the browser gets is the same."""
    choices = [(None, "请选择"), (1, "甲 & <乙>"), ("组", [(2, '"丙"'), ("", "无")])]
    attrs = {"class": "form-select", "required": True, "data-x": '"<'}
    for value in ("", 1, "2", None, "nobody"):
        ours = OneOf(attrs=attrs, choices=choices).render("name", value, {"id": "id_name"})
        theirs = forms.Select(attrs=attrs, choices=choices).render("name", value, {"id": "id_name"})
        assert parse_html(ours) == parse_html(theirs)


@pytest.mark.article("ruian-6.4")
def test_the_account_s_page_shows_where_the_platform_is_not_as_approved(browser, ruian):
    """The part, its article, what was approved and what is shown; who does not run the account cannot ask the platform."""
    account = ruian.accounts["flagship"]
    watch = faces.watch_of(account, FacePart.MENU, ruian.rulebook)
    for shown in ([["校园", "view https://a.example"]], [["抽奖", "view https://b.example"]]):
        faces.keep(actor=faces.WATCH, account=account, watch=watch, part=FacePart.MENU, shown=shown)
    page = browser("ruian-student").get(f"/accounts/{account.pk}/").content.decode()
    card = page[page.index('id="faces"') : page.index("</section>", page.index('id="faces"'))]
    assert "与批准的不一致" in card
    assert "view https://b.example" in card
    assert "第六条第（四）" in card or "6.4" in card
    assert "现在核对" not in card
    assert "现在核对" in browser("ruian-editor").get(f"/accounts/{account.pk}/").content.decode()
