"""Addresses of the settings."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import leaving, retention, settings

urlpatterns = [
    path("settings/", settings.institution, name="settings"),
    path("settings/days/", settings.calendar_days, name="calendar_days"),
    path("settings/days/<str:day>/clear/", settings.clear_day, name="clear_day"),
    path("settings/removal/", leaving.page, name="removal"),
    path("settings/removal/confirm/", leaving.confirm, name="removal_confirm"),
    path("settings/removal/cancel/", leaving.cancel, name="removal_cancel"),
    path("settings/removal/again/", leaving.again, name="removal_again"),
    path("settings/removal/file/", leaving.file, name="removal_file"),
    path("settings/retention/", retention.page, name="retention"),
    path("settings/retention/agree/", retention.agree, name="retention_agree"),
    path("settings/retention/drop/", retention.drop, name="retention_drop"),
    path("settings/units/", settings.units, name="units"),
    path("settings/units/new/", settings.add_unit, name="add_unit"),
    path("settings/units/<int:pk>/", settings.unit, name="unit"),
    path("settings/units/<int:pk>/function/", settings.give_function, name="give_function"),
    path("settings/units/<int:pk>/close/", settings.close_unit, name="close_unit"),
]
