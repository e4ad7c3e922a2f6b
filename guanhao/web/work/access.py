"""The only doors from an id in an address to an article, a step, a push, a job or an account (anchors rule 8).

Each asks what the signed-in person may see; what is out of sight is answered like what does not exist (TN1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import Http404

from guanhao.applications.models import Application
from guanhao.applications.queries import ApplicationQuerySet
from guanhao.cases.models import Case, Decision, Step
from guanhao.cases.queries import StepQuerySet
from guanhao.cases.visibility import Visibility, visibility_of_cases
from guanhao.contents.models import Article, Attachment, ErrorMark, Finding, Handling, Push, Revision
from guanhao.contents.placing import may_publish
from guanhao.contents.queries import ArticleQuerySet, PushQuerySet
from guanhao.contents.types import Following
from guanhao.core import tenancy
from guanhao.core.memo import remembered
from guanhao.inbound.models import CallbackAddress
from guanhao.ledger.models import Event
from guanhao.people.models import Person
from guanhao.people.permissions import Permission
from guanhao.publishing import checks
from guanhao.publishing.models import HandReport, InstallationStop, JobItem, PublishJob, Stop, Withdrawal
from guanhao.publishing.queries import JobQuerySet
from guanhao.publishing.types import Answered, JobState
from guanhao.publishing.withdrawing import OPEN
from guanhao.registry import lifecycle
from guanhao.registry.models import Account, Operator
from guanhao.registry.queries import AccountQuerySet
from guanhao.rulebook.types import Transition
from guanhao.steps.models import Heartbeat
from guanhao.web.access import one
from guanhao.web.belonging import STOPPED
from guanhao.web.viewer import Viewer
from guanhao.web.work.article_reads import seen_article

REVIEWED = (
    "article",
    "application",
    "inspection",
)  # what the review queue decides; `web.work.matters` says how
MOST_BEFORE = 10  # entries shown of what came back last
M = TypeVar("M", bound=Model)


def _one(rows: QuerySet[M], pk: int) -> M:
    return one(rows, pk=pk)


def articles(viewer: Viewer) -> ArticleQuerySet:
    """Articles the person may see."""
    return Article.objects.visible_to(viewer.person)


def article(viewer: Viewer, pk: int) -> Article:
    """One article with what its pages show of it."""
    return seen_article(viewer, pk)


def approved_article(viewer: Viewer, revision_pk: int) -> Article:
    """The article whose current revision this is."""
    rows = articles(viewer).select_related(
        "account__owner_unit", "owner_unit", "contributor", "case__rulebook", "current"
    )
    return one(rows, current=revision_pk)


def may_plan(viewer: Viewer, article: Article) -> bool:
    """Whether the person is who the route names to schedule and send it."""
    return bool(may_publish(viewer.person, article))


def revision(viewer: Viewer, pk: int) -> Revision:
    """A revision of an article the person may see, or one whose authorisation they have to do with."""
    asked = applications(viewer).filter(article=OuterRef("article"))
    named = KeyTextTransform("revision", KeyTransform("article", "current__content"))
    asked = asked.annotate(named=named).filter(named=OuterRef("hash"))
    rows: QuerySet[Revision] = Revision.objects.filter(Q(article__in=articles(viewer)) | Exists(asked))
    return _one(rows.select_related("article__account", "created_by"), pk)


def sibling(revision: Revision, pk: str) -> Revision | None:
    """Another revision of the same article by its key as text; nothing for anything else."""
    return revision.article.revisions.filter(pk=pk).first() if pk.isdecimal() else None


def two_revisions(article: Article, older: str, newer: str) -> tuple[Revision, Revision]:
    """Two revisions of an article to compare: those named, or the last two (the same one twice where there is one)."""
    rows = list(article.revisions.select_related("created_by").order_by("number"))
    if not rows:
        raise Http404
    by_key = {str(row.pk): row for row in rows}
    last = by_key.get(newer, rows[-1])
    before = next((row for row in reversed(rows) if row.number < last.number), last)
    return by_key.get(older, before), last


def finding(viewer: Viewer, pk: int) -> Finding:
    """A finding in an article the person may see."""
    rows: QuerySet[Finding] = Finding.objects.filter(revision__article__in=articles(viewer))
    return _one(rows.select_related("revision__article"), pk)


def handling(viewer: Viewer, pk: int) -> Handling:
    """What was done about a finding of an article the person may see."""
    rows: QuerySet[Handling] = Handling.objects.filter(article__in=articles(viewer))
    return _one(rows.select_related("article"), pk)


def error(viewer: Viewer, pk: int) -> ErrorMark:
    """An error confirmed in an article the person may see."""
    rows: QuerySet[ErrorMark] = ErrorMark.objects.filter(revision__article__in=articles(viewer))
    return _one(rows.select_related("revision__article"), pk)


def attachment(viewer: Viewer, pk: int) -> Attachment:
    """A file hanging on an article the person may see."""
    rows: QuerySet[Attachment] = Attachment.objects.filter(article__in=articles(viewer))
    return _one(rows.select_related("asset"), pk)


def steps_waiting(viewer: Viewer) -> StepQuerySet:
    """Steps that wait for this person, delegated ones included."""
    return Step.objects.waiting_for(viewer.person)


def steps(viewer: Viewer) -> StepQuerySet:
    """Steps that are decided in the review queue, of cases the person may see."""
    if not viewer.person.active:
        return Step.objects.none()
    return steps_within(visibility_of_cases(viewer.person))


def steps_within(visibility: Visibility) -> StepQuerySet:
    """The same, where what an active person may see is known, or only its places are."""
    seen = Case.objects.within(visibility)
    rows: StepQuerySet = Step.objects.filter(case__subject_kind__in=REVIEWED)
    if visibility.shape.much:
        return rows.filter(Exists(seen.filter(pk=OuterRef("case"))))
    return rows.filter(case__in=seen)


def steps_among(rows: QuerySet[Step], articles: Sequence[int]) -> QuerySet[Step]:
    """The steps about these articles, and about all that is no article."""
    about = Q(subject_kind="article", subject_id__in=[str(key) for key in articles])
    others = Q(subject_kind__in=[kind for kind in REVIEWED if kind != "article"])
    return rows.filter(case__in=Case.objects.filter(about | others))


def step(viewer: Viewer, pk: int) -> Step:
    """A step of a case the person may see."""
    related = ("case__rulebook", "case__owner_unit", "case__publisher_unit", "case__follows", "unit")
    return _one(steps(viewer).select_related(*related), pk)


def principal(pk: int | None) -> Person | None:
    """The person for whom somebody acts; whether they may is asked by the decision itself."""
    return one(Person.objects.all(), pk=pk) if pk else None


def seen_revision(article: Article, digest: str) -> Revision | None:
    """The revision that was on the page when it is no longer what is up for decision."""
    return article.revisions.filter(hash=digest).first()


def article_of(viewer: Viewer, case: Case) -> Article:
    """The article a case decides."""
    return article(viewer, int(case.subject_id))


def applications(viewer: Viewer) -> ApplicationQuerySet:
    """Applications the person may see."""
    return Application.objects.visible_to(viewer.person)


def application(viewer: Viewer, pk: int) -> Application:
    """One application with what its pages show of it."""
    related = (
        "applicant",
        "unit",
        "account__owner_unit",
        "current",
        "case__rulebook",
        "institution",
        "article__current",
    )
    return _one(applications(viewer).select_related(*related), pk)


def pushes(viewer: Viewer) -> PushQuerySet:
    """Pushes the person may see."""
    return Push.objects.visible_to(viewer.person)


def push(viewer: Viewer, pk: int) -> Push:
    """One push with its account."""
    return _one(pushes(viewer).select_related("account__owner_unit", "planned_by"), pk)


def jobs(viewer: Viewer) -> JobQuerySet:
    """Publishing jobs the person may see."""
    return PublishJob.objects.visible_to(viewer.person)


def job(viewer: Viewer, pk: int) -> PublishJob:
    """One job with its push and account."""
    return _one(jobs(viewer).select_related("push__planned_by", "account__owner_unit"), pk)


def questions(viewer: Viewer) -> JobQuerySet:
    """Jobs whose outcome somebody may have to say, with everything that is known of them."""
    items = Prefetch("items", queryset=JobItem.objects.select_related("revision__article"))
    return (
        jobs(viewer)
        .unsettled()
        .select_related("account", "push", "institution")
        .prefetch_related(items, "tries", "looks")
        .order_by("due_at", "pk")
    )


def chosen_questions(viewer: Viewer, keys: Iterable[str]) -> list[PublishJob]:
    """Those of the open questions that a form names (TN2)."""
    return list(questions(viewer).filter(pk__in=[int(key) for key in keys if key.isdecimal()]))


def one_question(viewer: Viewer, pk: int) -> PublishJob:
    """One job with everything that is known of it; asked of any state, so that a late answer is told it is over."""
    items = Prefetch("items", queryset=JobItem.objects.select_related("revision__article"))
    rows = jobs(viewer).select_related("account", "push", "institution")
    return _one(rows.prefetch_related(items, "tries", "looks"), pk)


def approvals(job: PublishJob) -> QuerySet[Decision]:
    """The decisions that the job's newest public attempt relied on."""
    relied_on = job.tries.exclude(approvals=[]).order_by("-pk").values_list("approvals", flat=True).first()
    rows = Decision.objects.filter(pk__in=relied_on or [])
    return rows.select_related("person", "acting_for", "step").order_by("pk")


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another publication of the same matter: how the later one follows, its title, the mark of its public link."""

    how: str
    title: str
    mark: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What the public may know of a push that went out."""

    institution: str
    account: str
    titles: tuple[str, ...]
    published_at: datetime | None
    digest: str
    before: tuple[Sibling, ...] = ()  # what it corrects or repeats
    after: tuple[Sibling, ...] = ()  # what corrects or repeats it


def publication(mark: str) -> Publication:
    """The push with this mark, read before any institution is in scope; not found unless it is out."""
    with tenancy.everywhere("finding a publication by the mark in its public link"):
        rows = PublishJob.objects.filter(mark=mark, state=JobState.PUBLISHED)
        job = one(rows.select_related("institution", "account"))
        titles = job.items.order_by("position").values_list("revision__content__title", flat=True)
        articles = Article.objects.filter(revisions__job_items__job=job).distinct()
        return Publication(
            job.institution.name,
            job.account.name,
            tuple(titles),
            job.published_at,
            job.manifest_hash,
            before=tuple(_siblings(Article.objects.filter(followed_by__in=articles), articles)),
            after=tuple(_siblings(Article.objects.filter(follows__in=articles), None)),
        )


def _siblings(rows: ArticleQuerySet, following: ArticleQuerySet | None) -> Iterator[Sibling]:
    """Publications of other articles of the chain; nothing of one that is not out."""
    for article in rows.distinct().order_by("pk"):
        later = following.filter(follows=article).first() if following is not None else article
        out = JobItem.objects.filter(revision__article=article, job__state=JobState.PUBLISHED)
        item = out.select_related("job", "revision").order_by("-pk").first()
        if item is not None and later is not None:
            how = str(Following(later.following).label)
            yield Sibling(how, str(item.revision.content["title"]), item.job.mark)


def early_resend(job: PublishJob) -> HandReport | None:
    """An early 重发 that waits for a second person."""
    waiting = job.hand_reports.filter(
        choice=Answered.RESEND, second__isnull=True, at__gte=job.armed_at or job.created_at
    )
    return waiting.select_related("by").order_by("-pk").first()


def waiting_resend(job: PublishJob) -> HandReport:
    """The same, where there must be one."""
    report = early_resend(job)
    if report is None:
        raise Http404
    return report


def heartbeats() -> QuerySet[Heartbeat]:
    """Workers of the installation, the newest sign of life first; they serve every institution."""
    return Heartbeat.objects.order_by("-seen_at")


def accounts(viewer: Viewer) -> AccountQuerySet:
    """Accounts the person may see."""
    return Account.objects.visible_to(viewer.person)


def chosen_account(viewer: Viewer, pk: str) -> Account | None:
    """The account named in an address; nothing where it names none that may be seen."""
    rows = accounts(viewer).select_related("owner_unit")
    return rows.filter(pk=pk).first() if pk.isdecimal() else None


def account(viewer: Viewer, pk: int) -> Account:
    """One account."""
    people = ("first_responsible", "supervising_leader", "manager", "bound_administrator")
    return _one(accounts(viewer).select_related("owner_unit", "institution", *people), pk)


def life_step(viewer: Viewer, key: str) -> Transition:
    """A step in the life of accounts."""
    taken = lifecycle.steps(viewer.rulebook).get(key)
    if taken is None:
        raise Http404
    return taken


def operator(account: Account, pk: int) -> Operator:
    """Somebody who is operator of an account that may be seen."""
    return _one(account.operators.serving().select_related("person"), pk)


def wechat_account(viewer: Viewer, pk: int) -> Account:
    """One account that WeChat can push to: it is on WeChat and its AppID is known. Any other answers like none."""
    return _one(accounts(viewer).filter(platform="wechat").exclude(app_id=""), pk)


def callback_address(account: Account) -> CallbackAddress:
    """The account's address for pushes; `Http404` where none was made."""
    rows: QuerySet[CallbackAddress] = CallbackAddress.objects.select_related("account__institution")
    return one(rows, account=account)


def stops(viewer: Viewer) -> QuerySet[Stop]:
    """Stops in force, for whoever may see publishing or one of the accounts."""
    rows = Stop.objects.filter(lifted_at__isnull=True).select_related("account", "by", "lift_asked_by")
    if viewer.may(Permission.PUBLISHING_SEE_ALL):
        return rows
    return rows.filter(account__in=accounts(viewer))


def stops_over(job: PublishJob) -> QuerySet[Stop]:
    """Stops in force that hold a job: of its account, or of everything."""
    rows = Stop.objects.filter(lifted_at__isnull=True).select_related("by", "account")
    return rows.filter(Q(account=job.account_id) | Q(account__isnull=True))


def anything_stopped() -> bool:
    """Whether any stop is in force, of an account, of the institution or of the installation; a page knows already."""
    return remembered(STOPPED, _anything_stopped)


def _anything_stopped() -> bool:
    in_force = [
        rows.filter(lifted_at__isnull=True).order_by() for rows in (Stop.objects, InstallationStop.objects)
    ]
    return in_force[0].values("pk").union(in_force[1].values("pk"), all=True).exists()


def installation_stop() -> InstallationStop | None:
    """The stop of the whole installation, while it is in force."""
    return checks.everything_stopped()


def installation_stop_or_404() -> InstallationStop:
    """The same, where there must be one."""
    halt = installation_stop()
    if halt is None:
        raise Http404
    return halt


def stops_seen(viewer: Viewer, account: Account | None) -> list[Stop]:
    """Stops in force that the viewer is to see above a page: those over the account, or all that may be seen."""
    rows = Stop.objects.filter(lifted_at__isnull=True).select_related("account", "by", "lift_asked_by")
    if account is not None:
        return list(rows.filter(Q(account=account) | Q(account__isnull=True)))
    return list(rows.filter(Q(account__in=accounts(viewer)) | Q(account__isnull=True)))


def withdrawals(job: PublishJob) -> list[Withdrawal]:
    """Every order to withdraw a job, the newest first."""
    people = ("asked_by", "decided_by", "confirmed_by", "item__revision__article", "job")
    return list(job.withdrawals.select_related(*people).order_by("-pk"))


def open_withdrawal(viewer: Viewer, pk: int) -> Withdrawal:
    """The order of a job that is not over; not found where there is none."""
    rows: QuerySet[Withdrawal] = Withdrawal.objects.filter(job=job(viewer, pk), state__in=OPEN)
    return one(rows.select_related("job__account", "job__institution", "asked_by", "institution"))


def restore_stop() -> Stop | None:
    """The stop that the restored database put on the institution, while it is in force."""
    rows = Stop.objects.filter(by__isnull=True, lifted_at__isnull=True)
    return rows.select_related("lift_asked_by").order_by("-pk").first()


def events_before(moment: datetime) -> list[Event]:
    """The newest entries of the record before a moment, the newest first."""
    rows = Event.objects.filter(at__lt=moment).select_related("detail")
    return list(rows.newest_first()[:MOST_BEFORE])


def stop(viewer: Viewer, pk: int) -> Stop:
    """A stop in force."""
    return _one(stops(viewer), pk)
