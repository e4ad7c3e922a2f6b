"""Which strings are ours: the institution's names, its units', and what was entered beside them (gpnu-5, xartvu-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from guanhao.lexicon.models import Entry
from guanhao.lexicon.types import EntryKind
from guanhao.people.models import Institution, Unit
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import NoRulebook
from guanhao.screening.namekeys import NameKind, Protected
from guanhao.screening.names import NameRules, NameWatch

SHORTEST_UNIT = 4  # characters; 团委 and 学生处 are everybody's


def name_watch(institution: Institution, registered: Iterable[str]) -> NameWatch:
    """What judges names for the institution; ``registered`` are the names of its accounts."""
    return NameWatch(protected_strings(institution), registered=registered, rules=_rules(institution))


def protected_strings(institution: Institution) -> list[Protected]:
    """The strings themselves, each once; what the rulebook says of one outweighs the rest."""
    return list({one.text: one for one in _protected(institution)}.values())


def _rules(institution: Institution) -> NameRules:
    """Weights and thresholds of the rulebook in force; the usual ones where none is."""
    try:
        scores = in_force(institution).rulebook.name_watch
    except NoRulebook:
        return NameRules()
    weights = {
        each.name: getattr(scores, each.name) for each in fields(scores) if each.name != "initials_off"
    }
    return NameRules(**weights, by_initials=-scores.initials_off)


def _protected(institution: Institution) -> Iterator[Protected]:
    for entry in Entry.objects.in_force().filter(kind=EntryKind.PROTECTED):
        yield Protected(text=entry.text, kind=NameKind.SHORT)
    units = Unit.objects.open().filter(parent__isnull=False).values_list("name", "short_name")
    for name in (name for names in units for name in names):
        if len(name) >= SHORTEST_UNIT:
            yield Protected(text=name, kind=NameKind.UNIT)
    for short in institution.short_names:
        yield Protected(text=short, kind=NameKind.SHORT)
    yield Protected(text=institution.name, kind=NameKind.FULL)
    yield from _by_rulebook(institution)


def _by_rulebook(institution: Institution) -> Iterator[Protected]:
    try:
        names = in_force(institution).rulebook.institution
    except NoRulebook:
        return
    yield from (Protected(text=short, kind=NameKind.SHORT) for short in names.also)
    yield from (Protected(text=word, kind=NameKind.ENGLISH) for word in (*names.english, *names.pinyin))
    yield Protected(text=names.name, kind=NameKind.FULL)
