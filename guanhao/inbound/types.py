"""Words of what platforms push to us."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class InboxKind(TextChoices):
    """What was pushed. The first seven are WeChat's (`platforms.wechat.pushed.PushedKind`), the last is Weibo's."""

    PUBLISH_FINISHED = "publish_finished", _("发布任务结束")
    MASS_FINISHED = "mass_finished", _("群发任务结束")
    FOLLOWED = "followed", _("关注")
    UNFOLLOWED = "unfollowed", _("取消关注")
    CONSENT_REVOKED = "consent_revoked", _("用户撤回授权")
    MESSAGE = "message", _("用户消息")
    OTHER_EVENT = "other_event", _("其他事件")
    WEIBO_CANCEL = "weibo_cancel", _("微博授权取消")


class NotAccepted(StrEnum):
    """Why a push was not taken in."""

    SIGNATURE = "signature"  # missing, wrong, or no token is set for the account
    TIME = "time"  # outside the window
    REPLAYED = "replayed"  # its nonce was used for another message
    PLAIN = "plain"  # readable, on an account that takes only encrypted pushes
    UNREADABLE = "unreadable"  # does not open or is not built like a push
    RECEIVER = "receiver"  # another AppID inside
    TOO_MANY = "too_many"  # too many refused ones from this sender in this minute


# How long a row is kept. Finished jobs back the record of a publication; what a user did is personal data (PD5).
KEPT = {
    InboxKind.PUBLISH_FINISHED: timedelta(days=180),
    InboxKind.MASS_FINISHED: timedelta(days=180),
    InboxKind.WEIBO_CANCEL: timedelta(days=180),
}
KEPT_OF_USERS = timedelta(days=30)
