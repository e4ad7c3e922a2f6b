"""Forms with our classes on their inputs, so that templates stay free of attributes."""

from __future__ import annotations

from typing import Any

from django import forms

_BARE = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect, forms.HiddenInput)


class StyledForm(forms.Form):
    """A form whose inputs look like ours and point screen readers to help and errors."""

    def __getitem__(self, name: str) -> forms.BoundField:
        bound = super().__getitem__(name)
        widget = bound.field.widget
        if not isinstance(widget, _BARE):
            kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
            widget.attrs.setdefault("class", kind)
        return bound


def choices_of(form: forms.Form, name: str, choices: Any) -> None:
    """Give a choice field of a form what it offers."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
