"""Words of the register."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountState(TextChoices):
    """Where an account stands; the words are the rulebook's (`rulebook.vocabulary.LifeState`), a test keeps them equal."""

    APPLIED = "applied", _("申请中")
    REFUSED = "refused", _("未获准")
    APPROVED = "approved", _("已批准待备案")
    ACTIVE = "active", _("在用")
    SUSPENDED = "suspended", _("暂停发布")
    CLOSING = "closing", _("关闭中")
    CLOSED = "closed", _("已关闭")
    DEREGISTERED = "deregistered", _("已注销")


# Gone for good: name and id are free again, and no rule binds such an account any more.
GONE = (AccountState.REFUSED, AccountState.CLOSED, AccountState.DEREGISTERED)
# An account that is being closed is still bound by cadence, so it still publishes (architecture §1, 7).
PUBLISHES = (AccountState.ACTIVE, AccountState.CLOSING)
# Filed and not gone: what the public may rely on being ours.
IN_USE = (*PUBLISHES, AccountState.SUSPENDED)


class FacePart(TextChoices):
    """What of an account's face on its platform is held against what was approved."""

    MENU = "menu", _("菜单")
    PROFILE = "profile", _("账号资料")


class Tenure(TextChoices):
    """Whether an operator serves for good or for a time."""

    LONG = "long", _("长期")
    SHORT = "short", _("短期")


class SecretKind(TextChoices):
    """What a sealed secret is."""

    APP_SECRET = "app_secret", "AppSecret"
    PASSWORD = "password", _("登录密码")
    ACCESS_TOKEN = "access_token", "access_token"
    CALLBACK_KEY = "callback_key", "EncodingAESKey"
    CALLBACK_TOKEN = "callback_token", _("消息推送 Token")


# A replaced one is still accepted for a while: the platform goes on using it until it is entered there (wechat.md 12.4).
KEEPS_PREVIOUS = frozenset({SecretKind.CALLBACK_KEY, SecretKind.CALLBACK_TOKEN})
PREVIOUS_FOR = timedelta(days=7)


USUAL_HOLDERS = 3  # where a rulebook sets no number (security.md SE3)
MOST_HOLDERS = 9  # whatever a rulebook says: what more people share is no secret


class CapabilityState(TextChoices):
    """What a probe found (platform page §2: never assume, probe)."""

    UNKNOWN = "unknown", _("未检测")
    GRANTED = "granted", _("可用")
    REFUSED = "refused", _("未授权")
    BANNED = "banned", _("被封禁")


class ConnectionEnd(TextChoices):
    """Why an account's authorisation is over."""

    EXPIRED = "expired", _("已到期")
    REFUSED = "refused", _("平台不再接受")
    DISCONNECTED = "disconnected", _("已断开")
