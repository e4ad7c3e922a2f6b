"""A print has a record: its code finds it, says whether it still holds, and tells nothing about people."""

import pytest

from guanhao.core import tenancy
from guanhao.documents import issuing
from guanhao.documents.pdf import pdf
from guanhao.ledger.models import Event
from guanhao.ledger.types import Subject
from guanhao.people.access import actor_of
from tests.documents.conftest import OPINIONS, VALUES, read_pdf, read_word, words_of


@pytest.fixture
def account(xartvu):
    return next(iter(xartvu.accounts.values()))


@pytest.fixture
def issue(xartvu, account):
    """Issue the application about the account, with changes to what it says."""
    person = xartvu.people["xartvu-office-head"]

    def issued(**changes):
        return issuing.issue(
            actor=actor_of(person),
            person=person,
            institution=xartvu.institution,
            form="application",
            subject=Subject("account", str(account.pk), account.name),
            values=VALUES | changes,
            opinions=OPINIONS,
            number="党政办备〔2026〕7号",
        )

    return issued


@pytest.mark.article("xartvu-F2")
def test_the_same_data_is_the_same_print_and_other_data_supersedes_it(issue):
    """Printing twice changes nothing; a correction makes a new code and ends the old one."""
    first = issue()
    assert issue().pk == first.pk
    second = issue(phone="029-8888 0001")
    first.refresh_from_db()
    assert (first.superseded_at is None, second.superseded_at) == (False, None)
    assert first.code != second.code
    again = issue()
    second.refresh_from_db()
    assert (again.pk, again.superseded_at, second.superseded_at is None) == (first.pk, None, False)
    assert Event.objects.filter(action="form.issued").count() == 2


def test_the_print_is_made_again_from_the_record_and_carries_its_code(xartvu, issue, tmp_path):
    """Years later the same sheet comes out, in Word and PDF."""
    issued = issue()
    paper = issuing.paper(issued, xartvu.institution)
    in_pdf, in_word = read_pdf(pdf(paper), tmp_path), read_word(issuing.as_word(paper))
    for text in (issuing.grouped(issued.code), f"/d/{issued.code}", words_of(VALUES["purpose"]), "第六条"):
        assert text in in_pdf
        assert text in in_word


def test_the_event_holds_a_digest_and_no_name(issue):
    """Names stand on the erasable side (K6)."""
    issued = issue()
    event = Event.objects.get(action="form.issued")
    assert event.facts["digest"] == issued.digest
    assert "周明远" not in str(event.facts)


def test_anybody_with_the_code_learns_what_it_is_and_nothing_about_people(client, issue):
    """Title, institution, number and whether it holds; dashes, case and look-alikes do not matter."""
    issued = issue()
    typed = issuing.grouped(issued.code).lower().replace("0", "o").replace("1", "l")
    answer = client.get("/d/", {"code": typed}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "各级官方微博、微信申请表" in page
    assert "仍然有效" in page
    assert "党政办备〔2026〕7号" in page
    for name in ("周明远", "何沐阳", "029-8888"):
        assert name not in page


def test_a_superseded_print_says_that_it_no_longer_holds(client, issue):
    """The old code still resolves."""
    first = issue()
    issue(phone="1")
    assert "此件作废" in client.get(f"/d/{first.code}").content.decode()


def test_an_unknown_code_is_said_to_be_unknown(client, issue):
    """With 404, so that a scanner understands it too."""
    issue()
    answer = client.get("/d/0000000000000000")
    assert answer.status_code == 404
    assert "查无此码" in answer.content.decode()


def test_who_may_see_the_record_is_led_to_it_and_another_institution_is_not(
    browser, xartvu, issue, account, gpnu
):
    """The link stands for the people of the house; a foreign person sees what the public sees."""
    with tenancy.within(xartvu.institution):
        code = issue().code
    link = f'href="/accounts/{account.pk}/"'
    assert link in browser("xartvu-office-head").get(f"/d/{code}").content.decode()
    assert link not in browser("gpnu-publicity-head").get(f"/d/{code}").content.decode()
