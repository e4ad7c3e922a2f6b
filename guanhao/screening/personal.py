"""Personal data that can be told by its form: identity numbers, mobile phones, bank cards, e-mail addresses.

Candidates are found in a form where full-width digits are plain ones and the separators people write (space, hyphen,
dot) are allowed inside. A candidate counts only when its own rules hold (date and check digit, network prefix, Luhn), so
a filing number or an order number of the same length is not reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from guanhao.core.text import Text
from guanhao.screening.hits import Hit, HitKind, hit_at
from guanhao.screening.text import TextView

_GAP = r"[ \-.\u00a0\u2002-\u200d\u3000－—]?"
_NOT_INSIDE = (r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])")
# One character for one, so that positions stay true.
_PLAIN = {ord("０") + digit: str(digit) for digit in range(10)} | {
    ord("Ｘ"): "X",
    ord("ｘ"): "x",
    ord("＠"): "@",
}

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_FIRST_YEAR = 1900


def _bounded(body: str) -> re.Pattern[str]:
    return re.compile(_NOT_INSIDE[0] + body + _NOT_INSIDE[1])


_ID_NUMBER = _bounded(rf"[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx]")
_PHONE = re.compile(rf"(?<![0-9A-Za-z])(?:(?:\+|00)?86{_GAP})?(1[3-9](?:{_GAP}\d){{9}})(?![0-9A-Za-z])")
_BANK_CARD = _bounded(rf"[3-69](?:{_GAP}\d){{15,18}}")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9-])")


def is_id_number(value: str) -> bool:
    """Whether 18 characters are a resident identity number: a real date of birth and the right check digit."""
    digits = value.upper()
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", digits) or not _is_birthday(digits[6:14]):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return _CHECK_DIGITS[total % 11] == digits[17]


def is_bank_card(value: str) -> bool:
    """Whether 16 to 19 digits pass the Luhn check and do not merely repeat one digit."""
    total = 0
    for place, digit in enumerate(reversed(value)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - Luhn.
    return total % 10 == 0 and len(set(value)) > 1


def find(view: TextView, kinds: frozenset[str]) -> Iterator[Hit]:
    """Hits of the wanted kinds in the order of the kinds; one number is reported once, as the first kind it is."""
    text = view.text.translate(_PLAIN)
    taken: list[tuple[int, int]] = []
    for kind, finder in _FINDERS.items():
        for span, mask, message in finder(text):
            if any(start < span[1] and span[0] < end for start, end in taken):
                continue
            taken.append(span)
            if kind in kinds:
                yield hit_at(view, span, kind=kind, mask=mask, message=message)


Found = Iterator[tuple[tuple[int, int], str, Text]]


def _id_numbers(text: str) -> Found:
    for match in _ID_NUMBER.finditer(text):
        value = _bare(match[0])
        if is_id_number(value):
            mask = f"{value[:3]}{'*' * 13}{value[-2:]}"
            yield (
                match.span(),
                mask,
                Text(zh=f"含身份证号码 {mask}。", en=f"Contains the identity number {mask}."),
            )


def _phones(text: str) -> Found:
    for match in _PHONE.finditer(text):
        value = _bare(match[1])
        mask = f"{value[:3]}****{value[-4:]}"
        yield match.span(), mask, Text(zh=f"含手机号码 {mask}。", en=f"Contains the mobile number {mask}.")


def _bank_cards(text: str) -> Found:
    for match in _BANK_CARD.finditer(text):
        value = _bare(match[0])
        if is_bank_card(value):
            mask = f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}"
            yield (
                match.span(),
                mask,
                Text(zh=f"疑似银行卡号 {mask}。", en=f"Looks like the bank card number {mask}."),
            )


def _emails(text: str) -> Found:
    for match in _EMAIL.finditer(text):
        name, _, host = match[0].partition("@")
        mask = f"{name[0]}***@{host}"
        yield match.span(), mask, Text(zh=f"含邮箱地址 {mask}。", en=f"Contains the e-mail address {mask}.")


_FINDERS: dict[HitKind, Callable[[str], Found]] = {
    HitKind.ID_NUMBER: _id_numbers,
    HitKind.PHONE: _phones,
    HitKind.BANK_CARD: _bank_cards,
    HitKind.EMAIL: _emails,
}
KINDS = tuple(_FINDERS)


def _bare(written: str) -> str:
    return re.sub(r"[^0-9Xx]", "", written)


def _is_birthday(digits: str) -> bool:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        date(year, month, day)
    except ValueError:
        return False
    return year >= _FIRST_YEAR
