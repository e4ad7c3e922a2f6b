"""Forms of lawful disclosure: the instrument and its scope, why it is declined, to whom the file was handed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanhao.contents.models import Asset
from guanhao.core import clock
from guanhao.people.models import Person
from guanhao.privacy.disclosures import Asked, Instrument
from guanhao.registry.models import Account
from guanhao.web.fields import Choice, Day, File, Paragraph, Words
from guanhao.web.forms.styled import StyledForm, choices_of


class DisclosureForm(StyledForm):
    """What the authority showed, and what it is entitled to."""

    authority = Words(label=_("调取机关"), max_length=200)
    officers = Words(
        label=_("经办人员和证件"), max_length=200, help_text=_("姓名和工作证件号，不少于二人的逐一写明。")
    )
    number = Words(label=_("法律文书编号"), max_length=100)
    scan = File(label=_("法律文书扫描件"), help_text=_("PDF 或图片，20 MB 以内。"))
    purpose = Paragraph(label=_("事由"), max_length=1000)
    account = Choice(label=_("账号"), required=False)
    persons = Paragraph(
        label=_("人员"),
        required=False,
        max_length=4000,
        help_text=_("文书载明的人员，一行一个工号/学号，没有编号的写姓名。"),
    )
    since = Day(label=_("自"))
    until = Day(label=_("至（含当日）"))

    def __init__(self, *args: Any, accounts: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices_of(self, "account", accounts)

    def clean_persons(self) -> list[Person]:
        """The persons named, each found and found once."""
        lines = [line.strip() for line in self.cleaned_data["persons"].splitlines() if line.strip()]
        return [_person(line) for line in dict.fromkeys(lines)]

    def instrument(self, scan: Asset) -> Instrument:
        """The instrument with its stored scan."""
        values = self.cleaned_data
        return Instrument(
            scan=scan, **{name: values[name] for name in ("authority", "officers", "number", "purpose")}
        )

    def asked(self, account: Account | None) -> Asked:
        """The scope: whole days in China, the last one as far as it has passed."""
        values = self.cleaned_data
        end = min(_start(values["until"] + timedelta(days=1)), clock.now())
        return Asked(account=account, persons=values["persons"], since=_start(values["since"]), until=end)


class DeliveryForm(StyledForm):
    """To whom the file was handed, and how."""

    to = Words(label=_("交给谁"), max_length=200)
    how = Words(label=_("交付方式"), max_length=200, help_text=_("例如当面交付光盘，对方已签收。"))


def _person(line: str) -> Person:
    rows = Person.objects.filter(staff_no=line)
    found = list(rows[:2]) or list(Person.objects.filter(name=line)[:2])
    if not found:
        raise forms.ValidationError(_("找不到：%(line)s"), params={"line": line})
    if len(found) > 1:
        raise forms.ValidationError(_("不止一人，请写工号/学号：%(line)s"), params={"line": line})
    return found[0]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.CHINA)
