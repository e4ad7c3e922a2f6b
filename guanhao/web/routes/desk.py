"""Addresses of the desk, the inbox, the search and a person's own page."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import desk, me, search

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("notices/", desk.notices, name="notices"),
    path("notices/<int:pk>/", desk.open_notice, name="open_notice"),
    path("notices/read/", desk.read_all, name="read_notices"),
    path("search/", search.search, name="search"),
    path("me/", me.me, name="me"),
    path("me/delegations/", me.delegations, name="delegations"),
    path("me/delegations/<int:pk>/revoke/", me.revoke, name="revoke_delegation"),
]
