"""Words of removing an institution."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

WAIT = timedelta(
    days=7
)  # between the second person's word and the end; long enough to take the last export along
MOST_REASON = 300


class Fate(StrEnum):
    """What becomes of a table's rows when an institution is removed."""

    DESTROYED = "destroyed"  # every row of the institution
    KEPT = "kept"  # the log and the tombstone: hashes, dates, and what the law wants kept for a while
    SIGN_IN = "sign_in"  # rows that hang on a sign-in which belongs to nobody else
    SHARED = "shared"  # rows of the installation
