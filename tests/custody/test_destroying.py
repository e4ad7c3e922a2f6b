"""An account that is gone keeps nothing sealed (SE8)."""

from __future__ import annotations

import pytest

from guanhao.core.actors import system
from guanhao.registry import actions, vault
from guanhao.registry.models import PlatformToken, Secret
from guanhao.registry.types import AccountState

SETUP = system("set-up")


@pytest.mark.requirement("SE8")
def test_closing_an_account_destroys_what_was_sealed_for_it(ruian):
    """Secrets, the callback keys kept for a while, and the token; the rows say that they were."""
    account = ruian.accounts["flagship"]
    for value in ("one", "two"):
        actions.set_secret(actor=SETUP, account=account, kind="password", value=value, keeps_previous=True)
    sealed = vault.seal(account, vault.TOKEN_KIND, 1, "token")
    PlatformToken.objects.create(institution=ruian.institution, account=account, sealed=sealed, serial=1)
    actions.change_account(actor=SETUP, account=account, state=AccountState.CLOSED)
    rows = Secret.objects.filter(account=account)
    assert rows.count() >= 2
    assert not rows.exclude(sealed=b"").exists()
    assert not rows.filter(retired_at__isnull=True).exists()
    assert bytes(PlatformToken.objects.get(account=account).sealed) == b""
    assert vault.open_secret(account, "password") is None
