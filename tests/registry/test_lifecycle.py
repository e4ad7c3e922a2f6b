"""The life of accounts: steps from the rulebook, each by its person or case, with all it brings or nothing."""

import dataclasses
from datetime import date

import pytest

from guanhao.core.actors import system
from guanhao.core.verdicts import Refused, WrongState
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.access import actor_of
from guanhao.registry import actions, checks, lifecycle
from guanhao.registry.models import Account, Filing
from guanhao.registry.moves import Given, move
from guanhao.registry.operators import add_operator
from guanhao.registry.types import GONE, IN_USE, PUBLISHES, AccountState
from guanhao.rulebook.accounts import Transition
from guanhao.rulebook.types import Effect, LifeState
from guanhao.rulebook.vocabulary import words

DEMO = system("test")


def office(cast):
    return actor_of(cast.people["ruian-office-head"])


def account_of(cast, **changes):
    """An account of a platform of its own, of the unit and people of one the cast has."""
    model = next(one for key, one in cast.accounts.items() if key in {"flagship", "college"})
    values = {
        "actor": DEMO,
        "institution": cast.institution,
        "platform": "douyin",
        "name": "抖音号",
        "handle": "dy-1",
        "owner_unit": model.owner_unit,
        "first_responsible": model.first_responsible,
        "manager": model.manager,
    }
    return actions.add_account(**(values | changes))


def test_the_registers_states_are_the_rulebooks():
    """A state the grammar knows and the table does not could never be entered."""
    assert list(AccountState.values) == list(words(LifeState))
    assert {*GONE} & {*IN_USE} == set()
    assert {*PUBLISHES} < {*IN_USE}


def test_the_usual_steps_cover_every_state_and_every_effect():
    """A state nothing leads to, or an effect no step brings, would be dead weight in the grammar."""
    steps = lifecycle.usual().values()
    assert {step.enters for step in steps} - {None} == set(LifeState) - {LifeState.APPLIED}
    assert {effect for step in steps for effect in step.effects} == set(Effect)


def test_an_account_goes_from_application_to_use_with_number_and_filing(ruian):
    """One step, one event: the state, the number and what was filed come together."""
    account = account_of(ruian, state="applied")
    account = move(actor=office(ruian), account=account, step="open")
    assert account.state == "active"
    assert account.filing_number
    assert Filing.objects.get(account=account).digest == account.filed_digest == account.particulars_digest
    event = Event.objects.filter(subject_id=str(account.pk), action=Action.ACCOUNT_OPENED).get()
    assert event.facts["from"] == "applied"


def test_a_step_is_refused_from_another_state_and_nothing_changes(ruian):
    """A stale page must not resume what was closed."""
    account = account_of(ruian)
    with pytest.raises(WrongState, match="在用"):
        move(actor=office(ruian), account=account, step="resume", given=Given(reason="x"))
    assert not Event.objects.filter(subject_id=str(account.pk), action=Action.ACCOUNT_MOVED).exists()


@pytest.mark.article("gpnu-13")
def test_nothing_is_taken_into_use_without_a_first_responsible_person(gpnu):
    """The step itself refuses and cites the regulation, whatever the table would say."""
    account = account_of(gpnu, first_responsible=None, state="suspended")
    with pytest.raises(Refused) as refused:
        move(actor=DEMO, account=account, step="resume", given=Given(reason="整改完成"))
    assert refused.value.denied.article == "gpnu-13"


@pytest.mark.article("gpnu-5")
def test_where_the_regulation_has_a_route_only_its_case_opens_an_account(gpnu):
    """No account comes into use past the authorisation: even the office is sent to the case, with the article."""
    account = account_of(gpnu, state="applied")
    with pytest.raises(Refused, match="办件") as refused:
        move(actor=DEMO, account=account, step="open")
    assert refused.value.denied.article == "gpnu-6"
    account.refresh_from_db()
    assert account.state == "applied"
    assert account.filing_number == ""


def test_a_filing_without_what_the_platform_needs_names_what_is_missing(ruian):
    """A register with holes is no register."""
    account = account_of(ruian, state="applied", handle="", manager=None)
    with pytest.raises(Refused, match="账号标识、日常管理人"):
        move(actor=office(ruian), account=account, step="open")


def test_reasons_and_proofs_are_asked_for(ruian):
    """A suspension says why; a deregistration shows its proof."""
    account = account_of(ruian)
    with pytest.raises(Refused, match="原因"):
        move(actor=office(ruian), account=account, step="suspend")
    account = move(actor=office(ruian), account=account, step="suspend", given=Given(reason="整改"))
    assert account.state == "suspended"


def test_a_suspended_account_may_not_publish_and_the_refusal_says_why(ruian):
    """The reason given with the step is the reason the sender reads."""
    account = ruian.accounts["flagship"]
    assert checks.fit_to_publish(account)
    account = move(actor=office(ruian), account=account, step="suspend", given=Given(reason="账号被盗待查"))
    verdict = checks.fit_to_publish(account)
    assert not verdict
    assert "暂停发布" in verdict.reason.zh
    assert "账号被盗待查" in verdict.reason.zh
    account = move(actor=office(ruian), account=account, step="resume", given=Given(reason="查清"))
    assert checks.fit_to_publish(account)


def test_an_account_that_is_closing_still_publishes(ruian):
    """It is still bound by cadence until it is closed (architecture §1, 7)."""
    account = account_of(ruian, state="closing")
    assert checks.fit_to_publish(account)


def test_verification_ends_with_its_day_and_can_be_withdrawn(ruian):
    """Verified last year is not verified."""
    account = account_of(ruian)
    account = move(actor=office(ruian), account=account, step="verify", given=Given(until=date(2020, 1, 1)))
    assert account.verified
    today = date(2026, 1, 1)
    assert not Account.objects.verified_now(today).filter(pk=account.pk).exists()
    assert Account.objects.verification_expired(today).filter(pk=account.pk).exists()
    with pytest.raises(Refused, match="原因"):
        move(actor=office(ruian), account=account, step="withdraw_verification")
    account = move(
        actor=office(ruian), account=account, step="withdraw_verification", given=Given(reason="平台撤销")
    )
    assert not account.verified
    assert account.verification_withdrawn_on


def test_a_change_after_filing_shows_until_it_is_filed_again(ruian):
    """Changed since last filing is told by content, so a change taken back is none."""
    person = ruian.people["ruian-office-head"]
    account = move(actor=office(ruian), account=account_of(ruian, state="applied"), step="open")
    changed = Account.objects.changed_since_filing().filter(pk=account.pk)
    assert not changed.exists()
    add_operator(actor=office(ruian), account=account, person=person)
    assert changed.exists()
    move(actor=office(ruian), account=account, step="file_again")
    assert not changed.exists()
    before = account.purpose
    actions.change_account(actor=office(ruian), account=account, purpose="招生宣传")
    assert changed.exists()
    actions.change_account(actor=office(ruian), account=account, purpose=before)
    assert not changed.exists()


def test_closing_ends_the_operators_terms_and_frees_name_and_id(ruian):
    """A closed account binds nobody, and its name may be registered again."""
    account = account_of(ruian)
    add_operator(actor=office(ruian), account=account, person=ruian.people["ruian-office-head"])
    with pytest.raises(Refused, match="已经登记"):
        account_of(ruian, handle="dy-2")
    account = move(actor=office(ruian), account=account, step="close", given=Given(reason="停办"))
    assert account.closed_on
    assert not account.operators.serving().exists()
    assert account_of(ruian).pk != account.pk


@pytest.mark.parametrize("name", ["抖音號", "  抖音号", "抖 音 号"])
def test_the_same_name_written_otherwise_is_the_same_account(ruian, name):
    """Traditional forms and blanks make no second account."""
    account_of(ruian)
    with pytest.raises(Refused):
        account_of(ruian, handle="dy-9", name=name)


def test_a_rulebook_adds_and_overrides_steps_by_key(ruian):
    """An institution's own step is another line of its file, with its own people and article."""
    own = Transition(
        key="suspend",
        title=ruian.rulebook.functions["competent_office"].title,
        leaves=(LifeState.ACTIVE,),
        enters=LifeState.SUSPENDED,
        who=("office_head",),
        article="5",
    )
    book = dataclasses.replace(ruian.rulebook, lifecycle={"suspend": own})
    assert lifecycle.steps(book)["suspend"] is own
    account = account_of(ruian)
    assert lifecycle.cited(account, own, book) == ("ruian-5", "")
    stranger = actor_of(ruian.people["ruian-section-head"])
    verdict = lifecycle.may_take(stranger, account, own, book)
    assert not verdict
    assert verdict.article == "ruian-5"
    assert lifecycle.may_take(office(ruian), account, own, book)


def test_the_ways_from_here_say_for_each_whether_and_why_not(gpnu):
    """The page shows what is possible and why something is not, from the same function that refuses it."""
    account = gpnu.accounts["college"]
    ways = {way.transition.key: way for way in lifecycle.ways_of(DEMO, account)}
    assert ways["suspend"].verdict
    assert not ways["close"].verdict
    assert ways["close"].article.startswith("gpnu-")
    assert "resume" not in ways
    assert "wake" not in ways
