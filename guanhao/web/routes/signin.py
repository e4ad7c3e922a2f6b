"""Addresses of signing in, of the second factor and of a person's sessions: allauth's views under our own names."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.usersessions import views as sessions
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from guanhao.web.views import signin, twostep

urlpatterns = [
    path("sign-in/", login_not_required(account.login), name="account_login"),
    path("sign-in/code/", login_not_required(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/closed/", login_not_required(account.signup), name="account_signup"),
    path("sign-in/inactive/", login_not_required(account.account_inactive), name="account_inactive"),
    path("sign-out/", login_not_required(account.logout), name="account_logout"),
    path("choose/", signin.choose_institution, name="choose_institution"),
    path("language/", login_not_required(signin.set_language), name="set_language"),
    path("me/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("me/confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("me/password/", twostep.password, name="account_change_password"),
    path("me/two-step/", mfa.index, name="mfa_index"),
    path("me/two-step/set-up/", twostep.set_up, name="mfa_activate_totp"),
    path("me/two-step/remove/", twostep.remove, name="mfa_deactivate_totp"),
    path("me/two-step/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("me/two-step/codes/new/", twostep.new_codes, name="mfa_generate_recovery_codes"),
    path("me/two-step/codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("me/sessions/", sessions.list_usersessions, name="usersessions_list"),
]
