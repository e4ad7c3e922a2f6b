"""Addresses of the register's ledger in Excel (台账): out, and an existing one in."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import ledger_import

urlpatterns = [
    path("accounts/ledger/", ledger_import.export, name="accounts_ledger"),
    path("accounts/import/", ledger_import.upload, name="accounts_import"),
    path("accounts/import/template/", ledger_import.template, name="accounts_import_template"),
    path("accounts/import/<str:token>/", ledger_import.check, name="accounts_import_check"),
    path("accounts/import/<str:token>/faults/", ledger_import.faults, name="accounts_import_faults"),
]
