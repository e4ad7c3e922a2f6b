"""Forms about publishing: an answer to what the machine cannot know, a report by hand, a stop."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from guanhao.publishing.types import Answered
from guanhao.registry.models import Account
from guanhao.web.fields import OneOf
from guanhao.web.forms.choices import offerable_accounts
from guanhao.web.forms.styled import StyledForm

MOST_LINK = 1000
_PICTURES = "image/jpeg,image/png,image/webp"


def typed_links(values: Iterable[object]) -> list[str]:
    """Addresses as typed; the action judges them."""
    return [str(link).strip()[:MOST_LINK] for link in values]


class LinksForm(StyledForm):
    """Addresses in the order of the articles, a screenshot, a note. One input per article stands on the page itself."""

    screenshot = forms.FileField(
        label=gettext_lazy("截图"),
        required=False,
        help_text=gettext_lazy("没有链接时必须上传。"),
        widget=forms.FileInput(attrs={"accept": _PICTURES}),
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def links(self) -> list[str]:
        """The links as typed, one per article; the action judges them."""
        return typed_links(self.data.getlist("link") if isinstance(self.data, MultiValueDict) else [])


class PreviewForm(StyledForm):
    """To whom a push is shown before it goes out."""

    wechat_id = forms.CharField(
        label=gettext_lazy("微信号"),
        max_length=64,
        help_text=gettext_lazy("对方须已关注本公众号。填微信号，不是昵称。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class HandForm(LinksForm):
    """A report by hand; on a platform that counts notifications, whether followers were notified."""

    notified = forms.BooleanField(
        label=gettext_lazy("这次是群发（通知了粉丝）"),
        required=False,
        help_text=gettext_lazy("群发计入账号的群发次数。"),
    )

    def __init__(self, counts: bool, *args: Any) -> None:
        super().__init__(*args)
        if not counts:
            del self.fields["notified"]


class AnswerForm(LinksForm):
    """What became of a push: it is out, it is not and goes again, or it is given up (§2.7)."""

    choice = forms.ChoiceField(choices=Answered.choices)


class StopForm(StyledForm):
    """一键停发: for one account, or for all."""

    account: forms.ModelChoiceField[Account] = forms.ModelChoiceField(
        label=gettext_lazy("停哪个账号"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("全部账号"),
        widget=OneOf,
    )
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = offerable_accounts()
