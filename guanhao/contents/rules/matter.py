"""What a rule looks at, and what it answers. Values only: no database, no clock, no settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from guanhao.calendars.working import WorkCalendar
from guanhao.contents.consents import Lacking
from guanhao.contents.content import Content
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Verdict
from guanhao.lexicon.types import NO_LISTS, Lists
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import Day, Force
from guanhao.screening.hits import Hit
from guanhao.screening.kept import Texts, found_in
from guanhao.screening.screen import Screening
from guanhao.screening.text import TextView, body_view, picture_texts

_WEEKDAYS = (Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI, Day.SAT, Day.SUN)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that keeps a microblog from the API (``blocking``), or that may surprise."""

    text: Text
    blocking: bool = True


@dataclass(frozen=True, kw_only=True)
class Matter:
    """An article at one stage, with everything rules may ask about it. Instants are aware; what is not known is None.

    ``due_at`` is when it is to go out, ``reached_at`` when it reached the people of the publishing unit (now, where it
    is just being handed in), ``authorised`` the content classes an authorisation covers, ``ticked`` the checklist keys
    confirmed by those who approved, ``unticked`` required ones they left open, ``roles`` what the acting person holds,
    ``dead_links`` are addresses that did not open and when they were tried,
    ``lists`` the institution's own lists, valid as of ``lists_on`` where that is another day than it goes out. ``obstacles`` keep a microblog from the API of its account, which may be
    ``connected`` or not.
    """

    content: Content
    facts: Facts
    rulebook: Rulebook
    calendar: WorkCalendar
    now: datetime
    due_at: datetime | None = None
    reached_at: datetime | None = None
    approved_at: datetime | None = None
    planned_at: datetime | None = None
    authorised: frozenset[str] = frozenset()
    ticked: frozenset[str] = frozenset()
    unticked: tuple[Text, ...] = ()
    roles: frozenset[str] = frozenset()
    approval: Verdict = ALLOWED
    registered: bool = True
    obstacles: tuple[Obstacle, ...] | None = None  # nothing where the platform takes no microblogs
    connected: bool = False
    lists: Lists = NO_LISTS
    lists_on: date | None = None
    dead_links: Mapping[str, str] = field(default_factory=dict)
    consents: tuple[Lacking, ...] = ()  # of persons shown, those that do not count
    _screened: dict[str, tuple[tuple[TextView, Hit], ...]] = field(default_factory=dict, compare=False)

    def screened(self, part: str, wanted: Screening) -> tuple[tuple[TextView, Hit], ...]:
        """What screening finds in all texts, apart from allowed wordings. Read once for all checks that ask for ``part``."""
        if part not in self._screened:
            covers = self.lists.allowed.covers
            self._screened[part] = tuple(
                (view, hit) for view, hit in found_in(self._texts, wanted) if not covers(hit, view)
            )
        return self._screened[part]

    def hit_at(self, place: Mapping[str, Any]) -> tuple[TextView, Hit] | None:
        """The hit behind the place of a problem, once the checks have read the texts; nothing for other problems."""
        return next(
            (
                (view, hit)
                for part in self._screened.values()
                for view, hit in part
                if (hit.field, hit.original_start, hit.original_end, hit.kind.value)
                == (place.get("field"), place.get("start"), place.get("end"), place.get("kind"))
            ),
            None,
        )

    def is_on(self, days: Iterable[Day], instant: datetime) -> bool:
        """Whether the instant's day is one of the named days."""
        return falls_on(days, self.calendar.local_day(instant), self.calendar)

    @cached_property
    def view(self) -> TextView:
        """The words of the body, with the way back to their places in the HTML."""
        return body_view(self.content.body)

    @property
    def texts(self) -> tuple[TextView, ...]:
        """Every text readers can meet, the body and the words behind its pictures included."""
        return self._texts.views

    @cached_property
    def _texts(self) -> Texts:
        lines = {"title": self.content.title, "author_line": self.content.author_line,
                 "digest_text": self.content.digest_text, "source": self.content.source}  # fmt: skip
        credits_ = {f"credits.{key}": name for key, name in self.content.credits.items()}
        plain = tuple((name, text) for name, text in (lines | credits_).items() if text)
        views = (*(TextView.plain(*one) for one in plain), self.view, *picture_texts(self.content.body))
        return Texts((*plain, ("body", self.content.body)), views)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule found: the sentence and the place (field, positions in the field's source, excerpt).

    ``softer`` is how hard it binds at most, where what was found is not certain; the clause may bind less.
    """

    message: Text
    place: Mapping[str, Any] = field(default_factory=dict)
    softer: Force | None = None


Rule = Callable[[Matter, Check], Iterator[Problem]]


def falls_on(days: Iterable[Day], day: date, calendar: WorkCalendar) -> bool:
    """Whether a day is one of the named days, by weekday or by what the calendar makes of it."""
    kind = Day.WORKDAY if calendar.is_workday(day) else Day.RESTDAY
    return not {kind, _WEEKDAYS[day.weekday()]}.isdisjoint(days)


def at_field(name: str) -> dict[str, Any]:
    """A place that is a whole field of the form."""
    return {"field": name}
