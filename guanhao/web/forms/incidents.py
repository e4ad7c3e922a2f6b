"""Forms of security incidents: the facts, a report made or not needed, a measure, the lessons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanhao.core import clock
from guanhao.privacy.types import IncidentFacts, IncidentKind
from guanhao.web.fields import Choice, Moment, Paragraph, Words
from guanhao.web.forms.styled import StyledForm, choices_of


class FactsForm(StyledForm):
    """What the report needs: who, what, when, how many."""

    title = Words(label=_("事件名称"), max_length=120)
    kind = Choice(label=_("类别"), choices=IncidentKind.choices)
    noticed_at = Moment(label=_("何时发现"), help_text=_("报告时限从这时起算。"))
    happened_at = Moment(label=_("发生时间"), required=False, help_text=_("还不清楚就留空，查明后补填。"))
    what = Paragraph(label=_("发生了什么"), max_length=5000, help_text=_("不要写密码。"))
    accounts = forms.MultipleChoiceField(
        label=_("涉及账号"), required=False, widget=forms.SelectMultiple(attrs={"size": 5})
    )
    persons_number = forms.IntegerField(
        label=_("涉及人数"), required=False, min_value=0, max_value=2_000_000_000,
        help_text=_("还不清楚就留空；没有填 0。"),
    )  # fmt: skip
    persons_who = Paragraph(label=_("涉及哪些人"), required=False, max_length=2000)
    data_kinds = Words(
        label=_("涉及的信息种类"), required=False, max_length=300, help_text=_("例如姓名、手机、照片。")
    )
    causes = Paragraph(label=_("原因和可能的危害"), required=False, max_length=3000)
    advice = Paragraph(label=_("个人可以采取的措施"), required=False, max_length=3000)
    contact = Words(label=_("联系方式"), required=False, max_length=200)

    def __init__(self, *args: Any, accounts: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices_of(self, "accounts", accounts)
        self.fields["noticed_at"].initial = clock.now

    def facts(self) -> IncidentFacts:
        """What was typed, as the domain takes it."""
        values = dict(self.cleaned_data)
        keys = tuple(sorted(int(key) for key in values.pop("accounts")))
        return IncidentFacts(accounts=keys, **values)


class ReportedForm(StyledForm):
    """A report was made, or why none is needed."""

    made_at = Moment(label=_("报告时间"), required=False)
    whom = Words(
        label=_("向谁报告"), required=False, max_length=200, help_text=_("单位、接收人、电话或文号。")
    )
    words = Paragraph(label=_("说明"), required=False, max_length=2000)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["made_at"].initial = clock.now


class WordsForm(StyledForm):
    """A measure, or the lessons."""

    words = Paragraph(label=_("内容"), max_length=3000)
