"""Forms of leaving the system."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guanhao.removal.types import MOST_REASON
from guanhao.web.fields import Paragraph, Words
from guanhao.web.forms.styled import StyledForm


class RemovalForm(StyledForm):
    """退出本系统: why, and the full name, so that nobody does it in passing."""

    reason = Paragraph(label=_("退出的理由"), max_length=MOST_REASON, help_text=_("本单位所有人都会看到。"))
    name = Words(label=_("单位全称"), max_length=100, help_text=_("照原样填写，以示确认。"))
