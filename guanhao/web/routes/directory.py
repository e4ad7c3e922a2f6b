"""Addresses of the public directory (公开名录), without sign-in, and of its settings."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import directory, directory_settings

urlpatterns = [
    path("directory/", directory.institutions, name="directories"),
    path("directory/<slug:key>/", directory.listing, name="directory"),
    path("directory/<slug:key>/check/", directory.check, name="directory_check"),
    path("directory/<slug:key>/check/picture/", directory.picture, name="directory_picture"),
    path("directory/<slug:key>/report/", directory.report, name="directory_report"),
    path("directory/<slug:key>/widget/", directory.widget, name="directory_widget"),
    path("directory/<slug:key>/accounts/<int:pk>/", directory.account, name="directory_account"),
    path("directory/<slug:key>/accounts/<int:pk>/qr/", directory.code, name="directory_code"),
    path("settings/directory/", directory_settings.page, name="directory_settings"),
]
