"""Addresses that exist only in a demonstration: signing in with one click. `urls` includes them under `DEMO` alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from guanhao.web.views import demonstration

urlpatterns = [
    path("demo/", login_not_required(demonstration.roles), name="demonstration"),
    path("demo/<str:username>/", login_not_required(demonstration.sign_in), name="demonstration_sign_in"),
]
