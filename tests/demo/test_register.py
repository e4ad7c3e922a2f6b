"""The demonstration's register: every state of the life of accounts, reached through the real steps."""

import pytest

from guanhao.core import clock
from guanhao.demo import register
from guanhao.registry.conditions import Condition, conditions
from guanhao.registry.models import Account
from guanhao.registry.types import AccountState


@pytest.mark.parametrize("key", ["ruian", "gpnu", "xartvu"])
def test_the_demonstrations_accounts_live_through_their_steps(key, request):
    """Each institution's file can be played from an empty register, whatever its rulebook routes."""
    cast = request.getfixturevalue(key)
    before = Account.objects.count()
    register.fill(cast)
    assert Account.objects.count() > before
    if key == "ruian":
        states = set(Account.objects.values_list("state", flat=True))
        assert {
            AccountState.APPLIED,
            AccountState.ACTIVE,
            AccountState.SUSPENDED,
            AccountState.CLOSED,
        } <= states
        found = conditions(cast.rulebook, clock.today(), clock.now())
        for condition in (Condition.OVERDUE, Condition.CHANGED, Condition.DORMANT, Condition.UNVERIFIED):
            assert Account.objects.filter(found[condition]).exists(), condition
