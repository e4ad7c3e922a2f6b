"""A sandbox that runs beside the tests, with its control API as methods. Tests judge by its ledger."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

from sandbox.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]


class ControlRefusedError(Exception):
    """The control API refused; the text is its reason."""


class RunningSandbox:
    """One sandbox on a free loopback port. Use it as a context manager, or call ``close``.

    ``in_thread`` starts within milliseconds and is right for nearly every test; ``in_process`` is for tests that
    kill or restart it. Both keep their state in ``directory``: opening the same directory again is a restart.
    """

    def __init__(self, base_url: str, stop: Callable[[], None]) -> None:
        """Attach to a sandbox that answers at ``base_url`` and ends when ``stop`` is called."""
        self.base_url = base_url
        self.close = stop

    @classmethod
    def in_thread(cls, directory: Path, port: int = 0) -> Self:
        """Run a sandbox inside this process."""
        server = Server("127.0.0.1", port, directory)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()

        def stop() -> None:
            server.shutdown()
            server.close()
            thread.join()

        return cls(server.world.base_url, stop)

    @classmethod
    def in_process(cls, directory: Path, port: int = 0) -> Self:
        """Run a sandbox as its own program, as an operator would."""
        command = [sys.executable, "-m", "sandbox", "--port", str(port), "--data", str(directory)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        announcement = process.stdout.readline()

        def stop() -> None:
            process.terminate()
            process.communicate(timeout=10)

        return cls(announcement.split()[-1], stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def control(self, call: str, **arguments: Any) -> Json:
        """Make a control call that acts, e.g. ``control("clock", advance=60)``. Raises ControlRefusedError."""
        return self._json("POST", f"/_sandbox/{call}", arguments)

    def read(self, call: str, **arguments: Any) -> Json:
        """Make a control call that only looks, e.g. ``read("drafts", account=appid)``."""
        return self._json("GET", f"/_sandbox/{call}?{urlencode(arguments)}")

    def account(self, **fields: Any) -> Json:
        """Create an official account; answer it with ``appid`` and ``secret``."""
        return self.control("accounts", **fields)

    def change_account(self, appid: str, **fields: Any) -> Json:
        """Change an account, e.g. ``verified=False`` or ``grants={"publish": "banned"}``."""
        return self.control("accounts/update", account=appid, **fields)

    def switch(self, account: str = "", **switches: Any) -> Json:
        """Set switches for one account or, without one, for all."""
        return self.control("switches", account=account, **switches)

    def fault(self, kind: str, path: str = "*", **fields: Any) -> int:
        """Let a fault strike the next call of a path, e.g. ``fault("reset", "/cgi-bin/freepublish/submit")``."""
        return int(self.control("faults", kind=kind, path=path, **fields)["id"])

    def advance(self, seconds: float) -> None:
        """Move the sandbox's time forward."""
        self.control("clock", advance=seconds)

    def ledger(self, **filters: Any) -> list[Json]:
        """Answer the requests received, oldest first; filters are account, path, effect, since."""
        return list(self.read("ledger", **filters)["entries"])

    def effects(self, kind: str, **filters: Any) -> list[Json]:
        """Answer the details of every effect of one kind, e.g. all ``publish.accepted``."""
        entries = self.ledger(effect=kind, **filters)
        return [
            effect["details"] for entry in entries for effect in entry["effects"] if effect["kind"] == kind
        ]

    def public(self, account: str = "") -> list[Json]:
        """Answer the articles the public can see now, newest first."""
        return list(self.read("public", account=account)["articles"])

    def public_effects(self, account: str = "") -> list[Json]:
        """Answer what ever became public, was removed or banned, oldest first."""
        return list(self.read("public", account=account)["effects"])

    def page(self, url: str) -> str:
        """Answer the text of a page the public opens, by its address or path."""
        parts = urlsplit(url)
        status, body = self._send("GET", f"{parts.path}?{parts.query}")
        return f"{status}\n{body.decode()}"

    def reset(self) -> None:
        """Forget everything."""
        self.control("reset")

    def _json(self, method: str, target: str, arguments: Json | None = None) -> Json:
        status, body = self._send(method, target, json.dumps(arguments or {}).encode())
        document: Json = json.loads(body)
        if status != 200:
            raise ControlRefusedError(f"{target}: {document.get('error')}")
        return document

    def _send(self, method: str, target: str, body: bytes = b"") -> tuple[int, bytes]:
        connection = HTTPConnection(urlsplit(self.base_url).netloc, timeout=30)
        try:
            connection.request(method, target, body if method == "POST" else None)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
