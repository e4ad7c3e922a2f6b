"""Forms about the plan: giving articles a place, another time, or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhao.contents.models import Article
from guanhao.contents.types import Channel
from guanhao.platforms.registry import platform_of
from guanhao.publishing.channels import DRIVERS
from guanhao.registry.models import Account
from guanhao.web.fields import Moment
from guanhao.web.forms.styled import StyledForm, choices_of


class ScheduleForm(StyledForm):
    """Channel, time, and which articles go along. ``headline`` leads; the others follow in their order."""

    channel = forms.ChoiceField(label=gettext_lazy("发布方式"), widget=forms.RadioSelect)
    due_at = Moment(label=gettext_lazy("推送时间"))
    followers = forms.MultipleChoiceField(
        label=gettext_lazy("一并推送"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("按勾选的先后列在本篇之后；一次最多 8 篇。"),
    )
    headline = forms.ChoiceField(label=gettext_lazy("头条"), required=False)
    override_reason = forms.CharField(
        label=gettext_lazy("放行理由"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("您的岗位可以放行以上各项；理由记入留痕。"),
    )

    def __init__(
        self, article: Article, others: Sequence[Article], data: Any = None, initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.article = article
        self.others = {str(other.current_id): other for other in others}
        choices_of(self, "channel", channels_of(article.account))
        choices_of(self, "followers", [(key, other.title) for key, other in self.others.items()])
        own = (str(article.current_id), article.title)
        choices_of(self, "headline", [own, *((key, other.title) for key, other in self.others.items())])

    def revisions(self) -> list[Any]:
        """The revisions in the order they will stand, the headline first."""
        chosen = {
            str(self.article.current_id): self.article,
            **{key: self.others[key] for key in self._followers()},
        }
        head = self.cleaned_data["headline"]
        keys = [head, *chosen] if head in chosen else list(chosen)
        return [chosen[key].current for key in dict.fromkeys(keys)]

    def wish(self) -> dict[str, Any]:
        """What is asked for, as `plan` and `publishing.actions` take it."""
        return {
            "account": self.article.account,
            "revisions": self.revisions(),
            "channel": self.cleaned_data["channel"],
            "due_at": self.cleaned_data["due_at"],
        }

    def _followers(self) -> list[str]:
        return list(self.cleaned_data["followers"])


class MoveForm(StyledForm):
    """Another time for a push, with the serial that was seen."""

    at = Moment(label=gettext_lazy("改到"))
    serial = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class CancelForm(StyledForm):
    """Why a push is taken out of the plan."""

    reason = forms.CharField(label=gettext_lazy("取消的理由"), max_length=500)


def channels_of(account: Account) -> list[tuple[str, str]]:
    """The ways an account can be published on: what its platform has and we can drive; by hand always."""
    known = [traits.channel for traits in platform_of(account.platform).channels]
    return [(key, _said(key)) for key in known if key == Channel.BY_HAND or key in DRIVERS]


def _said(key: str) -> str:
    return _("微信群发（通知粉丝）") if key == Channel.WECHAT_MASS else str(Channel(key).label)
