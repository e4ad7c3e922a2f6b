"""Addresses of review (审批)."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import papers, review

urlpatterns = [
    path("review/", review.queue, name="review"),
    path("review/<int:pk>/", review.step, name="review_step"),
    path("cases/<int:pk>/papers/", papers.add, name="paper_upload"),
    path("papers/<int:pk>/", papers.paper, name="paper"),
    path("review/<int:pk>/decide/", review.decide, name="review_decide"),
]
