"""Rotating the key-encryption key, killed at every place: both keys open what they must until it is done (SE6)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connection, connections

from guanhao.cli import main
from guanhao.core import envelope, tenancy
from guanhao.registry import secondfactors, vault
from guanhao.registry.models import PlatformApp, PlatformToken, Secret
from tests.publishing.world import DUE
from tests.support.codes import code_of

ROOT = Path(__file__).resolve().parents[2]
KILLED = 97
SEED = "JBSWY3DPEHPK3PXP"
VALUES = {"app_secret": "canary-secret-one", "aes_key": "canary-secret-two"}


@pytest.fixture
def sealed(transactional_db, ruian, settings, tmp_path):
    """Two secrets and two second factors under one key; answers the account and that key's ring."""
    with tenancy.everywhere("nothing sealed under another key file is left"):
        Secret.objects.all().delete()
        PlatformToken.objects.all().delete()
        PlatformApp.objects.all().delete()
    settings.KEK_PATH = tmp_path / "kek.json"
    old = envelope.create_keys(settings.KEK_PATH)
    account = ruian.accounts["flagship"]
    for kind, value in VALUES.items():
        Secret.objects.create(
            institution=ruian.institution, account=account, kind=kind, version=1,
            sealed=vault.seal(account, kind, 1, value), set_at=DUE,
        )  # fmt: skip
    cache.clear()  # where the codes that were used are remembered
    editor = ruian.people["ruian-editor"].user
    TOTP.activate(editor, SEED)
    RecoveryCodes.activate(editor)
    return account, old


def killed_at(point, *options):
    """`guanhao rekey` in a process of its own, which the fault point ends."""
    name = str(configured.DATABASES["default"]["NAME"])
    connections.close_all()
    environment = os.environ | {
        "GUANHAO_TEST_SWITCH": "1", "GUANHAO_FAULT": point, "GUANHAO_SECRET_KEY": "only-for-tests",
        "GUANHAO_DATABASE": "sqlite" if connection.vendor == "sqlite" else "postgres",
        "GUANHAO_SQLITE_PATH": name, "GUANHAO_PG_NAME": name, "GUANHAO_KEK_PATH": str(configured.KEK_PATH),
    }  # fmt: skip
    command = [sys.executable, "-m", "guanhao.cli", "rekey", *options]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == KILLED, done.stderr[-2000:]


def all_open(account):
    """Whether every secret and every second factor is readable by the running house."""
    seeds = [vault.open_factor(row.data[key]) for row, key in factors()]
    told = {kind: vault.open_secret(account, kind) for kind in VALUES}
    return told == VALUES and SEED in seeds and len(seeds) == 2 and all(seeds)


def factors():
    """The second factors with the key of their data that is sealed."""
    sealed = {"totp": "secret", "recovery_codes": "seed"}
    return [(row, sealed[row.type]) for row in Authenticator.objects.order_by("pk")]


@pytest.mark.requirement("SE6")
@pytest.mark.parametrize("point", ["rekey_added", *(f"rekey_rewrapped:{number}" for number in range(1, 5))])
def test_killed_anywhere_everything_stays_readable_and_it_goes_on(sealed, point, capsys):
    """Afterwards the old key opens nothing, not even a copy of the database under it."""
    account, old = sealed
    killed_at(point)
    assert all_open(account)
    assert set(vault.ring().keys) > set(old.keys)
    assert main(["rekey", "--resume", "--drop-old", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["keys"] == [told["current"]] != [old.current]
    assert all_open(account)
    for secret in Secret.objects.filter(account=account):
        with pytest.raises(envelope.KeyMissing):
            envelope.unseal(old, vault.context(account, secret.kind, 1), bytes(secret.sealed))
    for row, key in factors():
        with pytest.raises(envelope.KeyMissing):
            envelope.unseal(old, secondfactors.BOUND, row.data[key].removeprefix("sealed:").encode())
    device = TOTP(Authenticator.objects.get(type="totp"))
    assert device.validate_code(code_of(SEED))


@pytest.mark.requirement("SE6")
def test_a_key_that_something_still_needs_is_not_dropped(sealed, monkeypatch, capsys):
    """A process may have sealed under the old key while the new one was being added."""
    account, old = sealed
    monkeypatch.setattr(vault, "rewrap_some", lambda _most: 0)
    assert main(["rekey", "--drop-old"]) == 1
    assert "still under an older key" in capsys.readouterr().err
    assert old.current in vault.ring().keys
    assert all_open(account)
