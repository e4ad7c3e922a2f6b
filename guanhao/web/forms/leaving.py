"""Forms of leaving the system, and of how long the ledger is kept."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from guanhao.ledger.types import LEAST_MONTHS, MOST_MONTHS
from guanhao.removal.types import MOST_REASON
from guanhao.web.fields import Paragraph, Words
from guanhao.web.forms.styled import StyledForm


class RemovalForm(StyledForm):
    """退出本系统: why, and the full name, so that nobody does it in passing."""

    reason = Paragraph(label=_("退出的理由"), max_length=MOST_REASON, help_text=_("本单位所有人都会看到。"))
    name = Words(label=_("单位全称"), max_length=100, help_text=_("照原样填写，以示确认。"))


class PeriodForm(StyledForm):
    """更改台账留存期限."""

    months = forms.IntegerField(
        label=_("留存期限（月）"),
        min_value=LEAST_MONTHS,
        max_value=MOST_MONTHS,
        help_text=_("不少于 6 个月；一般为 36 个月。"),
    )
    reason = Paragraph(label=_("理由"), max_length=MOST_REASON)
