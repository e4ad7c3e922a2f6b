"""The message push as it goes over the wire: signatures, encryption, the three modes (wechat.md 12)."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.outgoing import own_address
from sandbox.wire import Json

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 32
AES_KEY_CHARACTERS = 43


class Mode(Enum):
    """Whether the body is readable, encrypted, or both."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


@dataclass(frozen=True)
class Callback:
    """Where an account's events are pushed to, with the secrets agreed in the console."""

    url: str
    token: str
    aes_key: str = ""
    mode: Mode = Mode.PLAIN

    @classmethod
    def parse(cls, document: Json) -> Callback:
        """Read it from JSON. Raises ValueError; in particular for a URL on any other machine."""
        try:
            callback = cls(**document | {"mode": Mode(document.get("mode", "plain"))})
        except TypeError:
            raise ValueError("a callback has url, token, aes_key and mode") from None
        own_address(str(callback.url))
        if callback.mode is not Mode.PLAIN and len(callback.aes_key) != AES_KEY_CHARACTERS:
            raise ValueError(f"an aes_key has {AES_KEY_CHARACTERS} characters")
        return callback


@dataclass(frozen=True)
class Envelope:
    """What makes one delivery differ from the next."""

    timestamp: int
    nonce: str
    appid: str
    openid: str
    signed_with: str
    as_json: bool = False


def signature(*parts: str) -> str:
    """Answer the hexadecimal SHA-1 of the parts, sorted and joined: the platform's rule, not a choice of ours."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324


def pushed(callback: Callback, fields: Json, envelope: Envelope) -> tuple[str, bytes]:
    """Answer address and body of one delivery."""
    timestamp = str(envelope.timestamp)
    query = {
        "signature": signature(envelope.signed_with, timestamp, envelope.nonce),
        "timestamp": timestamp,
        "nonce": envelope.nonce,
    } | ({"openid": envelope.openid} if envelope.openid else {})
    written = json_text if envelope.as_json else xml
    if callback.mode is Mode.PLAIN:
        return _address(callback, query), written(fields)
    encrypted = encrypt(callback.aes_key, written(fields), envelope.appid)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = signature(envelope.signed_with, timestamp, envelope.nonce, encrypted)
    head = {"ToUserName": fields["ToUserName"]} if callback.mode is Mode.SAFE else fields
    return _address(callback, query), written(head | {"Encrypt": encrypted})


def verification(callback: Callback, timestamp: int, nonce: str, echo: str) -> str:
    """Answer the address of the check the console makes when a URL is entered (12.1)."""
    signed = signature(callback.token, str(timestamp), nonce)
    return _address(callback, {"signature": signed, "timestamp": timestamp, "nonce": nonce, "echostr": echo})


def encrypt(aes_key: str, message: bytes, appid: str) -> str:
    """Answer the message under AES-256-CBC with the platform's framing and its padding to 32 bytes (12.4)."""
    key = base64.b64decode(aes_key + "=")
    framed = secrets.token_bytes(16) + struct.pack(">I", len(message)) + message + appid.encode()
    padding = BLOCK - len(framed) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    sealed = encryptor.update(framed + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def json_text(fields: Json) -> bytes:
    """Answer fields as JSON, which an account may choose instead of XML."""
    return json.dumps(fields, ensure_ascii=False).encode()


def xml(fields: Json) -> bytes:
    """Answer fields as the platform writes them: numbers bare, texts in CDATA, lists as repeated elements."""
    return f"<xml>{''.join(_elements(fields))}</xml>".encode()


def _elements(fields: Json) -> Iterator[str]:
    for name, value in fields.items():
        for each in value if isinstance(value, list) else [value]:
            yield f"<{name}>{_content(each)}</{name}>"


def _content(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(_elements(value))
    if isinstance(value, str):
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return escape(str(value))


def _address(callback: Callback, query: Json) -> str:
    joint = "&" if urlsplit(callback.url).query else "?"
    return f"{callback.url}{joint}{urlencode(query)}"
