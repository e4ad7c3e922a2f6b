"""A rulebook: a regulation as data, its articles in order and its clauses under them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self, TypeVar

from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.rulebook.accounts import NamePattern, NumberScheme, Transition
from guanhao.rulebook.clauses import (
    AnyClause,
    Check,
    ChecklistItem,
    Clause,
    Duty,
    Limit,
    Record,
    Route,
    Tally,
    Watch,
)
from guanhao.rulebook.markers import Filled
from guanhao.rulebook.numerals import chinese_number
from guanhao.rulebook.parties import (
    AccountKind,
    CalendarRules,
    ContentClass,
    Document,
    Form,
    Function,
    InstitutionNames,
    KnownAccount,
    Named,
    NameScores,
    PartyKind,
    Platform,
    Post,
    Role,
    Term,
)
from guanhao.rulebook.problems import Complaint
from guanhao.rulebook.reading import FAILED, Failed, Here, Reading
from guanhao.rulebook.structs import Struct

C = TypeVar("C", bound=Clause)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleArticle:
    """An article of the regulation, or a numbered part of one (6.3), or a form (F1), in our words."""

    id: Annotated[str, Filled.ARTICLE]
    no: str
    says: Text
    routes: tuple[Route, ...] = ()
    checks: tuple[Check, ...] = ()
    limits: tuple[Limit, ...] = ()
    duties: tuple[Duty, ...] = ()
    tallies: tuple[Tally, ...] = ()
    watches: tuple[Watch, ...] = ()
    records: tuple[Record, ...] = ()
    not_expressible: tuple[Text, ...] = ()

    def complaints(self) -> Iterator[Complaint]:
        """A number nobody could cite, and silence: an article that neither does nor records anything is a defect."""
        if re.fullmatch(r"F\d{1,2}|\d{1,3}(\.\d{1,2})*", self.no) is None:
            yield Complaint(
                Text(zh=f"“{self.no}”不是条号。", en=f"“{self.no}” is no article number."),
                Text(
                    zh="条写 16，款项写 6.3，附表写 F1。",
                    en="Write 16 for an article, 6.3 for a part, F1 for a form.",
                ),
            )
        if not self.not_expressible and next(self.clauses(), None) is None:
            yield Complaint(
                Text(zh="本条没有任何条款。", en="The article has no clause."),
                Text(
                    zh="写明条款；只需存档的写 records 并说明理由；表达不了的写 not_expressible。",
                    en="Write its clauses; records with a reason if it only needs keeping; not_expressible if it cannot be said.",
                ),
            )

    def clauses(self) -> Iterator[AnyClause]:
        """All clauses in the order of the kinds."""
        yield from self.routes
        yield from self.checks
        yield from self.limits
        yield from self.duties
        yield from self.tallies
        yield from self.watches
        yield from self.records

    @property
    def citation(self) -> Text:
        """How the article is cited: 第六条（三）, 附表一; Article 6(3), Form 1."""
        form = re.fullmatch(r"F(\d+)", self.no)
        if form:
            return Text(zh=f"附表{chinese_number(int(form[1]))}", en=f"Form {form[1]}")
        main, *parts = (int(part) for part in self.no.split("."))
        return Text(
            zh=f"第{chinese_number(main)}条" + "".join(f"（{chinese_number(part)}）" for part in parts),
            en=f"Article {main}" + "".join(f"({part})" for part in parts),
        )


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """A regulation in one version. ``raw`` is what the file says as plain JSON values; ``digest`` addresses it.

    Equal rules have equal digests, whatever the order of keys or the layout of the file. It never changes, so clauses
    are sorted out once.
    """

    rulebook: str
    version: str
    effective: date
    document: Document
    institution: InstitutionNames
    name_watch: NameScores = field(default_factory=NameScores)
    calendar: CalendarRules
    posts: Mapping[str, Post]
    functions: Mapping[str, Function]
    roles: Mapping[str, Role]
    unit_kinds: Mapping[str, PartyKind] = field(default_factory=dict)
    owner_kinds: Mapping[str, PartyKind]
    contributor_kinds: Mapping[str, PartyKind] = field(default_factory=dict)
    platforms: Mapping[str, Platform]
    account_kinds: Mapping[str, AccountKind] = field(default_factory=dict)
    account_uses: Mapping[str, Named] = field(default_factory=dict)
    accounts: Mapping[str, KnownAccount] = field(default_factory=dict)
    content_classes: Mapping[str, ContentClass] = field(default_factory=dict)
    categories: Mapping[str, Named] = field(default_factory=dict)
    columns: Mapping[str, Named] = field(default_factory=dict)
    severities: Mapping[str, Named] = field(default_factory=dict)
    credits: Mapping[str, Named] = field(default_factory=dict)
    term_families: Mapping[str, Named] = field(default_factory=dict)
    terms: Mapping[str, Term] = field(default_factory=dict)
    checklists: Mapping[str, tuple[ChecklistItem, ...]] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    lifecycle: Mapping[str, Transition] = field(default_factory=dict)
    filing_numbers: Mapping[str, NumberScheme] = field(default_factory=dict)
    account_names: Mapping[str, NamePattern] = field(default_factory=dict)
    articles: tuple[RuleArticle, ...]
    raw: Annotated[Mapping[str, Any], Filled.RAW] = field(repr=False)

    @property
    def key(self) -> str:
        """The rulebook's short name, the first part of every article's id."""
        return self.rulebook

    @property
    def digest(self) -> str:
        """``sha256:…`` of the canonical form."""
        return digest(dict(self.raw))

    def to_json(self) -> dict[str, Any]:
        """What the file says as plain JSON values, to be stored; `from_json` makes an equal rulebook of it."""
        return dict(self.raw)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """Read back what `to_json` gave. What only `guanhao.rulebook.loading` checks was checked before storing.

        Raises:
            RulebookError: the values do not fit the grammar (of this version of the software).
        """
        reading = Reading("rulebook.json", raw, {})
        rulebook = cls.read(reading)
        reading.raise_problems()
        assert isinstance(rulebook, cls)
        return rulebook

    @classmethod
    def read(cls, reading: Reading) -> Self | Failed:
        """Read the plain values of a reading: shapes first, then the names they mention. Complains, never raises."""
        rulebook = Struct(cls).read(reading.raw, Here(reading))
        reading.resolve_references()
        return rulebook if isinstance(rulebook, cls) else FAILED

    def clauses(self) -> Iterator[AnyClause]:
        """All clauses in the order of the document."""
        for article in self.articles:
            yield from article.clauses()

    @cached_property
    def _by_id(self) -> dict[str, AnyClause]:
        return {clause.id: clause for clause in self.clauses()}

    @cached_property
    def _of_kinds(self) -> dict[type, Any]:
        return {}

    def of_kind(self, kind: type[C]) -> tuple[C, ...]:
        """All clauses of one kind, such as `Check`, in the order of the document."""
        found: tuple[C, ...] | None = self._of_kinds.get(kind)
        if found is None:
            found = tuple(clause for clause in self.clauses() if isinstance(clause, kind))
            self._of_kinds[kind] = found
        return found

    def clause(self, clause_id: str) -> AnyClause:
        """The clause with this id; `KeyError` when there is none."""
        return self._by_id[clause_id]

    def article(self, article_id: str) -> RuleArticle:
        """The article with this id (``ruian-16``); `KeyError` when there is none."""
        for article in self.articles:
            if article.id == article_id:
                return article
        raise KeyError(article_id)
