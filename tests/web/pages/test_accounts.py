"""Accounts: secrets are written and never shown; the self-test is for those who connect."""

import re

import pytest

from guanhao.registry import vault
from guanhao.registry.models import Secret

TOKEN = re.compile(rb"[A-Za-z0-9]{64}")  # forms differ by their token
VALUE = "canary-5ec7e75ec7e75ec7e7"


@pytest.fixture
def account(ruian):
    return ruian.accounts["flagship"]


@pytest.mark.requirement("SE2")
def test_a_secret_is_set_and_never_sent_back(browser, account):
    """It is sealed; neither the answer nor any later page carries it, not even after an error."""
    editor = browser("ruian-editor", fresh=True)
    assert (
        editor.post(f"/accounts/{account.pk}/secret/", {"kind": "app_secret", "value": VALUE}).status_code
        == 302
    )
    assert vault.open_secret(account, "app_secret") == VALUE
    wrong = editor.post(f"/accounts/{account.pk}/secret/", {"kind": "nonsense", "value": VALUE})
    for answer in (wrong, editor.get(f"/accounts/{account.pk}/interface/")):
        assert VALUE not in answer.content.decode()


def test_who_does_not_connect_sees_no_secret_form_and_cannot_set_one(browser, account):
    """A student sees the flagship's page without it; posting is refused."""
    before = Secret.objects.count()
    student = browser("ruian-student")
    assert 'name="value"' not in student.get(f"/accounts/{account.pk}/interface/").content.decode()
    assert (
        student.post(f"/accounts/{account.pk}/secret/", {"kind": "app_secret", "value": VALUE}).status_code
        == 403
    )
    assert student.post(f"/accounts/{account.pk}/test/").status_code == 403
    assert Secret.objects.count() == before


@pytest.mark.requirement("SI5")
def test_a_secret_is_set_only_just_after_confirming_who_one_is(browser, account):
    """Before that the page has no field, and a post leads to the confirmation without being kept anywhere."""
    editor, before = browser("ruian-editor"), Secret.objects.count()
    page = f"/accounts/{account.pk}/interface/"
    assert 'name="value"' not in editor.get(page).content.decode()
    answer = editor.post(f"/accounts/{account.pk}/secret/", {"kind": "app_secret", "value": VALUE})
    assert answer.url == f"/me/confirm/?next=%2Faccounts%2F{account.pk}%2Finterface%2F"
    assert VALUE not in str(dict(editor.session))
    assert Secret.objects.count() == before
    assert 'name="value"' in browser("ruian-editor", fresh=True).get(page).content.decode()


@pytest.mark.requirement("SI5")
def test_who_may_not_connect_is_told_so_before_anything_else(browser, account):
    """An empty post answers 403, neither 422 nor the confirmation."""
    assert browser("ruian-student").post(f"/accounts/{account.pk}/secret/").status_code == 403
    assert browser("ruian-editor", fresh=True).post(f"/accounts/{account.pk}/secret/").status_code == 422


@pytest.mark.requirement("TN1")
def test_another_institutions_account_is_not_found(browser, ruian, gpnu):
    """Foreign and missing look alike."""
    foreign = gpnu.accounts["college"]
    editor = browser("ruian-editor")
    one, other = editor.get(f"/accounts/{foreign.pk}/"), editor.get("/accounts/999999/")
    assert one.status_code == other.status_code == 404
    assert TOKEN.sub(b"", one.content) == TOKEN.sub(b"", other.content)
