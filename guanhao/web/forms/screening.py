"""Forms of screening: a text to try, a file to check, terms and entries of the lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhao.contents.textcheck import MOST_CHARACTERS
from guanhao.lexicon.types import EntryKind, TermForce
from guanhao.screening.force import Force
from guanhao.screening.packs import Pack
from guanhao.screening.termfiles import LONGEST_TERM
from guanhao.screening.terms import Term
from guanhao.web.forms.articles import named
from guanhao.web.forms.styled import StyledForm, choices_of
from guanhao.web.viewer import Viewer, said

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TextForm(StyledForm):
    """A text to try the checks on; nothing of it is kept."""

    text = forms.CharField(
        label=gettext_lazy("文字"),
        max_length=MOST_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("只用来试查，不保存。"),
    )


class FileForm(StyledForm):
    """A file to check; nothing of it is kept but the findings, for an hour."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("Word（.docx）或文本（.txt）。文件不保存，结果保留一小时。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.txt,.md"}),
    )


class TermForm(StyledForm):
    """One term. Families are the rulebook's, since a clause decides what follows from a hit."""

    text = forms.CharField(label=gettext_lazy("词语"), max_length=LONGEST_TERM)
    family = forms.ChoiceField(label=gettext_lazy("类别"))
    force = forms.ChoiceField(label=gettext_lazy("力度"), choices=TermForce.choices, initial=TermForce.WARN)
    valid_from = forms.DateField(label=gettext_lazy("生效日期"), required=False, widget=_DAY)
    valid_until = forms.DateField(label=gettext_lazy("失效日期"), required=False, widget=_DAY)
    allow = forms.CharField(
        label=gettext_lazy("例外"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("词语在这些短语里时不算，用“、”隔开。"),
    )
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)

    def __init__(self, viewer: Viewer, data: Any = None) -> None:
        super().__init__(data)
        choices_of(self, "family", named(viewer.rulebook.term_families))

    def clean(self) -> dict[str, Any]:
        """A term ends after it begins and has something to look for."""
        values: dict[str, Any] = super().clean() or {}
        begins, ends = values.get("valid_from"), values.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("失效日期在生效日期之前。"))
        if not any(character.isalnum() for character in values.get("text", "x")):
            self.add_error("text", _("词语为空或只有符号。"))
        return values

    def term(self) -> Term:
        """The values of a valid form."""
        values = self.cleaned_data
        return Term(
            text=values["text"],
            family=values["family"],
            force=Force(values["force"]),
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
            allow=tuple(part.strip() for part in values["allow"].split("、") if part.strip()),
            note=values["note"],
        )


class TermsFileForm(StyledForm):
    """A list as a file or one that comes with the product, with the family and force of rows that name none."""

    file = forms.FileField(
        required=False,
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("Excel（.xlsx）、CSV 或文本（一行一词）。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    pack = forms.ChoiceField(
        required=False,
        label=gettext_lazy("或自带词表"),
        help_text=gettext_lazy(
            "系统自带、可以增删的起步词表，不含时政内容；先核对再导入，导入后归本校维护。"
        ),
    )
    family = forms.ChoiceField(label=gettext_lazy("没写类别的归入"))
    force = forms.ChoiceField(
        label=gettext_lazy("没写力度的按"), choices=TermForce.choices, initial=TermForce.WARN
    )

    def __init__(self, viewer: Viewer, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        choices_of(self, "family", named(viewer.rulebook.term_families))
        choices_of(self, "pack", [("", _("不用")), *((pack.value, said(pack.label)) for pack in Pack)])

    def clean(self) -> dict[str, Any]:
        """A file or a list of ours, and not both."""
        values: dict[str, Any] = super().clean() or {}
        if bool(values.get("file")) == bool(values.get("pack")) and not self.errors:
            self.add_error("file", _("请选择文件，或选一个自带词表（只选其一）。"))
        return values


class EntriesFileForm(StyledForm):
    """Entries as a file, with the kind of rows that name none."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        help_text=gettext_lazy("Excel（.xlsx）、CSV 或文本（一行一词）；“不是错误”也可以导入，须写明单位。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("没写类型的按"), choices=EntryKind.choices)


class EntryForm(StyledForm):
    """An entry beside the terms; what the two words mean depends on the kind."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=EntryKind.choices)
    text = forms.CharField(
        label=gettext_lazy("词或姓名"),
        max_length=100,
        help_text=gettext_lazy(
            "易错词填错的写法；领导填姓名；旧名、简称填不该用的名称；格式用“#”代表一位数字、“@”代表字母。"
        ),
    )
    meaning = forms.CharField(
        label=gettext_lazy("正确写法或职务"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("领导填职务，几个职务用“、”隔开；格式和受保护名称不用填。"),
    )
    rank = forms.IntegerField(
        label=gettext_lazy("排序"),
        min_value=0,
        max_value=9999,
        initial=0,
        required=False,
        help_text=gettext_lazy("领导排名，数小的在前。"),
    )
    since = forms.DateField(label=gettext_lazy("任职起"), required=False, widget=_DAY)
    until = forms.DateField(label=gettext_lazy("任职止"), required=False, widget=_DAY)
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)

    def clean_rank(self) -> int:
        """No rank is the first."""
        return self.cleaned_data["rank"] or 0

    def clean_until(self) -> date | None:
        """A term of office ends after it begins."""
        begins, ends = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if begins and ends and ends < begins:
            raise forms.ValidationError(_("任职止在任职起之前。"))
        end: date | None = ends
        return end
