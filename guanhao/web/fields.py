"""Form fields in our look. A choice of rows gets its queryset per request, because there is no scope at import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from guanhao.core import clock
from guanhao.people.models import Person

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}


class Words(forms.CharField):
    """One line of text."""

    widget = forms.TextInput(attrs=CONTROL)


class Paragraph(forms.CharField):
    """Several lines of text."""

    widget = forms.Textarea(attrs=CONTROL | {"rows": "4"})


class Day(forms.DateField):
    """A day from the browser's own picker."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs=CONTROL | {"type": "date"})


class Moment(forms.DateTimeField):
    """An instant, typed in China's time."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=CONTROL | {"type": "datetime-local"})
    input_formats = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")

    def prepare_value(self, value: Any) -> Any:
        """What the browser shows: China's wall clock, whatever the server's zone."""
        return value.astimezone(clock.CHINA).replace(tzinfo=None) if isinstance(value, datetime) else value


class OneOf(forms.Select):
    """A choice that is written in one go: by Django's templates, two for each option, thousands of people take seconds."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: Mapping[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002 - as Django asks it.
    ) -> SafeString:
        """The same element that Django's template makes."""
        chosen = set(self.format_value(value))
        said = flatatt({"name": name, **self.build_attrs(self.attrs, dict(attrs or {}))})
        return format_html("<select{}>{}</select>", said, options_of(self.choices, chosen))


def options_of(choices: Iterable[Any], chosen: set[str]) -> SafeString:
    """The options of a choice, the first that is among ``chosen`` selected."""
    return mark_safe("".join(_option(value, label, chosen) for value, label in choices))  # noqa: S308 - each is escaped.


def _option(value: Any, label: Any, chosen: set[str]) -> str:
    if isinstance(label, (list, tuple)):
        return format_html('<optgroup label="{}">{}</optgroup>', value, options_of(label, chosen))
    key = "" if value is None else str(value)
    mark = " selected" if key in chosen else ""
    if mark:
        chosen.clear()  # Only the first of several is chosen.
    return f'<option value="{escape(key)}"{mark}>{escape(str(label))}</option>'


class Choice(forms.ChoiceField):
    """One of a few words."""

    widget = OneOf(attrs=SELECT)


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time.
    """A person of the viewer's institution."""

    widget = OneOf(attrs=SELECT)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, empty_label=_("请选择"), **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        """Name and number, since names repeat."""
        return f"{obj.name}（{obj.staff_no}）" if obj.staff_no else obj.name


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time.
    """A unit of the viewer's institution."""

    widget = OneOf(attrs=SELECT)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, empty_label=_("请选择"), **kwargs)


class Secret(forms.CharField):
    """A password as it is set, never shown again."""

    widget = forms.PasswordInput(attrs=CONTROL | {"autocomplete": "new-password"})


class Mail(forms.EmailField):
    """An e-mail address."""

    widget = forms.EmailInput(attrs=CONTROL)


class Tick(forms.BooleanField):
    """Something to be ticked."""


class File(forms.FileField):
    """A file."""

    widget = forms.FileInput(attrs=CONTROL)
