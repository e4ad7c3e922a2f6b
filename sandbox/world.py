"""Everything the sandbox consists of, in one value that is handed around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.store import Store
from sandbox.switches import Switchboard

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class World:
    """One running sandbox. ``base_url`` is where it can be reached, without a slash at the end."""

    store: Store
    clock: Clock
    switches: Switchboard
    faults: Faults
    ledger: Ledger
    base_url: str

    @classmethod
    def open(cls, directory: Path, base_url: str) -> World:
        """Open the world kept in ``directory``, or a new one."""
        directory.mkdir(parents=True, exist_ok=True)
        store = Store(directory / "sandbox.sqlite3")
        clock = Clock(store)
        return cls(
            store=store,
            clock=clock,
            switches=Switchboard(store),
            faults=Faults(store),
            ledger=Ledger(store, clock.now),
            base_url=base_url,
        )
