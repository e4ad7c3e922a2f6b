"""Addresses of the API."""

from __future__ import annotations

from django.urls import path

from guanhao.api import callbacks

urlpatterns = [
    path("callback/wechat/<str:key>", callbacks.wechat, name="callback_wechat"),
    path("callback/weibo/<str:key>", callbacks.weibo, name="callback_weibo"),
]
