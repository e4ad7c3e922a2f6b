"""Addresses of annual inspections (年检)."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import inspections as views

urlpatterns = [
    path("inspections/", views.rounds, name="inspections"),
    path("inspections/open/", views.open_round, name="inspection_open"),
    path("inspections/<int:pk>/", views.round_page, name="inspection_round"),
    path("inspections/<int:pk>/pass/", views.pass_clean, name="inspection_pass"),
    path("inspections/<int:pk>/publish/", views.publish, name="inspection_publish"),
    path("inspections/<int:pk>/results/", views.results, name="inspection_results"),
    path("inspections/accounts/<int:pk>/", views.record, name="inspection"),
    path("inspections/accounts/<int:pk>/report/", views.report, name="inspection_report"),
    path("inspections/accounts/<int:pk>/form.pdf", views.as_pdf, name="inspection_pdf"),
    path("inspections/accounts/<int:pk>/form.docx", views.as_docx, name="inspection_word"),
    path("inspections/accounts/<int:pk>/take-back/", views.take_back, name="inspection_take_back"),
    path("inspections/accounts/<int:pk>/fail/", views.fail, name="inspection_fail"),
]
