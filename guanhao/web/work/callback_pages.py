"""What an account's page shows of message push (消息推送): address, keys, what came and what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Sum
from django.urls import reverse

from guanhao.core import clock
from guanhao.inbound.models import CallbackAddress
from guanhao.registry.models import Account
from guanhao.registry.types import PREVIOUS_FOR, SecretKind

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CallbackLines:
    """``url`` is empty where no address was made yet; ``refused`` counts the last day's."""

    url: str = ""
    ready: bool = False
    takes_plain: bool = False
    reachable: bool = True
    last: datetime | None = None
    refused: int = 0
    previous_days: int = PREVIOUS_FOR.days


def takes_pushes(account: Account) -> bool:
    """Whether a platform pushes to such an account: it is on WeChat and its AppID is known."""
    return account.platform == "wechat" and bool(account.app_id)


def callback_lines(account: Account) -> CallbackLines:
    """How it stands with an account that has an AppID."""
    address = CallbackAddress.objects.filter(account=account).first()
    if address is None:
        return CallbackLines()
    wanted = (
        {SecretKind.CALLBACK_TOKEN}
        if address.takes_plain
        else {SecretKind.CALLBACK_TOKEN, SecretKind.CALLBACK_KEY}
    )
    current = account.secrets.filter(retired_at__isnull=True, kind__in=wanted)
    refused = address.refused.filter(minute__gte=clock.now() - DAY)
    return CallbackLines(
        url=settings.PUBLIC_URL.rstrip("/") + reverse("callback_wechat", args=[address.key]),
        ready=current.count() == len(wanted),
        takes_plain=address.takes_plain,
        reachable=settings.PUBLIC_URL.startswith("https://"),
        last=account.inbox.aggregate(last=Max("received_at"))["last"],
        refused=refused.aggregate(sum=Sum("count"))["sum"] or 0,
    )
