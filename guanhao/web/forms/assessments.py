"""Forms of impact assessments: what is written down, and the conclusion."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanhao.privacy.assessments import Assessed
from guanhao.privacy.types import AssessmentGround, Conclusion, RiskLevel
from guanhao.web.fields import Choice, Paragraph, Words
from guanhao.web.forms.styled import StyledForm


class AssessmentForm(StyledForm):
    """What PIPL 56 asks for; all but the first two may be filled in later."""

    title = Words(label=_("评估的处理活动"), max_length=120, help_text=_("例如：在公众号公布获奖学生名单。"))
    grounds = forms.MultipleChoiceField(
        label=_("处理情形"), choices=AssessmentGround.choices, widget=forms.CheckboxSelectMultiple
    )
    data_kinds = Words(
        label=_("涉及的信息种类"), required=False, max_length=300, help_text=_("例如姓名、手机、照片。")
    )
    purpose = Paragraph(label=_("处理目的和方式"), required=False, max_length=5000)
    necessity = Paragraph(
        label=_("合法、正当、必要"),
        required=False,
        max_length=5000,
        help_text=_("依据什么，为什么不能少收或不收。"),
    )
    effects = Paragraph(
        label=_("对个人权益的影响"),
        required=False,
        max_length=5000,
        help_text=_("对哪些人有什么影响，可能出什么事。"),
    )
    risk = Choice(label=_("风险程度"), required=False, choices=[("", "—"), *RiskLevel.choices])
    measures = Paragraph(
        label=_("保护措施"),
        required=False,
        max_length=5000,
        help_text=_("是否合法、有效，与风险程度相适应。"),
    )
    assessors = Words(label=_("评估人"), required=False, max_length=200, help_text=_("姓名和职务。"))

    def assessed(self) -> Assessed:
        """What was typed, as the domain takes it."""
        values: dict[str, Any] = dict(self.cleaned_data)
        return Assessed(grounds=tuple(values.pop("grounds")), **values)


class ConclusionForm(StyledForm):
    """What follows."""

    conclusion = Choice(label=_("结论"), choices=Conclusion.choices)
    words = Paragraph(label=_("理由"), max_length=3000)
