"""The scan of a signed or sealed paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanhao.cases.models import Step
from guanhao.web.forms.styled import StyledForm, choices_of
from guanhao.web.viewer import said_of


class PaperForm(StyledForm):
    """A PDF or a picture, and which signatures and seals are on it."""

    file = forms.FileField(
        label=_("签章后的扫描件"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.webp"}),
        help_text=_("PDF 或照片，20 MB 以内。上传后不能更换，只能再添一份。"),
    )
    covers = forms.MultipleChoiceField(label=_("上面有"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, steps: list[Step], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"covers": [step.key for step in steps]})
        choices_of(self, "covers", [(step.key, said_of(step, "title")) for step in steps])
