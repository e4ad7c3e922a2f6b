"""Words of the approval engine."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from guanhao.core.text import Text

AUTHOR = "author"  # in a rulebook: whoever made what is decided; a return to the author ends the case


class CaseState(TextChoices):
    """Where a case stands."""

    OPEN = "open", _("办理中")
    APPROVED = "approved", _("已同意")
    RETURNED = "returned", _("已退回")
    REJECTED = "rejected", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


class StepState(TextChoices):
    """Where a step stands."""

    WAITING = "waiting", _("未到")
    CURRENT = "current", _("待办")
    HELD = "held", _("暂缓")
    PASSED = "passed", _("已办")
    RETURNED = "returned", _("已退回")
    REJECTED = "rejected", _("不同意")
    SKIPPED = "skipped", _("已略过")


class Verdict(TextChoices):
    """What a person may decide at a step."""

    APPROVE = "approve", _("同意")
    RETURN = "return", _("退回修改")
    HOLD = "hold", _("暂缓")
    REJECT = "reject", _("不同意")


class BarredWhy(TextChoices):
    """Why a person cannot approve a case (AP3)."""

    WROTE = "wrote", _("撰写")
    EDITED = "edited", _("修改")
    IMPORTED = "imported", _("导入")
    SUBMITTED = "submitted", _("提交")


def in_both(label: Promise | str) -> Text:
    """A translatable label in both languages, for sentences that are read later or by others than the one asking."""
    with override("zh-hans"):
        zh = str(label)
    with override("en"):
        return Text(zh=zh, en=str(label))
