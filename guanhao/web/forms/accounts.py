"""Forms about accounts. A secret is written, never shown again."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.registry.types import SecretKind
from guanhao.web.forms.styled import StyledForm


class SecretForm(StyledForm):
    """A new value of a secret; what was typed is not sent back to the page, not even after an error."""

    kind = forms.ChoiceField(label=gettext_lazy("种类"), choices=SecretKind.choices)
    value = forms.CharField(
        label=gettext_lazy("新值"),
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("保存后加密存放，任何页面都不再显示。"),
    )
