"""Words of articles, revisions, findings and pushes."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ArticleState(TextChoices):
    """Where an article (稿件) stands. Publishing states live on the push and its job."""

    DRAFT = "draft", _("草稿")
    IN_REVIEW = "in_review", _("审批中")
    RETURNED = "returned", _("退回修改")
    APPROVED = "approved", _("已通过")
    SCHEDULED = "scheduled", _("已排期")
    PUBLISHED = "published", _("已发布")
    REJECTED = "rejected", _("不采用")
    WITHDRAWN = "withdrawn", _("已撤回")


class Following(TextChoices):
    """How an article follows one that was published."""

    CORRECTION = "correction", _("更正")
    AGAIN = "again", _("重发")


class ContributorKind(TextChoices):
    """In whose name an article is offered; rulebooks select on it."""

    OFFICE = "office", _("主管部门")
    UNIT = "unit", _("单位")
    STAFF = "staff", _("教职工个人")
    STUDENT = "student", _("学生个人")


class Stage(TextChoices):
    """When checks run."""

    SUBMIT = "submit", _("提交")
    REVIEW = "review", _("审核")
    SCHEDULE = "schedule", _("排期")
    SEND = "send", _("发送")


class Force(TextChoices):
    """What a finding does."""

    BLOCK = "block", _("必须处理")
    WARN = "warn", _("请确认")
    HINT = "hint", _("提示")


class FindingState(TextChoices):
    """What became of a finding."""

    OPEN = "open", _("待处理")
    FIXED = "fixed", _("已改正")
    OVERRIDDEN = "overridden", _("已放行")
    IGNORED = "ignored", _("已忽略")
    ALLOWED = "allowed", _("不是错误")


class AssetKind(TextChoices):
    """What a stored file is for."""

    IMAGE = "image", _("图片")
    DOCUMENT = "document", _("文档")


class AttachmentKind(TextChoices):
    """Why a file hangs on an article."""

    AUTHORISATION = "authorisation", _("授权文件")
    SEALED_PAPER = "sealed_paper", _("签章件")
    OTHER = "other", _("其他附件")


class Channel(TextChoices):
    """How a push goes out."""

    WECHAT_PUBLISH = "wechat_publish", _("微信发布（不通知粉丝）")
    WECHAT_MASS = "wechat_mass", _("微信群发")
    WEIBO = "weibo", _("微博")
    BY_HAND = "by_hand", _("手工发布")


class PushState(TextChoices):
    """Where a push stands in the plan; the job has the technical states."""

    PLANNED = "planned", _("已排期")
    SENDING = "sending", _("发送中")
    ASK = "ask", _("待人工确认")
    PUBLISHED = "published", _("已发布")
    REJECTED = "rejected", _("被平台拒绝")
    CANCELLED = "cancelled", _("已取消")
    REMOVED = "removed", _("已删除")


class RescreeningState(TextChoices):
    """Where a re-screening of what was published stands."""

    RUNNING = "running", _("进行中")
    PAUSED = "paused", _("已暂停")
    DONE = "done", _("已完成")
    STOPPED = "stopped", _("已停止")
