"""Forms of persons' requests about their own data: asked, asked for somebody who cannot, answered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from guanhao.people.correcting import CORRECTABLE
from guanhao.people.models import Person
from guanhao.privacy.types import RequestKind
from guanhao.web.fields import Choice, Mail, Paragraph, PersonChoice, Words
from guanhao.web.forms.styled import StyledForm


class AskForm(StyledForm):
    """What is asked."""

    kind = Choice(label=_("请求"), choices=RequestKind.choices)
    words = Paragraph(
        label=_("说明"), required=False, max_length=3000, help_text=_("更正请写明哪里不对、应当是什么。")
    )


class OnBehalfForm(AskForm):
    """The same for somebody who asked by letter or has left."""

    person = PersonChoice(label=_("本人"))
    field_order = ("person", "kind", "words")

    def __init__(self, *args: Any, persons: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].queryset = persons  # type: ignore[attr-defined] # its own attribute.


class AnswerForm(StyledForm):
    """The answer."""

    answer = Paragraph(label=_("答复"), required=False, max_length=3000)


class CorrectForm(AnswerForm):
    """The answer with the particulars as they should be."""

    name = Words(label=_("姓名"), max_length=60)
    staff_no = Words(label=_("工号/学号"), required=False, max_length=40)
    email = Mail(label=_("邮箱"), required=False)
    phone = Words(label=_("手机"), required=False, max_length=30)
    field_order = (*CORRECTABLE, "answer")

    def __init__(self, *args: Any, person: Person, **more: Any) -> None:
        values = {name: getattr(person, name) for name in CORRECTABLE}
        super().__init__(*args, **{**more, "initial": values})

    def values(self) -> dict[str, str]:
        """The particulars as typed."""
        return {name: self.cleaned_data[name] for name in CORRECTABLE}


class DeleteForm(AnswerForm):
    """The answer with the name typed, since it cannot be undone (ui.md, pattern 8)."""

    name = Words(label=_("输入姓名以确认"))
    field_order = ("answer", "name")
