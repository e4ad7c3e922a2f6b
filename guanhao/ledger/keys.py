"""The installation's signing key for checkpoints, in a file outside the database.

A missing key is never replaced in passing: that would look like somebody re-signing the log. It is made once, by
`create_if_missing`, when the installation is set up; its verifier key belongs into other hands from then on.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from guanhao.core import randomness

_TAG = "ed25519:"
_SEED_BYTES = 32


class NoKey(RuntimeError):  # noqa: N818 - reads as the fact it states.
    """The signing key is missing or unusable; the text says where it was looked for and what to do."""


def create_if_missing() -> bool:
    """Make the key file, readable by its owner only; whether it was missing."""
    path: Path = settings.LEDGER_KEY_PATH
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    seed = base64.b64encode(randomness.token_bytes(_SEED_BYTES)).decode()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{_TAG}{seed}\n")
    return True


def signing_key() -> Ed25519PrivateKey:
    """The key that signs checkpoints.

    Raises:
        NoKey: the file is missing or holds no key.
    """
    path: Path = settings.LEDGER_KEY_PATH
    try:
        tag, _, seed = path.read_text(encoding="ascii").strip().partition(":")
    except FileNotFoundError:
        raise NoKey(f"{path} is missing. A new installation makes it with: manage.py init_keys") from None
    data = base64.b64decode(seed)
    if f"{tag}:" != _TAG or len(data) != _SEED_BYTES:
        raise NoKey(
            f"{path} holds no ledger key. Put the original back; a new key cannot vouch for the old log."
        )
    return Ed25519PrivateKey.from_private_bytes(data)


def public_key() -> Ed25519PublicKey:
    """The key that checkpoints are verified with.

    Raises:
        NoKey: the file is missing or holds no key.
    """
    return signing_key().public_key()
