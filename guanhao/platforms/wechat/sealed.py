"""How WeChat signs and encrypts what it pushes to us (wechat.md 12.1, 12.4). Nothing here parses what is not proved yet."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

AES_KEY = re.compile(
    r"[A-Za-z0-9]{43}"
)  # 43 characters of Base64 for 32 bytes; the last one may have spare bits
TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
BLOCK = 32  # PKCS#7 in blocks of 32 bytes, not of the cipher's 16
SALT_BYTES = 16
_CIPHER_BLOCK = 16
# The one part of an unproved body that is looked at: Base64 between fixed words, in XML or in JSON (where "/" may be
# escaped). A pattern, not a parser: what has not been proved by its signature never meets one (NT3).
_IN_XML = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/=]+)(?:\]\]>)?\s*</Encrypt>")
_IN_JSON = re.compile(rb'"Encrypt"\s*:\s*"([A-Za-z0-9+/=\\]+)"')


class Unreadable(Exception):  # noqa: N818 - an answer about what came, for its one caller.
    """The encrypted part does not open under the key, or is not built as the platform builds it."""


class ForSomebodyElse(Exception):  # noqa: N818 - as above.
    """It opened, but names another AppID as its receiver."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands in the address of a push or of the check of our address."""

    signature: str
    msg_signature: str
    timestamp: str
    nonce: str


def is_right(given: str, token: str, *parts: str) -> bool:
    """Whether a signature is SHA-1 over the sorted parts and the token; compared in constant time."""
    # SHA-1 is the platform's rule; what it protects is a hint that makes us look.
    made = hashlib.sha1("".join(sorted((token, *parts))).encode()).hexdigest()  # noqa: S324
    return hmac.compare_digest(made.encode(), given.encode())


def encrypted_part(body: bytes) -> str | None:
    """The one encrypted part of a body, in Base64; nothing where there is none.

    Raises:
        Unreadable: there are several.
    """
    stripped = body.lstrip()
    found = (_IN_JSON if stripped.startswith(b"{") else _IN_XML).findall(body)
    if len(found) > 1:
        raise Unreadable("The body has several encrypted parts.")
    return found[0].replace(b"\\/", b"/").decode() if found else None


def opened(encrypted: str, aes_keys: Iterable[str], app_id: str) -> bytes:
    """What was encrypted, under whichever of the keys opens it.

    Raises:
        Unreadable: none of them does.
        ForSomebodyElse: the AppID inside is another one.
    """
    problem: Unreadable | ForSomebodyElse = Unreadable("There is no key.")
    for key in aes_keys:
        try:
            return _opened(encrypted, key, app_id)
        except (Unreadable, ForSomebodyElse) as found:
            # A wrong key nearly always fails at the padding; the more telling problem is kept.
            problem = found if isinstance(problem, Unreadable) else problem
    raise problem


def _opened(encrypted: str, aes_key: str, app_id: str) -> bytes:
    plain = _without_padding(_decrypted(encrypted, aes_key))
    head = plain[SALT_BYTES : SALT_BYTES + 4]
    if len(head) != 4:  # noqa: PLR2004 - the length's own size.
        raise Unreadable("The decrypted part is too short.")
    end = SALT_BYTES + 4 + int(struct.unpack(">I", head)[0])
    if end > len(plain):
        raise Unreadable("The decrypted part is shorter than it says.")
    if not hmac.compare_digest(plain[end:], app_id.encode()):
        raise ForSomebodyElse("The AppID inside is not this account's.")
    return plain[SALT_BYTES + 4 : end]


def _decrypted(encrypted: str, aes_key: str) -> bytes:
    try:
        raw = base64.b64decode(encrypted, validate=True)
    except binascii.Error:
        raise Unreadable("The encrypted part is no Base64.") from None
    if not raw or len(raw) % _CIPHER_BLOCK:
        raise Unreadable("The encrypted part has no whole blocks.")
    # Not strict about spare bits in the last character: real keys have them.
    key = base64.b64decode(aes_key + "=")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:_CIPHER_BLOCK])).decryptor()
    return decryptor.update(raw) + decryptor.finalize()


def _without_padding(plain: bytes) -> bytes:
    """Strip 1 to 32 bytes, as many as the last one says. What is left is proved by the AppID at its end."""
    size = plain[-1]
    if not 1 <= size <= BLOCK or size > len(plain):
        raise Unreadable("The padding is not what the platform writes.")
    return plain[:-size]
