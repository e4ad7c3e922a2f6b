"""The six kinds of clause and the record, as frozen values (architecture §1).

Every clause knows its article and has a stable id such as ``ruian-16.lead_time``: the article's id and the clause's
name, which is the word that decides its behaviour unless the file gives another one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from guanhao.core.text import Text
from guanhao.rulebook.checkrules import CHECK_RULES, CheckParams
from guanhao.rulebook.inspecting import Inspection
from guanhao.rulebook.markers import Filled, Flattened, NamedElsewhere, Stricter
from guanhao.rulebook.parties import FormKey, RoleKey
from guanhao.rulebook.problems import Complaint
from guanhao.rulebook.selectors import ALWAYS, ContentClassKey, Facts, Selector
from guanhao.rulebook.timing import Deadline, Span
from guanhao.rulebook.vocabulary import (
    Act,
    ClauseKind,
    Consequence,
    Force,
    Happening,
    LimitSubject,
    Period,
    Quorum,
    Scope,
    Sign,
    Stage,
    StepAct,
    Task,
)


def _applies(when: Selector, unless: Selector | None, facts: Facts) -> bool:
    return when.matches(facts) and not (unless is not None and unless.matches(facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What all clauses share. It applies when ``when`` holds and ``unless`` does not."""

    kind: ClassVar[ClauseKind]
    word: ClassVar[str]  # the field that decides the behaviour

    article: Annotated[str, Filled.ARTICLE]
    name: Annotated[str, Stricter.NEITHER] = ""
    when: Selector = ALWAYS
    unless: Selector | None = None
    force: Annotated[Force, Stricter.MORE] = Force.BLOCK

    @property
    def subject(self) -> str:
        """The word that decides the behaviour: the act, rule, task … of the clause."""
        return str(getattr(self, self.word))

    @property
    def id(self) -> str:
        """The stable, unique id: article and name."""
        return f"{self.article}.{self.name or self.subject}"

    @property
    def behaviour(self) -> str:
        """What an engine registers to enforce it, such as ``check:lead_time``."""
        return f"{self.kind}:{self.subject}"

    def applies(self, facts: Facts) -> bool:
        """Whether the clause is meant for a matter with these facts."""
        return _applies(self.when, self.unless, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """A question the person of a step ticks; a required one must be ticked before approving."""

    key: str
    text: Text
    required: Annotated[bool, Stricter.MORE] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStep:
    """One stop of a route.

    ``must_differ`` names steps, or ``author``, whose people may not decide here; ``may_combine_with`` names steps that
    one person holding both roles settles with one decision; ``return_to`` is a step or ``author``; ``when`` leaves the
    step out where it does not hold; ``authorises`` lists content classes this step's approval authorises. ``paper`` says that
    the signed paper has to be there before the step passes; a seal always is on paper.
    """

    key: str
    title: Annotated[Text, Stricter.NEITHER]
    role: RoleKey
    act: StepAct = StepAct.CONSENT
    quorum: Annotated[Quorum, Stricter.MORE] = Quorum.ANY
    checklist: Annotated[tuple[ChecklistItem, ...], NamedElsewhere("checklists"), Stricter.MORE] = ()
    must_differ: Annotated[tuple[str, ...], Stricter.MORE] = ()
    may_combine_with: Annotated[tuple[str, ...], Stricter.LESS] = ()
    within: Annotated[Deadline | None, Stricter.LESS] = None
    return_to: str = "author"
    paper: Annotated[bool, Stricter.MORE] = False
    when: Selector = ALWAYS
    unless: Selector | None = None
    authorises: Annotated[tuple[ContentClassKey, ...], Stricter.LESS] = ()

    @property
    def needs_paper(self) -> bool:
        """Whether the step passes only with the paper that was signed or sealed."""
        return self.paper or self.act is StepAct.SEAL

    def applies(self, facts: Facts) -> bool:
        """Whether the step is taken in a matter with these facts."""
        return _applies(self.when, self.unless, facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Clause):
    """Who decides, in what order. The steps stand in their order; `route_for` leaves out those that do not apply.

    Of several routes of an act the one with the higher ``precedence``, then the one naming more facets, is taken.
    """

    kind: ClassVar[ClauseKind] = ClauseKind.ROUTE
    word: ClassVar[str] = "act"

    act: Act
    steps: tuple[RouteStep, ...]
    precedence: int = 0
    opened_by: tuple[RoleKey, ...] = ()
    published_by: RoleKey | None = None
    form: FormKey | None = None
    informs: tuple[RoleKey, ...] = ()
    inspection: Inspection | None = None

    def step(self, key: str) -> RouteStep:
        """The step with this key; `KeyError` when the route has none."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Clause):
    """What must hold at a stage. ``force`` says whether a finding blocks; ``override_by`` who may set it aside, with a reason."""

    kind: ClassVar[ClauseKind] = ClauseKind.CHECK
    word: ClassVar[str] = "rule"

    at: Annotated[tuple[Stage, ...], Stricter.MORE]
    rule: str
    params: Annotated[CheckParams, Flattened("rule", CHECK_RULES)]
    override_by: RoleKey | None = None

    def applies(self, facts: Facts) -> bool:
        """Whether the check is asked of a matter with these facts; exempt content classes are left out."""
        exempt = facts.content_classes & frozenset(self.params.except_classes)
        return Clause.applies(self, facts) and not exempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Clause):
    """How many of something there may be per scope (and period), and who may at all (``who``; empty: anyone named)."""

    kind: ClassVar[ClauseKind] = ClauseKind.LIMIT
    word: ClassVar[str] = "what"

    what: LimitSubject
    of: Scope
    at_most: Annotated[int | None, Stricter.LESS] = None
    at_least: Annotated[int | None, Stricter.MORE] = None
    per: Period | None = None
    who: Annotated[tuple[RoleKey, ...], Stricter.NEITHER] = ()

    def complaints(self) -> Iterator[Complaint]:
        """No bound at all, or bounds that exclude each other."""
        if self.at_most is None and self.at_least is None and not self.who:
            yield Complaint(
                Text(zh="限额没有写上限、下限或人选。", en="The limit bounds nothing."),
                Text(zh="写 at_most、at_least 或 who。", en="Write at_most, at_least or who."),
            )
        if self.at_most is not None and self.at_least is not None and self.at_least > self.at_most:
            yield Complaint(
                Text(zh="限额的下限大于上限。", en="The least exceeds the most."),
                Text(zh="改正 at_least 或 at_most。", en="Correct at_least or at_most."),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Clause):
    """What is owed, by whom, by when: after an event (``on``) or again and again (``every``).

    ``remind`` are spans before the due time, several make a ladder; ``escalates_to`` hear of it one after another once
    it is late; ``waived_by`` may waive it, nobody where it names none; ``each`` makes every holder of the role owe it for
    themselves; ``names`` is the role that a duty to name somebody asks to be held.
    """

    kind: ClassVar[ClauseKind] = ClauseKind.DUTY
    word: ClassVar[str] = "do"

    do: Task
    owed_by: RoleKey
    on: tuple[Happening, ...] = ()
    every: Period | None = None
    within: Annotated[Deadline | None, Stricter.LESS] = None
    at_least: Annotated[int, Stricter.MORE] = 1
    to: tuple[RoleKey, ...] = ()
    escalates_to: tuple[RoleKey, ...] = ()
    waived_by: Annotated[tuple[RoleKey, ...], Stricter.LESS] = ()
    remind: Annotated[tuple[Span, ...], Stricter.MORE] = ()
    each: Annotated[bool, Stricter.MORE] = False
    names: RoleKey | None = None
    form: FormKey | None = None
    title: Annotated[Text | None, Stricter.NEITHER] = None

    def complaints(self) -> Iterator[Complaint]:
        """Neither or both of ``on`` and ``every``; an untitled free task."""
        if bool(self.on) == (self.every is not None):
            yield Complaint(
                Text(
                    zh="待办义务须写 on（事件）或 every（周期），二者取一。",
                    en="A duty follows an event or returns; say which.",
                ),
                Text(
                    zh="例如 on: holder.changed，或 every: workday。",
                    en="For example on: holder.changed, or every: workday.",
                ),
            )
        if self.do is Task.TASK and self.title is None:
            yield Complaint(
                Text(zh="一般任务没有写明要做什么。", en="A free task does not say what is to be done."),
                Text(zh="加上 title: {zh: …, en: …}。", en="Add title: {zh: …, en: …}."),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A count that has consequences, when it is reached or when the period ends below it."""

    do: Consequence
    reaches: int | None = None
    below: int | None = None
    who: RoleKey | None = None
    to: tuple[RoleKey, ...] = ()

    def complaints(self) -> Iterator[Complaint]:
        """Neither or both of ``reaches`` and ``below``."""
        if (self.reaches is None) == (self.below is None):
            yield Complaint(
                Text(
                    zh="计数的档次须写 reaches 或 below，二者取一。",
                    en="A mark is reached or missed; say which.",
                ),
                Text(zh="例如 {reaches: 5, do: warn}。", en="For example {reaches: 5, do: warn}."),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize:
    """What a rank, or one of the first ranks, earns."""

    title: Text
    rank: int
    points: Decimal = Decimal(0)
    also: tuple[Consequence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally(Clause):
    """What is counted per scope and period, what a count is worth, and what follows."""

    kind: ClassVar[ClauseKind] = ClauseKind.TALLY
    word: ClassVar[str] = "count"

    count: Happening
    of: Scope
    per: Period
    points: Decimal = Decimal(0)
    points_at_most: Decimal | None = None
    target: int | None = None
    marks: tuple[Mark, ...] = ()
    prizes: tuple[Prize, ...] = ()
    settled_by: RoleKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch(Clause):
    """What the system looks for on its own, who is told, and which route a hit opens."""

    kind: ClassVar[ClauseKind] = ClauseKind.WATCH
    word: ClassVar[str] = "looks_for"

    looks_for: Sign
    by: RoleKey
    every: Period | None = None
    after: Span | None = None
    opens: Act | None = None
    within: Annotated[Deadline | None, Stricter.LESS] = None
    to: tuple[RoleKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Clause):
    """An article, or part of one, that needs nothing beyond being kept and shown; says why."""

    kind: ClassVar[ClauseKind] = ClauseKind.RECORD
    word: ClassVar[str] = "keeps"

    keeps: str = "record"
    reason: Annotated[Text, Stricter.NEITHER]


AnyClause = Route | Check | Limit | Duty | Tally | Watch | Record
