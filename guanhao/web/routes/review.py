"""Addresses of review (审批)."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import review

urlpatterns = [
    path("review/", review.queue, name="review"),
    path("review/<int:pk>/", review.step, name="review_step"),
    path("review/<int:pk>/decide/", review.decide, name="review_decide"),
]
