"""What screening finds. The full value of personal data is never kept: only where it stands and a masked form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from guanhao.core.text import Text
from guanhao.screening.text import TextView

_AROUND = 8  # characters of context on either side of a hit


class HitKind(StrEnum):
    """What a hit is. Personal data first; the words are the rulebook's."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    BANK_CARD = "bank_card"
    EMAIL = "email"
    SECRECY_MARKING = "secrecy_marking"


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit in one text. ``start``/``end`` count in the text, ``original_*`` in the field's source (HTML for a body).

    ``mask`` is the value as it may be shown and stored; ``excerpt`` is the mask with some context; ``hidden`` says that
    readers do not see the words although they are sent.
    """

    kind: HitKind
    field: str
    start: int
    end: int
    original_start: int
    original_end: int
    mask: str
    excerpt: str
    message: Text
    hidden: bool = False


def hit_at(view: TextView, span: tuple[int, int], *, kind: HitKind, mask: str, message: Text) -> Hit:
    """A hit for a span of a text."""
    start, end = span
    original_start, original_end = view.origin(start, end)
    before = view.text[max(0, start - _AROUND) : start].split("\n")[-1]
    after = view.text[end : end + _AROUND].split("\n", maxsplit=1)[0]
    return Hit(
        kind=kind,
        field=view.field,
        start=start,
        end=end,
        original_start=original_start,
        original_end=original_end,
        mask=mask,
        excerpt=_without_digits(before) + mask + _without_digits(after),
        message=message,
        hidden=view.is_hidden(start, end),
    )


def _without_digits(context: str) -> str:
    """The context may hold the next number of a list; its digits are nobody's business either."""
    return "".join("*" if character.isdecimal() else character for character in context)
