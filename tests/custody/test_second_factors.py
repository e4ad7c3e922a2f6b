"""Second factors at rest: sealed, opened for a code, brought along by a rotation, refused in clear (SE2, SE6)."""

from __future__ import annotations

import importlib

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.core.cache import cache
from django.db import connection

from guanhao.core import envelope, tenancy
from guanhao.core.envelope import EnvelopeBroken, KeyMissing
from guanhao.registry import vault
from guanhao.registry.models import PlatformApp, PlatformToken, Secret
from tests.support.codes import code_of

SEED = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def user(ruian, settings, tmp_path):
    """Under a key file of its own, which nothing else was sealed under."""
    with tenancy.everywhere("nothing sealed under another key file is left"):
        Secret.objects.all().delete()
        PlatformToken.objects.all().delete()
        PlatformApp.objects.all().delete()
    settings.KEK_PATH = tmp_path / "kek.json"
    envelope.create_keys(settings.KEK_PATH)
    cache.clear()
    return ruian.people["ruian-editor"].user


def stored():
    return str(list(Authenticator.objects.values_list("data", flat=True)))


@pytest.mark.requirement("SE2")
def test_the_seed_of_a_device_is_nowhere_in_clear_and_its_code_counts_once(user):
    """A copy of the table makes nobody's codes."""
    device = TOTP.activate(user, SEED)
    assert SEED not in stored()
    typed = code_of(SEED)
    assert device.validate_code(typed)
    assert not device.validate_code(typed)


@pytest.mark.requirement("SE2")
def test_recovery_codes_come_from_a_sealed_seed(user):
    """They still count once each."""
    codes = RecoveryCodes.activate(user)
    first = codes.generate_codes()[0]
    assert first not in stored()
    assert codes.validate_code(first)
    assert not codes.validate_code(first)


@pytest.mark.requirement("SE6")
def test_a_rotation_brings_second_factors_along(user, settings):
    """Both keys open until it is done; afterwards the old one opens nothing, and used codes stay used."""
    device, codes = TOTP.activate(user, SEED), RecoveryCodes.activate(user)
    used = codes.generate_codes()[0]
    assert codes.validate_code(used)
    old = vault.ring()
    envelope.add_key(settings.KEK_PATH)
    assert vault.under_other_keys() == 2
    assert vault.rewrap_some(1) == 1
    assert device.validate_code(code_of(SEED))
    assert vault.rewrap_some() == 1
    assert (vault.rewrap_some(), vault.under_other_keys()) == (0, 0)
    envelope.drop_old_keys(settings.KEK_PATH)
    again = RecoveryCodes(Authenticator.objects.get(pk=codes.instance.pk))
    assert not again.validate_code(used)
    assert again.validate_code(again.generate_codes()[1])
    sealed = Authenticator.objects.get(type="totp").data["secret"].removeprefix("sealed:").encode()
    with pytest.raises(KeyMissing):
        envelope.unseal(old, envelope.Context(0, 0, "second_factor", 1), sealed)


@pytest.mark.requirement("SE1")
@pytest.mark.parametrize("text", [SEED, "sealed:", "sealed:{}"])
def test_what_lies_in_clear_or_was_changed_signs_nobody_in(user, text):
    """Whoever can write the table cannot plant a seed of their own."""
    row = Authenticator.objects.create(user=user, type="totp", data={"secret": text})
    with pytest.raises(EnvelopeBroken):
        TOTP(row).validate_code(code_of(SEED))


@pytest.mark.requirement("SE6")
def test_the_migration_seals_what_lay_in_clear(user):
    """Seeds from before work afterwards; doing it twice changes nothing."""
    Authenticator.objects.create(user=user, type="totp", data={"secret": SEED})
    migration = importlib.import_module("guanhao.custody.migrations.0002_seal_second_factors")
    for _ in range(2):
        migration.seal(apps, connection.schema_editor())
    assert SEED not in stored()
    assert TOTP(Authenticator.objects.get()).validate_code(code_of(SEED))


@pytest.mark.requirement("K7")
def test_a_lost_key_file_beside_second_factors_is_never_papered_over(user, settings, tmp_path):
    """A new key would lock everybody out without saying so."""
    TOTP.activate(user, SEED)
    settings.KEK_PATH = tmp_path / "gone.json"
    with pytest.raises(KeyMissing):
        vault.ensure_keys()
