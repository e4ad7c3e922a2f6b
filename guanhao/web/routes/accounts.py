"""Addresses of accounts (账号)."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import accounts, callback, connections, masssend, register

urlpatterns = [
    path("accounts/", accounts.listing, name="accounts"),
    path("accounts/units/", register.rollup, name="accounts_by_unit"),
    path("accounts/add/", register.add, name="account_add"),
    path("accounts/<int:pk>/edit/", register.edit, name="account_edit"),
    path("accounts/<int:pk>/step/<slug:key>/", register.step, name="account_step"),
    path("accounts/<int:pk>/operators/", register.add_operator, name="account_operators"),
    path(
        "accounts/<int:pk>/operators/<int:operator>/end/", register.end_operator, name="account_operator_end"
    ),
    path("accounts/<int:pk>/", accounts.record, name="account"),
    path("accounts/<int:pk>/interface/", accounts.interface, name="account_interface"),
    path("accounts/<int:pk>/test/", accounts.self_test, name="account_test"),
    path("accounts/<int:pk>/look/", accounts.look, name="account_look"),
    path("accounts/<int:pk>/look/<str:part>/", accounts.compared, name="account_compared"),
    path("accounts/<int:pk>/secret/", accounts.secret, name="account_secret"),
    path("accounts/<int:pk>/sending/", masssend.sending, name="account_sending"),
    path("accounts/<int:pk>/callback/address/", callback.renew, name="account_callback_address"),
    path("accounts/<int:pk>/callback/keys/", callback.keys, name="account_callback_keys"),
    path("accounts/<int:pk>/callback/plain/", callback.plain, name="account_callback_plain"),
    path("accounts/weibo/app/", connections.app, name="weibo_app"),
    path("accounts/weibo/back/", connections.back, name="weibo_back"),
    path("accounts/<int:pk>/weibo/authorise/", connections.authorise, name="weibo_authorise"),
    path("accounts/<int:pk>/weibo/confirm/", connections.confirm, name="weibo_confirm"),
    path("accounts/<int:pk>/weibo/disconnect/", connections.disconnect, name="weibo_disconnect"),
]
