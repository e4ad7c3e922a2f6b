"""Filing numbers: the registrar's alone, gap-free, never twice, also under a race."""

import threading

import pytest
from django.db import connection, connections, transaction

from guanhao.core import clock, tenancy
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.people.access import actor_of
from guanhao.registry import actions, numbers
from guanhao.registry.models import Account, FilingNumber

DEMO = system("test")


def account_of(cast, number):
    return actions.add_account(
        actor=DEMO,
        institution=cast.institution,
        platform="douyin",
        name=f"抖音{number}号",
        handle=f"dy-{number}",
        owner_unit=cast.units["学生科"],
        first_responsible=cast.people["ruian-section-head"],
        state="applied",
    )


def serials():
    return sorted(FilingNumber.objects.exclude(serial=None).values_list("serial", flat=True))


def test_numbers_follow_each_other_and_an_account_keeps_its_own(ruian):
    """Asked twice, the same number; the next account gets the next."""
    first, second = account_of(ruian, 1), account_of(ruian, 2)
    given = numbers.issue_number(actor=DEMO, account=first)
    first.refresh_from_db()
    assert numbers.issue_number(actor=DEMO, account=first).pk == given.pk
    assert numbers.issue_number(actor=DEMO, account=second).serial == given.serial + 1


def test_a_number_taken_in_a_transaction_that_failed_leaves_no_gap(ruian):
    """The counter goes back with everything else."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbers.issue_number(actor=DEMO, account=account_of(ruian, 1))
        raise ZeroDivisionError
    numbers.issue_number(actor=DEMO, account=account_of(ruian, 2))
    assert serials() == [1]


@pytest.mark.article("ruian-5")
def test_only_the_registrar_gives_numbers_out(ruian):
    """Not the head of the unit whose account it is; the registrar of the rulebook does, and the refusal cites it."""
    account = account_of(ruian, 1)
    head = actor_of(ruian.people["ruian-section-head"])
    with pytest.raises(Refused) as refused:
        numbers.issue_number(actor=head, account=account)
    assert refused.value.denied.article == "ruian-5"
    assert not FilingNumber.objects.exists()
    editor = actor_of(ruian.people["ruian-editor"])
    assert numbers.issue_number(actor=editor, account=account).issued_by_id == editor.person_id


def test_numbers_of_an_older_list_are_taken_over_and_the_counter_goes_on_behind_them(ruian):
    """What was issued on paper stays valid and is never issued again."""
    first, second, third = (account_of(ruian, n) for n in (1, 2, 3))
    numbers.issue_number(actor=DEMO, account=first)
    pattern = numbers.scheme_for(second, ruian.rulebook).pattern
    ahead = pattern.format(year=clock.today().year, serial=7)
    assert numbers.adopt_number(actor=DEMO, account=second, text=ahead).serial == 7
    assert numbers.issue_number(actor=DEMO, account=third).serial == 8
    with pytest.raises(Refused, match="已有"):
        numbers.adopt_number(actor=DEMO, account=third, text="旧-1")
    fourth = account_of(ruian, 4)
    with pytest.raises(Refused, match="别的账号"):
        numbers.adopt_number(actor=DEMO, account=fourth, text=ahead)
    assert numbers.adopt_number(actor=DEMO, account=fourth, text="旧〔2009〕3号").serial is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time elsewhere")
@pytest.mark.django_db(transaction=True)
def test_racing_registrars_leave_no_gap_and_give_nothing_twice(ruian):
    """Twelve at once, some of whom fail afterwards: the numbers that stand are 1 to n without a hole."""
    accounts = [account_of(ruian, n) for n in range(12)]
    start = threading.Barrier(len(accounts))

    def run(account, fails):
        try:
            with tenancy.within(ruian.institution):
                start.wait()
                with transaction.atomic():
                    numbers.issue_number(actor=DEMO, account=account)
                    if fails:
                        transaction.set_rollback(True)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one, n % 3 == 0)) for n, one in enumerate(accounts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = len(accounts) - len(accounts[::3])
    assert serials() == list(range(1, kept + 1))
    assert Account.objects.exclude(filing_number="").filter(pk__in=[a.pk for a in accounts]).count() == kept
