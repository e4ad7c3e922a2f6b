"""Rotating the key-encryption key, killed at every place: both keys open what they must until it is done (SE6)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import connection, connections

from guanhao.cli import main
from guanhao.core import envelope, tenancy
from guanhao.registry import vault
from guanhao.registry.models import PlatformApp, PlatformToken, Secret
from tests.publishing.world import DUE

ROOT = Path(__file__).resolve().parents[2]
KILLED = 97
VALUES = {"app_secret": "canary-secret-one", "aes_key": "canary-secret-two"}


@pytest.fixture
def sealed(transactional_db, ruian, settings, tmp_path):
    """Two secrets under one key; answers the account and that key's ring."""
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
    """Whether every secret is readable by the running house."""
    return {kind: vault.open_secret(account, kind) for kind in VALUES} == VALUES


@pytest.mark.requirement("SE6")
@pytest.mark.parametrize("point", ["rekey_added", "rekey_rewrapped:1", "rekey_rewrapped:2"])
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


@pytest.mark.requirement("SE6")
def test_a_key_that_something_still_needs_is_not_dropped(sealed, monkeypatch, capsys):
    """A process may have sealed under the old key while the new one was being added."""
    account, old = sealed
    monkeypatch.setattr(vault, "rewrap_some", lambda _most: 0)
    assert main(["rekey", "--drop-old"]) == 1
    assert "still under an older key" in capsys.readouterr().err
    assert old.current in vault.ring().keys
    assert all_open(account)
