"""Forms about people, units, days and delegations. Choices of rows come from the viewer's institution only (TN2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guanhao.core import clock
from guanhao.people.models import Person
from guanhao.people.types import Capability, PersonKind
from guanhao.web import access
from guanhao.web.fields import Choice, Day, File, Mail, Moment, PersonChoice, Secret, Tick, UnitChoice, Words
from guanhao.web.viewer import Viewer, said


def _choose_from(form: forms.Form, field: str, rows: QuerySet[Any]) -> None:
    form.fields[field].queryset = rows  # type: ignore[attr-defined] # a model choice, which the stubs do not see here.


class DelegationForm(forms.Form):
    """Who decides for me, from when to when, and why."""

    deputy = PersonChoice(
        label=_("受托人"), help_text=_("须是在用人员；受托人以您的名义办理，记录上写明代办。")
    )
    since = Moment(label=_("自"))
    until = Moment(label=_("至"))
    reason = Words(label=_("事由"), required=False, max_length=200)

    def __init__(self, *args: Any, deputies: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self, "deputy", deputies)


class DayForm(forms.Form):
    """The institution's own word on one day."""

    day = Day(label=_("日期"))
    working = Choice(label=_("安排"), choices=(("", _("请选择")), ("yes", _("上班")), ("no", _("休息"))))
    name = Words(label=_("名称"), required=False, max_length=60, help_text=_("如 校运动会、调课。"))

    def values(self) -> dict[str, Any]:
        """The cleaned values as the action takes them."""
        return self.cleaned_data | {"working": self.cleaned_data["working"] == "yes"}


class TermForm(forms.Form):
    """A term's dates; a term with the same name is changed."""

    name = Words(label=_("学期"), max_length=60)
    starts = Day(label=_("开始"))
    ends = Day(label=_("结束"))

    def values(self) -> dict[str, Any]:
        """The cleaned values as the action takes them."""
        return dict(self.cleaned_data)


class UnitForm(forms.Form):
    """A new unit and where it stands."""

    name = Words(label=_("名称"), max_length=100)
    short_name = Words(label=_("简称"), required=False, max_length=40)
    kind = Choice(label=_("类别"))
    parent = UnitChoice(label=_("上级单位"), required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(key, said(kind.title)) for key, kind in viewer.rulebook.unit_kinds.items()]
        self.fields["kind"].choices = [("", _("请选择")), *kinds]  # type: ignore[attr-defined] # as above.
        _choose_from(self, "parent", access.units(viewer).open())


class FunctionForm(forms.Form):
    """A function of the rulebook for a unit."""

    function = Choice(label=_("职能"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(key, said(function.title)) for key, function in viewer.rulebook.functions.items()]
        self.fields["function"].choices = [("", _("请选择")), *named]  # type: ignore[attr-defined] # as above.


class PersonForm(forms.Form):
    """A new person."""

    name = Words(label=_("姓名"), max_length=60)
    staff_no = Words(
        label=_("工号/学号"),
        required=False,
        max_length=40,
        help_text=_("同一人只能有一个，审批回避以此为准。"),
    )
    kind = Choice(label=_("身份"), choices=PersonKind.choices)
    email = Mail(label=_("邮箱"), required=False)
    phone = Words(label=_("手机"), required=False, max_length=30)


class AppointForm(forms.Form):
    """A post in a unit from a day."""

    unit = UnitChoice(label=_("单位"))
    post = Choice(label=_("职务"))
    since = Day(label=_("自"))
    until = Day(label=_("至"), required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = clock.today
        posts = [(key, said(post.title)) for key, post in viewer.rulebook.posts.items()]
        self.fields["post"].choices = [("", _("请选择")), *posts]  # type: ignore[attr-defined] # as above.
        _choose_from(self, "unit", access.units(viewer).open())


class SignInForm(forms.Form):
    """A sign-in name and a first password."""

    username = Words(label=_("登录名"), max_length=150)
    password = Secret(label=_("初始密码"), help_text=_("至少 12 位，不含学校名称；本人登录后应立即修改。"))


class CapabilityForm(forms.Form):
    """One of the three administrations."""

    capability = Choice(label=_("管理员职责"), choices=(("", _("请选择")), *Capability.choices))


class UploadForm(forms.Form):
    """A spreadsheet of people."""

    file = File(
        label=_("Excel 文件"),
        help_text=_("xlsx 或 xls，5 MB 以内。第一行为标题，列名可以不同，下一步再对应。"),
    )


class ConfirmForm(forms.Form):
    """A typed confirmation, for what cannot be undone (ui.md, pattern 8)."""

    name = Words(label=_("输入姓名以确认"))
    sure = Tick(label=_("我已核对，知道不能撤销"))
