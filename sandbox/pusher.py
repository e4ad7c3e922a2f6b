"""The one thread of the sandbox: it pushes events, and sleeps while there are none to push."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import TYPE_CHECKING

from sandbox import platform
from sandbox.platforms import PLATFORMS

if TYPE_CHECKING:
    from sandbox.world import World

LOOK_AGAIN = 0.2


class Pusher:
    """Woken after every request; looks again by itself only while something is about to happen."""

    def __init__(self, world: World) -> None:
        """Push the events of ``world`` once ``start`` is called."""
        self._world = world
        self._awake = threading.Event()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="pusher", daemon=True)

    def start(self) -> None:
        """Begin, taking up what an earlier run left."""
        self._awake.set()
        self._thread.start()

    def stop(self) -> None:
        """End after the push in hand."""
        self._stopped = True
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """Look for events soon: a request may have caused one."""
        self._awake.set()

    def before_reply(self) -> None:
        """Push now, so that an event overtakes the reply of the request that caused it (switch event_mischief)."""
        with self._world.store.transaction():
            wanted = self._world.switches.value("event_mischief") == "before_reply"
        if wanted:
            self._push()

    def _run(self) -> None:
        while not self._stopped:
            self._awake.wait(LOOK_AGAIN if self._something_comes() else None)
            self._awake.clear()
            if not self._stopped and self._something_comes():
                self._push_safely()

    def _push_safely(self) -> None:
        try:
            self._push()
        except Exception:  # noqa: BLE001 - one event that cannot be pushed must not end all pushing
            traceback.print_exc(file=sys.stderr)

    def _push(self) -> None:
        with self._world.store.transaction():
            platform.settle_all(self._world, PLATFORMS)
        for each in PLATFORMS:
            while not self._stopped and each.deliver(self._world):
                pass

    def _something_comes(self) -> bool:
        with self._world.store.transaction():
            return any(each.is_pending(self._world) for each in PLATFORMS)
