"""Form fields in our look. A choice of rows gets its queryset per request, because there is no scope at import."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
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


class Choice(forms.ChoiceField):
    """One of a few words."""

    widget = forms.Select(attrs=SELECT)


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time.
    """A person of the viewer's institution."""

    widget = forms.Select(attrs=SELECT)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=None, empty_label=_("请选择"), **kwargs)

    def label_from_instance(self, obj: Person) -> str:
        """Name and number, since names repeat."""
        return f"{obj.name}（{obj.staff_no}）" if obj.staff_no else obj.name


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not subscriptable at run time.
    """A unit of the viewer's institution."""

    widget = forms.Select(attrs=SELECT)

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
