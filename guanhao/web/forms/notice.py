"""The form of the privacy notice: what the institution adds to the text that follows from the register."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guanhao.privacy.noticing import MOST_CONTACT, MOST_WORDS
from guanhao.web.fields import Paragraph, Words
from guanhao.web.forms.styled import StyledForm


class NoticeForm(StyledForm):
    """The institution's own words."""

    contact = Words(
        label=_("联系方式"),
        max_length=MOST_CONTACT,
        help_text=_("谁负责个人信息的问题，怎样联系：部门、电话、邮箱。"),
    )
    words = Paragraph(label=_("补充说明"), required=False, max_length=MOST_WORDS, help_text=_("可以留空。"))
