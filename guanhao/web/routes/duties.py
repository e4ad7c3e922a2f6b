"""Addresses of duties (待办义务)."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import duties

urlpatterns = [
    path("duties/", duties.listing, name="duties"),
    path("duties/<str:key>/", duties.record, name="duty"),
    path("duties/<str:key>/report/", duties.report, name="duty_report"),
    path("duties/<str:key>/waive/", duties.waive, name="duty_waive"),
]
