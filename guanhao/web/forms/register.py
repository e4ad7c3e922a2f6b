"""Forms of the register: an account's particulars, its operators, and the steps of its life."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhao.core import clock
from guanhao.people.models import Person, Unit
from guanhao.registry import kinds
from guanhao.registry.models import Account
from guanhao.registry.moves import Given
from guanhao.rulebook.types import Transition
from guanhao.web.fields import Choice, Day, File, Paragraph, PersonChoice, Tick, UnitChoice, Words
from guanhao.web.forms.styled import StyledForm, choices_of
from guanhao.web.viewer import Viewer, said

PERSONS = ("first_responsible", "supervising_leader", "manager", "bound_administrator")
PICTURES = ("qr", "avatar")


class ParticularsForm(StyledForm):
    """What the register says of an account; which of it the platform's kind needs is marked and asked for on filing."""

    name = Words(label=gettext_lazy("名称"), max_length=100)
    kind = Choice(label=gettext_lazy("账号类型"), required=False)
    handle = Words(label=gettext_lazy("账号标识"), required=False, max_length=100)
    address = forms.URLField(
        label=gettext_lazy("网址"), required=False, max_length=500, assume_scheme="https"
    )
    owner_unit = UnitChoice(label=gettext_lazy("单位"))
    flagship = Tick(label=gettext_lazy("校级主账号"), required=False)
    tier = forms.IntegerField(label=gettext_lazy("层级"), min_value=0, max_value=9, initial=1)
    first_responsible = PersonChoice(label=gettext_lazy("第一责任人"), required=False)
    supervising_leader = PersonChoice(label=gettext_lazy("主管领导"), required=False)
    manager = PersonChoice(label=gettext_lazy("日常管理人"), required=False)
    bound_administrator = PersonChoice(
        label=gettext_lazy("平台绑定管理员"),
        required=False,
        help_text=gettext_lazy("平台上以其手机或微信绑定为管理员的人。"),
    )
    opened_on = Day(label=gettext_lazy("开通日期"), required=False)
    purpose = Paragraph(label=gettext_lazy("用途"), required=False, max_length=500)
    audience = Words(label=gettext_lazy("面向人群"), required=False, max_length=200)
    qr = File(label=gettext_lazy("二维码"), required=False)
    avatar = File(label=gettext_lazy("头像"), required=False)

    def __init__(self, viewer: Viewer, platform: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.active().order_by("name", "pk")
        for name in PERSONS:
            self.fields[name].queryset = people  # type: ignore[attr-defined] # a model choice.
        self.fields["owner_unit"].queryset = Unit.objects.open()  # type: ignore[attr-defined] # as above.
        known = kinds.platforms(viewer.rulebook).get(platform)
        offered = [(key, said(word.title)) for key, word in (known.kinds if known else {}).items()]
        choices_of(self, "kind", [("", _("不清楚")), *offered])
        self.fields["handle"].label = said(kinds.handle_title(known))
        for one in known.needs if known else ():
            if one.value in self.fields:
                self.fields[one.value].help_text = _("备案时必填。")

    def identity(self) -> list[forms.BoundField]:
        """What the account is."""
        names = ("name", "kind", "handle", "address", "owner_unit", "flagship", "tier", "opened_on")
        return [self[name] for name in names]

    def people(self) -> list[forms.BoundField]:
        """Who answers for it."""
        return [self[name] for name in PERSONS]

    def others(self) -> list[forms.BoundField]:
        """What it is for, and how it looks."""
        return [self[name] for name in ("purpose", "audience", *PICTURES)]

    def given(self) -> dict[str, Any]:
        """The particulars as the action takes them; pictures are stored by the view."""
        return {name: value for name, value in self.cleaned_data.items() if name not in PICTURES}


def values_of(account: Account) -> dict[str, Any]:
    """What the form shows of an account as it stands."""
    return {name: getattr(account, name) for name in ParticularsForm.base_fields if name not in PICTURES}


class PlatformForm(StyledForm):
    """On which platform the new account is; historical ones are only for what was."""

    platform = Choice(label=gettext_lazy("平台"))

    def __init__(self, viewer: Viewer, data: Any = None) -> None:
        super().__init__(data)
        known = kinds.platforms(viewer.rulebook)
        ours = [(key, _labelled(said(word.title), word.historical)) for key, word in known.items()]
        choices_of(self, "platform", ours)


def _labelled(title: str, historical: bool) -> str:
    return _("%s（已停止服务）") % title if historical else title


class OperatorForm(StyledForm):
    """Who runs the account from now on, and until when where the term is short."""

    person = PersonChoice(label=gettext_lazy("人员"))
    until = Day(label=gettext_lazy("任期至"), required=False, help_text=gettext_lazy("长期任职的不填。"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["person"].queryset = Person.objects.active().order_by("name", "pk")  # type: ignore[attr-defined]


class StepForm(StyledForm):
    """What is said with a step of an account's life: only what the step asks for."""

    reason = Words(label=gettext_lazy("原因"), max_length=300, required=False)
    proof = Words(
        label=gettext_lazy("证明"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("平台回执的编号、网址或存档位置。"),
    )
    on = Day(label=gettext_lazy("日期"), required=False)
    until = Day(label=gettext_lazy("认证有效期至"), required=False)

    def __init__(self, step: Transition, data: Any = None) -> None:
        super().__init__(data, prefix=None, auto_id=f"id_{step.key}_%s", initial={"on": clock.today()})
        if not step.needs_proof:
            del self.fields["proof"]
        if not any(effect.value == "verify" for effect in step.effects):
            del self.fields["until"]
        self.fields["reason"].required = step.needs_reason

    def given(self) -> Given:
        """What was said, as the action takes it."""
        return Given(**{name: value for name, value in self.cleaned_data.items() if value})
