"""Addresses for machines that watch the installation."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import health

urlpatterns = [
    path("healthz", health.alive, name="health_alive"),
    path("readyz", health.ready, name="health_ready"),
    path("metrics", health.metrics, name="health_metrics"),
]
