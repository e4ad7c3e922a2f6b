"""Recognising our own text again on a platform (security §2.4, mark 3): what survives a platform's own tidying."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from dataclasses import dataclass

_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Title, hash of the normalised text, and how many pictures."""

    title: str
    text: str
    images: int


def normalised(body: str) -> str:
    """The text without tags, addresses and white space, with one width of punctuation and letters."""
    text = html.unescape(_TAG.sub(" ", body))
    text = unicodedata.normalize("NFKC", _ADDRESS.sub(" ", text))
    return "".join(character for character in text if character.isprintable() and not character.isspace())


def fingerprint(title: str, body: str) -> Fingerprint:
    """What a piece is recognised by where it carries no mark of ours."""
    text = hashlib.sha256(normalised(body).encode()).hexdigest()
    return Fingerprint(normalised(title), f"sha256:{text}", len(_IMAGE.findall(body)))
