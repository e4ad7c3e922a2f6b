"""Forms of sightings: a file of names, a decision."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.watch.types import SightingState
from guanhao.web.forms.styled import StyledForm


class NamesFileForm(StyledForm):
    """Names found on platforms."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy(
            "Excel、CSV（要有“名称”一列，可有“平台”“账号”“链接”）或文本（一行一个名称）。"
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


class DecideForm(StyledForm):
    """What a sighting is, and why."""

    state = forms.ChoiceField(label=gettext_lazy("认定"), choices=SightingState.choices)
    note = forms.CharField(label=gettext_lazy("依据或说明"), max_length=500, required=False)
