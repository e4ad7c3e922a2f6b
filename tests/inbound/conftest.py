"""An account that takes pushes, and a platform that makes them: signed, sealed and addressed by the sandbox's own code."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

import pytest

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.inbound.actions import make_keys, renew_address
from guanhao.inbound.models import InboxItem
from guanhao.people.access import actor_of
from sandbox.wechat import callback
from sandbox.wechat.callback import Callback, Envelope, Mode

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=CHINA)


def publish_finished(publish_id="2247503051", status=0, **more):
    """The event at the end of a publishing task, as wechat.md 5.3 shows it."""
    about = {"publish_id": publish_id, "publish_status": status} | more
    return {
        "ToUserName": "gh_0123456789ab",
        "FromUserName": "oUser000000000000000000000000",
        "CreateTime": int(NOW.timestamp()),
        "MsgType": "event",
        "Event": "PUBLISHJOBFINISH",
        "PublishEventInfo": about,
    }


class Platform:
    """Pushes to one account with Django's test client."""

    def __init__(self, client, account, address, keys):
        self.client, self.account, self.address = client, account, address
        self.callback = Callback(
            f"http://testserver/callback/wechat/{address.key}", keys.token, keys.aes_key, Mode.SAFE
        )
        self.envelope = Envelope(
            int(NOW.timestamp()), "1000000001", account.app_id, "oUser", signed_with=keys.token
        )

    def made(self, fields=None, mode=None, **changes):
        """Address and body of a push; ``changes`` are what is different about its envelope."""
        settings = replace(self.callback, mode=mode or self.callback.mode)
        url, body = callback.pushed(settings, fields or publish_finished(), replace(self.envelope, **changes))
        parts = urlsplit(url)
        return f"{parts.path}?{parts.query}", body

    def push(self, fields=None, mode=None, **changes):
        """Push and answer the response."""
        return self.send(*self.made(fields, mode, **changes))

    def send(self, target, body, content_type="text/xml"):
        """Post a body as it is."""
        return self.client.post(target, data=body, content_type=content_type)

    def check(self, echo="8765432109", **changes):
        """The console's check of the address."""
        envelope = replace(self.envelope, **changes)
        settings = replace(self.callback, token=envelope.signed_with)
        parts = urlsplit(callback.verification(settings, envelope.timestamp, envelope.nonce, echo))
        return self.client.get(f"{parts.path}?{parts.query}")


@pytest.fixture
def now():
    with clock.frozen(NOW):
        yield NOW


@pytest.fixture
def account(ruian):
    return ruian.accounts["flagship"]


@pytest.fixture
def office(ruian):
    """The competent office, which connects accounts."""
    return actor_of(ruian.people["ruian-editor"])


@pytest.fixture
def platform(now, client, account, office):
    """WeChat, for this account."""
    address, keys = renew_address(actor=office, account=account), make_keys(actor=office, account=account)
    return Platform(client, account, address, keys)


@pytest.fixture
def inbox(account):
    """What was stored for the account."""
    return lambda: list(InboxItem.objects.filter(account=account).order_by("pk"))
