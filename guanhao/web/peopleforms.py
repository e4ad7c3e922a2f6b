"""Forms about people, units and delegations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guanhao.people.models import Person
from guanhao.web.fields import Moment, PersonChoice, Words


class DelegationForm(forms.Form):
    """Who decides for me, from when to when, and why."""

    deputy = PersonChoice(
        label=_("受托人"), help_text=_("须是在用人员；受托人以您的名义办理，记录上写明代办。")
    )
    since = Moment(label=_("自"))
    until = Moment(label=_("至"))
    reason = Words(label=_("事由"), required=False, max_length=200)

    def __init__(self, *args: Any, deputies: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined] # the choices are the viewer's tenant's (TN2).

    def terms(self) -> dict[str, Any]:
        """The cleaned values as the action takes them."""
        return dict(self.cleaned_data)
