"""Accounts that fell silent are found by the system, once for each silence, and the regulation says who hears of it."""

from datetime import timedelta

import pytest

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.models import Notice
from guanhao.process.registering import watch_silence
from guanhao.registry.actions import change_account
from guanhao.registry.models import Account
from guanhao.registry.moves import Given, move
from tests.process.conftest import ME, follow, time, told_people

__all__ = ["follow", "time"]

pytestmark = [pytest.mark.database, pytest.mark.article("gpnu-16")]


@pytest.fixture
def account(gpnu, time):
    """The college's account, which published a week ago; every other one did so, too."""
    Account.objects.update(last_published_at=time["now"] - timedelta(days=7))
    return gpnu.accounts["college"]


@pytest.fixture
def look(follow):
    """Let the watch look, and everything follow."""

    def run():
        watch_silence(ME)
        follow()
        return [event.subject_id for event in Event.objects.filter(action=Action.ACCOUNT_FOUND_SILENT)]

    return run


def silent_for(account, days):
    Account.objects.filter(pk=account.pk).update(last_published_at=clock.now() - timedelta(days=days))


def test_half_a_year_without_a_publication_is_found_and_told(gpnu, account, look):
    """Six months say the rules: five are none, and the unit's head and the office's editor hear of seven."""
    silent_for(account, 150)
    assert look() == []
    silent_for(account, 215)
    assert look() == [str(account.pk)]
    assert told_people(gpnu, "register.silent") == {
        "gpnu-college-head",
        "gpnu-publicity",
        "gpnu-publicity-2",
    }
    notice = Notice.objects.filter(consequence="register.silent").first()
    assert notice.title_zh.startswith(f"账号停更：{account.name}，自 2026-04-")
    assert (notice.article_ref, notice.link) == ("gpnu-16", f"/accounts/{account.pk}/")


def test_one_silence_is_told_once_and_the_next_again(account, look):
    """Looking every day tells nobody every day; publishing ends a silence, and another may begin."""
    silent_for(account, 215)
    look()
    assert look() == [str(account.pk)]
    silent_for(account, 1)
    assert look() == [str(account.pk)]
    silent_for(account, 200)
    assert look() == [str(account.pk)] * 2


def test_what_is_known_or_gone_is_not_found(account, look):
    """Noted as dormant already, suspended for good reason or closed: nobody needs to be told."""
    silent_for(account, 215)
    move(actor=system("test"), account=account, step="rest", given=Given(reason="暑假"))
    assert look() == []
    Account.objects.filter(pk=account.pk).update(dormant_since=None)
    change_account(actor=system("test"), account=account, state="closed")
    assert look() == []


def test_an_account_that_never_published_counts_from_its_registration(account, look):
    """Silence needs no first word."""
    Account.objects.filter(pk=account.pk).update(
        last_published_at=None, created_at=clock.now() - timedelta(days=215)
    )
    assert look() == [str(account.pk)]


def test_alive_again_before_it_is_told_is_not_told(gpnu, account, follow):
    """The worker may be late; what is no longer so is not said."""
    silent_for(account, 215)
    watch_silence(ME)
    silent_for(account, 0)
    follow()
    assert told_people(gpnu, "register.silent") == set()
