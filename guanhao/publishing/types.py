"""Words of publishing (security §2)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class JobState(TextChoices):
    """The states of §2.1. PUBLISHED needs the platform's evidence, never merely an accepted call."""

    PLANNED = "planned", _("待准备")
    STAGING = "staging", _("准备中")
    STAGED = "staged", _("已备好")
    ARMED = "armed", _("发送中")
    ACCEPTED = "accepted", _("平台处理中")
    WAITING_CONFIRM = "confirming", _("待管理员确认")
    PUBLISHED = "published", _("已发布")
    REMOVED = "removed", _("已删除")
    REJECTED = "rejected", _("被拒绝")
    UNKNOWN = "unknown", _("结果未知")
    ASK = "ask", _("待人工确认")
    CANCELLED = "cancelled", _("已取消")


class EffectClass(TextChoices):
    """§2.2: retry policy follows the class, not the code path."""

    INVISIBLE = "I", "I"
    KEYED = "Q", "Q"
    PUBLIC = "P", "P"
    REMOVAL = "R", "R"


class Outcome(TextChoices):
    """§2.5: how an answer is classified."""

    PENDING = "pending", _("未有结果")
    DONE = "done", _("成功")
    NOT_SENT = "not_sent", _("未发出")
    UNKNOWN = "unknown", _("结果未知")
    REFUSED = "refused", _("被拒绝")
    REFUSED_TOKEN = "refused_token", _("凭证失效")
    REFUSED_LATER = "refused_later", _("稍后再试")


class AskWhy(TextChoices):
    """§2.7: why a person is asked."""

    NOT_FOUND = "not_found", _("结果未知，核对未找到")
    SEVERAL = "several", _("核对到多条")
    DRAFT_CHANGED = "draft_changed", _("平台草稿被改动或不见")
    WINDOW_MISSED = "window_missed", _("错过推送时间")
    RESTORED = "restored", _("数据恢复后待确认")
    CONTENT = "content", _("平台因内容拒绝")
    BY_HAND = "by_hand", _("待手工发布")
    ALLOWANCE = "allowance", _("群发次数已用完")
    NOT_CONFIRMED = "not_confirmed", _("管理员未确认群发")
    KEY_OLD = "key_old", _("结果未知，已不能凭编号核对")


class Occasion(TextChoices):
    """What the time alone brings to mind about a job."""

    HAND_DUE = "hand_due", _("手工发布到时间")
    HAND_MISSED = "hand_missed", _("手工发布错过时间")
    HAND_LATE = "hand_late", _("手工发布长时间未处理")
    OVERDUE = "overdue", _("到时间未开始发送")
    UNKNOWN = "unknown", _("结果长时间未知")
    ASK_LATE = "ask_late", _("待确认长时间未处理")
    CONFIRM = "confirm", _("群发待管理员确认")
    REFUSED_LATE = "refused_late", _("被拒绝后长时间未修改")
    WITHDRAW_UNDECIDED = "withdraw_asked", _("撤回长时间无人决定")
    WITHDRAW_BY_HAND = "withdraw_hand", _("长时间未手工删除")


class WithdrawalState(TextChoices):
    """Where a withdrawal stands."""

    ASKED = "asked", _("等另一人同意")
    ORDERED = "ordered", _("正在撤回")
    BY_HAND = "by_hand", _("待手工删除")
    DONE = "done", _("已撤回")
    DROPPED = "dropped", _("不撤回")


class LookVerdict(TextChoices):
    """What one look showed."""

    FOUND = "found", _("已找到")
    NOT_FOUND = "not_found", _("未找到")
    SEVERAL = "several", _("找到多条")
    INCONCLUSIVE = "inconclusive", _("无法判断")
    DIFFERENT = "different", _("内容不同")


class Answered(TextChoices):
    """What a person may answer on the ask page (§2.7)."""

    PUBLISHED = "published", _("已发出")
    RESEND = "resend", _("确认未发出，重发")
    GIVE_UP = "give_up", _("放弃")
