"""Addresses of the API."""

from __future__ import annotations

from django.urls import path

from guanhao.api import callbacks, directory

urlpatterns = [
    path("callback/wechat/<str:key>", callbacks.wechat, name="callback_wechat"),
    path("callback/weibo/<str:key>", callbacks.weibo, name="callback_weibo"),
    path("api/directory/openapi.json", directory.document, name="api_directory_document"),
    path("api/directory/<slug:key>/accounts", directory.accounts, name="api_directory_accounts"),
    path("api/directory/<slug:key>/check", directory.check, name="api_directory_check"),
]
