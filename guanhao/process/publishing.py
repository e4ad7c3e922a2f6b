"""What follows from publishing: whoever owes it is asked, and whoever made and decided an article hears of its fate."""

from __future__ import annotations

from datetime import datetime, timedelta

from guanhao.contents.models import Article
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Person
from guanhao.process import links, recipients
from guanhao.process.wording import acting_person, filled
from guanhao.publishing.answering import answerable
from guanhao.publishing.models import HandReport, PublishJob, Withdrawal
from guanhao.publishing.types import Answered, AskWhy, JobState, LookVerdict

PUBLISH, PUBLISHED = "publish", "published"
SKEW = timedelta(minutes=1)  # between our clock, which dates events, and the database's
MOST_TITLE = 40  # of a headline in a notice
PATIENCE = timedelta(
    minutes=2
)  # most unknown outcomes are found by the first looks; with a tick a minute: told ≤ 5 min

_ASKED = {
    AskWhy.BY_HAND: Text("待手工发布：{account} {due}", "To be published by hand: {account} {due}"),
    AskWhy.WINDOW_MISSED: Text("错过推送时间，请处理：{account} {due}", "Push time missed: {account} {due}"),
}
_ASKED_ELSE = Text("发布结果待确认：{account} {due}", "Please confirm what became of a push: {account} {due}")
_ENDED = {
    Action.JOB_REJECTED: Text("平台拒绝发布：{account} {due}", "Refused by the platform: {account} {due}"),
    Action.JOB_REMOVED: Text(
        "已发布的内容被删除：{account} {due}", "A publication was removed: {account} {due}"
    ),
}

_DIFFERS = Text(
    "已发布的内容与审批的不一致：{account} {due}", "Published otherwise than approved: {account} {due}"
)
_DIFFERS_BODY = Text(
    "平台上的标题或正文读起来与审批通过的不同，可能有人在公众平台改动过。请打开查看差别，必要时撤回。",
    "Title or text read otherwise on the platform than approved; somebody may have edited it on the console."
    " See the difference, and withdraw it if need be.",
)
# Where what was sent stands while it is compared; before that it is a draft, about which people are asked.
_SENT = frozenset({JobState.ACCEPTED, JobState.UNKNOWN, JobState.PUBLISHED})


def ask_publishers(event: Event, name: str) -> None:
    """A job was put before a person: those who owe the publishing are asked, while it still asks (§2.7)."""
    job = job_of(event)
    if job.state != JobState.ASK:
        return
    why = AskWhy(job.ask_why) if job.ask_why else AskWhy.NOT_FOUND
    by_hand = why == AskWhy.BY_HAND
    notify(
        event=event,
        consequence=name,
        persons=recipients.for_hand(job) if by_hand else recipients.publishers_of(job),
        kind=PUBLISH,
        title=named(_ASKED.get(why, _ASKED_ELSE), job),
        body=job.why,
        link=links.by_hand(job.pk) if by_hand else links.ASKS,
        article_ref=recipients.publishing_article(job),
    )


def ask_second(event: Event, name: str) -> None:
    """Somebody wants to send again before the quiet time: the others who may, because a second person has to agree."""
    job = job_of(event)
    waits = answerable(job) and HandReport.objects.filter(
        pk=event.facts["report"], choice=Answered.RESEND, second__isnull=True
    )
    if not waits or event.facts["choice"] != Answered.RESEND:
        return
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(recipients.publishers_of(job), acting_person(event)),
        kind=PUBLISH,
        title=named(
            Text(
                "请确认是否提前重发：{account} {due}",
                "An early re-send waits for a second person: {account} {due}",
            ),
            job,
        ),
        body=Text(
            "先到平台上看一眼，确实没有再确认。确认后系统先核对，找不到才重发同一份草稿。",
            "See the platform first. Once confirmed it is looked for again, and the same draft is sent if it is not there.",
        ),
        link=links.answer(job.pk),
        article_ref=recipients.publishing_article(job),
    )


def tell_ended(event: Event, name: str) -> None:
    """The platform refused a push or took it away: those who owe it and those who wrote it hear it, with the cause."""
    job = job_of(event)
    notify(
        event=event,
        consequence=name,
        persons=[*recipients.publishers_of(job), *recipients.writers_of(job)],
        kind=PUBLISH,
        title=named(_ENDED[Action(event.action)], job),
        body=_cause(event),
        link=links.job(job.pk),
        article_ref=recipients.publishing_article(job),
    )


def _cause(event: Event) -> Text:
    told = event.detail.data.get("detail", {})
    return Text(told.get("cause", ""), told.get("cause_en", ""))


def tell_differs(event: Event, name: str) -> None:
    """What was sent reads otherwise on the platform than it was approved: those who owe it hear it, and the office."""
    facts = event.facts
    if facts.get("verdict") != LookVerdict.DIFFERENT or facts.get("state") not in _SENT:
        return
    job = job_of(event)
    notify(
        event=event,
        consequence=name,
        persons=[
            *recipients.publishers_of(job),
            *recipients.serving(job.institution, recipients.COMPETENT_OFFICE),
        ],
        kind=PUBLISH,
        title=named(_DIFFERS, job),
        body=_DIFFERS_BODY,
        link=links.job(job.pk),
        article_ref=recipients.publishing_article(job),
    )


def tell_published(event: Event, name: str) -> None:
    """An article is out: its contributor and everyone who had to do with its case hear it, with the link."""
    article = Article.objects.select_related("contributor", "case", "account").get(pk=event.subject_id)
    people = recipients.touched(article.case) if article.case else []
    url = event.detail.data.get("detail", {}).get("url", "")
    route = recipients.route_of(article)
    notify(
        event=event,
        consequence=name,
        persons=[article.contributor, *people],
        kind=PUBLISHED,
        title=filled(Text("已发布：“{title}”", "Published: {title}"), title=article.title),
        body=filled(
            Text("已在“{account}”发布。{url}", "Published on {account}. {url}"),
            account=article.account.name,
            url=url,
        ),
        link=links.article(article.pk),
        article_ref=route.article if route else "",
    )


def tell_waiting_confirm(event: Event, name: str) -> None:
    """An administrator of the account has to confirm a mass send: those who owe it hear it at once, while it waits."""
    job = job_of(event)
    if job.state != JobState.WAITING_CONFIRM:
        return
    notify(
        event=event,
        consequence=name,
        persons=recipients.publishers_of(job),
        kind=PUBLISH,
        title=named(Text("请管理员确认群发：{account} {due}", "Confirm a mass send: {account} {due}"), job),
        body=job.why,
        link=links.job(job.pk),
        article_ref=recipients.publishing_article(job),
    )


def tell_connection_failed(event: Event, name: str) -> None:
    """An account cannot be connected for a reason only a person can mend: the technical duty is told (SE7)."""
    institution = event.institution
    label = event.detail.data.get("subject", "")
    notify(
        event=event,
        consequence=name,
        persons=recipients.serving(institution, recipients.TECHNICAL_UNIT, recipients.COMPETENT_OFFICE),
        kind="technical",
        title=filled(Text("账号连接失败：{label}", "An account cannot be connected: {label}"), label=label),
        body=Text(event.detail.data.get("detail", {}).get("reason", "")),
        link=links.interface(event.subject_id),
    )


def tell_stopped(event: Event, name: str) -> None:
    """Publishing was stopped, or is wanted back: whoever may stop and lift hears it; lifting takes a second one (AP8)."""
    asks = event.action == Action.STOP_LIFT_ASKED
    words = (
        Text(
            "申请解除停发，请另一人确认：{label}", "A stop is to be lifted; a second person decides: {label}"
        )
        if asks
        else Text("已停发：{label}", "Publishing was stopped: {label}")
    )
    told = event.detail.data
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(recipients.stoppers(event.institution), acting_person(event)),
        kind=PUBLISH,
        title=filled(words, label=told.get("subject", "")),
        body=Text(told.get("detail", {}).get("reason", "")),
        link=links.STOPS,
    )


def tell_all_stopped(event: Event, name: str) -> None:
    """The whole installation was stopped, or goes on: everybody who publishes here or watches over it hears it."""
    words = {
        Action.STOP_ALL_IMPOSED: Text("全部停发：本系统所有账号", "Everything is stopped: all accounts"),
        Action.STOP_ALL_LIFT_ASKED: Text(
            "申请解除全部停发：须另一人确认",
            "The stop of everything is to be lifted: a second person decides",
        ),
        Action.STOP_ALL_LIFTED: Text("已解除全部停发：恢复发布", "The stop of everything was lifted"),
    }
    people = recipients.stoppers(event.institution) + recipients.system_administrators(event.institution)
    if event.action != Action.STOP_ALL_LIFT_ASKED:
        people += recipients.account_people(event.institution)
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(people, acting_person(event)),
        kind=PUBLISH,
        title=words[Action(event.action)],
        body=Text(event.detail.data.get("detail", {}).get("reason", "")),
        link=links.STOPS,
    )


def tell_withdrawal(event: Event, name: str) -> None:
    """A withdrawal waits for a second person, was decided, is to be done by hand, or is done."""
    order = Withdrawal.objects.select_related("job__account", "job__institution").get(pk=event.subject_id)
    words, people = _withdrawal(Action(event.action), order)
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(people, acting_person(event)),
        kind=PUBLISH,
        title=named(words, order.job),
        body=Text(event.detail.data.get("detail", {}).get("reason", "")),
        link=links.withdrawal(order.job_id),
        article_ref=recipients.publishing_article(order.job),
    )


def _withdrawal(action: Action, order: Withdrawal) -> tuple[Text, list[Person]]:
    office = recipients.serving(order.job.institution, recipients.COMPETENT_OFFICE)
    concerned = [*office, *recipients.publishers_of(order.job)]
    if action == Action.WITHDRAWAL_ASKED:
        asks = Text(
            "请决定是否撤回：{account} {due}", "A withdrawal waits for a second person: {account} {due}"
        )
        return asks, concerned
    if action == Action.WITHDRAWAL_BY_HAND:
        by_hand = Text("请在平台上手工删除：{account} {due}", "To be removed by hand: {account} {due}")
        return by_hand, recipients.for_hand(order.job)
    if action == Action.WITHDRAWAL_ORDERED:
        return Text("已决定撤回：{account} {due}", "To be withdrawn: {account} {due}"), concerned
    return Text("已撤回：{account} {due}", "Withdrawn: {account} {due}"), [
        *concerned,
        order.asked_by,
        *recipients.writers_of(order.job),
    ]


def tell_unknown(now: datetime) -> int:
    """Jobs whose outcome has been unknown for a while: those who owe them hear it; how many jobs were looked at.

    Called every minute in an institution's scope; telling twice is impossible (`notify`).
    """
    jobs = PublishJob.objects.filter(state=JobState.UNKNOWN, unknown_since__lte=now - PATIENCE)
    for job in jobs.select_related("account"):
        # The first since the doubt began: a send under a key is repeated, and each repeat writes its own event.
        event = (
            Event.objects.about("job", job.pk)
            .filter(action=Action.JOB_UNKNOWN, at__gte=(job.unknown_since or now) - SKEW)
            .first()
        )
        if event is None:
            continue
        notify(
            event=event,
            consequence="publish.unknown",
            persons=recipients.publishers_of(job),
            kind=PUBLISH,
            title=named(
                Text(
                    "发布结果未知，系统正在核对：{account} {due}",
                    "Outcome unknown, being looked up: {account} {due}",
                ),
                job,
            ),
            body=Text(
                "请勿在平台上重复发布。核对仍无结果时会请您确认。",
                "Please do not publish it again. You will be asked if the look-ups find nothing.",
            ),
            link=links.ASKS,
            article_ref=recipients.publishing_article(job),
        )
    return len(jobs)


def job_of(event: Event) -> PublishJob:
    """The job an event is about."""
    job: PublishJob = PublishJob.objects.select_related("account").get(pk=event.subject_id)
    return job


def named(words: Text, job: PublishJob) -> Text:
    """A sentence about a job with its account and time filled in."""
    due = job.due_at.astimezone(clock.CHINA).strftime("%m-%d %H:%M")
    return filled(words, account=f"{_title(job)}{job.account.name}", due=due)


def _title(job: PublishJob) -> str:
    """The headline's title: three notices of one afternoon must not read alike."""
    first = job.items.select_related("revision__article").order_by("position").first()
    return f"《{first.revision.article.title[:MOST_TITLE]}》" if first else ""
