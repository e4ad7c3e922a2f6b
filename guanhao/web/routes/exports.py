"""Addresses of long exports."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import exports

urlpatterns = [
    path("exports/", exports.exports, name="exports"),
    path("exports/new/", exports.ask, name="export_new"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/file/", exports.file, name="export_file"),
    path("exports/<int:pk>/cancel/", exports.cancel, name="export_cancel"),
]
