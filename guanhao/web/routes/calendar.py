"""Addresses of the plan (排期)."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import calendar, masssend

urlpatterns = [
    path("calendar/", calendar.week, name="calendar"),
    path("calendar/schedule/<int:pk>/", calendar.schedule, name="schedule"),
    path("calendar/pushes/<int:pk>/", calendar.push, name="push"),
    path("calendar/pushes/<int:pk>/preview/", masssend.preview, name="push_preview"),
    path("calendar/pushes/<int:pk>/move/", calendar.move, name="push_move"),
    path("calendar/pushes/<int:pk>/cancel/", calendar.cancel, name="push_cancel"),
]
