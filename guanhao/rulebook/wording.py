"""Phrases in both languages: lists, brackets, times, conditions, and the institution's names for keys."""

from collections.abc import Iterable
from enum import Enum

from guanhao.core.text import Text
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Route
from guanhao.rulebook.labels import label
from guanhao.rulebook.selectors import Selector
from guanhao.rulebook.timing import CalendarPoint, Deadline, Span

NOTHING = Text(zh="", en="")
FACETS = {
    "owner_kind": "owner_kinds",
    "contributor_kind": "contributor_kinds",
    "platform": "platforms",
    "account_kind": "account_kinds",
    "account_use": "account_uses",
    "content_class": "content_classes",
    "category": "categories",
    "column": "columns",
    "severity": "severities",
}


class Names:
    """A rulebook's own names for its keys."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook

    def titles(self, mapping: str, keys: Iterable[str]) -> Text:
        """The titles of some keys of one of the rulebook's mappings."""
        return listed([getattr(self.rulebook, mapping)[key].title for key in keys])

    def role(self, key: str) -> Text:
        """A role's title."""
        return self.rulebook.roles[key].title

    def roles(self, keys: Iterable[str]) -> list[Text]:
        """Several roles' titles."""
        return [self.role(key) for key in keys]

    def checklist_items(self, keys: Iterable[str]) -> Text:
        """The questions of some items of any route's checklists."""
        steps = [step for route in self.rulebook.of_kind(Route) for step in route.steps]
        questions = {item.key: item.text for step in steps for item in step.checklist}
        return listed([questions[key] for key in keys])

    def condition(self, when: Selector, unless: Selector | None) -> Text:
        """When something applies, in brackets; nothing where it always does."""
        parts = [bracket("适用于", "for", self._facets(when))]
        if unless is not None:
            parts.append(bracket("除外：", "except", self._facets(unless)))
        return join(*parts)

    def _facets(self, selector: Selector) -> list[Text]:
        told = []
        for facet, accepted in selector.named():
            if facet in FACETS:
                told.append(self.titles(FACETS[facet], getattr(selector, facet)))
            else:
                told.append(text(f"第 {digits(accepted)} 层", f"tier {digits(accepted)}"))
        return told


def text(zh: str, en: str) -> Text:
    """Both languages of a phrase."""
    return Text(zh=zh, en=en)


def join(*parts: Text) -> Text:
    """Phrases one after the other."""
    return Text(zh="".join(part.zh for part in parts), en="".join(part.en for part in parts))


def listed(parts: Iterable[Text]) -> Text:
    """Phrases with commas between them; empty ones are left out."""
    told = [part for part in parts if part.zh]
    return Text(zh="、".join(part.zh for part in told), en=", ".join(part.en for part in told))


def bracket(zh: str, en: str, parts: list[Text]) -> Text:
    """Phrases in brackets behind an opening word; nothing where there are none."""
    told = listed(parts)
    if not told.zh:
        return NOTHING
    return Text(zh=f"（{zh}{told.zh}）", en=f" ({en} {told.en})" if en else f" ({told.en})")


def digits(values: Iterable[object]) -> str:
    """Numbers with commas."""
    return ", ".join(sorted(map(str, values)))


def span(length: Span) -> Text:
    """An amount of time."""
    unit = label(length.unit)
    return text(
        f"{length.amount} {unit.zh}", f"{length.amount} {unit.en}" + ("" if length.amount == 1 else "s")
    )


def within(deadline: Deadline | None) -> Text:
    """A deadline, in brackets."""
    if deadline is None:
        return NOTHING
    if deadline.span is not None:
        return _span_within(deadline, span(deadline.span))
    if deadline.by is not None:
        day = point(deadline.by)
        return text(f"（{day.zh}前）", f" (by {day.en})")
    return text("（及时）", " (promptly)")


def _span_within(deadline: Deadline, length: Text) -> Text:
    if deadline.anchor is None:
        return text(f"（{length.zh}内）", f" (within {length.en})")
    anchor, way = label(deadline.anchor), label(deadline.direction)
    return text(f"（{anchor.zh}{way.zh} {length.zh}内）", f" (within {length.en} {way.en} {anchor.en})")


def point(where: CalendarPoint) -> Text:
    """A recurring day or time."""
    named: list[Enum] = [word for word in (where.weekday, where.period, where.part) if word is not None]
    zh = f"{where.month} 月" if where.month else ""
    zh += f" {where.day} 日" if where.day else ""
    zh += "".join(label(word).zh for word in named) + (f" {where.time}" if where.time else "")
    numbers = "-".join(f"{number:02}" for number in (where.month, where.day) if number)
    en = " ".join(
        [
            *([numbers] if numbers else []),
            *(label(word).en for word in named),
            *([where.time] if where.time else []),
        ]
    )
    return text(zh.strip(), en)
