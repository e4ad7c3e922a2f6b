"""What must hold before anything leaves us, and who may handle a push. The last wall, whatever path led here (§2.3).

`gate` asks what may have changed since the push was planned. It is asked while staging, before arming, and again in
the transaction of the intent itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from guanhao.cases.grounds import Grounds
from guanhao.cases.identity import same_human
from guanhao.cases.models import Decision
from guanhao.contents import checks as content_checks
from guanhao.contents import matters, placing
from guanhao.contents.approval import approved_as_read
from guanhao.contents.consents import Lack, lacking
from guanhao.contents.matters import Occasion
from guanhao.contents.models import Article, Revision
from guanhao.contents.types import FindingState, Force, PushState, Stage
from guanhao.core import clock
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, may
from guanhao.publishing import breaker
from guanhao.publishing.models import InstallationStop, JobItem, PublishJob, Stop
from guanhao.publishing.types import AskWhy
from guanhao.registry.checks import fit_to_publish, holders_of_each
from guanhao.registry.models import Holder
from guanhao.rulebook.clauses import Route

_STOP_OF_ALL: Prepared[InstallationStop] = Prepared(
    lambda: InstallationStop.objects.filter(lifted_at__isnull=True).order_by("pk")[:1]
)
_STOPS: Prepared[Stop] = Prepared(
    lambda: Stop.objects.filter(
        Q(account__isnull=True) | Q(account__in=given("accounts", many=True)), lifted_at__isnull=True
    ).order_by("pk")
)
_CASES: Prepared[int] = Prepared(
    lambda: JobItem.objects.filter(
        job__in=given("jobs", many=True), revision__article__case__isnull=False
    ).values_list("revision__article__case_id", flat=True)
)
_ITEMS: Prepared[JobItem] = Prepared(
    lambda: (
        JobItem.objects.filter(job__in=given("jobs", many=True))
        .select_related("revision__article__case", "revision__article__account")
        .order_by("job", "position")
    )
)
_RELIED_ON: Prepared[tuple[int, int]] = Prepared(
    lambda: (
        Decision.objects.counting()
        .filter(step__case__in=given("cases", many=True))
        .order_by("pk")
        .values_list("step__case_id", "pk")
    )
)
PUNCTUAL = timedelta(minutes=5)  # sent this soon after its time, a push is judged by its time


class Barrier(StrEnum):
    """What a closed gate does with the job: wait, put it before a person, or end it."""

    HOLD = "hold"
    ASK = "ask"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Gate:
    """Open, or closed with the reason and what follows; `why` is used where a person is asked."""

    denied: Denied | None = None
    barrier: Barrier = Barrier.HOLD
    why: AskWhy = AskWhy.CONTENT

    def __bool__(self) -> bool:
        """Whether the way is free."""
        return self.denied is None


OPEN = Gate()


@dataclass(frozen=True, slots=True)
class Around:
    """What gates ask about, read for all the jobs of one act at one moment; ``items`` by the job's key."""

    stopped: InstallationStop | None
    stops: Sequence[Stop]
    broken: frozenset[str]
    holders: Counter[int]
    items: Mapping[int, Sequence[JobItem]]
    grounds: Grounds
    consents: Lack

    @classmethod
    def of(cls, jobs: Sequence[PublishJob]) -> Around:
        """As it is now."""
        items = items_of_each(jobs)
        return cls(
            stopped=_STOP_OF_ALL.first(),
            stops=_STOPS.all(accounts=[job.account_id for job in jobs]),
            broken=breaker.open_on(),
            holders=holders_of_each(job.account_id for job in jobs),
            items=items,
            grounds=Grounds.of(
                item.revision.article.case_id for several in items.values() for item in several
            ),
            consents=lacking(
                {item.revision.article_id for several in items.values() for item in several}, clock.today()
            ),
        )

    def stop_on(self, job: PublishJob) -> InstallationStop | Stop | None:
        """The stop that holds the job back."""
        return self.stopped or next(
            (stop for stop in self.stops if stop.account_id in {None, job.account_id}), None
        )


def gate(job: PublishJob, *, by_hand: bool = False, around: Around | None = None) -> Gate:
    """Everything that may have changed since planning, except what the platform holds.

    ``by_hand`` leaves out the breaker, which says that our calls go unanswered and nothing about a person's. ``around`` is
    given where it was read for several jobs.
    """
    around = around or Around.of([job])
    stopped = around.stop_on(job)
    if stopped is not None:
        return Gate(
            Denied(Text(zh=f"已停发：{stopped.reason}", en=f"Publishing is stopped: {stopped.reason}")),
            Barrier.HOLD,
        )
    if not by_hand and job.account.platform in around.broken:
        return Gate(
            Denied(
                Text(
                    zh="平台连续多次没有明确答复，暂停发送，正在自动检测恢复。",
                    en="The platform left several sends without an answer; sending pauses until it answers again.",
                )
            ),
            Barrier.HOLD,
        )
    fit = fit_to_publish(job.account, around.holders)
    if isinstance(fit, Denied):
        return Gate(fit, Barrier.HOLD)
    return _contents_gate(job, around)


def _contents_gate(job: PublishJob, around: Around) -> Gate:
    """K1, AP1: the job sends exactly what it was planned with, and every item's approval still counts."""
    if job.push.state == PushState.CANCELLED:
        return Gate(Denied(Text(zh="推送已取消。", en="The push was cancelled.")), Barrier.CANCEL)
    revisions = [item.revision for item in around.items[job.pk]]
    if [revision.hash for revision in revisions] != job.manifest:
        return Gate(
            Denied(Text(zh="内容与排期时不一致。", en="The content is not what was planned.")), Barrier.CANCEL
        )
    for revision in revisions:
        verdict = approved_as_read(revision, around.grounds)
        if isinstance(verdict, Denied):
            return Gate(_named(revision, verdict), Barrier.CANCEL)
        # Withdrawn, declined, or a guardian's that is not there (PIPL 15, 31): another consent opens the way again.
        gone = next((one for one in around.consents.get(revision.article_id, ()) if one.final), None)
        if gone is not None:
            return Gate(_named(revision, Denied(gone.reason)), Barrier.HOLD)
    return OPEN


def rules_gate(job: PublishJob, now: datetime) -> Gate:
    """The rulebook's checks of the send stage, stored as findings. A lost window or a closed check asks a person."""
    push = job.push
    moment = job.due_at if now - job.due_at <= PUNCTUAL else now
    occasion = Occasion(due_at=moment, person=push.planned_by, planned_at=push.planned_at)
    for item in items_of(job):
        for finding in content_checks.run(item.revision, Stage.SEND, occasion=occasion):
            if finding.force == Force.BLOCK and finding.state == FindingState.OPEN:
                denied = Denied(
                    Text(zh=finding.message_zh, en=finding.message_en), finding.article_ref, finding.clause
                )
                why = AskWhy.WINDOW_MISSED if finding.rule == "window" else AskWhy.CONTENT
                return Gate(_named(item.revision, denied), Barrier.ASK, why)
    return OPEN


def _named(revision: Revision, denied: Denied) -> Denied:
    """The reason with the title of the article it concerns: a push may hold eight."""
    title = revision.content.get("title", "")
    text = Text(zh=f"《{title}》{denied.reason.zh}", en=f"“{title}”: {denied.reason.en}")
    return Denied(text, denied.article, denied.clause)


def items_of(job: PublishJob) -> list[JobItem]:
    """The job's items in order, with their articles."""
    return _ITEMS.all(jobs=[job.pk])


def cases_of(jobs: Iterable[PublishJob]) -> list[int]:
    """Keys of the cases on whose approval the jobs rely."""
    return _CASES.all(jobs=[job.pk for job in jobs])


def items_of_each(jobs: Iterable[PublishJob]) -> dict[int, list[JobItem]]:
    """The items of several jobs in order, by the job's key."""
    found: dict[int, list[JobItem]] = {job.pk: [] for job in jobs}
    for item in _ITEMS.all(jobs=found):
        found[item.job_id].append(item)
    return found


def approvals_of_each(items: Mapping[int, Sequence[JobItem]]) -> dict[int, list[int]]:
    """Keys of the decisions that the intent of each job relies on (§2.3), by the job's key."""
    cases = {job: {item.revision.article.case_id for item in several} for job, several in items.items()}
    relied_on = _RELIED_ON.all(cases={case for several in cases.values() for case in several if case})
    return {job: [pk for case, pk in relied_on if case in several] for job, several in cases.items()}


def stop_in_force(job: PublishJob) -> Stop | None:
    """The stop that holds the job back: on its account or on the whole institution (§2.8)."""
    return next(iter(_STOPS.all(accounts=[job.account_id])), None)


def everything_stopped() -> InstallationStop | None:
    """The stop of the whole installation, while it is in force (§2.8)."""
    return InstallationStop.objects.filter(lifted_at__isnull=True).order_by("pk").first()


def may_handle(person: Person, job: PublishJob) -> Verdict:
    """Whether the person may cancel, move, answer for or publish this push by hand (ruian-6.3, gpnu-14, xartvu-10).

    Who the rulebook names as publisher of every article in it; where it names nobody, who runs the account.
    """
    for item in items_of(job):
        verdict = may_publish(person, item.revision.article)
        if not verdict:
            return verdict
    return ALLOWED


def may_publish(person: Person, article: Article) -> Verdict:
    """Whether the person may send this article out; where its route names nobody, who runs the account may."""
    named = placing.may_publish(person, article)
    if not named or article.case is None:
        return named
    route = matters.rulebook_of(article).clause(article.case.clause)
    if isinstance(route, Route) and route.published_by is not None:
        return ALLOWED
    return _runs_account(person, article)


def _runs_account(person: Person, article: Article) -> Verdict:
    account = article.account
    if person.active and person.pk in {account.manager_id, account.first_responsible_id}:
        return ALLOWED
    if Holder.objects.filter(account=account, person=person, person__active=True).exists():
        return ALLOWED
    return may(person, Permission.ACCOUNT_MANAGE)


def may_stop(person: Person) -> Verdict:
    """Whether the person may stop publishing or ask for it to be resumed."""
    return may(person, Permission.PUBLISHING_STOP)


def same_person(first: Person, second: Person) -> bool:
    """Whether two people of the institution are one human being, whatever accounts they hold (AP3, AP8)."""
    return same_human(first, second)
