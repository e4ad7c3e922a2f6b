"""Forms of a handover: who takes a line on, a signature."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.people.models import Person
from guanhao.web.fields import PersonChoice
from guanhao.web.forms.styled import StyledForm


class HeirForm(StyledForm):
    """One line of the checklist and who takes it on."""

    item = forms.CharField(max_length=40, widget=forms.HiddenInput)
    person = PersonChoice(label=gettext_lazy("接手人"))

    def __init__(self, leaver: Person, data: Any = None) -> None:
        super().__init__(data)
        others = Person.objects.active().exclude(pk=leaver.pk).order_by("name", "pk")
        self.fields["person"].queryset = others  # type: ignore[attr-defined]


class SignForm(StyledForm):
    """A word beside the signature; needed where one signs for somebody who is not there."""

    note = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("写明为什么由办公室代签。"),
    )
