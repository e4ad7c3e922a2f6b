"""Forms of annual inspections: opening a round, the self-report, failing without a review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanhao.inspections.checks import LONGEST
from guanhao.rulebook.types import FormField
from guanhao.rulebook.vocabulary import FieldType
from guanhao.web.forms.styled import StyledForm
from guanhao.web.viewer import said

_DAY = forms.DateInput(attrs={"type": "date"})


class RoundForm(StyledForm):
    """The year, and days of one's own where the rulebook's do not suit."""

    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    opens_on = forms.DateField(label=_("开始日"), required=False, widget=_DAY, help_text=_("不填按制度。"))
    closes_on = forms.DateField(label=_("截止日"), required=False, widget=_DAY, help_text=_("不填按制度。"))


class FailForm(StyledForm):
    """Why an account that sent or mended nothing has failed."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class ReportForm(StyledForm):
    """The fields of the regulation's own form that the unit fills in. What lacks is said by the domain, on sending."""

    def __init__(self, fields: list[FormField], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, prefix="report")
        for one in fields:
            self.fields[one.key] = _field(one)

    def data_by_field(self) -> dict[str, str]:
        """What was typed, by field of the regulation's form, whether it holds or not: the domain says what lacks."""
        return {key: str(self.data.get(self.add_prefix(key), "")) for key in self.fields}


def _field(one: FormField) -> forms.Field:
    title = said(one.title)
    if one.type is FieldType.CHOICE:
        options = [("", "—"), *((choice.zh, said(choice)) for choice in one.choices)]
        return forms.ChoiceField(label=title, required=False, choices=options)
    widget: forms.Widget = forms.TextInput()
    if one.type is FieldType.LONG_TEXT:
        widget = forms.Textarea(attrs={"rows": 5})
    elif one.type is FieldType.NUMBER:
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
    elif one.type is FieldType.DATE:
        widget = forms.DateInput(attrs={"type": "date"})
    help_text = "" if one.required else _("可以不填。")
    return forms.CharField(
        label=title, required=False, max_length=LONGEST, widget=widget, help_text=help_text
    )
