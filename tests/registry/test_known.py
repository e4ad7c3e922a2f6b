"""Accounts the regulation names itself: recognised, and held against what it says of them."""

import pytest

from guanhao.registry import known
from guanhao.registry.models import Account


@pytest.mark.article("ruian-2")
@pytest.mark.article("xartvu-9")
def test_the_flagships_are_what_the_regulation_says(ruian, xartvu):
    """The demonstration registers them by the names and ids of the document."""
    for cast, handles in ((ruian, {"raxy-wzvtc"}), (xartvu, {"3512771853", "xartvu1979"})):
        accounts = Account.objects.filter(institution=cast.institution) if cast is xartvu else []
        found = {
            one.handle for one in cast.accounts.values() if known.named_by(one, cast.rulebook) is not None
        }
        assert found == handles
        if accounts:
            assert known.unregistered(cast.rulebook, accounts) == []


@pytest.mark.article("ruian-2")
def test_another_name_than_the_regulations_is_told(ruian):
    """The same id under another name is the same account, and differs."""
    account = ruian.accounts["flagship"]
    account.name = "瑞安学院"
    named = known.named_by(account, ruian.rulebook)
    assert named is not None
    assert [one.what for one in known.differences(account, named)] == ["name"]
    account.handle = ""
    assert known.named_by(account, ruian.rulebook) is None
    assert [one.platform_id for one in known.unregistered(ruian.rulebook, [account])] == ["raxy-wzvtc"]
