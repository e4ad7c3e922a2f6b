"""What a process that has to be punctual does once, before its time comes."""

from __future__ import annotations

import sys

from guanhao.core import loaded, prepared

# How long a thread that computes keeps the others waiting. At Python's five milliseconds a call, which hands the
# interpreter over a dozen times, waits longer for its turn than for the platform's network.
SWITCH_SECONDS = 0.0005


def be_punctual() -> None:
    """Do now what would otherwise be done in the second in which pushes are due."""
    sys.setswitchinterval(SWITCH_SECONDS)
    prepared.assemble_all()
    loaded.keep()
