"""What changed between two versions of a rulebook, and whether each change is stricter or laxer.

AP6: weakening a rule never benefits what is already submitted. So the engine asks `is_laxer` of a clause; a change
whose direction cannot be told counts as laxer there, because the doubt must not open a door.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, get_type_hints

from guanhao.core.text import Text
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.checkrules import CheckParams
from guanhao.rulebook.clauses import AnyClause, ChecklistItem, Record, Route, RouteStep
from guanhao.rulebook.markers import Filled, Stricter
from guanhao.rulebook.selectors import ALWAYS, Selector
from guanhao.rulebook.structs import marks_of
from guanhao.rulebook.timing import Deadline, Direction, Span
from guanhao.rulebook.vocabulary import Force, Quorum


class Leaning(StrEnum):
    """Which way a change leans."""

    STRICTER = "stricter"
    LAXER = "laxer"
    NEUTRAL = "neutral"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``place`` is a clause's id with the field (``ruian-16.lead_time: minimum``) or a definition's."""

    clause: str
    field: str
    before: str
    after: str
    leaning: Leaning

    @property
    def place(self) -> str:
        """Where the change is."""
        return ": ".join(part for part in (self.clause, self.field) if part)

    @property
    def sentence(self) -> Text:
        """The change in one sentence."""
        zh, en = LEANINGS[self.leaning]
        return Text(
            zh=f"{self.place} 由“{self.before or '无'}”改为“{self.after or '无'}”（{zh}）",
            en=f"{self.place} changed from “{self.before or 'none'}” to “{self.after or 'none'}” ({en})",
        )


LEANINGS = {
    Leaning.STRICTER: ("从严", "stricter"),
    Leaning.LAXER: ("放宽", "laxer"),
    Leaning.NEUTRAL: ("不影响宽严", "neither stricter nor laxer"),
    Leaning.UNCLEAR: ("宽严难以判断，按放宽对待", "direction unclear, treated as laxer"),
}
STRENGTH: dict[type[Enum], tuple[Enum, ...]] = {
    Force: (Force.HINT, Force.WARN, Force.BLOCK),
    Quorum: (Quorum.ANY, Quorum.ALL),
}
UNWEIGHED = frozenset({"rulebook", "version", "effective", "document", "articles", "raw"})


def diff(old: Rulebook, new: Rulebook) -> tuple[Change, ...]:
    """Every difference in meaning: clauses in the order of the new book, removed ones, then definitions."""
    return (*_clause_changes(old, new), *_definition_changes(old, new))


def is_laxer(old: Rulebook, new: Rulebook, clause_id: str) -> bool:
    """Whether the new version may be laxer in this clause: removed, weakened, or changed in a way nobody can tell."""
    doubtful = {Leaning.LAXER, Leaning.UNCLEAR}
    return any(
        change.clause == clause_id and change.leaning in doubtful for change in _clause_changes(old, new)
    )


def _clause_changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    before = {clause.id: clause for clause in old.clauses()}
    after = {clause.id: clause for clause in new.clauses()}
    for clause_id, clause in after.items():
        if clause_id not in before:
            yield Change(clause_id, "", "", clause.behaviour, _weigh_presence(clause, Leaning.STRICTER))
        elif type(before[clause_id]) is not type(clause):
            yield Change(clause_id, "kind", before[clause_id].kind, clause.kind, Leaning.UNCLEAR)
        else:
            yield from _changed_fields(clause_id, "", before[clause_id], clause)
    for clause_id, clause in before.items():
        if clause_id not in after:
            yield Change(clause_id, "", clause.behaviour, "", _weigh_presence(clause, Leaning.LAXER))


def _weigh_presence(clause: AnyClause, leaning: Leaning) -> Leaning:
    """A route that comes or goes hands its matters to another route, so its direction cannot be told by itself."""
    if isinstance(clause, Record):
        return Leaning.NEUTRAL
    return Leaning.UNCLEAR if isinstance(clause, Route) else leaning


def _changed_fields(clause_id: str, prefix: str, before: Any, after: Any) -> Iterator[Change]:
    if type(before) is not type(after):
        yield Change(clause_id, prefix.rstrip("."), str(before), str(after), Leaning.UNCLEAR)
        return
    hints = get_type_hints(type(after), include_extras=True)
    for field in fields(after):
        marks = marks_of(hints[field.name])
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new or any(isinstance(mark, Filled) for mark in marks):
            continue
        name = f"{prefix}{field.name}"
        if isinstance(new, CheckParams):
            yield from _changed_fields(clause_id, prefix, old, new)
        elif _is_keyed(old) or _is_keyed(new):
            yield from _changed_items(clause_id, name, old, new)
        else:
            way = next((mark for mark in marks if isinstance(mark, Stricter)), None)
            yield Change(
                clause_id, name, _shown(old), _shown(new), _weigh(after, field.name, way, (old, new))
            )


def _is_keyed(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], (RouteStep, ChecklistItem))


def _changed_items(
    clause_id: str, name: str, before: tuple[Any, ...], after: tuple[Any, ...]
) -> Iterator[Change]:
    """Steps and checklist items by key: one more is stricter, one fewer laxer, another order unclear."""
    old, new = {item.key: item for item in before}, {item.key: item for item in after}
    for key, item in new.items():
        if key in old:
            yield from _changed_fields(clause_id, f"{name}.{key}.", old[key], item)
        else:
            yield Change(clause_id, f"{name}.{key}", "", key, Leaning.STRICTER)
    for key in old:
        if key not in new:
            yield Change(clause_id, f"{name}.{key}", key, "", Leaning.LAXER)
    kept_before, kept_after = [key for key in old if key in new], [key for key in new if key in old]
    if kept_before != kept_after:
        yield Change(clause_id, name, _shown(tuple(kept_before)), _shown(tuple(kept_after)), Leaning.UNCLEAR)


def _weigh(owner: object, name: str, way: Stricter | None, values: tuple[Any, Any]) -> Leaning:
    if way is Stricter.NEITHER or all(isinstance(value, Text | None) for value in values):
        return Leaning.NEUTRAL
    if name in {"when", "unless"} and not isinstance(owner, Route):
        return _weigh_condition(name, *values)
    if way is None:
        return Leaning.UNCLEAR
    more = _compare(*values, absent_is_less=way is Stricter.MORE)
    if more is None:
        return Leaning.UNCLEAR
    return Leaning.STRICTER if more == (way is Stricter.MORE) else Leaning.LAXER


def _weigh_condition(name: str, before: Selector | None, after: Selector | None) -> Leaning:
    """A clause that meets more matters is stricter; one with a wider exemption is laxer."""
    if name == "unless" and (before is None or after is None):
        return Leaning.LAXER if before is None else Leaning.STRICTER
    wider, narrower = (after or ALWAYS).covers(before or ALWAYS), (before or ALWAYS).covers(after or ALWAYS)
    if wider == narrower:
        return Leaning.UNCLEAR
    return Leaning.STRICTER if wider == (name == "when") else Leaning.LAXER


def _compare(before: Any, after: Any, *, absent_is_less: bool) -> bool | None:
    """Whether the value grew; ``None`` where that cannot be told. What is absent binds least."""
    if before is None or after is None:
        return (before is None) == absent_is_less
    if isinstance(after, tuple):
        old, new = frozenset(before), frozenset(after)
        return (new > old) if new > old or new < old else None
    old_measure, new_measure = _measure(before), _measure(after)
    if old_measure is None or new_measure is None or old_measure == new_measure:
        return None
    return new_measure > old_measure


def _measure(value: Any) -> Decimal | None:
    if isinstance(value, Enum):
        return Decimal(STRENGTH[type(value)].index(value)) if type(value) in STRENGTH else None
    if isinstance(value, Deadline):
        later = value.direction is Direction.AFTER and value.anchor is None
        return value.span.rough_hours() if value.span is not None and later else None
    if isinstance(value, Span):
        return value.rough_hours()
    return Decimal(value) if isinstance(value, (int, Decimal)) else None


def _definition_changes(old: Rulebook, new: Rulebook) -> Iterator[Change]:
    """Roles, functions, calendar, classes …: whom and what the clauses mean. Only additions are surely harmless."""
    for field in fields(new):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name in UNWEIGHED or before == after:
            continue
        if not isinstance(after, Mapping):
            yield Change("", field.name, _shown(before), _shown(after), Leaning.UNCLEAR)
            continue
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                leaning = Leaning.UNCLEAR if key in before else Leaning.NEUTRAL
                yield Change(
                    "", f"{field.name}.{key}", _shown(before.get(key)), _shown(after.get(key)), leaning
                )


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value)
    if isinstance(value, Selector):
        return "; ".join(f"{facet}: {', '.join(sorted(map(str, kept)))}" for facet, kept in value.named())
    return str(value)
