"""The client's address is believed only from a configured proxy."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from guanhao.core.address import client_address


def _request(remote, forwarded=""):
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **extra)


@pytest.mark.requirement("NT4")
def test_a_forwarded_address_from_anybody_is_ignored(settings):
    """Whoever connects directly cannot pretend to be somebody else."""
    settings.TRUSTED_PROXIES = ()
    assert client_address(_request("203.0.113.5", "198.51.100.7")) == "203.0.113.5"


@pytest.mark.requirement("NT4")
def test_the_trusted_proxy_names_the_client(settings):
    """Only the hop that our proxy itself saw counts, not what the client wrote before it."""
    settings.TRUSTED_PROXIES = ("127.0.0.1",)
    assert client_address(_request("127.0.0.1", "10.9.9.9, 198.51.100.7")) == "198.51.100.7"
    assert client_address(_request("127.0.0.1")) == "127.0.0.1"
