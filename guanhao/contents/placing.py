"""May these revisions go out together, on this account, at this time? Asked before a push is planned or moved.

The answer cites the article it rests on. Timing rules are also asked of other times, to offer the nearest lawful one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from guanhao.calendars.working import Stretch, WorkCalendar
from guanhao.contents import matters
from guanhao.contents.checks import Found, find
from guanhao.contents.content import Content
from guanhao.contents.matters import Occasion
from guanhao.contents.models import Article, PushItem, Revision
from guanhao.contents.rules.matter import Matter, falls_on
from guanhao.contents.types import ArticleState, Force, PushState, Stage
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Person
from guanhao.platforms.registry import platform_of
from guanhao.registry.models import Account
from guanhao.registry.types import PUBLISHES
from guanhao.rulebook.checkrules import Window
from guanhao.rulebook.clauses import Check, Route
from guanhao.rulebook.selection import checks_at
from guanhao.rulebook.vocabulary import Otherwise
from guanhao.rulebook.vocabulary import Stage as RuleStage

TIMING = frozenset({"window", "lead_time", "copy_ready", "category_by_day"})
_DAYS_AHEAD = 21
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """A push as it is wished for."""

    person: Person
    account: Account
    revisions: Sequence[Revision]
    channel: str
    due_at: datetime
    push_id: int | None = None  # the push that is moved; its own places are not in its way


def may_place(placing: Placing) -> Verdict:
    """Whether the push may be planned as wished, apart from the rulebook's checks (`checks.run` asks those)."""
    for answer in (_channel(placing), _time(placing), _account(placing), _free(placing)):
        if not answer:
            return answer
    for revision in placing.revisions:
        answer = _revision(placing, revision)
        if not answer:
            return answer
    return ALLOWED


def may_publish(person: Person, article: Article) -> Verdict:
    """Whether the person is who the article's route names to schedule and send it (ruian-6.3, gpnu-14, xartvu-10)."""
    if article.case is None:
        return Denied(Text(zh="这一版没有经过审批。", en="This revision was never reviewed."))
    rulebook = matters.rulebook_of(article)
    route = rulebook.clause(article.case.clause)
    role = route.published_by if isinstance(route, Route) else None
    if role is None or matters.holds_role(person, role, article, rulebook):
        return ALLOWED
    title = rulebook.roles[role].title
    return Denied(
        Text(
            zh=f"只能由{title.zh}排期和发布。", en=f"Only the {title.en or title.zh} schedules and publishes."
        ),
        article=route.article,
        clause=route.id,
    )


class Publishers:
    """`may_publish` for lists: what it takes to know is asked once per route and units, not once per row."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._known: dict[tuple[str, str, int, int], Verdict] = {}

    def may_publish(self, article: Article) -> Verdict:
        """As the function. Rows come with ``account`` and ``case__rulebook``."""
        if article.case is None:
            return may_publish(self._person, article)
        route = (article.case.rulebook.digest, article.case.clause)
        key = (*route, article.owner_unit_id, article.account.owner_unit_id)
        if key not in self._known:
            self._known[key] = may_publish(self._person, article)
        return self._known[key]


def nearest_lawful(placing: Placing) -> datetime | None:
    """The first time from ``due_at`` on at which no timing rule blocks; nothing within three weeks.

    On days with windows every quarter of an hour inside them is tried, on free days only the wanted time of day.
    """
    occasion = Occasion(due_at=placing.due_at, person=placing.person, planned_at=clock.now())
    gathered = [matters.of_revision(revision, occasion) for revision in placing.revisions]
    for moment in _moments(gathered, max(placing.due_at, clock.now())):
        if not any(any(late(replace(matter, due_at=moment))) for matter in gathered):
            return moment
    return None


def late(matter: Matter) -> Iterator[Found]:
    """What timing rules say against the matter's time; only what blocks."""
    found = find(matter, Stage.SCHEDULE)
    return (one for one in found if one.rule in TIMING and one.force == Force.BLOCK)


def openings(windows: Iterable[Check], day: date, calendar: WorkCalendar) -> tuple[Stretch, ...] | None:
    """When something may go out on the day by these window checks; nothing (None) where the day is free."""
    stretches: tuple[Stretch, ...] | None = None
    for check in windows:
        spans = _spans_on(check, day, calendar)
        if spans is not None:
            stretches = spans if stretches is None else _common(stretches, spans)
    return stretches


def _common(some: Iterable[Stretch], others: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """What lies in both; every window binds."""
    others = tuple(others)
    both = (Stretch(max(one.start, two.start), min(one.end, two.end)) for one in some for two in others)
    return tuple(sorted(stretch for stretch in both if stretch.start < stretch.end))


def _spans_on(check: Check, day: date, calendar: WorkCalendar) -> tuple[Stretch, ...] | None:
    assert isinstance(check.params, Window)
    if falls_on(check.params.days, day, calendar):
        return tuple(Stretch(span.start, span.end) for span in check.params.spans)
    return None if check.params.otherwise is Otherwise.FREE else ()


def windows_at(matter: Matter) -> list[Check]:
    """The window checks that bind the matter when it is scheduled."""
    return [
        check
        for check in checks_at(matter.rulebook, RuleStage.SCHEDULE, matter.facts)
        if check.rule == "window"
    ]


def _moments(gathered: Sequence[Matter], start: datetime) -> Iterator[datetime]:
    calendar = gathered[0].calendar
    wanted = start.astimezone(calendar.zone)
    windows = [check for matter in gathered for check in windows_at(matter)]
    for number in range(_DAYS_AHEAD):
        day = wanted.date() + timedelta(days=number)
        opened = openings(windows, day, calendar)
        times = (
            [wanted.timetz().replace(tzinfo=None)]
            if opened is None
            else sorted({*_quarters(opened), wanted.time()})
        )
        for at in times:
            moment = datetime.combine(day, at, calendar.zone)
            if moment >= start:
                yield moment


def _quarters(stretches: Iterable[Stretch]) -> Iterator[time]:
    for stretch in stretches:
        moment, end = datetime.combine(date.min, stretch.start), datetime.combine(date.min, stretch.end)
        while moment < end:
            yield moment.time()
            moment += _QUARTER


def _channel(placing: Placing) -> Verdict:
    traits = platform_of(placing.account.platform).channel(placing.channel)
    if traits is None:
        return Denied(Text(zh="该平台没有这种发布方式。", en="The platform has no such channel."))
    count = len({revision.pk for revision in placing.revisions})
    if not 1 <= count <= traits.most_items or count != len(placing.revisions):
        return Denied(
            Text(
                zh=f"一次推送须有 1 至 {traits.most_items} 篇不同的稿件。",
                en=f"A push carries 1 to {traits.most_items} different articles.",
            )
        )
    return ALLOWED


def _time(placing: Placing) -> Verdict:
    if placing.due_at > clock.now():
        return ALLOWED
    return Denied(Text(zh="推送时间已经过去。", en="That time has passed."))


def _account(placing: Placing) -> Verdict:
    if placing.account.state in PUBLISHES:
        return ALLOWED
    return Denied(Text(zh="该账号目前不能发布。", en="The account cannot publish now."))


def _free(placing: Placing) -> Verdict:
    """One revision is live once on an account."""
    taken = (
        PushItem.objects.filter(live=True, revision__in=placing.revisions, push__account=placing.account)
        .exclude(push=placing.push_id)
        .exclude(push__state__in=[PushState.CANCELLED, PushState.REJECTED])
        .select_related("revision__article")
        .first()
    )
    if taken is None:
        return ALLOWED
    title = taken.revision.article.title
    return Denied(Text(zh=f"《{title}》已在另一次推送中。", en=f"“{title}” is in another push already."))


def _revision(placing: Placing, revision: Revision) -> Verdict:
    article = revision.article
    expected = ArticleState.SCHEDULED if placing.push_id else ArticleState.APPROVED
    if article.state != expected:
        return Denied(
            Text(
                zh=f"《{article.title}》尚未通过审批，或已排期。",
                en=f"“{article.title}” is not approved, or is planned already.",
            )
        )
    if Content.stored(revision.content).account != str(placing.account.pk):
        return Denied(
            Text(
                zh=f"《{article.title}》是为另一个账号审批的，换账号须重新审批。",
                en=f"“{article.title}” was approved for another account; another audience needs a new approval.",
            )
        )
    return may_publish(placing.person, article)
