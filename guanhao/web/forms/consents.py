"""Forms of consents: whom an article shows and how they agreed; that they agreed later; what was done after a withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from guanhao.people.models import Person
from guanhao.privacy.consenting import MOST_GUARDIAN, MOST_NAME, MOST_NOTE, MOST_RELATION
from guanhao.privacy.retracting import MOST_REASON
from guanhao.privacy.types import Agreed, ConsentHow, ConsentReach, SettledHow, Shown, Use
from guanhao.web.fields import Choice, Day, File, Tick, Words
from guanhao.web.forms.styled import StyledForm

_LATER = [("", _("还没有取得"))]


class AgreedForm(StyledForm):
    """How somebody agreed; a guardian where they are under fourteen."""

    how = Choice(label=_("怎样同意的"), choices=ConsentHow.choices)
    paper = File(
        label=_("签字的同意书"),
        required=False,
        help_text=_("照片、扫描件或 PDF，只有经办人员和办公室能打开。"),
    )
    note = Words(
        label=_("说明"),
        required=False,
        max_length=MOST_NOTE,
        help_text=_("口头同意的，写明何时、怎样同意的。"),
    )
    until = Day(label=_("有效期限"), required=False, help_text=_("只用于这一天及以前的发布；不限就留空。"))
    guardian = Words(label=_("同意的监护人"), required=False, max_length=MOST_GUARDIAN)
    guardian_is = Words(
        label=_("与本人的关系"), required=False, max_length=MOST_RELATION, help_text=_("例如父亲、母亲。")
    )

    def agreed(self, paper: int | None) -> Agreed:
        """What was typed, with the key of the stored paper."""
        values = {
            name: self.cleaned_data[name] for name in ("how", "note", "until", "guardian", "guardian_is")
        }
        return Agreed(paper=paper, **values)


class GivenForm(AgreedForm):
    """The same for one noted before; nobody can be asked in the system here."""

    how = Choice(
        label=_("怎样同意的"), choices=[one for one in ConsentHow.choices if one[0] != ConsentHow.SELF.value]
    )


class ShownForm(AgreedForm):
    """Whom an article shows, what of them, and how they agreed, where they did."""

    name = Words(
        label=_("是谁"), required=False, max_length=MOST_NAME, help_text=_("姓名，或能认出是谁的说明。")
    )
    staff_no = Words(
        label=_("工号/学号"),
        required=False,
        max_length=40,
        help_text=_("本人使用本系统的可以填写，由本人在系统中确认、随时撤回。"),
    )
    uses = forms.MultipleChoiceField(
        label=_("发布的是"), choices=Use.choices, widget=forms.CheckboxSelectMultiple
    )
    under_14 = Tick(label=_("不满十四周岁"), required=False)
    how = Choice(label=_("怎样同意的"), choices=[*_LATER, *ConsentHow.choices], required=False)
    reach = Choice(label=_("适用范围"), choices=ConsentReach.choices, initial=ConsentReach.ARTICLE)
    field_order = (
        "name",
        "staff_no",
        "uses",
        "under_14",
        "how",
        "paper",
        "note",
        "guardian",
        "guardian_is",
        "reach",
        "until",
    )

    def clean(self) -> dict[str, Any]:
        """Find the person behind the number."""
        values: dict[str, Any] = super().clean() or {}
        number = values.get("staff_no", "")
        found = Person.objects.active().filter(staff_no=number).first() if number else None
        if number and found is None:
            self.add_error("staff_no", _now("没有这个工号或学号的在职在校人员。"))
        values["person"] = found.pk if found else None
        return values

    def shown(self) -> Shown:
        """Whom, and what of them."""
        values = self.cleaned_data
        return Shown(
            name=values["name"], uses=tuple(values["uses"]), person=values["person"], reach=values["reach"],
            under_14=values["under_14"],
        )  # fmt: skip


class SettledForm(StyledForm):
    """What was done about something published."""

    settled_how = Choice(label=_("怎样处置"), choices=SettledHow.choices)
    words = Words(
        label=_("处置说明"),
        max_length=MOST_REASON,
        help_text=_("改了什么、怎样确认；保留的，写明依据哪一项（如新闻报道、舆论监督）。"),
    )
