"""Who may change the lists, and what an entry must say. Answers Allowed or Denied with the reason."""

from __future__ import annotations

from guanhao.core.tenancy import Tenant
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.lexicon.types import WITH_MEANING, EntryKind
from guanhao.people.models import Person, Unit
from guanhao.people.permissions import Permission, may, standing
from guanhao.regulation.queries import in_force
from guanhao.screening.hits import HitKind
from guanhao.screening.numbers import BadShape, NumberShape

_SHAPES = frozenset({EntryKind.PERSON_NUMBER, EntryKind.PAPER_NUMBER})
_SHORTEST = 2  # characters of a name or wording


def may_manage(person: Person) -> Verdict:
    """Whether the person keeps the institution's lists."""
    return may(person, Permission.LEXICON_MANAGE)


def may_disallow(person: Person, unit: Unit) -> Verdict:
    """Whether the person may take a wording off the unit's allow-list: the lists' keeper, or somebody of the unit."""
    return ALLOWED if unit.pk in standing(person).unit_ids else may_manage(person)


def families_known(institution: Tenant, families: set[str]) -> Verdict:
    """Whether the rulebook in force knows the families, since a clause decides what follows from a hit."""
    known = in_force(institution).rulebook.term_families
    unknown = sorted(families - set(known))
    if not unknown:
        return ALLOWED
    titles = "、".join(family.title.zh for family in known.values())
    return Denied(
        Text(
            zh=f"制度里没有这些词库类别：{'、'.join(unknown)}。可用的是：{titles}。",
            en=f"The rulebook has no such families: {', '.join(unknown)}. It has: {', '.join(known)}.",
        )
    )


def entry_makes_sense(kind: str, text: str, meaning: str) -> Verdict:
    """Whether an entry of the kind says enough to be looked for."""
    if EntryKind(kind) in _SHAPES:
        return _shape(text)
    if len(text) < _SHORTEST:
        return Denied(Text(zh="至少写两个字。", en="Write at least two characters."))
    if EntryKind(kind) in WITH_MEANING and not meaning:
        return Denied(Text(zh="请写明对应的正确写法或职务。", en="Say what is right instead, or the title."))
    if text == meaning:
        return Denied(Text(zh="两边相同，没有可查的。", en="Both sides are equal; there is nothing to find."))
    return ALLOWED


def _shape(text: str) -> Verdict:
    try:
        NumberShape(text, HitKind.STUDENT_NUMBER).pattern()
    except BadShape as bad:
        return Denied(bad.sentence)
    return ALLOWED
