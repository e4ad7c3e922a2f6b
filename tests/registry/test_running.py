"""Somebody runs every account in use, and no more people can change its profile than the regulation allows."""

import pytest

from guanhao.core.actors import system
from guanhao.core.verdicts import Refused
from guanhao.registry import actions, running
from guanhao.registry.models import Holder, Operator
from guanhao.registry.moves import Given, move
from guanhao.registry.operators import add_operator, end_operator

TEST = system("test")


def douyin_of(cast, model, **changes):
    """One more account of the unit and people of ``model``, not yet filed."""
    known = {
        "platform": "douyin",
        "name": "院系抖音号",
        "handle": "dy-77",
        "owner_unit": model.owner_unit,
        "first_responsible": model.first_responsible,
        "state": "approved",
    }
    return actions.add_account(actor=TEST, institution=cast.institution, **(known | changes))


@pytest.fixture(
    params=[
        pytest.param(("gpnu", "college"), marks=pytest.mark.article("gpnu-13"), id="gpnu"),
        pytest.param(("xartvu", "wechat"), marks=pytest.mark.article("xartvu-8"), id="xartvu"),
    ]
)
def place(request):
    """A cast whose regulation demands that somebody runs each account, and one of its accounts."""
    name, key = request.param
    cast = request.getfixturevalue(name)
    return cast, cast.accounts.get(key) or next(iter(cast.accounts.values()))


def test_nothing_comes_into_use_that_nobody_runs(place):
    """Filing is refused with the article until somebody is named."""
    cast, model = place
    account = douyin_of(cast, model)
    denied = running.is_run(account)
    assert not denied
    assert denied.article.startswith(cast.institution.key)
    assert "至少须有 1 名" in denied.reason.zh
    add_operator(actor=TEST, account=account, person=model.manager)
    assert running.is_run(account)


def test_the_last_one_who_runs_it_cannot_be_taken_off(place):
    """Neither the daily manager nor the only operator, unless somebody follows in the same moment."""
    cast, model = place
    account = douyin_of(cast, model, manager=model.manager, state="active")
    with pytest.raises(Refused, match="至少须有 1 名"):
        actions.change_account(actor=TEST, account=account, manager=None)
    account.refresh_from_db()
    assert account.manager == model.manager
    add_operator(actor=TEST, account=account, person=model.first_responsible)
    actions.change_account(actor=TEST, account=account, manager=None)
    with pytest.raises(Refused, match="至少须有 1 名"):
        end_operator(actor=TEST, account=account, person=model.first_responsible)
    assert Operator.objects.serving().filter(account=account).count() == 1
    end_operator(actor=TEST, account=account, person=model.first_responsible, successor=model.manager)
    assert not Operator.objects.serving().filter(account=account).exists()


@pytest.mark.article("gpnu-13")
def test_the_step_into_use_asks_who_runs_it(gpnu):
    """What was suspended is not resumed while nobody runs it; the step answers the refusal and changes nothing."""
    account = douyin_of(gpnu, gpnu.accounts["college"], state="suspended")
    with pytest.raises(Refused) as refused:
        move(actor=TEST, account=account, step="resume", given=Given(reason="整改完成"))
    assert refused.value.denied.article == "gpnu-13"
    account.refresh_from_db()
    assert account.state == "suspended"
    add_operator(actor=TEST, account=account, person=gpnu.accounts["college"].manager)
    assert move(actor=TEST, account=account, step="resume", given=Given(reason="整改完成")).state == "active"


@pytest.mark.article("ruian-6.6")
class TestWhoCanChangeTheProfile:
    """Holders, operators and the bound administrator together: three on the WeChat account."""

    def test_a_fourth_is_refused_whatever_would_make_them_one(self, ruian):
        """Two hold the password; a third operates; the fourth is refused as holder and as bound administrator."""
        account = ruian.accounts["flagship"]
        assert Holder.objects.filter(account=account).count() == 2
        actions.change_account(
            actor=TEST, account=account, bound_administrator=ruian.people["ruian-office-head"]
        )
        for become in (
            lambda: actions.add_holder(actor=TEST, account=account, person=ruian.people["ruian-tech"]),
            lambda: (
                actions.change_account(
                    actor=TEST, account=account, bound_administrator=ruian.people["ruian-tech"], manager=None
                )
                and actions.add_holder(actor=TEST, account=account, person=ruian.people["ruian-leader"])
            ),
        ):
            with pytest.raises(Refused, match="最多 3 人能改资料") as refused:
                become()
            assert refused.value.denied.article == "ruian-6.6"
        assert Holder.objects.filter(account=account).count() == 2

    def test_an_operator_who_holds_the_password_counts_once(self, ruian):
        """The same person by two ways is one person."""
        account = ruian.accounts["flagship"]
        for name in ("ruian-editor", "ruian-editor-2"):
            add_operator(actor=TEST, account=account, person=ruian.people[name])
        assert len(running.profile_editors(account)) == 2

    def test_the_limit_is_the_wechat_accounts(self, ruian):
        """A section's Douyin account is bounded by nothing the regulation says."""
        other = douyin_of(ruian, ruian.accounts["flagship"], state="active")
        for name in ("ruian-editor", "ruian-editor-2", "ruian-section", "ruian-tech"):
            add_operator(actor=TEST, account=other, person=ruian.people[name])
        assert len(running.profile_editors(other)) == 4
