"""What follows from the time alone: a push by hand is due or was missed, the machine is late, a queue stands still."""

from __future__ import annotations

from dataclasses import dataclass

from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Person
from guanhao.process import links, recipients
from guanhao.process.publishing import PUBLISH, job_of, named
from guanhao.process.upkeep import TECHNICAL
from guanhao.process.wording import filled
from guanhao.publishing.models import PublishJob, Withdrawal
from guanhao.publishing.moves import WAITING
from guanhao.publishing.types import AskWhy, JobState, Occasion, WithdrawalState
from guanhao.steps.types import Queue


@dataclass(frozen=True, slots=True)
class _Words:
    title: Text
    body: Text


_WORDS: dict[Occasion, _Words] = {
    Occasion.HAND_DUE: _Words(
        Text("现在请手工发布：{account} {due}", "Publish by hand now: {account} {due}"),
        Text(
            "到时间了。发出后请登记链接；已经有人发出的，也请登记。",
            "It is time. Give the link once it is out, also if somebody else published it.",
        ),
    ),
    Occasion.HAND_MISSED: _Words(
        Text("错过手工发布：{account} {due}", "A push by hand was missed: {account} {due}"),
        Text(
            "过了时间仍没有登记。已发出的请登记链接，没有发的请改时间或放弃。",
            "Nothing was reported in time. Give the link if it is out; otherwise give it another time or give it up.",
        ),
    ),
    Occasion.HAND_LATE: _Words(
        Text("手工发布超时未处理：{account} {due}", "A missed push by hand is still open: {account} {due}"),
        Text(
            "错过一小时以上，仍没有人登记或改时间，请督促办理。",
            "It was missed more than an hour ago and nobody has reported or moved it; please see to it.",
        ),
    ),
    Occasion.OVERDUE: _Words(
        Text("到时间没有开始发送：{account} {due}", "Not begun in time: {account} {due}"),
        Text(
            "系统没有开始发送，请看值守页。请勿自行在平台上发布，以免重复。",
            "The machine has not begun to send; see the duty page. Do not publish on the platform: it might go out twice.",
        ),
    ),
    Occasion.UNKNOWN: _Words(
        Text(
            "发布结果超过五分钟未知：{account} {due}",
            "Outcome unknown for more than five minutes: {account} {due}",
        ),
        Text(
            "系统仍在核对，请勿在平台上重复发布。核对不到时会请发布人员确认。",
            "The machine is still looking; do not publish it again. If it finds nothing, the publishers are asked.",
        ),
    ),
    Occasion.CONFIRM: _Words(
        Text("群发仍待管理员确认：{account} {due}", "A mass send is still not confirmed: {account} {due}"),
        Text(
            "提交已过一刻钟。请管理员在公众平台确认，满三十分钟平台将取消这次群发。",
            "A quarter of an hour has passed. After thirty minutes the platform drops it; let an administrator confirm.",
        ),
    ),
    Occasion.REFUSED_LATE: _Words(
        Text(
            "被平台拒绝，仍未修改：{account} {due}",
            "Refused by the platform, still as it was: {account} {due}",
        ),
        Text(
            "稿件已退回，没有人修改后再提交。请按原因修改并重新提交；不再发布的，请撤回稿件。",
            "The article was returned and nobody has handed in another version. Edit it, or withdraw it if it is not wanted.",
        ),
    ),
    Occasion.WITHDRAW_UNDECIDED: _Words(
        Text(
            "撤回一个多小时没有人决定：{account} {due}",
            "A withdrawal has waited for a second person for more than an hour: {account} {due}",
        ),
        Text(
            "稿件仍在平台上。请另一人决定是否撤回；不必撤回的，请取消。",
            "It is still on the platform. Let a second person decide, or drop the request if it is not needed.",
        ),
    ),
    Occasion.WITHDRAW_BY_HAND: _Words(
        Text(
            "已决定撤回，仍未手工删除：{account} {due}",
            "To be withdrawn, and still not removed by hand: {account} {due}",
        ),
        Text(
            "读者仍看得到。请在平台上删除，再登记已删除。",
            "Readers still see it. Remove it on the platform, then report that it is gone.",
        ),
    ),
    Occasion.ASK_LATE: _Words(
        Text(
            "推送待确认，一个多小时没有人处理：{account} {due}",
            "A push has waited for an answer for more than an hour: {account} {due}",
        ),
        Text(
            "请看平台上是否已经发出，再选“已发出”“重发”或“放弃”。",
            "See on the platform whether it is out, then choose: it is out, send it again, or give it up.",
        ),
    ),
}
_BY_HAND = (Occasion.HAND_DUE, Occasion.HAND_MISSED, Occasion.HAND_LATE)
_WITHDRAWN = {
    Occasion.WITHDRAW_UNDECIDED: WithdrawalState.ASKED,
    Occasion.WITHDRAW_BY_HAND: WithdrawalState.BY_HAND,
}

QUEUE_NAMES: dict[Queue, Text] = {
    Queue.CONSEQUENCES: Text("后续事项", "consequences"),
    Queue.CALLBACKS: Text("平台消息", "pushed messages"),
    Queue.DELIVERIES: Text("通知外发", "deliveries"),
    Queue.EXPORTS: Text("后台导出", "exports"),
    Queue.LOOK: Text("发布核对", "looks"),
    Queue.PERIODIC: Text("定时事项", "periodic work"),
    Queue.PUBLISH: Text("发布", "publishing"),
    Queue.SCREENING: Text("全库复查", "re-screening"),
}


def tell_reminded(event: Event, name: str) -> None:
    """Tell whom the occasion concerns, while it still is so."""
    job, occasion = job_of(event), Occasion(event.facts["occasion"])
    if not _still(job, occasion):
        return
    again = event.facts.get("again", 0)
    words = _WORDS[occasion]
    notify(
        event=event,
        consequence=name,
        persons=_concerned(job, occasion, again),
        kind=PUBLISH,
        title=named(words.title, job),
        body=words.body,
        link=_page(job, occasion),
        article_ref=recipients.publishing_article(job),
    )


def _page(job: PublishJob, occasion: Occasion) -> str:
    """Where it can be seen to."""
    if occasion in _WITHDRAWN:
        return links.withdrawal(job.pk)
    return links.by_hand(job.pk) if occasion in _BY_HAND else links.job(job.pk)


def _still(job: PublishJob, occasion: Occasion) -> bool:
    match occasion:
        case Occasion.WITHDRAW_UNDECIDED | Occasion.WITHDRAW_BY_HAND:
            return Withdrawal.objects.filter(job=job, state=_WITHDRAWN[occasion]).exists()
        case Occasion.HAND_DUE | Occasion.HAND_MISSED | Occasion.HAND_LATE:
            return job.state == JobState.ASK and job.ask_why == AskWhy.BY_HAND
        case Occasion.ASK_LATE:
            return job.state == JobState.ASK and job.ask_why != AskWhy.BY_HAND
        case Occasion.REFUSED_LATE:
            return PublishJob.objects.refused_and_left().filter(pk=job.pk).exists()
        case Occasion.CONFIRM:
            return job.state == JobState.WAITING_CONFIRM
        case Occasion.UNKNOWN:
            return job.state == JobState.UNKNOWN
        case Occasion.OVERDUE:
            return job.state in WAITING


def _concerned(job: PublishJob, occasion: Occasion, again: int) -> list[Person]:
    """Who can do something about it; the office besides once that did not help; the duty for what the machine owes."""
    office = recipients.serving(job.institution, recipients.COMPETENT_OFFICE)
    match occasion:
        case Occasion.HAND_DUE | Occasion.HAND_MISSED | Occasion.CONFIRM:
            return recipients.for_hand(job)
        case Occasion.HAND_LATE:
            return [*office, *(recipients.for_hand(job) if again else [])]
        case Occasion.ASK_LATE:
            return [*office, *(recipients.publishers_of(job) if again else [])]
        case Occasion.REFUSED_LATE:
            owing = [*recipients.writers_of(job), *recipients.publishers_of(job)]
            return [*owing, *(office if again else [])]
        case Occasion.WITHDRAW_UNDECIDED:
            return [*office, *recipients.publishers_of(job)]
        case Occasion.WITHDRAW_BY_HAND:
            return [*recipients.for_hand(job), *(office if again else [])]
        case Occasion.OVERDUE | Occasion.UNKNOWN:
            return recipients.on_duty(job.institution)


def tell_queue(event: Event, name: str) -> None:
    """A queue stands still, or is served again: the technical duty and the office hear it."""
    words = (
        Text("后台恢复：{queue}", "Background work goes on: {queue}")
        if event.action == Action.QUEUE_SERVED
        else Text(
            "后台停顿：{queue}，到期事项不会自动办理",
            "Background work stands still: {queue}; nothing due is done by itself",
        )
    )
    queue = QUEUE_NAMES[Queue(event.subject_id)]
    notify(
        event=event,
        consequence=name,
        persons=recipients.on_duty(event.institution),
        kind=TECHNICAL,
        title=Text(words.zh.format(queue=queue.zh), words.en.format(queue=queue.en)),
        body=filled(
            Text(
                "在岗程序 {workers}，失联 {silent}，等待 {waiting} 项，最久 {lag_seconds} 秒。",
                "Workers {workers}, silent {silent}, waiting {waiting}, the oldest for {lag_seconds} s.",
            ),
            **event.facts,
        ),
        link=links.PULSE,
    )
