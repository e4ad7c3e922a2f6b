"""Forms about withdrawing: what and why; how one knows that it is gone; why everything stops."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from guanhao.publishing.models import JobItem, PublishJob
from guanhao.web.forms.styled import StyledForm


class _Items(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time.
    def label_from_instance(self, obj: JobItem) -> str:
        """An article of the push by its title."""
        return str(obj.revision.article.title)


class WithdrawForm(StyledForm):
    """One article of a push, or all of it, with a reason that is recorded and told."""

    item = _Items(
        label=gettext_lazy("撤回哪一篇"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("整个推送"),
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, job: PublishJob, data: Any = None) -> None:
        super().__init__(data)
        items = job.items.filter(live=True).select_related("revision__article").order_by("position")
        field = self.fields["item"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = items
        if items.count() < 2:  # noqa: PLR2004 - one article is all of it.
            field.widget = forms.HiddenInput()


class GoneForm(StyledForm):
    """How one knows that it is gone."""

    note = forms.CharField(
        label=gettext_lazy("怎样确认已删除"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("例如：打开原链接，显示“该内容已被发布者删除”。"),
    )
    screenshot = forms.FileField(
        label=gettext_lazy("截图"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class StopAllForm(StyledForm):
    """停发全部."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)
