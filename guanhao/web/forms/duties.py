"""Forms of duties: what was done, why it is waived."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.web.forms.styled import StyledForm


class ReportForm(StyledForm):
    """What was done, and where it can be seen."""

    note = forms.CharField(
        label=gettext_lazy("办理情况"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    link = forms.URLField(
        label=gettext_lazy("链接"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("能看到结果的网址；转发评论必须填写。"),
    )


class WaiveForm(StyledForm):
    """Why a duty is waived."""

    reason = forms.CharField(
        label=gettext_lazy("免除理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
