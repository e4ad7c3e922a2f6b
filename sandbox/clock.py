"""The sandbox's own time: it can be frozen, set, advanced and run faster, and is kept across restarts."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.store import Store

BEIJING = timezone(timedelta(hours=8))
MINUTE = 60
DAY = 86_400


class Clock:
    """Virtual seconds since 1970: a frozen moment, or a moment from which time runs at some rate."""

    def __init__(self, store: Store) -> None:
        """Take up the time kept in ``store``."""
        self._store = store

    def now(self) -> float:
        """Answer the virtual time in seconds since 1970 UTC."""
        state = self._state()
        frozen = state["frozen"]
        if frozen is not None:
            return float(frozen)
        return float(state["moment"]) + (time.time() - float(state["since"])) * float(state["rate"])

    def freeze(self, moment: float | None = None) -> None:
        """Stop time at ``moment``, or now."""
        self._keep(frozen=self.now() if moment is None else moment)

    def resume(self, rate: float = 1.0) -> None:
        """Let time run on from where it stands, ``rate`` virtual seconds in a real one. Raises ValueError for no rate."""
        if rate <= 0:
            raise ValueError("time only moves forward")
        self._keep(moment=self.now(), since=time.time(), rate=rate)

    def advance(self, seconds: float) -> None:
        """Move time forward by ``seconds``; a frozen clock stays frozen. Raises ValueError when negative."""
        if seconds < 0:
            raise ValueError("time only moves forward")
        state = self._state()
        if state["frozen"] is None:
            self._keep(**{**state, "moment": float(state["moment"]) + seconds})
        else:
            self._keep(frozen=float(state["frozen"]) + seconds)

    def describe(self) -> dict[str, Any]:
        """Answer the time as the control API shows it."""
        now = self.now()
        text = datetime.fromtimestamp(now, BEIJING).isoformat(timespec="seconds")
        return {"now": now, "beijing": text, "frozen": self._state()["frozen"] is not None}

    def _state(self) -> dict[str, Any]:
        kept = self._store.row("SELECT value FROM memo WHERE name = 'clock'")
        state: dict[str, Any] = json.loads(kept["value"]) if kept else {}
        return {"frozen": None, "moment": 0.0, "since": 0.0, "rate": 1.0} | state

    def _keep(
        self, *, frozen: float | None = None, moment: float = 0.0, since: float = 0.0, rate: float = 1.0
    ) -> None:
        value = json.dumps({"frozen": frozen, "moment": moment, "since": since, "rate": rate})
        self._store.run("INSERT OR REPLACE INTO memo (name, value) VALUES ('clock', ?)", value)


def beijing_day(moment: float) -> str:
    """Answer the date in Beijing of a moment, as ``2026-11-20``; daily counters turn with it (wechat.md 1.5)."""
    return datetime.fromtimestamp(moment, BEIJING).strftime("%Y-%m-%d")


def beijing_month(moment: float) -> str:
    """Answer the month in Beijing of a moment, as ``2026-11``; monthly counters turn with it."""
    return datetime.fromtimestamp(moment, BEIJING).strftime("%Y-%m")


def minute_of(moment: float) -> str:
    """Answer the minute a moment lies in, as a name for per-minute counters."""
    return f"minute {int(moment // MINUTE)}"
