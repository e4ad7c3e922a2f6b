"""Forms about articles: offering one, saving the working copy, and the small acts of its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanhao.contents.guards import is_competent_office
from guanhao.contents.types import AttachmentKind, ContributorKind
from guanhao.people.models import Person, Unit
from guanhao.people.types import PersonKind
from guanhao.registry.models import Account
from guanhao.rulebook.types import Named
from guanhao.web.fields import OneOf
from guanhao.web.forms.choices import offerable_accounts, root_unit, seats_of
from guanhao.web.forms.styled import StyledForm, choices_of
from guanhao.web.viewer import Viewer, said

_PERSONAL = {PersonKind.STUDENT: ContributorKind.STUDENT, PersonKind.STAFF: ContributorKind.STAFF}


@dataclass(frozen=True, slots=True)
class InTheName:
    """In whose name an article is offered: a kind of the rulebook, and the unit it concerns."""

    kind: str
    unit: Unit

    @property
    def value(self) -> str:
        """How the form names the choice."""
        return f"{self.kind}:{self.unit.pk}"


def names_open_to(viewer: Viewer) -> list[InTheName]:
    """In whose names the person may offer: each unit where a seat is held, and their own."""
    units = seats_of(viewer.person)
    competent = [unit for unit in units if is_competent_office(unit)]
    of_units = [
        InTheName(ContributorKind.OFFICE if unit in competent else ContributorKind.UNIT, unit)
        for unit in units
    ]
    own = _PERSONAL.get(PersonKind(viewer.person.kind))
    home = units[0] if units else root_unit()
    return of_units + ([InTheName(own, home)] if own and home else [])


def label_of(name: InTheName, person: Person) -> str:
    """「学生科」 or 「个人（方予安）」."""
    if name.kind in {ContributorKind.STAFF, ContributorKind.STUDENT}:
        return _("个人（%(name)s）") % {"name": person.name}
    return name.unit.name


def named(words: Mapping[str, Named]) -> list[tuple[str, str]]:
    """Words of the rulebook as choices in the language of the page."""
    return [(key, said(word.title)) for key, word in words.items()]


class OfferForm(StyledForm):
    """What is needed before writing begins; the rest is filled in beside the text."""

    title = forms.CharField(label=gettext_lazy("标题"), max_length=64)
    in_the_name = forms.ChoiceField(
        label=gettext_lazy("以谁的名义"), help_text=gettext_lazy("决定走哪条审批流程。")
    )
    account: forms.ModelChoiceField[Account] = forms.ModelChoiceField(
        label=gettext_lazy("投给哪个账号"), queryset=None, empty_label=gettext_lazy("请选择"), widget=OneOf
    )

    def __init__(self, viewer: Viewer, data: Any = None) -> None:
        super().__init__(data)
        self.names = {name.value: name for name in names_open_to(viewer)}
        labels = [(value, label_of(name, viewer.person)) for value, name in self.names.items()]
        choices_of(self, "in_the_name", labels)
        account = self.fields["account"]
        assert isinstance(account, forms.ModelChoiceField)
        account.queryset = offerable_accounts()
        if len(labels) == 1:
            self.initial["in_the_name"] = labels[0][0]
        accounts = list(account.queryset[:2])
        if len(accounts) == 1:
            self.initial["account"] = accounts[0]

    def name(self) -> InTheName:
        """The choice made, as typed values."""
        return self.names[self.cleaned_data["in_the_name"]]


class WorkingForm(StyledForm):
    """The fields beside the text. Choices and credits come from the rulebook in force.

    Nothing is required, because an unfinished copy must be kept too: what is missing is a finding, not a form error.
    """

    title = forms.CharField(label=gettext_lazy("标题"), max_length=200, required=False)
    author_line = forms.CharField(
        label=gettext_lazy("作者署名"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("显示在标题下方。"),
    )
    digest_text = forms.CharField(
        label=gettext_lazy("摘要"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    source = forms.CharField(
        label=gettext_lazy("来源"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("原创写“原创”，转载写出处。"),
    )
    source_url = forms.URLField(
        label=gettext_lazy("阅读原文链接"), max_length=1000, required=False, assume_scheme="https"
    )
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    column = forms.ChoiceField(label=gettext_lazy("栏目"), required=False)
    content_classes = forms.MultipleChoiceField(
        label=gettext_lazy("内容属性"), required=False, widget=forms.CheckboxSelectMultiple
    )
    wanted_at = forms.DateTimeField(
        label=gettext_lazy("希望发布时间"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    comments_open = forms.BooleanField(label=gettext_lazy("开放留言"), required=False)
    comments_fans_only = forms.BooleanField(label=gettext_lazy("仅粉丝可留言"), required=False)
    by_hand = forms.BooleanField(label=gettext_lazy("手工发布，不走接口"), required=False)
    cover = forms.CharField(required=False, widget=forms.HiddenInput)
    body = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    serial = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def __init__(self, viewer: Viewer, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        book = viewer.rulebook
        choices_of(self, "category", [("", _("未选")), *named(book.categories)])
        choices_of(self, "column", [("", _("未选")), *named(book.columns)])
        choices_of(self, "content_classes", named(book.content_classes))
        for key, word in book.credits.items():
            self.fields[f"credit_{key}"] = forms.CharField(
                label=said(word.title), max_length=60, required=False
            )

    def credit_fields(self) -> list[forms.BoundField]:
        """The credits the rulebook names, in its order."""
        return [self[name] for name in self.fields if name.startswith("credit_")]

    def credits(self) -> dict[str, str]:
        """Who did what, by the rulebook's keys; blanks left out."""
        return {
            name.removeprefix("credit_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("credit_") and value
        }


class AttachmentForm(StyledForm):
    """A file to hang on an article; an authorisation says who issued it and which classes it covers."""

    kind = forms.ChoiceField(label=gettext_lazy("附件类型"), choices=AttachmentKind.choices)
    issued_by = forms.CharField(label=gettext_lazy("授权部门"), max_length=100, required=False)
    covers = forms.MultipleChoiceField(
        label=gettext_lazy("授权范围"), required=False, widget=forms.CheckboxSelectMultiple
    )
    file = forms.FileField(label=gettext_lazy("文件"))

    def __init__(self, viewer: Viewer, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        choices_of(self, "covers", named(viewer.rulebook.content_classes))


class SettleForm(StyledForm):
    """What becomes of a finding; letting it pass needs a reason."""

    state = forms.CharField(max_length=10, required=False)
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=500)


class ClassesForm(StyledForm):
    """Content classes somebody in the chain adds (AP7)."""

    content_classes = forms.MultipleChoiceField(
        label=gettext_lazy("内容属性"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, viewer: Viewer, data: Any = None) -> None:
        super().__init__(data)
        choices_of(self, "content_classes", named(viewer.rulebook.content_classes))
