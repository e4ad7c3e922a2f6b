"""Gathers what the rules look at: an article as it stands, its case, its attachments, its calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from guanhao.calendars.working import WorkCalendar
from guanhao.cases.models import Case, Decision, Step
from guanhao.cases.types import CaseState
from guanhao.contents import authorising
from guanhao.contents.approval import approved
from guanhao.contents.consents import Lacking
from guanhao.contents.consents import lacking as lacking_consents
from guanhao.contents.content import Content
from guanhao.contents.days import calendar_of
from guanhao.contents.facts import facts_of, parties_of
from guanhao.contents.linkcheck import dead_in
from guanhao.contents.models import Article, Attachment, Revision
from guanhao.contents.posting import obstacles, posting_of
from guanhao.contents.rules.matter import Matter
from guanhao.contents.types import ArticleState, AttachmentKind
from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Verdict
from guanhao.lexicon.lists import lists_for
from guanhao.lexicon.types import Lists
from guanhao.people.models import Delegation, Person
from guanhao.registry.types import PUBLISHES
from guanhao.regulation.queries import in_force, of_version
from guanhao.regulation.roles import holders
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.checkrules import PublishedBy
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.selection import authorisable

_COVERS: Prepared[list[str]] = Prepared(
    lambda: Attachment.objects.filter(
        article=given("article"), kind=AttachmentKind.AUTHORISATION
    ).values_list("covers", flat=True)
)
_APPROVALS: Prepared[Decision] = Prepared(
    lambda: Decision.objects.counting().filter(step__case=given("case")).select_related("step")
)
_REACHED: Prepared[Step] = Prepared(
    lambda: Step.objects.filter(case=given("case"), unit_id=given("unit"), opened_at__isnull=False).order_by(
        "opened_at"
    )[:1]
)
_DEPUTISING: Prepared[int] = Prepared(
    lambda: (
        Delegation.objects.at(given("now"))
        .filter(deputy=given("deputy"), principal__in=given("principals", many=True))
        .values_list("pk", flat=True)
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What the stage adds to an article: who acts, when it is to go out, since when that is planned, what they tick."""

    due_at: datetime | None = None
    person: Person | None = None
    planned_at: datetime | None = None
    ticking: Mapping[str, bool] = field(default_factory=dict)


def rulebook_of(article: Article, *, afresh: bool = False) -> Rulebook:
    """The version an article is judged by: the one its case began under (AP6), or the one in force for a new case."""
    if article.case is not None and not afresh:
        return of_version(article.case.rulebook)
    return in_force(article.institution).rulebook


def of_working(article: Article, occasion: Occasion) -> Matter:
    """The working copy as it would be handed in now."""
    rulebook = rulebook_of(article, afresh=True)
    content = Content.stored(article.working).meant_for(article.account_id)
    return _matter(article, content, rulebook, occasion, case=None)


def of_revision(revision: Revision, occasion: Occasion) -> Matter:
    """A revision on its way, with the case that decides it."""
    article = revision.article
    case = _case_about(revision)
    rulebook = rulebook_of(article, afresh=case is None)
    return _matter(
        article, Content.stored(revision.content), rulebook, occasion, case=case, revision=revision
    )


def of_archive(revision: Revision) -> Matter:
    """A revision that went out, judged by the rulebook and the lists as they are now."""
    article = revision.article
    rulebook = rulebook_of(article, afresh=True)
    content = Content.stored(revision.content)
    written = Occasion(due_at=revision.created_at)  # dates without a year are of that year
    matter = _matter(article, content, rulebook, written, case=None, revision=revision)
    return replace(matter, lists_on=clock.today())


def classes_of(article: Article) -> frozenset[str]:
    """The article's content classes: its case's, where they may have been added or taken off, else its own."""
    if article.case is not None and article.state != ArticleState.RETURNED:
        return frozenset(article.case.facts.get("content_classes", []))
    return frozenset(article.content_classes)


def lacking(article: Article) -> frozenset[str]:
    """The content classes for which its present revision could be authorised by a route and is not."""
    askable = authorisable(in_force(article.institution).rulebook) & classes_of(article)
    if not askable or article.current is None:
        return askable
    return askable - of_revision(article.current, Occasion()).authorised


def holds_role(person: Person, role: str, article: Article, rulebook: Rulebook) -> bool:
    """Whether the person holds a role in the article's matter today, or is the deputy of somebody who does."""
    people = [one.pk for one in holders(role, parties_of(article), rulebook)]
    if person.pk in people:
        return person.active
    return person.active and bool(_DEPUTISING.all(deputy=person, principals=people, now=clock.now()))


@dataclass(frozen=True, slots=True)
class _Asking:
    """About what the questions of a matter are asked."""

    article: Article
    case: Case | None
    revision: Revision | None
    occasion: Occasion


_NOT_YET: Any = None


class _Asked(Matter):
    """A matter that asks the database for a thing when the first rule wants to know it; most rules want little.

    The fields that cost a question are answered by the properties of the same names. A copy by `dataclasses.replace`
    carries the answers as values, like any other matter.
    """

    _asking: _Asking

    def __init__(self, asking: _Asking | None = None, **said: Any) -> None:
        if asking is None:
            super().__init__(**said)
            return
        super().__init__(calendar=_NOT_YET, **said)
        for name, member in vars(_Asked).items():
            if isinstance(
                member, cached_property
            ):  # The generated initialiser stored a default in its place.
                vars(self).pop(name, None)
        vars(self)["_asking"] = asking

    @cached_property
    def calendar(self) -> WorkCalendar:
        """The institution's working calendar."""
        return calendar_of(self._asking.article.institution)

    @cached_property
    def reached_at(self) -> datetime | None:
        """When the people of the publishing unit got it."""
        return _reached_at(self._asking.article, self._asking.case)

    @cached_property
    def authorised(self) -> frozenset[str]:
        """Content classes that an attached authorisation covers, or one given to exactly this revision."""
        article, revision = self._asking.article, self._asking.revision
        by_file = frozenset(key for covers in _COVERS.all(article=article) for key in covers)
        return by_file | (authorising.covered(article, revision.hash) if revision else frozenset())

    @cached_property
    def _decisions(self) -> list[Decision]:
        return _approvals(self._asking.case)

    @cached_property
    def ticked(self) -> frozenset[str]:
        """Checklist keys confirmed by those who approved, and by whoever is about to."""
        return _ticked(self._decisions) | {key for key, yes in self._asking.occasion.ticking.items() if yes}

    @cached_property
    def unticked(self) -> tuple[Text, ...]:
        """Required items that somebody who approved left open."""
        return tuple(_unticked(self._decisions))

    @cached_property
    def roles(self) -> frozenset[str]:
        """What the acting person holds in this matter."""
        return _roles(self._asking.article, self.rulebook, self._asking.occasion.person)

    @cached_property
    def approval(self) -> Verdict:
        """Whether the revision is approved exactly as it is."""
        return approved(self._asking.revision) if self._asking.revision else ALLOWED

    @cached_property
    def dead_links(self) -> Mapping[str, str]:
        """Addresses of the text that did not open when they were tried."""
        return dead_in(self.content)

    @cached_property
    def consents(self) -> tuple[Lacking, ...]:
        """Consents of persons shown that do not count on the day it is to go out."""
        day = (self.due_at or self.now).astimezone(clock.CHINA).date()
        key = self._asking.article.pk
        return tuple(lacking_consents([key], day).get(key, ()))

    @cached_property
    def lists(self) -> Lists:
        """The institution's own lists, and its units' allowances."""
        article = self._asking.article
        return lists_for(article.institution, (article.owner_unit, article.account.owner_unit), self.rulebook)


def _matter(
    article: Article,
    content: Content,
    rulebook: Rulebook,
    occasion: Occasion,
    *,
    case: Case | None,
    revision: Revision | None = None,
) -> Matter:
    posting = posting_of(article, content)
    return _Asked(
        _Asking(article, case, revision, occasion),
        content=content,
        facts=facts_of(article, rulebook, classes_of(article)),
        rulebook=rulebook,
        now=clock.now(),
        due_at=occasion.due_at or article.wanted_at,
        approved_at=case.closed_at if case and case.state == CaseState.APPROVED else None,
        planned_at=occasion.planned_at,
        registered=article.account.state in PUBLISHES and bool(article.account.filing_number),
        obstacles=None if posting is None else tuple(obstacles(content, rulebook, posting)),
        connected=posting is not None and posting.connected,
    )


def _case_about(revision: Revision) -> Case | None:
    """The case that decides or has approved exactly this revision; a returned one is over and says nothing."""
    case = revision.article.case
    live = (CaseState.OPEN, CaseState.APPROVED)
    return case if case and case.subject_digest == revision.hash and case.state in live else None


def _reached_at(article: Article, case: Case | None) -> datetime | None:
    """When the article first reached the people of the publishing unit; nothing while it is still on its way there."""
    if case is None:
        return None
    if article.owner_unit_id == article.account.owner_unit_id:
        return case.opened_at
    step = _REACHED.first(case=case, unit=article.account.owner_unit_id)
    return step.opened_at if step else case.closed_at


def _approvals(case: Case | None) -> list[Decision]:
    """The approvals that count: final ones of the steps' present rounds."""
    if case is None:
        return []
    return _APPROVALS.all(case=case)


def _ticked(decisions: Iterable[Decision]) -> frozenset[str]:
    return frozenset(key for one in decisions for key, yes in one.checklist.items() if yes is True)


def _unticked(decisions: Iterable[Decision]) -> Iterable[Text]:
    for one in decisions:
        for item in one.step.checklist:
            if item["required"] and one.checklist.get(item["key"]) is not True:
                yield Text(zh=item["zh"], en=item["en"])


def _roles(article: Article, rulebook: Rulebook, person: Person | None) -> frozenset[str]:
    if person is None:
        return frozenset()
    named = {check.params.role for check in rulebook.of_kind(Check) if isinstance(check.params, PublishedBy)}
    return frozenset(role for role in named if holds_role(person, role, article, rulebook))
