"""Addresses of official forms (表格) and of the public check of a print."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import forms

urlpatterns = [
    path("rules/forms/", forms.listing, name="forms"),
    path("rules/forms/<str:key>/", forms.form, name="form"),
    path("rules/forms/<str:key>/empty.pdf", forms.empty_pdf, name="form_pdf"),
    path("rules/forms/<str:key>/empty.docx", forms.empty_word, name="form_word"),
    path("rules/forms/<str:key>/template.docx", forms.starting_template, name="form_template"),
    path("rules/forms/<str:key>/upload/", forms.upload, name="form_upload"),
    path("rules/forms/<str:key>/retire/", forms.retire, name="form_retire"),
    path("d/", forms.check, name="check_print"),
    path("d/<str:code>", forms.checked, name="checked_print"),
]
