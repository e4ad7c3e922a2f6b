"""Accounts, their holders and their secrets: guards, one event each, nothing in clear (K7, K8, SE1–SE3)."""

import pytest
from django.db import IntegrityError, transaction

from guanhao.core import clock, envelope, tenancy
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.ledger.models import Event, EventDetail
from guanhao.people.access import actor_of
from guanhao.people.models import Appointment, Person
from guanhao.registry import actions, checks, vault
from guanhao.registry.models import Account, Holder, PlatformToken, Secret
from guanhao.registry.types import AccountState

SECRET = "canary-0123456789abcdef"
KIND = "app_secret"


def office(cast):
    return actor_of(cast.people["ruian-office-head"])


def add(cast, **changes):
    values = {
        "actor": office(cast),
        "institution": cast.institution,
        "platform": "douyin",
        "name": "抖音号",
        "owner_unit": cast.units["学生科"],
        "first_responsible": cast.people["ruian-section-head"],
    }
    return actions.add_account(**(values | changes))


@pytest.mark.article("gpnu-13")
def test_no_account_is_active_without_a_first_responsible_person(ruian):
    """Refused by the action, and by the table for whoever goes around it."""
    with pytest.raises(Refused, match="第一责任人"):
        add(ruian, first_responsible=None)
    waiting = add(ruian, first_responsible=None, state=AccountState.APPLIED)
    with pytest.raises(Refused):
        actions.change_account(actor=office(ruian), account=waiting, state=AccountState.ACTIVE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=waiting.pk).update(state=AccountState.ACTIVE)


@pytest.mark.article("gpnu-13")
def test_the_refusal_cites_the_article_of_the_rulebook(gpnu):
    """Where the institution's own regulation has the rule, it is named."""
    account = gpnu.accounts["college"]
    account.first_responsible = None
    verdict = checks.has_first_responsible(account)
    assert not verdict
    assert verdict.article == "gpnu-13"


@pytest.mark.article("gpnu-13")
def test_only_the_units_head_answers_for_its_account_where_the_regulation_says_so(gpnu):
    """The clause names the role; somebody else of the unit is refused, citing it."""
    account = gpnu.accounts["college"]
    with pytest.raises(Refused) as refused:
        actions.change_account(
            actor=system("t"), account=account, first_responsible=gpnu.people["gpnu-college"]
        )
    assert refused.value.denied.article == "gpnu-13"


@pytest.mark.article("xartvu-13")
def test_credentials_are_held_by_the_departments_operators_alone(xartvu):
    """Neither the head nor another department's operator gets a slot; the refusal cites the article."""
    account = next(one for one in xartvu.accounts.values() if not one.flagship)
    flagship = next(one for one in xartvu.accounts.values() if one.flagship)
    for person in {account.first_responsible, flagship.manager} - {account.manager}:
        with pytest.raises(Refused) as refused:
            actions.add_holder(actor=system("t"), account=account, person=person)
        assert refused.value.denied.article == "xartvu-13"
    holder = Holder.objects.get(account=account)
    actions.remove_holder(actor=system("t"), account=account, person=holder.person)
    assert actions.add_holder(actor=system("t"), account=account, person=holder.person).slot == 1


@pytest.mark.requirement("LG2")
def test_every_change_of_an_account_has_one_event(ruian):
    """Created, changed, closed; the names stay on the erasable side."""
    account = add(ruian)
    actions.change_account(actor=office(ruian), account=account, name="新名")
    actions.change_account(actor=office(ruian), account=account, state=AccountState.CLOSED)
    about = Event.objects.about("account", account.pk).order_by("index")
    assert [event.action for event in about] == ["account.created", "account.changed", "account.closed"]
    assert not any("新名" in str(event.facts) for event in about)


@pytest.mark.parametrize("name", ["ruian-student", "ruian-section", "ruian-system", "ruian-audit"])
def test_who_lacks_the_permission_changes_no_account(ruian, name):
    """Neither contributors nor administrators by virtue of their role (K12)."""
    actor = actor_of(ruian.people[name])
    account = ruian.accounts["flagship"]
    for attempt in (
        lambda: add(ruian, actor=actor),
        lambda: actions.change_account(actor=actor, account=account, name="x"),
        lambda: actions.add_holder(actor=actor, account=account, person=ruian.people["ruian-tech"]),
        lambda: actions.set_secret(actor=actor, account=account, kind=KIND, value=SECRET),
    ):
        with pytest.raises(Refused):
            attempt()


def test_a_platform_account_is_registered_once(ruian):
    """The handle is unique per platform; the refusal is a sentence."""
    add(ruian, handle="raxy")
    with pytest.raises(Refused, match="已经登记"):
        add(ruian, handle="raxy")


def test_particulars_nobody_knows_are_a_fault_of_the_caller(ruian):
    """No mass assignment (TN5)."""
    with pytest.raises(ValueError, match="institution_id"):
        actions.change_account(actor=office(ruian), account=ruian.accounts["flagship"], institution_id=3)


@pytest.mark.requirement("K8")
@pytest.mark.article("ruian-6.6")
def test_a_fourth_holder_is_refused_and_cites_the_article(ruian):
    """Three at most, by the rulebook's number; the table has no fourth slot either."""
    account = ruian.accounts["flagship"]
    names = iter(["ruian-tech", "ruian-teacher", "ruian-section"])
    while Holder.objects.filter(account=account).count() < 3:
        actions.add_holder(actor=office(ruian), account=account, person=ruian.people[next(names)])
    with pytest.raises(Refused) as refused:
        actions.add_holder(actor=office(ruian), account=account, person=ruian.people["ruian-dean"])
    assert refused.value.denied.article == "ruian-6.6"
    with pytest.raises(IntegrityError), transaction.atomic():
        Holder.objects.bulk_create([
            Holder(institution=ruian.institution, account=account, slot=4, person=ruian.people["ruian-dean"], since="2026-01-01T00:00Z")
        ])  # fmt: skip


def test_a_freed_slot_is_given_again(ruian):
    """Slots are places, not counters."""
    account = add(ruian)
    people = [ruian.people[name] for name in ("ruian-tech", "ruian-teacher")]
    for person in people:
        actions.add_holder(actor=office(ruian), account=account, person=person)
    actions.remove_holder(actor=office(ruian), account=account, person=people[0])
    assert actions.add_holder(actor=office(ruian), account=account, person=people[0]).slot == 1
    with pytest.raises(Refused):
        actions.add_holder(actor=office(ruian), account=account, person=people[0])


@pytest.mark.requirement("SE2")
@pytest.mark.requirement("K7")
def test_a_secret_is_nowhere_in_clear_and_opens_for_the_machine(ruian):
    """Not in its row, not in the ledger; a holder may set it."""
    account = ruian.accounts["flagship"]
    actions.set_secret(
        actor=actor_of(ruian.people["ruian-editor"]), account=account, kind=KIND, value=f" {SECRET} "
    )
    assert vault.open_secret(account, KIND) == SECRET
    kept = [bytes(row.sealed) for row in Secret.objects.all()]
    told = [str(event.facts) + str(bytes(event.entry)) for event in Event.objects.all()]
    told += [str(detail.data) for detail in EventDetail.objects.all()]
    assert not any(SECRET.encode() in blob for blob in kept)
    assert not any(SECRET in text for text in told)


@pytest.mark.requirement("SE1")
@pytest.mark.parametrize("move", ["account", "version", "kind"])
def test_a_moved_swapped_or_aged_secret_fails_loudly(ruian, move):
    """The context is part of the ciphertext."""
    account, other = ruian.accounts["flagship"], add(ruian)
    secret = actions.set_secret(actor=office(ruian), account=account, kind=KIND, value=SECRET)
    changes = {"account": {"account": other}, "version": {"version": 77}, "kind": {"kind": "password"}}[move]
    Secret.objects.filter(pk=secret.pk).update(**changes)
    where = other if move == "account" else account
    with pytest.raises(envelope.EnvelopeBroken):
        vault.open_secret(where, changes.get("kind", KIND))


def test_a_new_secret_retires_and_destroys_the_old_one(ruian):
    """One current version; the old ciphertext is gone, and so is the token it had fetched."""
    account = ruian.accounts["flagship"]
    first = actions.set_secret(actor=office(ruian), account=account, kind=KIND, value="old")
    PlatformToken.objects.create(institution=ruian.institution, account=account, sealed=b"x", serial=4)
    actions.set_secret(actor=office(ruian), account=account, kind=KIND, value=SECRET)
    first.refresh_from_db()
    assert (bytes(first.sealed), first.retired_at is not None) == (b"", True)
    assert bytes(PlatformToken.objects.get(account=account).sealed) == b""
    actions.retire_secret(actor=office(ruian), account=account, kind=KIND)
    assert vault.open_secret(account, KIND) is None
    with pytest.raises(Refused):
        actions.retire_secret(actor=office(ruian), account=account, kind=KIND)


@pytest.mark.parametrize("value", ["", "   ", "a\nb", "x" * 501])
def test_impossible_secrets_are_refused(ruian, value):
    """Empty, with line breaks from a bad paste, or a whole file."""
    with pytest.raises(Refused):
        actions.set_secret(actor=office(ruian), account=ruian.accounts["flagship"], kind=KIND, value=value)


@pytest.mark.requirement("SE6")
def test_rewrapping_is_resumable_and_makes_the_old_key_useless(ruian, settings, tmp_path):
    """A few at a time, both keys readable in between, nothing left to do at the end."""
    settings.KEK_PATH = tmp_path / "kek.json"
    envelope.create_keys(settings.KEK_PATH)
    with tenancy.everywhere("nothing sealed under another key file is left"):
        Secret.objects.all().delete()
        PlatformToken.objects.all().delete()
    accounts = [add(ruian, name=f"号{number}") for number in range(3)]
    for account in accounts:
        actions.set_secret(actor=office(ruian), account=account, kind=KIND, value=f"{SECRET}{account.pk}")
    envelope.add_key(settings.KEK_PATH)
    assert vault.rewrap_some(2) == 2
    assert all(vault.open_secret(account, KIND) == f"{SECRET}{account.pk}" for account in accounts)
    assert vault.rewrap_some() == 1
    assert vault.rewrap_some() == 0
    envelope.drop_old_keys(settings.KEK_PATH)
    assert all(vault.open_secret(account, KIND) == f"{SECRET}{account.pk}" for account in accounts)


@pytest.mark.requirement("K7")
def test_a_lost_key_file_is_never_papered_over(ruian, settings, tmp_path):
    """Where something was sealed, a missing file is an error, not a new beginning."""
    actions.set_secret(actor=office(ruian), account=ruian.accounts["flagship"], kind=KIND, value=SECRET)
    settings.KEK_PATH = tmp_path / "gone.json"
    with pytest.raises(envelope.KeyMissing):
        actions.set_secret(actor=office(ruian), account=ruian.accounts["flagship"], kind=KIND, value="new")
    assert not settings.KEK_PATH.exists()


@pytest.mark.article("gpnu-1")
def test_the_office_sees_every_account_and_a_unit_its_own(gpnu):
    """And everybody the flagship."""

    def seen(name):
        return set(Account.objects.visible_to(gpnu.people[name]))

    assert seen("gpnu-publicity-head") == set(Account.objects.all())
    college = seen("gpnu-college")
    assert gpnu.accounts["college"] in college
    assert gpnu.accounts["flagship"] in college
    assert all(
        account.flagship or account.owner_unit == gpnu.accounts["college"].owner_unit for account in college
    )


@pytest.mark.article("gpnu-1")
def test_to_sit_in_an_accounts_unit_is_enough_to_see_it(gpnu):
    """Somebody there who neither answers for it nor holds or runs it."""
    account = gpnu.accounts["college"]
    newcomer = Person.objects.create(institution=gpnu.institution, name="新来的", created_at=clock.now())
    assert account not in Account.objects.visible_to(newcomer)
    Appointment.objects.create(
        institution=gpnu.institution,
        person=newcomer,
        unit=account.owner_unit,
        post="member",
        since=clock.today(),
    )
    assert account in Account.objects.visible_to(newcomer)


@pytest.mark.requirement("TN3")
def test_accounts_of_another_institution_are_not_there(ruian, gpnu):
    """Scoped by construction; the last opened scope is gpnu's."""
    assert not Account.objects.filter(pk=ruian.accounts["flagship"].pk).exists()


def test_set_up_acts_by_name(ruian):
    """The demonstration and the importer are named actors, not nobody."""
    account = add(ruian, actor=system("demonstration"))
    assert Event.objects.about("account", account.pk).get().actor_kind == "system"
