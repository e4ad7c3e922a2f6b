"""Which clauses are meant for a matter: the decision table of routes, and checks, limits, duties, tallies, watches.

Precedence of routes: of those of the act whose conditions hold, the higher ``precedence`` first, then the one naming
more facets. Two that could tie are a fault of the file (`guanhao.rulebook.consistency`), so the order of a file never
decides. A route without conditions is the act's default.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from guanhao.core.text import Text
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Check, Clause, Duty, Limit, Route, Tally, Watch
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import Act, Happening, LimitSubject, Period, Sign, Stage

C = TypeVar("C", bound=Clause)
NO_FACTS = Facts()


class NoRoute(LookupError):  # noqa: N818 - an answer of the decision table, not a malfunction.
    """The rulebook says nobody decides this; ``sentence`` tells it in both languages. Nothing passes without a route."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def route_rank(route: Route) -> tuple[int, int]:
    """What the decision table sorts by; the greater goes first."""
    return route.precedence, route.when.specificity


def route_for(rulebook: Rulebook, facts: Facts) -> Route:
    """The route of ``facts.act`` for this matter, holding only the steps that apply to it.

    Raises:
        NoRoute: no route of the act applies, or none of its steps does. Absence denies.
    """
    candidates = _applying([route for route in rulebook.of_kind(Route) if route.act == facts.act], facts)
    if not candidates:
        raise NoRoute(
            Text(
                zh=f"制度“{rulebook.document.title.zh}”没有为这类事项（{facts.act}）规定审批流程。",
                en=f"The rulebook “{rulebook.document.title.en}” has no route for this matter ({facts.act}).",
            )
        )
    route = max(candidates, key=route_rank)
    steps = tuple(step for step in route.steps if step.applies(facts))
    if not steps:
        raise NoRoute(
            Text(
                zh=f"审批流程 {route.id} 没有任何环节适用于这一事项，无人可以批准。",
                en=f"No step of route {route.id} applies to this matter, so nobody may approve it.",
            )
        )
    return replace(route, steps=steps)


def checks_at(rulebook: Rulebook, stage: Stage, facts: Facts) -> tuple[Check, ...]:
    """The checks asked of a matter at a stage, in the order of the document."""
    return _applying([check for check in rulebook.of_kind(Check) if stage in check.at], facts)


def limits_on(rulebook: Rulebook, what: LimitSubject, facts: Facts = NO_FACTS) -> tuple[Limit, ...]:
    """The limits on a subject; each of them holds."""
    return _applying([limit for limit in rulebook.of_kind(Limit) if limit.what == what], facts)


def duties_on(rulebook: Rulebook, happening: Happening, facts: Facts = NO_FACTS) -> tuple[Duty, ...]:
    """The duties an event gives rise to."""
    return _applying([duty for duty in rulebook.of_kind(Duty) if happening in duty.on], facts)


def duties_every(rulebook: Rulebook, period: Period, facts: Facts = NO_FACTS) -> tuple[Duty, ...]:
    """The duties that return every period, such as one push each working day."""
    return _applying([duty for duty in rulebook.of_kind(Duty) if duty.every is period], facts)


def tallies_of(rulebook: Rulebook, happening: Happening, facts: Facts = NO_FACTS) -> tuple[Tally, ...]:
    """The tallies that count an event."""
    return _applying([tally for tally in rulebook.of_kind(Tally) if tally.count is happening], facts)


def watches_for(rulebook: Rulebook, sign: Sign, facts: Facts = NO_FACTS) -> tuple[Watch, ...]:
    """The watches that look for a sign."""
    return _applying([watch for watch in rulebook.of_kind(Watch) if watch.looks_for is sign], facts)


def _applying(clauses: Iterable[C], facts: Facts) -> tuple[C, ...]:
    return tuple(clause for clause in clauses if clause.applies(facts))


def authorisable(rulebook: Rulebook) -> frozenset[str]:
    """The content classes that a route of this rulebook authorises when somebody asks for it."""
    routes = (route for route in rulebook.of_kind(Route) if route.act is Act.AUTHORISE)
    return frozenset(key for route in routes for step in route.steps for key in step.authorises)
