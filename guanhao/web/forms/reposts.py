"""Asking for reposts by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.web.forms.styled import StyledForm, choices_of


class CallForm(StyledForm):
    """Which push is to be passed on, and by which accounts; all are chosen to begin with."""

    job = forms.ChoiceField(label=gettext_lazy("推送"), help_text=gettext_lazy("最近发布的推送。"))
    accounts = forms.MultipleChoiceField(
        label=gettext_lazy("由哪些账号转发"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("已布置过的和发布的账号自己不会重复布置；期限按制度计算。"),
    )

    def __init__(self, data: Any = None, *, jobs: Any, accounts: Any) -> None:
        super().__init__(data, initial={"accounts": [key for key, _label in accounts]})
        choices_of(self, "job", jobs)
        choices_of(self, "accounts", accounts)
