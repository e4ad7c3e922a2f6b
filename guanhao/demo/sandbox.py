"""What the demonstration asks of the sandbox's control API: accounts, time, publishing at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from guanhao.core import http
from guanhao.demo.institutions import APP_SECRET, Demonstration


class Sandbox:
    """A running sandbox, by its loopback address."""

    def __init__(self, address: str) -> None:
        self._caller = http.caller(address, hosts=frozenset())

    def tell(self, path: str, **fields: Any) -> None:
        """Make one control call.

        Raises:
            RuntimeError: the sandbox refused it; the text is its own.
        """
        content = json.dumps(fields, ensure_ascii=False).encode()
        reply = self._caller.call("POST", f"/_sandbox/{path}", content=content)
        if reply.status != 200:  # noqa: PLR2004
            raise RuntimeError(f"{path}: {reply.body.decode(errors='replace')}")

    def forget_everything(self) -> None:
        """Begin anew: a demonstration that is set up afresh meets an empty platform."""
        self.tell("reset", examples=False)

    def open_accounts(self, demonstration: Demonstration) -> int:
        """Open the demonstration's WeChat accounts on the platform; answers how many there are."""
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
        return len(wechat)

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
