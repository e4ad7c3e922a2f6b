"""The one door from a key in an address to the account it stands for."""

from __future__ import annotations

from guanhao.inbound.models import CallbackAddress
from guanhao.registry.types import GONE


def callback_address(key: str, platform: str) -> CallbackAddress | None:
    """The address of the key; nothing where there is none, the account is of another platform, or closed."""
    found = CallbackAddress.objects.select_related("account", "institution")
    return found.filter(key=key, account__platform=platform).exclude(account__state__in=GONE).first()
