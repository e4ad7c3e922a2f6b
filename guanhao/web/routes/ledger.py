"""Addresses of the ledger."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import ledger

urlpatterns = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/checkpoints/", ledger.checkpoints, name="ledger_checkpoints"),
    path("ledger/verify/", ledger.verify, name="ledger_verify"),
    path("ledger/export/", ledger.export, name="ledger_export"),
    path("ledger/<int:index>/", ledger.event, name="ledger_event"),
]
