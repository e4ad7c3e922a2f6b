"""Addresses of custody (保管): who holds an account's credentials, looking at one, proving that one was replaced."""

from __future__ import annotations

from django.urls import path

from guanhao.web.views import custody, looking

urlpatterns = [
    path("accounts/custody/", custody.listing, name="custody"),
    path("accounts/<int:pk>/custody/", custody.record, name="account_custody"),
    path("accounts/<int:pk>/custody/holder/", custody.add, name="holder_add"),
    path("accounts/<int:pk>/custody/holder/<int:slot>/", custody.remove, name="holder_remove"),
    path("accounts/<int:pk>/custody/leak/", custody.leak, name="credential_leak"),
    path("accounts/<int:pk>/custody/<str:kind>/prove/", custody.prove, name="credential_prove"),
    path("accounts/<int:pk>/custody/<str:kind>/attest/", custody.attest, name="credential_attest"),
    path("accounts/<int:pk>/custody/look/", looking.ask, name="reveal_ask"),
    path("accounts/<int:pk>/custody/emergency/", looking.emergency, name="emergency_ask"),
    path("accounts/custody/emergency/<int:pk>/", looking.voice, name="emergency_voice"),
    path("accounts/custody/look/<str:token>/", looking.look, name="reveal"),
]
