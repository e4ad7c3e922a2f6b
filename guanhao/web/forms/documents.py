"""Forms about official forms."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from guanhao.web.forms.styled import StyledForm


class TemplateForm(StyledForm):
    """A Word file with fields in double braces."""

    file = forms.FileField(
        label=_("Word 模板"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        help_text=_("docx，5 MB 以内。字段写在双花括号里，字段名见下表。"),
    )
