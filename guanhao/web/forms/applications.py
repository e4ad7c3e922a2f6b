"""Forms about applications: choosing what to apply for, and the fields of the paper as the rulebook has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhao.applications import filling
from guanhao.applications.checks import Finding
from guanhao.applications.matters import Matter
from guanhao.applications.types import Entry
from guanhao.registry.models import Account
from guanhao.rulebook.vocabulary import FieldType, Meaning
from guanhao.web.fields import OneOf
from guanhao.web.forms.styled import StyledForm, choices_of
from guanhao.web.viewer import said

_INPUTS = {FieldType.DATE: "date", FieldType.NUMBER: "number", FieldType.PHONE: "tel"}


class BeginForm(StyledForm):
    """What is applied for, in which unit's name, about which account."""

    act = forms.ChoiceField(
        label=gettext_lazy("申请事项"), help_text=gettext_lazy("按制度有审批流程的事项。")
    )
    unit = forms.ChoiceField(label=gettext_lazy("以哪个单位的名义"))
    account: forms.ModelChoiceField[Account] = forms.ModelChoiceField(
        label=gettext_lazy("账号"),
        queryset=None,
        required=False,
        widget=OneOf,
        empty_label=gettext_lazy("新账号（尚未在册）"),
        help_text=gettext_lazy("开通和登记不选；变更、关闭等请选择账号。"),
    )

    def __init__(
        self,
        kinds: Iterable[tuple[str, str]],
        units: Iterable[tuple[str, str]],
        accounts: Any,
        data: Any = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        choices_of(self, "act", list(kinds))
        choices_of(self, "unit", list(units))
        account = self.fields["account"]
        assert isinstance(account, forms.ModelChoiceField)
        account.queryset = accounts


class FillForm(forms.Form):
    """The fields of one application. A draft may be incomplete, so nothing is demanded here; handing in asks."""

    use_required_attribute = False

    def __init__(self, matter: Matter, data: Any = None) -> None:
        entries = filling.entries_of(matter)
        super().__init__(data, initial={entry.key: _initial(entry, matter) for entry in entries})
        for entry in entries:
            self.fields[entry.key] = _field(entry)
        self.office = {entry.key for entry in entries if entry.office}
        self.on_paper = [entry.key for entry in entries if entry.printed]
        self.beside = [entry.key for entry in entries if not entry.printed]

    def tell(self, findings: Iterable[Finding]) -> None:
        """Show what stops it at its fields."""
        self.full_clean()
        self.errors.clear()
        for one in findings:
            self.add_error(one.field if one.field in self.fields else None, said(one.says))

    def paper_fields(self) -> list[tuple[forms.BoundField, bool]]:
        """The fields that stand on the paper, in its order, each with whether it is the office's."""
        return [(self[key], key in self.office) for key in self.on_paper]

    def beside_fields(self) -> list[forms.BoundField]:
        """What the register has to know beside the paper."""
        return [self[key] for key in self.beside]


class DoneForm(StyledForm):
    """What whoever carries out a step says came of it. Its fields stand inside the decision's form."""

    handle = forms.CharField(
        label=gettext_lazy("账号标识（微信号、UID 等）"), max_length=100, required=False, strip=True
    )
    address = forms.CharField(label=gettext_lazy("主页网址"), max_length=500, required=False, strip=True)
    note = forms.CharField(
        label=gettext_lazy("办理结果"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, asked: Iterable[Meaning], data: Any = None) -> None:
        super().__init__(data, prefix="done")
        wanted = {one.value for one in asked}
        for name in ("handle", "address"):
            if name not in wanted:
                del self.fields[name]


def _initial(entry: Entry, matter: Matter) -> str:
    if entry.given:
        return filling.given_value(entry, matter)
    return "" if entry.office else str(matter.working.get(entry.key, ""))


def _field(entry: Entry) -> forms.Field:
    locked = entry.given or entry.office
    field = _choice(entry) if entry.choices and not locked else _text(entry)
    field.label = said(entry.title)
    field.required = entry.required and not locked  # marked so; handing in asks, saving a draft does not
    field.disabled = locked
    field.help_text = _help(entry)
    return field


def _help(entry: Entry) -> str:
    if entry.office:
        return _("由备案部门填写。")
    return _("自动填写。") if entry.given else ""


def _choice(entry: Entry) -> forms.Field:
    options = [(value, said(label)) for value, label in entry.choices]
    widget = OneOf(attrs={"class": "form-select"})
    return forms.ChoiceField(choices=[("", _("请选择")), *options], widget=widget)


def _text(entry: Entry) -> forms.Field:
    attrs = {"class": "form-control"}
    if entry.type is FieldType.LONG_TEXT or entry.means in {Meaning.BEFORE, Meaning.AFTER}:
        return forms.CharField(max_length=filling.LONGEST, widget=forms.Textarea(attrs=attrs | {"rows": "3"}))
    kind = "text" if entry.given or entry.office else _INPUTS.get(entry.type, "text")
    return forms.CharField(max_length=filling.LONGEST, widget=forms.TextInput(attrs=attrs | {"type": kind}))
