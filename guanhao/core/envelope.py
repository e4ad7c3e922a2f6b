"""Envelope encryption with context (K7): secret → data key → key-encryption key outside the database.

A sealed value is canonical JSON that names its algorithm and its key-encryption key, so that keys can be rotated
and other algorithms added. Both layers are bound to a context: a value moved to another row, account, kind or version
fails to open, loudly (SE1).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guanhao.core import randomness
from guanhao.core.canonical import canonical_json

ALGORITHM = "AES-256-GCM"
KEY_BYTES = 32
NONCE_BYTES = 12
OWNER_ONLY = 0o600


class EnvelopeBroken(Exception):  # noqa: N818 - states the fact.
    """A sealed value does not open: changed, moved, or of an unknown form. It never says more."""


class KeyMissing(Exception):  # noqa: N818 - states the fact.
    """The key-encryption key of a sealed value is not in the key file, or the key file cannot be used."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a sealed value belongs to; all of it is authenticated."""

    institution: int
    account: int
    kind: str
    version: int

    def bytes(self) -> bytes:
        """The associated data ``institution:account:kind:version``."""
        return f"{self.institution}:{self.account}:{self.kind}:{self.version}".encode()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Key-encryption keys by id; new values are sealed with the current one."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def key(self, key_id: str) -> AESGCM:
        """The cipher of one key."""
        try:
            return AESGCM(self.keys[key_id])
        except KeyError:
            raise KeyMissing(f"Key {key_id} is not in the key file.") from None


def seal(ring: KeyRing, context: Context, plain: bytes) -> bytes:
    """Encrypt under a fresh data key, itself encrypted under the ring's current key."""
    data_key = randomness.token_bytes(KEY_BYTES)
    return canonical_json(
        {
            "alg": ALGORITHM,
            **_wrap(ring, context, data_key),
            "text": _encrypt(AESGCM(data_key), plain, context.bytes()),
        }
    )


def unseal(ring: KeyRing, context: Context, sealed: bytes) -> bytes:
    """Decrypt.

    Raises:
        EnvelopeBroken: the value was changed, or belongs to another context.
        KeyMissing: its key-encryption key is not in the ring.
    """
    parts = _parse(sealed)
    return _decrypt(AESGCM(_data_key(ring, context, parts)), parts["text"], context.bytes())


def rewrap(ring: KeyRing, context: Context, sealed: bytes) -> bytes:
    """The same value with its data key under the ring's current key (SE6); the secret itself is not decrypted."""
    parts = _parse(sealed)
    if parts["key"] == ring.current:
        return sealed
    return canonical_json({**parts, **_wrap(ring, context, _data_key(ring, context, parts))})


def key_id_of(sealed: bytes) -> str:
    """Which key-encryption key a value needs."""
    return str(_parse(sealed)["key"])


def _wrap(ring: KeyRing, context: Context, data_key: bytes) -> dict[str, str]:
    return {
        "key": ring.current,
        "wrapped": _encrypt(ring.key(ring.current), data_key, _wrapping(context, ring.current)),
    }


def _data_key(ring: KeyRing, context: Context, parts: dict[str, str]) -> bytes:
    return _decrypt(ring.key(parts["key"]), parts["wrapped"], _wrapping(context, parts["key"]))


def _wrapping(context: Context, key_id: str) -> bytes:
    return f"{ALGORITHM}:{key_id}:".encode() + context.bytes()


def _encrypt(cipher: AESGCM, plain: bytes, associated: bytes) -> str:
    nonce = randomness.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + cipher.encrypt(nonce, plain, associated)).decode()


def _decrypt(cipher: AESGCM, text: str, associated: bytes) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], associated)
    except (InvalidTag, binascii.Error, ValueError):
        raise EnvelopeBroken("The sealed value was changed or belongs elsewhere.") from None


def _parse(sealed: bytes) -> dict[str, str]:
    try:
        parts: Any = json.loads(bytes(sealed))
    except ValueError:
        raise EnvelopeBroken("The sealed value has an unknown form.") from None
    wanted = {"alg", "key", "wrapped", "text"}
    if not isinstance(parts, dict) or set(parts) != wanted or parts["alg"] != ALGORITHM:
        raise EnvelopeBroken("The sealed value has an unknown form or algorithm.")
    return {name: str(value) for name, value in parts.items()}


# --- The key file ---------------------------------------------------------------------------------------------------


def create_keys(path: Path) -> KeyRing:
    """Make a key file readable by its owner only.

    Raises:
        FileExistsError: there is one already; overwriting it would destroy every secret.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    ring = _with_new_key({})
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(_written(ring))
    return ring


def add_key(path: Path) -> KeyRing:
    """Add a new current key and keep the old ones readable: the first half of a rotation (SE6)."""
    return _replace(path, _with_new_key(load_keys(path).keys))


def drop_old_keys(path: Path) -> KeyRing:
    """Forget all keys but the current one: the end of a rotation, after everything was re-wrapped."""
    ring = load_keys(path)
    return _replace(path, KeyRing(ring.current, {ring.current: ring.keys[ring.current]}))


def load_keys(path: Path) -> KeyRing:
    """Read the key file.

    Raises:
        KeyMissing: the file is absent, malformed, or readable by others than its owner.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise KeyMissing(f"{path.name} may be read by others; set its mode to 600.")
        raw = json.loads(path.read_text(encoding="ascii"))
        keys = {str(name): base64.b64decode(value, validate=True) for name, value in raw["keys"].items()}
        ring = KeyRing(str(raw["current"]), keys)
    except OSError as error:
        raise KeyMissing(f"The key file cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyMissing("The key file is malformed.") from None
    if ring.current not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
        raise KeyMissing("The key file is malformed.")
    return ring


def _with_new_key(keys: Mapping[str, bytes]) -> KeyRing:
    name = "kek-" + randomness.token_hex(4)
    return KeyRing(name, {**keys, name: randomness.token_bytes(KEY_BYTES)})


def _written(ring: KeyRing) -> bytes:
    keys = {name: base64.b64encode(key).decode() for name, key in ring.keys.items()}
    return canonical_json({"current": ring.current, "keys": keys})


def _replace(path: Path, ring: KeyRing) -> KeyRing:
    # A new file under the old name: a crash leaves the old keys or the new ones, never half a file.
    beside = path.with_suffix(".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(_written(ring))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return ring
