"""Addresses about personal data and security."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import incidents

urlpatterns = [
    path("privacy/incidents/", incidents.listing, name="incidents"),
    path("privacy/incidents/new/", incidents.new, name="incident_new"),
    path("privacy/incidents/<int:pk>/", incidents.record, name="incident"),
    path("privacy/incidents/<int:pk>/edit/", incidents.edit, name="incident_edit"),
    path("privacy/incidents/<int:pk>/print/", incidents.printed, name="incident_print"),
    path("privacy/incidents/<int:pk>/measure/", incidents.measure, name="incident_measure"),
    path("privacy/incidents/<int:pk>/close/", incidents.close, name="incident_close"),
    path("privacy/incidents/reports/<int:pk>/", incidents.reported, name="incident_reported"),
]
