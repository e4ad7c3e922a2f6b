"""Addresses of the rulebook: articles, coverage, versions."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import rules

urlpatterns = [
    path("rules/", rules.book, name="rules"),
    path("rules/coverage/", rules.coverage, name="coverage"),
    path("rules/versions/", rules.versions, name="rule_versions"),
    path("rules/versions/<int:pk>/", rules.version, name="rule_version"),
    path("rules/<str:article>/", rules.article, name="rule_article"),
    path("rules/<str:article>/card/", rules.card, name="rule_card"),
]
