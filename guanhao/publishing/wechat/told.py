"""What a finish event said of a mass send (wechat.md §6.7): a claim, used only where our own look agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from guanhao.core.text import Text
from guanhao.inbound.models import InboxItem
from guanhao.inbound.types import InboxKind
from guanhao.publishing.models import PublishJob

NOT_CONFIRMED = ("err(40001)", "err(40002)")  # an administrator refused; none answered in time

_REASONS = {
    "err(10001)": Text(zh="涉嫌广告", en="advertising"),
    "err(20001)": Text(zh="涉嫌政治", en="politics"),
    "err(20002)": Text(zh="涉嫌色情", en="pornography"),
    "err(20004)": Text(zh="涉嫌社会类违规", en="a social offence"),
    "err(20006)": Text(zh="涉嫌违法犯罪", en="crime"),
    "err(20008)": Text(zh="涉嫌欺诈", en="fraud"),
    "err(20013)": Text(zh="涉嫌侵犯版权", en="copyright"),
    "err(21000)": Text(zh="涉嫌其他违规", en="another offence"),
    "err(22000)": Text(zh="涉嫌互推", en="mutual promotion"),
    "err(30001)": Text(zh="原创校验出错", en="the originality check failed"),
    "err(30002)": Text(zh="原创校验判定不能群发", en="the originality check forbids the send"),
    "err(30003)": Text(zh="被判定为转载，按设置停止", en="judged a reprint, so it stopped as we ask"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The event's status, the articles' addresses in order, and how many were reached (``sent``) and not (``failed``)."""

    status: str
    urls: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)


def reason_of(status: str) -> Text | None:
    """Why a send failed, in words; nothing where the event named no reason that we know."""
    known = _REASONS.get(status)
    if known is None:
        return None
    return Text(
        zh=f"平台拒绝了这次群发：{known.zh}。请修改后重新提交审批。",
        en=f"The platform refused the send: {known.en}. Edit it and submit it again.",
    )


def told_of(job: PublishJob) -> Told | None:
    """What the event said of this job's send; nothing before it came."""
    item = InboxItem.objects.about(job.account, InboxKind.MASS_FINISHED, job.remote.get("msg_id", "")).first()
    if item is None:
        return None
    counts, urls = item.facts.get("counts") or {}, item.facts.get("urls") or {}
    figures = {
        ours: str(counts[theirs])
        for ours, theirs in (("sent", "SentCount"), ("failed", "ErrorCount"), ("total", "TotalCount"))
        if counts.get(theirs) is not None
    }
    addresses = tuple(urls[index] for index in sorted(urls, key=_place))
    return Told(str(item.facts.get("status", "")), addresses, figures)


def _place(index: str) -> int:
    return int(index) if index.isdecimal() else 0
