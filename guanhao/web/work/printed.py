"""What the pages of official forms show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from guanhao.applications.models import Application
from guanhao.core import tenancy
from guanhao.documents.actions import names_of
from guanhao.documents.forms import article_of, forms_of
from guanhao.documents.issuing import grouped
from guanhao.documents.models import FormTemplate, IssuedForm
from guanhao.inspections.models import Inspection
from guanhao.people.permissions import Permission
from guanhao.registry.models import Account
from guanhao.rulebook.parties import Form, FormField
from guanhao.rulebook.vocabulary import FieldType
from guanhao.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Listed:
    """A form as a row of the list."""

    form: Form
    article: str
    own: bool  # the institution uploaded a template


def forms(viewer: Viewer) -> list[Listed]:
    """The institution's forms, its regulation's first."""
    own = set(FormTemplate.objects.filter(retired_at__isnull=True).values_list("form", flat=True))
    rulebook = viewer.rulebook
    return [Listed(form, article_of(rulebook, form), form.key in own) for form in forms_of(rulebook).values()]


def form(viewer: Viewer, key: str) -> Form:
    """One form; `Http404` where the institution has none of that key."""
    found = forms_of(viewer.rulebook).get(key)
    if found is None:
        raise Http404
    return found


def form_context(viewer: Viewer, key: str) -> dict[str, Any]:
    """Everything the form's page shows."""
    found = form(viewer, key)
    own = FormTemplate.objects.filter(form=key, retired_at__isnull=True).select_related("uploaded_by", "file")
    shown = {name for name, _field in _named(found)}
    return {
        "form": found,
        "article": article_of(viewer.rulebook, found),
        "fields": list(_named(found)),
        "around": [name for name in names_of(found, viewer.institution) if name not in shown],
        "own": own.first(),
        "manages": viewer.may(Permission.FORM_MANAGE),
    }


def _named(form: Form) -> Iterator[tuple[str, FormField]]:
    for key, field in form.fields.items():
        if field.type is FieldType.OPINION:
            for part in ("text", "name", "date", "manner"):
                yield f"{key}.{part}", field
        else:
            yield key, field


@dataclass(frozen=True, slots=True)
class Checked:
    """What anybody may know of a print: nothing in it names a person."""

    institution: str
    institution_id: int
    title: str
    code: str
    number: str
    issued_at: Any
    current: bool
    digest: str
    subject_kind: str
    subject_id: str


def issued(code: str) -> Checked | None:
    """The record behind a code, of whichever institution; nothing where there is none."""
    with tenancy.everywhere("finding a print by the code on it"):
        row = IssuedForm.objects.filter(code=code).select_related("institution").first()
    if row is None:
        return None
    return Checked(
        row.institution.name,
        row.institution_id,
        row.title,
        grouped(row.code),
        row.number,
        row.issued_at,
        row.superseded_at is None,
        row.digest,
        row.subject_kind,
        row.subject_id,
    )


def record_of(request: HttpRequest, found: Checked | None) -> str:
    """The address of the record, for whoever is signed in and may see it; empty for everybody else."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if found is None or viewer is None or viewer.institution.pk != found.institution_id:
        return ""
    if found.subject_kind == "account" and found.subject_id.isdecimal():
        seen = Account.objects.visible_to(viewer.person).filter(pk=int(found.subject_id)).exists()
        return reverse("account", args=[int(found.subject_id)]) if seen else ""
    if found.subject_kind == "application" and found.subject_id.isdecimal():
        seen = Application.objects.visible_to(viewer.person).filter(pk=int(found.subject_id)).exists()
        return reverse("application", args=[int(found.subject_id)]) if seen else ""
    if found.subject_kind == "inspection" and found.subject_id.isdecimal():
        seen = Inspection.objects.visible_to(viewer.person).filter(pk=int(found.subject_id)).exists()
        return reverse("inspection", args=[int(found.subject_id)]) if seen else ""
    return ""
