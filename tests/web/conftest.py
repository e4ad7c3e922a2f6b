"""Browsers of the cast."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from guanhao.core import tenancy
from guanhao.demo.institutions import PASSWORD
from guanhao.people.models import User
from tests.support.codes import code_of


@pytest.fixture(autouse=True)
def _own_limits():
    """How often somebody confirmed in one test does not count in the next: its people have the same keys."""
    cache.clear()


@pytest.fixture
def browser(db):
    """Sign in: ``browser("ruian-editor")``; ``browser()`` is a stranger's; ``fresh=True`` typed the password just now."""

    def open_as(username="", *, fresh=False, **extra):
        client = Client(**extra)
        if fresh:
            client.post("/sign-in/", {"login": username, "password": PASSWORD})
            client.post("/me/confirm/", {"password": PASSWORD})
            return client
        if username:
            with tenancy.everywhere("signing in for a test"):
                client.force_login(User.objects.get(username=username))
        return client

    return open_as


def with_second_factor(browser, username):
    """A browser whose person gave a code just now, as real allauth wants it."""
    client = browser(username, fresh=True)
    user = User.objects.get(username=username)
    secret = generate_totp_secret()  # another one each time: a code counts once
    TOTP.activate(user, secret)
    client.post("/me/confirm/code/", {"code": code_of(secret)})
    return client
