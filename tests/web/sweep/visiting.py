"""One request as one role, undone afterwards so that no visit changes what the next one sees."""

from __future__ import annotations

from http.cookies import SimpleCookie

from django.db import transaction
from django.test import Client

from guanhao.core import tenancy
from guanhao.people.models import User
from tests.web.sweep.arguments import ARGUMENTS
from tests.web.sweep.routes import ROLES, address


def client_of(role):
    """A browser in which the role is signed in; the stranger's is empty."""
    client = Client(raise_request_exception=False)
    if ROLES[role]:
        with tenancy.everywhere("signing in for the sweep"):
            client.force_login(User.objects.get(username=ROLES[role]))
    return client


def url_of(name, objects):
    """The address of a route with the objects of the registry."""
    return address(name, {key: make(objects) for key, make in ARGUMENTS.get(name, {}).items()})


def visit(client, method, url, **headers):
    """Send the request with nothing in it and roll back whatever it did; signing out is undone with the cookies."""
    cookies = client.cookies.output(header="")
    with transaction.atomic():
        response = getattr(client, method.lower())(url, headers=headers)
        response.content  # noqa: B018 - rendered before the rollback.
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return response
