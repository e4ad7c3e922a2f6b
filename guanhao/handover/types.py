"""Words of handing over: what a person can leave behind, and the lines of the checklist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from guanhao.core.text import Text


class ItemKind(TextChoices):
    """What somebody who leaves holds, owes, answers for or has in hand."""

    FIRST_RESPONSIBLE = "responsible", _("第一责任人")
    LEADER = "leader", _("主管领导")
    MANAGER = "manager", _("日常管理员")
    BOUND = "bound", _("平台绑定的管理员")
    OPERATOR = "operator", _("运营者")
    HOLDER = "holder", _("密钥保管人")
    POST = "post", _("任职")
    STEP = "step", _("待办环节")
    DUTY = "duty", _("待办义务")
    ARTICLE = "article", _("在手稿件")
    PUSH = "push", _("排定的推送")
    CONNECTION = "connection", _("平台授权")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. ``row`` is what it is about; ``takes_heir`` whether one can be named, ``needs`` whether one must."""

    kind: ItemKind
    key: int
    title: Text
    row: Any
    note: Text
    takes_heir: bool = False
    needs: bool = False

    @property
    def name(self) -> str:
        """What the line is called in forms and rows."""
        return f"{self.kind}:{self.key}"
