"""Forms of the public directory and of its settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.contents.assets import MOST_PUBLIC_PICTURE
from guanhao.watch.reporting import LONGEST_NOTE
from guanhao.web.forms.styled import StyledForm, choices_of

_PICTURES = "image/jpeg,image/png,image/webp,image/gif"
_TOO_LARGE = gettext_lazy("图片超过 5 MB，请缩小后再传。")


def _small_enough(form: forms.Form) -> Any:
    file = form.cleaned_data.get("picture")
    if file and file.size > MOST_PUBLIC_PICTURE:
        raise forms.ValidationError(_TOO_LARGE)
    return file


class PictureForm(StyledForm):
    """A picture of a QR code."""

    picture = forms.FileField(
        label=gettext_lazy("二维码图片"),
        help_text=gettext_lazy("拍照或选择截图。图片只用来读取二维码，不保存。"),
        widget=forms.FileInput(attrs={"accept": _PICTURES}),
    )

    def clean_picture(self) -> Any:
        """Refuse what is too large before anything reads it."""
        return _small_enough(self)


class ReportForm(StyledForm):
    """What somebody of the public saw. Nobody is asked who they are."""

    name = forms.CharField(label=gettext_lazy("可疑账号的名称"), max_length=100)
    platform = forms.ChoiceField(label=gettext_lazy("平台"), required=False)
    handle = forms.CharField(
        label=gettext_lazy("账号标识"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("微信号、微博 UID 等，在账号的资料页上。"),
    )
    address = forms.URLField(
        label=gettext_lazy("链接"), max_length=500, required=False, assume_scheme="https"
    )
    note = forms.CharField(
        label=gettext_lazy("您看到了什么"),
        max_length=LONGEST_NOTE,
        required=False,
        help_text=gettext_lazy("例如它发布了什么、要求转账或填写个人信息。请不要写自己或他人的个人信息。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    picture = forms.FileField(
        label=gettext_lazy("截图"),
        required=False,
        help_text=gettext_lazy("JPEG、PNG、GIF 或 WebP，不超过 5 MB。保存前会去除拍摄地点等信息。"),
        widget=forms.FileInput(attrs={"accept": _PICTURES}),
    )

    def __init__(self, platforms: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "platform", [("", "—"), *platforms])

    def clean_picture(self) -> Any:
        """Refuse what is too large before anything reads it."""
        return _small_enough(self)


class DirectoryForm(StyledForm):
    """Whether the directory is open, and who may show its widget."""

    is_open = forms.BooleanField(label=gettext_lazy("向公众开放名录和查询"), required=False)
    hosts = forms.CharField(
        label=gettext_lazy("可以嵌入查询框的网站"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("一行一个，例如 https://www.example.edu.cn。不填则任何网站都不能嵌入。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
