"""Forms about accounts. A secret is written, never shown again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.registry.applications import WEIBO, Particulars
from guanhao.registry.models import Account
from guanhao.registry.types import SecretKind
from guanhao.web.forms.styled import StyledForm, choices_of


def secret_kinds(platform: str) -> list[SecretKind]:
    """Which secrets an account of a platform has; Weibo's tokens come by consent, never by typing."""
    return [SecretKind.PASSWORD] if platform == WEIBO else list(SecretKind)


class SecretForm(StyledForm):
    """A new value of a secret; what was typed is not sent back to the page, not even after an error."""

    kind = forms.ChoiceField(label=gettext_lazy("种类"))
    value = forms.CharField(
        label=gettext_lazy("新值"),
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("保存后加密存放；此后只有保管人能凭事由一次性查看。"),
    )

    def __init__(self, platform: str, data: Any = None) -> None:
        super().__init__(data)
        choices_of(self, "kind", [(kind.value, kind.label) for kind in secret_kinds(platform)])


class AppForm(StyledForm):
    """The institution's Weibo app as its console shows it; an empty secret keeps the one that is set."""

    key = forms.CharField(label=gettext_lazy("App Key"), max_length=40, strip=True)
    secret = forms.CharField(
        label=gettext_lazy("App Secret"),
        max_length=500,
        required=False,
        strip=True,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("保存后加密存放，任何页面都不再显示；留空则不改。"),
    )
    redirect_uri = forms.CharField(
        label=gettext_lazy("授权回调页"),
        max_length=500,
        help_text=gettext_lazy("须与微博开放平台“高级信息”中填写的完全一致。"),
    )
    safe_domains = forms.CharField(
        label=gettext_lazy("安全域名"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "每行一个。微博要求正文含有其中之一的链接，本系统为每条微博附上自己的查证链接。"
        ),
    )
    reviewed = forms.BooleanField(
        label=gettext_lazy("应用已通过微博审核"),
        required=False,
        help_text=gettext_lazy("未通过审核前，发出的微博只有测试账号看得到。"),
    )
    may_delete = forms.BooleanField(
        label=gettext_lazy("微博已授予删除接口（statuses/destroy）"), required=False
    )

    def given(self) -> Particulars:
        """What was typed, as the action takes it."""
        values = self.cleaned_data
        domains = tuple(values["safe_domains"].replace(",", "\n").replace("，", "\n").split())
        return Particulars(**{**values, "safe_domains": domains})


class SendingForm(StyledForm):
    """Of what kind an account is and whether its mass sends wait for an administrator, as its console shows it."""

    kind = forms.ChoiceField(label=gettext_lazy("账号类型"), required=False)
    mass_protection = forms.TypedChoiceField(
        label=gettext_lazy("API 群发保护"),
        required=False,
        coerce=lambda value: value == "yes",
        empty_value=None,
        choices=[
            ("", gettext_lazy("不清楚")),
            ("yes", gettext_lazy("已开启")),
            ("no", gettext_lazy("未开启")),
        ],
        help_text=gettext_lazy("在公众平台的安全设置里查看。开启后，每次群发须管理员在微信上确认。"),
    )

    def __init__(self, kinds: list[tuple[str, str]], account: Account, data: Any = None) -> None:
        protection = {True: "yes", False: "no", None: ""}[account.mass_protection]
        super().__init__(data, initial={"kind": account.kind, "mass_protection": protection})
        choices_of(self, "kind", [("", gettext_lazy("不清楚")), *kinds])
