"""Whether an approved version can go out on a channel as it stands: asked when it is planned, and again before it leaves."""

from __future__ import annotations

from datetime import datetime

from guanhao.contents import posting
from guanhao.contents.matters import rulebook_of
from guanhao.contents.models import Revision
from guanhao.contents.types import Channel
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.publishing.outgoing import content_of, cover_of
from guanhao.registry.connections import expires_at
from guanhao.registry.models import Account

_DECIDED = Text(
    zh="这一版审批的是手工发布，请选“手工发布”。",
    en="This version was approved for publishing by hand; choose that.",
)
_NO_POST = Text(
    zh="这一版送审时没有确定微博正文，请改用手工发布，或退回重新提交。",
    en="No post was fixed when this version was submitted; publish it by hand, or submit it again.",
)


def complete(revision: Revision, channel: str) -> Verdict:
    """Whether the version has what the channel demands."""
    if channel == Channel.BY_HAND:
        return ALLOWED
    if channel == Channel.WEIBO:
        return fits(revision)
    if cover_of(content_of(revision)):
        return ALLOWED
    return Denied(
        Text(
            zh=f"《{content_of(revision).title}》没有封面，也没有图片，平台要求至少一张。",
            en="The article has neither cover nor picture; the platform demands one.",
        )
    )


def fits(revision: Revision) -> Verdict:
    """Whether the frozen post still may go out by API; the first obstacle is the reason."""
    content = content_of(revision)
    if content.channel == Channel.BY_HAND:
        return Denied(_DECIDED)
    if not content.status:
        return Denied(_NO_POST)
    article = revision.article
    stand = posting.posting_of(article, content)
    found = posting.obstacles(content, rulebook_of(article), stand or posting.Posting())
    blocking = next((one for one in found if one.blocking), None)
    if blocking is None:
        return ALLOWED
    return Denied(
        Text(
            zh=f"《{content.title}》{blocking.text.zh}请改用手工发布。",
            en=f"“{content.title}”: {blocking.text.en} Publish it by hand instead.",
        )
    )


def lasts(account: Account, channel: str, due_at: datetime) -> Verdict:
    """Whether the account's authorisation will still hold at the push's time, where it stands on one."""
    if channel != Channel.WEIBO:
        return ALLOWED
    ends = expires_at(account)
    if ends is not None and ends > due_at:
        return ALLOWED
    when = "已经" if ends is None else f"将于 {ends.astimezone(clock.CHINA):%m-%d %H:%M}"
    return Denied(
        Text(
            zh=f"微博授权{when}到期，到推送时间发不出去。请保管人先在账号页续期，或改用手工发布。",
            en="The Weibo authorisation ends before the push's time; a holder renews it first, or it goes out by hand.",
        )
    )
