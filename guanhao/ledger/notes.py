"""Signed notes and checkpoints as C2SP writes them (signed-note, tlog-checkpoint), with Ed25519. No database.

A checkpoint's text is three lines: origin, size, base64 root. A note is a text, an empty line and signature lines
``— name base64(key id ‖ signature)``; a verifier key reads ``name+key id+base64(0x01 ‖ public key)``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "\u2014"


class BadNote(ValueError):  # noqa: N818 - reads as the fact it states.
    """A note is malformed, or not signed by the key it should be signed by."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a checkpoint states: the log ``origin`` had ``size`` entries under ``root``."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign(head: Head, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a note signed under the log's own name."""
    text = head.text()
    signature = key_id(head.origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n{_DASH} {head.origin} {base64.b64encode(signature).decode()}\n"


def open_note(note: str, key: Ed25519PublicKey) -> Head:
    """What a note states, once its signature by ``key`` under the log's name was verified.

    Raises:
        BadNote: it is malformed, signed by somebody else only, or the signature is wrong.
    """
    text, separator, signatures = note.partition("\n\n")
    head = _parse(text + "\n")
    expected = key_id(head.origin, key)
    for line in signatures.splitlines() if separator else ():
        name, signature = _signature(line)
        if name == head.origin and signature[:4] == expected:
            try:
                key.verify(signature[4:], (text + "\n").encode())
            except InvalidSignature:
                raise BadNote(f"The signature on the checkpoint of size {head.size} is wrong.") from None
            return head
    raise BadNote(f"The checkpoint of size {head.size} is not signed by the log's key.")


def read_unverified(note: str) -> Head:
    """What a note claims, without looking at signatures.

    Raises:
        BadNote: it is malformed.
    """
    return _parse(note.partition("\n\n")[0] + "\n")


def key_id(name: str, key: Ed25519PublicKey) -> bytes:
    """The four bytes by which a signature says whose it is."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:4]


def verifier_key(name: str, key: Ed25519PublicKey) -> str:
    """The public key as the verifier of notes wants it."""
    return f"{name}+{key_id(name, key).hex()}+{base64.b64encode(_ED25519 + key.public_bytes_raw()).decode()}"


def read_verifier_key(text: str) -> Ed25519PublicKey:
    """The public key of a verifier key.

    Raises:
        BadNote: it is malformed, of another algorithm, or its parts disagree.
    """
    name, _, rest = text.strip().partition("+")
    digest, _, encoded = rest.partition("+")
    data = _decode(encoded)
    if len(data) != 33 or data[:1] != _ED25519:  # noqa: PLR2004 - one byte algorithm, 32 bytes key.
        raise BadNote("A verifier key reads name+id+base64 and holds an Ed25519 key.")
    key = Ed25519PublicKey.from_public_bytes(data[1:])
    if key_id(name, key).hex() != digest:
        raise BadNote("The id in the verifier key does not belong to its key.")
    return key


def _parse(text: str) -> Head:
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isdecimal() or str(int(lines[1])) != lines[1]:  # noqa: PLR2004 - three lines and the end.
        raise BadNote("A checkpoint begins with three lines: origin, size, root.")
    root = _decode(lines[2])
    if len(root) != hashlib.sha256().digest_size:
        raise BadNote("The root of a checkpoint has 32 bytes.")
    return Head(lines[0], int(lines[1]), root)


def _signature(line: str) -> tuple[str, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != _DASH:  # noqa: PLR2004 - dash, name, signature.
        raise BadNote("A signature line reads: dash, name, base64.")
    return parts[1], _decode(parts[2])


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise BadNote("A part that should be base64 is not.") from None
