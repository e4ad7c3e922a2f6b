"""Addresses of applications about accounts (账号申请)."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import applications

urlpatterns = [
    path("applications/", applications.listing, name="applications"),
    path("applications/tasks/", applications.tasks, name="application_tasks"),
    path("applications/new/", applications.begin, name="application_new"),
    path("applications/<int:pk>/", applications.record, name="application"),
    path("applications/<int:pk>/edit/", applications.edit, name="application_edit"),
    path("applications/<int:pk>/withdraw/", applications.withdraw, name="application_withdraw"),
    path("applications/<int:pk>/form.pdf", applications.as_pdf, name="application_pdf"),
    path("applications/<int:pk>/form.docx", applications.as_docx, name="application_word"),
]
