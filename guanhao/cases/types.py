"""Words of the approval engine."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import override, pgettext_lazy

from guanhao.core.text import Text

AUTHOR = "author"  # in a rulebook: whoever made what is decided; a return to the author ends the case


class CaseState(TextChoices):
    """Where a case stands."""

    OPEN = "open", pgettext_lazy("state of a case", "办理中")
    APPROVED = "approved", pgettext_lazy("state of a case", "已同意")
    RETURNED = "returned", pgettext_lazy("state of a case", "已退回")
    REJECTED = "rejected", pgettext_lazy("state of a case", "不同意")
    WITHDRAWN = "withdrawn", pgettext_lazy("state of a case", "已撤回")


class StepState(TextChoices):
    """Where a step stands."""

    WAITING = "waiting", pgettext_lazy("state of a step", "未到")
    CURRENT = "current", pgettext_lazy("state of a step", "待办")
    HELD = "held", pgettext_lazy("state of a step", "暂缓")
    PASSED = "passed", pgettext_lazy("state of a step", "已办")
    RETURNED = "returned", pgettext_lazy("state of a step", "已退回")
    REJECTED = "rejected", pgettext_lazy("state of a step", "不同意")
    SKIPPED = "skipped", pgettext_lazy("state of a step", "已略过")


class Verdict(TextChoices):
    """What a person may decide at a step."""

    APPROVE = "approve", pgettext_lazy("verdict", "同意")
    RETURN = "return", pgettext_lazy("verdict", "退回修改")
    HOLD = "hold", pgettext_lazy("verdict", "暂缓")
    REJECT = "reject", pgettext_lazy("verdict", "不同意")


class BarredWhy(TextChoices):
    """Why a person cannot approve a case (AP3)."""

    WROTE = "wrote", pgettext_lazy("hand in a matter", "撰写")
    EDITED = "edited", pgettext_lazy("hand in a matter", "修改")
    IMPORTED = "imported", pgettext_lazy("hand in a matter", "导入")
    SUBMITTED = "submitted", pgettext_lazy("hand in a matter", "提交")


class PaperKind(TextChoices):
    """Which way a paper went: out of the system to be signed and sealed, or back into it as a scan."""

    PRINTED = "printed", pgettext_lazy("kind of a paper", "打印件")
    RETURNED = "returned", pgettext_lazy("kind of a paper", "签章扫描件")


def in_both(label: Promise | str) -> Text:
    """A translatable label in both languages, for sentences that are read later or by others than the one asking."""
    with override("zh-hans"):
        zh = str(label)
    with override("en"):
        return Text(zh=zh, en=str(label))
