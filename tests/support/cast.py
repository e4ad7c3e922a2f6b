"""The fixed cast: the three institutions of `demo/`, set up once per test database.

`ruian`, `gpnu`, `xartvu` answer a `Demonstration` (institution, rulebook, units by name, people by staff number and
sign-in name, accounts by key) and put the institution in scope for the test.
"""

from __future__ import annotations

from collections.abc import Iterator

from guanhao.core import tenancy
from guanhao.demo.institutions import KEYS, Demonstration, find, set_up
from guanhao.ledger.models import LogHead
from guanhao.process.models import Cursor


def build_world() -> None:
    """Set up all three, with the consequences of their setting-up counted as drawn."""
    for key in KEYS:
        institution = set_up(key).institution
        with tenancy.within(institution):
            head = LogHead.objects.get()
            Cursor.objects.update_or_create(institution=institution, defaults={"next_index": head.size})


def play(key: str) -> Iterator[Demonstration]:
    """The institution, in scope."""
    demonstration = find(key)
    with tenancy.within(demonstration.institution):
        yield demonstration
