"""Browsers of the cast."""

from __future__ import annotations

import pytest
from django.test import Client

from guanhao.core import tenancy
from guanhao.demo.institutions import PASSWORD
from guanhao.people.models import User


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
