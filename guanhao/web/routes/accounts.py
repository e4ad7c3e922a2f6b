"""Addresses of accounts (账号)."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import accounts

urlpatterns = [
    path("accounts/", accounts.listing, name="accounts"),
    path("accounts/<int:pk>/", accounts.record, name="account"),
    path("accounts/<int:pk>/test/", accounts.self_test, name="account_test"),
    path("accounts/<int:pk>/secret/", accounts.secret, name="account_secret"),
]
