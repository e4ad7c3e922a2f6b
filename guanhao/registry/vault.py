"""Secrets of accounts at rest (K7, SE1): sealed under the account's context, opened only for use by the machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import models

from guanhao.core import clock, envelope, faults, tenancy
from guanhao.core.envelope import Context, KeyRing
from guanhao.registry import secondfactors
from guanhao.registry.models import Account, Consent, PlatformApp, PlatformToken, Secret
from guanhao.registry.types import PREVIOUS_FOR

TOKEN_KIND = "platform_token"  # noqa: S105 - the word in the associated data.
CONSENT_KIND = "consent"
_NO_ACCOUNT = 0  # An app belongs to the institution; no account has this key.


def ring() -> KeyRing:
    """The key-encryption keys, read again whenever the file changed.

    Raises:
        KeyMissing: the file is absent, malformed or readable by others.
    """
    path = Path(settings.KEK_PATH)
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise envelope.KeyMissing(f"The key file cannot be read: {error.strerror}.") from None
    return _read(path, changed)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> KeyRing:
    return envelope.load_keys(path)


def ensure_keys() -> KeyRing:
    """The keys, made where nothing was ever sealed; a missing file beside sealed rows is a loss and is never papered over.

    Raises:
        KeyMissing: there are sealed values, and the file cannot be used.
    """
    path = Path(settings.KEK_PATH)
    if not path.exists():
        with tenancy.everywhere("whether anything was ever sealed in this installation"):
            sealed_before = Secret.objects.exists() or any(
                model.objects.exclude(sealed=b"").exists() for model in (PlatformToken, PlatformApp, Consent)
            )
        if not (sealed_before or secondfactors.any_sealed()):
            return envelope.create_keys(path)
    return ring()


def seal_factor(plain: str) -> str:
    """Seal the seed of a second factor."""
    return secondfactors.sealed_text(ensure_keys(), plain)


def open_factor(text: str) -> str:
    """The seed of a second factor; errors as `open_sealed`."""
    return secondfactors.opened_text(ring(), text)


def destroy(account: Account) -> None:
    """Destroy everything sealed for an account that is gone, data keys included (SE8). Rows and their versions stay."""
    Secret.objects.filter(account=account, retired_at__isnull=True).update(retired_at=clock.now())
    Secret.objects.filter(account=account).update(sealed=b"")
    PlatformToken.objects.filter(account=account).update(sealed=b"", expires_at=None)
    Consent.objects.filter(account=account).update(sealed=b"")


def seal(account: Account, kind: str, version: int, plain: str) -> bytes:
    """Seal a value for one version of one kind of one account."""
    return envelope.seal(ensure_keys(), context(account, kind, version), plain.encode())


def open_sealed(account: Account, kind: str, version: int, sealed: bytes) -> str:
    """Open a value.

    Raises:
        EnvelopeBroken: it was changed, moved, or belongs to another version.
        KeyMissing: its key is not in the key file.
    """
    return envelope.unseal(ring(), context(account, kind, version), bytes(sealed)).decode()


def open_secret(account: Account, kind: str) -> str | None:
    """The account's current secret of a kind, for use by the machine; nothing where none was set."""
    secret = Secret.objects.filter(account=account, kind=kind, retired_at__isnull=True).first()
    if secret is None:
        return None
    return open_sealed(account, secret.kind, secret.version, secret.sealed)


def open_recent(account: Account, kinds: Iterable[str], now: datetime) -> dict[str, list[str]]:
    """The account's secrets of some kinds: the current one first, then one that was replaced a short while ago.

    Raises:
        EnvelopeBroken, KeyMissing: as `open_sealed`.
    """
    found: dict[str, list[str]] = {kind: [] for kind in kinds}
    recent = models.Q(retired_at__isnull=True) | models.Q(retired_at__gt=now - PREVIOUS_FOR)
    rows = Secret.objects.filter(recent, account=account, kind__in=list(found)).exclude(sealed=b"")
    for row in rows.order_by("-version"):
        found[row.kind].append(open_sealed(account, row.kind, row.version, row.sealed))
    return found


def app_context(institution_id: int, platform: str, version: int) -> Context:
    """What the secret of an institution's app is bound to."""
    return Context(institution_id, _NO_ACCOUNT, f"app_secret:{platform}", version)


def seal_app_secret(app: PlatformApp, plain: str) -> bytes:
    """Seal the secret of an app for its present version."""
    bound = app_context(app.institution_id, app.platform, app.version)
    return envelope.seal(ensure_keys(), bound, plain.encode())


def open_app_secret(app: PlatformApp) -> str:
    """The secret of an app, for use by the machine; errors as `open_sealed`."""
    bound = app_context(app.institution_id, app.platform, app.version)
    return envelope.unseal(ring(), bound, bytes(app.sealed)).decode()


def context(account: Account, kind: str, version: int) -> Context:
    """What a sealed value of the account is bound to."""
    return Context(account.institution_id, account.pk, kind, version)


def rewrap_some(most: int = 200) -> int:
    """Bring up to ``most`` values under the current key and answer how many were; resumable at any point (SE6).

    Each row is written only if nobody replaced the value meanwhile.
    """
    keys = ring()
    done = 0
    with tenancy.everywhere("re-wrapping every institution's secrets under the current key"):
        for row, bound in _sealed_rows():
            if done < most:
                done += _rewrap(keys, row, bound)
    for factor in secondfactors.factors():
        if done < most:
            done += _rewrap_factor(keys, factor)
    return done


def under_other_keys() -> int:
    """How many sealed values need a key that is not the current one; until it is none, no key may be dropped."""
    current = ring().current
    with tenancy.everywhere("whether every institution's secrets are under the current key"):
        rows = sum(envelope.key_id_of(bytes(row.sealed)) != current for row, _bound in _sealed_rows())
    return rows + sum(envelope.key_id_of(one.sealed) != current for one in secondfactors.factors())


def tried_to_open() -> tuple[int, list[str]]:
    """Open every sealed value and forget it: how many there are, and which do not open (institution/account/kind, account 0 for an app).

    Raises:
        KeyMissing: the key file itself cannot be used.
    """
    keys = ring()
    total, closed = 0, []
    with tenancy.everywhere("whether every sealed value of the installation opens"):
        for row, bound in _sealed_rows():
            total += 1
            try:
                envelope.unseal(keys, bound, bytes(row.sealed))
            except (envelope.EnvelopeBroken, envelope.KeyMissing):
                closed.append(f"{bound.institution}/{bound.account}/{bound.kind}")
    for factor in secondfactors.factors():
        total += 1
        try:
            envelope.unseal(keys, secondfactors.BOUND, factor.sealed)
        except (envelope.EnvelopeBroken, envelope.KeyMissing):
            closed.append(f"{secondfactors.BOUND.kind}/{factor.pk}")
    return total, closed


_Sealed = Secret | PlatformToken | PlatformApp | Consent


def _sealed_rows() -> Iterator[tuple[_Sealed, Context]]:
    """Every sealed value with what it is bound to. A new table with sealed values is added here."""
    for secret in Secret.objects.exclude(sealed=b"").select_related("account").order_by("pk").iterator():
        yield secret, context(secret.account, secret.kind, secret.version)
    for token in (
        PlatformToken.objects.exclude(sealed=b"").select_related("account").order_by("pk").iterator()
    ):
        yield token, context(token.account, TOKEN_KIND, token.serial)
    for app in PlatformApp.objects.order_by("pk").iterator():
        yield app, app_context(app.institution_id, app.platform, app.version)
    for consent in Consent.objects.exclude(sealed=b"").select_related("account").order_by("pk").iterator():
        yield consent, context(consent.account, CONSENT_KIND, consent.pk)


def _rewrap(keys: KeyRing, row: _Sealed, bound: Context) -> int:
    before = bytes(row.sealed)
    if envelope.key_id_of(before) == keys.current:
        return 0
    after = envelope.rewrap(keys, bound, before)
    done = type(row).objects.filter(pk=row.pk, sealed=before).update(sealed=after)
    faults.point("rekey_rewrapped")
    return done


def _rewrap_factor(keys: KeyRing, factor: secondfactors.Factor) -> int:
    if envelope.key_id_of(factor.sealed) == keys.current:
        return 0
    done = secondfactors.replace(factor, envelope.rewrap(keys, secondfactors.BOUND, factor.sealed))
    faults.point("rekey_rewrapped")
    return done
