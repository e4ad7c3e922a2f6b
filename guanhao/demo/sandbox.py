"""What the demonstration asks of the sandbox's control API: accounts, time, publishing at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from guanhao.core import clock, http, tenancy
from guanhao.demo.institutions import ACTOR, APP_SECRET, Demonstration
from guanhao.platforms.weibo.reading import Grant
from guanhao.registry.applications import Particulars, set_app, usual_redirect
from guanhao.registry.connections import adopt

WEIBO_APP_KEY = "1352222456"


class Sandbox:
    """A running sandbox, by its loopback address."""

    def __init__(self, address: str) -> None:
        self._caller = http.caller(address, hosts=frozenset())

    def tell(self, path: str, **fields: Any) -> dict[str, Any]:
        """Make one control call and answer what it says.

        Raises:
            RuntimeError: the sandbox refused it; the text is its own.
        """
        content = json.dumps(fields, ensure_ascii=False).encode()
        reply = self._caller.call("POST", f"/_sandbox/{path}", content=content)
        if reply.status != 200:  # noqa: PLR2004
            raise RuntimeError(f"{path}: {reply.body.decode(errors='replace')}")
        answer: dict[str, Any] = json.loads(reply.body)
        return answer

    def forget_everything(self) -> None:
        """Begin anew: a demonstration that is set up afresh meets an empty platform."""
        self.tell("reset", examples=False)

    def open_accounts(self, demonstration: Demonstration) -> int:
        """Open the demonstration's accounts on the platforms; answers how many there are."""
        wechat = [account for account in demonstration.accounts.values() if account.app_id]
        for account in wechat:
            self.tell(
                "accounts",
                appid=account.app_id,
                secret=APP_SECRET,
                name=account.name,
                type="SVC" if account.kind == "service" else "SUB",
                verified=account.verified,
            )
        return len(wechat) + self._connect_weibo(demonstration)

    def _connect_weibo(self, demonstration: Demonstration) -> int:
        """Register the institution's Weibo app and authorise what its file says is connected; how many accounts."""
        accounts = [demonstration.accounts[key] for key in demonstration.connected]
        if not accounts:
            return 0
        domain = urlsplit(settings.JOB_LINK_URL).hostname or ""
        self.tell(
            "weibo/apps",
            app_key=WEIBO_APP_KEY,
            secret=APP_SECRET,
            name=f"{demonstration.institution.name}发布",
            redirect_uri=usual_redirect(),
            safe_domains=[domain],
        )
        given = Particulars(key=WEIBO_APP_KEY, secret=APP_SECRET, safe_domains=(domain,), reviewed=True)
        with tenancy.within(demonstration.institution):
            set_app(actor=ACTOR, institution=demonstration.institution, given=given)
            for account in accounts:
                self.tell(
                    "weibo/users", uid=account.handle, screen_name=account.name, verified=account.verified
                )
                token = self.tell("weibo/authorise", app_key=WEIBO_APP_KEY, uid=account.handle)
                seconds = int(token["expires_at"] - clock.now().timestamp())
                granted = Grant(token["access_token"], account.handle, seconds)
                adopt(actor=ACTOR, person=account.manager, account=account, grant=granted)
        return len(accounts)

    def stand_at(self, instant: datetime) -> None:
        """Let the platform's clock stand at an instant."""
        self.tell("clock", freeze=instant.timestamp())

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Inside the block the platform publishes without delay; afterwards its clock runs and it takes its time."""
        self.tell("switches", publish_delay=0)
        try:
            yield
        finally:
            self.tell("switches", publish_delay=3)
            self.tell("clock", resume=True)
