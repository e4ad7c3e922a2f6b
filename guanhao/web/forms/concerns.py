"""Forms of what people bring: a concern, a unit's operating rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.web.forms.styled import StyledForm, choices_of


class ConcernForm(StyledForm):
    """What is brought up, and with whom."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    unit = forms.ChoiceField(label=gettext_lazy("涉及单位"))
    account = forms.ChoiceField(label=gettext_lazy("涉及账号"), required=False)
    words = forms.CharField(
        label=gettext_lazy("情况"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("写清楚时间、位置和现象；不要写密码。"),
    )

    def __init__(self, *args: Any, kinds: Any, units: Any, accounts: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices_of(self, "kind", kinds)
        choices_of(self, "unit", units)
        choices_of(self, "account", accounts)


class RulesForm(StyledForm):
    """A unit's operating rules as a file."""

    unit = forms.ChoiceField(label=gettext_lazy("单位"))
    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("PDF、Word 或图片；加盖公章的扫描件也可以。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.png,.jpg,.jpeg"}),
    )

    def __init__(self, *args: Any, units: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices_of(self, "unit", units)
