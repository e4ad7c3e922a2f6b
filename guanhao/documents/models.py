"""Word templates that an institution uploaded, and the prints that can be told from forgeries."""

from __future__ import annotations

from django.db import models

from guanhao.contents.models import Asset
from guanhao.core.tenancy import Scoped
from guanhao.people.models import Person
from guanhao.regulation.models import RulebookVersion


class FormTemplate(Scoped):
    """表格模板: the institution's own Word file for one form; the newest that is not retired is used."""

    form = models.CharField(max_length=60)  # key of the form
    file = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    fields = models.JSONField(default=list)  # the names it uses, as checked at upload
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "form"],
                condition=models.Q(retired_at__isnull=True),
                name="form_template_one_current",
            )
        ]


class IssuedForm(Scoped):
    """打印件: a form as it was printed about one matter. Its code resolves to it; the same data gives the same print."""

    code = models.CharField(max_length=20, unique=True)
    form = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=40)
    number = models.CharField(max_length=60, blank=True)
    content = models.JSONField()  # documents.issuing.told; names people, so it is erased with them
    digest = models.CharField(max_length=80)  # of the content
    issued_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "form", "subject_kind", "subject_id", "digest"],
                name="issued_form_once",
            )
        ]
