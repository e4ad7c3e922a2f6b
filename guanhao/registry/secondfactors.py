"""Second factors of sign-ins at rest: the seeds of allauth's codes, sealed like every other secret (K7, SE6).

allauth hands its adapter a text and no owner, so these are bound to their kind, not to a row: whoever may write the
table can swap two of them, which signs nobody in who holds neither device.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from guanhao.core import envelope
from guanhao.core.envelope import Context, EnvelopeBroken, KeyRing

BOUND = Context(0, 0, "second_factor", 1)
_MARK = "sealed:"
_FIELDS = ("secret", "seed")  # of a TOTP device, of recovery codes


@dataclass(frozen=True, slots=True)
class Factor:
    """One sealed seed in allauth's table."""

    pk: int
    field: str
    sealed: bytes


def sealed_text(ring: KeyRing, plain: str) -> str:
    """How a seed is kept."""
    return _MARK + envelope.seal(ring, BOUND, plain.encode()).decode()


def opened_text(ring: KeyRing, text: str) -> str:
    """The seed of a kept text.

    Raises:
        EnvelopeBroken: it was changed, or was never sealed: what lies in clear is not believed.
        KeyMissing: its key is not in the key file.
    """
    return envelope.unseal(ring, BOUND, _bytes(text)).decode()


def is_sealed(text: object) -> bool:
    """Whether a text of allauth's table is one of ours."""
    return isinstance(text, str) and text.startswith(_MARK)


def factors() -> Iterator[Factor]:
    """Every sealed seed."""
    for row in Authenticator.objects.order_by("pk").iterator():
        for field in _FIELDS:
            if is_sealed(row.data.get(field)):
                yield Factor(row.pk, field, _bytes(row.data[field]))


def any_sealed() -> bool:
    """Whether there is one."""
    return next(factors(), None) is not None


@transaction.atomic
def replace(factor: Factor, after: bytes) -> int:
    """Put the same seed under another key; nothing where it changed meanwhile. Used codes are counted in the same row."""
    row = Authenticator.objects.select_for_update().filter(pk=factor.pk).first()
    if row is None or row.data.get(factor.field) != _MARK + factor.sealed.decode():
        return 0
    row.data[factor.field] = _MARK + after.decode()
    row.save(update_fields=["data"])
    return 1


def seal_in_clear(ring: KeyRing, rows: Any) -> int:
    """Seal what lies in clear from before; answers how many rows. For the migration."""
    done = 0
    for row in rows.order_by("pk"):
        open_ = [field for field in _FIELDS if field in row.data and not is_sealed(row.data[field])]
        for field in open_:
            row.data[field] = sealed_text(ring, row.data[field])
        if open_:
            row.save(update_fields=["data"])
            done += 1
    return done


def _bytes(text: str) -> bytes:
    if not is_sealed(text):
        raise EnvelopeBroken("The second factor was not sealed.")
    return text.removeprefix(_MARK).encode()
