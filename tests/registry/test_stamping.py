"""Rows of the register from before folded names and digests: an update of the software works both out (0009)."""

import pytest
from django.core.management import call_command

from guanhao.core import tenancy
from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.registry import actions
from guanhao.registry.models import Account

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
TEST = system("test")


def account(cast, name, **more):
    return actions.add_account(
        actor=TEST,
        institution=cast.institution,
        platform="douyin",
        name=name,
        handle=name,
        owner_unit=cast.units["学生科"],
        first_responsible=cast.people["ruian-section-head"],
        manager=cast.people["ruian-section"],
        **more,
    )


def before():
    """As the register was before that migration, and whatever is built on it."""
    call_command("migrate", "registry", "0008", verbosity=0)


def update():
    """What an update runs: everything there is, so that the other tests find their tables again."""
    call_command("migrate", verbosity=0)


def test_an_update_works_out_what_older_rows_lack(ruian):
    """As `particulars.stamp` would have: the same key, the same digest, so that nothing shows as changed or is lost to search."""
    made = [account(ruian, "瑞安學院學生科"), account(ruian, "瑞安学院团委", state="closed")]
    known = {one.pk: (one.name_key, one.particulars_digest) for one in Account.objects.all()}
    assert all(key and digest for key, digest in known.values())
    before()
    Account.objects.filter(pk__in=[one.pk for one in made]).update(name_key="", particulars_digest="")
    update()
    with tenancy.within(ruian.institution):
        found = {one.pk: (one.name_key, one.particulars_digest) for one in Account.objects.all()}
    assert found == known


def test_of_two_that_were_named_alike_the_later_one_waits_for_another_name(ruian):
    """The update goes through, and the register refuses to touch the second one before one of them is renamed."""
    first = account(ruian, "瑞安学院学生科")
    second = account(ruian, "别的名称")
    before()
    Account.objects.filter(pk__in=[first.pk, second.pk]).update(name_key="", particulars_digest="")
    Account.objects.filter(pk=second.pk).update(name="瑞安 学院学生科")
    update()
    with tenancy.within(ruian.institution):
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.name_key
        assert (second.name_key, bool(second.particulars_digest)) == ("", True)
        with pytest.raises(Refused):
            actions.change_account(actor=TEST, account=second, purpose="招生")
        assert actions.change_account(actor=TEST, account=second, name="学生科抖音").name_key
