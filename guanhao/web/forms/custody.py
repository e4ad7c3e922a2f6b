"""Forms of custody: a holder, a look, an attestation, an emergency, a leak. None of them carries a secret."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from guanhao.custody.types import REVEALABLE
from guanhao.people.models import Person
from guanhao.registry.types import SecretKind
from guanhao.web.fields import PersonChoice
from guanhao.web.forms.styled import StyledForm, choices_of

_LONGEST = 300


class HolderForm(StyledForm):
    """Who gets a slot."""

    person = PersonChoice(label=gettext_lazy("人员"))

    def __init__(self, people: QuerySet[Person], data: Any = None) -> None:
        super().__init__(data)
        self.fields["person"].queryset = people  # type: ignore[attr-defined] # Django's documented way.


class LookForm(StyledForm):
    """Which secret, and why."""

    kind = forms.ChoiceField(label=gettext_lazy("种类"))
    reason = forms.CharField(
        label=gettext_lazy("事由"),
        max_length=_LONGEST,
        help_text=gettext_lazy("写明为什么要看，例如“到公众平台后台修改头像”。会记入台账。"),
    )

    def __init__(self, kinds: list[str], data: Any = None) -> None:
        super().__init__(data)
        offered = [SecretKind(kind) for kind in kinds if SecretKind(kind) in REVEALABLE]
        choices_of(self, "kind", [(kind.value, kind.label) for kind in offered])


class LeakForm(StyledForm):
    """What happened."""

    reason = forms.CharField(label=gettext_lazy("情况说明"), max_length=_LONGEST)


class StatementForm(StyledForm):
    """What the second person saw."""

    statement = forms.CharField(
        label=gettext_lazy("确认内容"),
        max_length=_LONGEST,
        help_text=gettext_lazy("例如“已用新密码登录，旧密码提示错误”。"),
    )
