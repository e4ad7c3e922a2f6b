"""What a decision page sends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.cases.saying import Saying
from guanhao.cases.types import Verdict
from guanhao.web.forms.styled import StyledForm, choices_of
from guanhao.web.viewer import Viewer, said
from guanhao.web.work import access


class DecisionForm(StyledForm):
    """The form posts the digest of what was read (AP1); ticked items arrive as ``check``."""

    digest = forms.CharField(max_length=80, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(choices=Verdict.choices)
    opinion = forms.CharField(
        label=gettext_lazy("意见"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("退回、暂缓或不同意时必填。"),
    )
    acting_for = forms.IntegerField(required=False, widget=forms.HiddenInput)
    combine = forms.BooleanField(required=False)

    def saying(self, data: Any) -> Saying:
        """What a valid form says; ``data`` is the request's, for the ticked items."""
        values = self.cleaned_data
        return Saying(
            digest=values["digest"],
            verdict=Verdict(values["verdict"]),
            opinion=values["opinion"],
            checklist=dict.fromkeys(data.getlist("check"), True),
            acting_for=access.principal(values["acting_for"]),
            combine=values["combine"],
        )


class ErrorForm(StyledForm):
    """An error a reviewer marks by hand. Its fields stand inside the decision's form and name their own."""

    quote = forms.CharField(label=gettext_lazy("错在哪里（引原文）"), max_length=200)
    note = forms.CharField(label=gettext_lazy("错在什么、应为什么"), max_length=500, required=False)
    severity = forms.ChoiceField(label=gettext_lazy("程度"), required=False)

    def __init__(self, viewer: Viewer, data: Any = None) -> None:
        super().__init__(data, auto_id="error_%s")
        known = viewer.rulebook.severities
        if known:
            choices_of(
                self, "severity", [("", "—"), *((key, said(word.title)) for key, word in known.items())]
            )
        else:
            del self.fields["severity"]
        for field in self.fields.values():
            field.widget.attrs["form"] = "mark-error"
