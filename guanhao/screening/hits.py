"""What screening finds. The full value of personal data is never kept: only where it stands and a masked form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from guanhao.core.text import Text
from guanhao.screening.force import Force
from guanhao.screening.text import TextView

AROUND = 8  # characters of context on either side of a hit


class HitClass(StrEnum):
    """What kinds of hits belong together; lists are grouped by it."""

    TERMS = "terms"
    PERSONAL = "personal"
    SECRECY = "secrecy"
    FIGURES = "figures"
    NAMES = "names"
    WORDING = "wording"
    TYPOS = "typos"
    LINKS = "links"


class HitKind(StrEnum):
    """What a hit is. Personal data first; the words are the rulebook's."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    LANDLINE = "landline"
    BANK_CARD = "bank_card"
    EMAIL = "email"
    PASSPORT = "passport"
    PLATE = "plate"
    STUDENT_NUMBER = "student_number"
    NAMED_NUMBER = "named_number"
    ADDRESS = "address"
    SECRECY_MARKING = "secrecy_marking"
    EMBARGO = "embargo"
    TERM = "term"
    HIDDEN_CHARACTER = "hidden_character"
    DATE = "date"
    FIGURE = "figure"
    NUMBERING = "numbering"
    PERSON_NAME = "person_name"
    UNIT_NAME = "unit_name"
    TITLE = "title"
    ORDER = "order"
    PHRASE = "phrase"
    PUNCTUATION = "punctuation"
    BRACKET = "bracket"
    REPEATED = "repeated"
    SPACING = "spacing"
    LENGTH = "length"
    HEADLINE = "headline"
    PARTICLE = "particle"
    TYPO = "typo"
    LINK = "link"


_CLASSES = {
    HitClass.TERMS: (HitKind.TERM, HitKind.HIDDEN_CHARACTER),
    HitClass.SECRECY: (HitKind.SECRECY_MARKING, HitKind.EMBARGO),
    HitClass.FIGURES: (HitKind.DATE, HitKind.FIGURE, HitKind.NUMBERING),
    HitClass.NAMES: (HitKind.PERSON_NAME, HitKind.UNIT_NAME, HitKind.TITLE, HitKind.ORDER),
    HitClass.WORDING: (
        HitKind.PHRASE,
        HitKind.PUNCTUATION,
        HitKind.BRACKET,
        HitKind.REPEATED,
        HitKind.SPACING,
        HitKind.LENGTH,
        HitKind.HEADLINE,
    ),
    HitClass.TYPOS: (HitKind.TYPO, HitKind.PARTICLE),
    HitClass.LINKS: (HitKind.LINK,),
}
_CLASS_OF = {kind: each for each, kinds in _CLASSES.items() for kind in kinds}


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit in one text. ``start``/``end`` count in the text, ``original_*`` in the field's source (HTML for a body).

    ``mask`` is the value as it may be shown and stored; ``excerpt`` is the mask with some context; ``hidden`` says that
    readers do not see the words although they are sent. ``suggestions`` are what could stand there instead, the best
    first; ``family`` is a term's list.
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
    force: Force = Force.WARN
    suggestions: tuple[str, ...] = ()
    family: str = ""

    @property
    def hit_class(self) -> HitClass:
        """The class its kind belongs to; everything else is personal data."""
        return _CLASS_OF.get(self.kind, HitClass.PERSONAL)


def hit_at(
    view: TextView,
    span: tuple[int, int],
    *,
    kind: HitKind,
    mask: str,
    message: Text,
    force: Force = Force.WARN,
    suggestions: tuple[str, ...] = (),
    family: str = "",
) -> Hit:
    """A hit for a span of a text."""
    start, end = span
    original_start, original_end = view.origin(start, end)
    before = view.text[max(0, start - AROUND) : start].split("\n")[-1]
    after = view.text[end : end + AROUND].split("\n", maxsplit=1)[0]
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
        force=force,
        suggestions=suggestions,
        family=family,
    )


def words_at(
    view: TextView,
    span: tuple[int, int],
    *,
    kind: HitKind,
    message: Text,
    force: Force = Force.WARN,
    suggestions: tuple[str, ...] = (),
) -> Hit:
    """A hit whose words may be shown as they stand."""
    return hit_at(
        view,
        span,
        kind=kind,
        mask=view.text[span[0] : span[1]],
        message=message,
        force=force,
        suggestions=suggestions,
    )


def with_force(hit: Hit, force: Force) -> Hit:
    """The same hit, binding as a clause says."""
    return replace(hit, force=force)


def _without_digits(context: str) -> str:
    """The context may hold the next number of a list; `excerpts` gives back what is nobody's."""
    return "".join("*" if character.isdecimal() else character for character in context)
