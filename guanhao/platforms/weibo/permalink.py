"""A post's public address, and the post an address names: `weibo.com/<uid>/<mid in base 62>` (weibo.md §3.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE = len(_DIGITS)
_DECIMALS = 7  # of each group, from the right
_WIDTH = 4  # what a group takes in base 62
_ADDRESS = re.compile(
    r"https?://(?:www\.|m\.)?weibo\.(?:com|cn)/(status|detail|\d{5,})/([0-9A-Za-z]+)/?(?:[?#].*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a post's address says; ``uid`` is empty where the address does not name the account."""

    uid: str
    mid: str


def permalink(uid: str, mid: str) -> str:
    """The address of a post by its account and its id."""
    return f"https://weibo.com/{uid}/{shortened(mid)}"


def place_of(address: str) -> Place | None:
    """The account and post that an address names, as people copy it; nothing where it names none."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        return None
    owner, name = found[1], found[2]
    # Old and mobile addresses carry the id itself, which is longer than any short form.
    mid = name if name.isdecimal() and len(name) > 2 * _DECIMALS else lengthened(name)
    return Place(owner if owner.isdecimal() else "", mid)


def shortened(mid: str) -> str:
    """A decimal id in base 62, seven digits at a time from the right."""
    if not (mid.isascii() and mid.isdecimal()):
        raise ValueError("an id is a decimal number")
    groups = _split(mid.lstrip("0") or "0", _DECIMALS)
    first, *rest = (_in_base_62(int(group)) for group in groups)
    return first + "".join(group.rjust(_WIDTH, "0") for group in rest)


def lengthened(name: str) -> str:
    """The decimal id of a base 62 name."""
    first, *rest = (str(_from_base_62(group)) for group in _split(name, _WIDTH))
    return first + "".join(group.rjust(_DECIMALS, "0") for group in rest)


def _split(text: str, size: int) -> list[str]:
    head = len(text) % size
    pieces = [text[:head]] if head else []
    return pieces + [text[at : at + size] for at in range(head, len(text), size)]


def _in_base_62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, _BASE)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _from_base_62(text: str) -> int:
    number = 0
    for character in text:
        number = number * _BASE + _DIGITS.index(character)
    return number
