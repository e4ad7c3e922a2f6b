"""What is counted, and how much of it is enough (NT4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Use(StrEnum):
    """What the number of times is counted of: strangers by their address, the signed-in by person and institution."""

    CHECK = "check"  # "is this account yours?"
    REPORT = "report"  # a suspected impostor
    FILE = "file"  # the public list as a workbook, a picture to be read
    SEARCH = "search"
    EXPORT = "export"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Most:
    """So many times within a span: by one, and by all of an institution together where they have a bound in common."""

    one: int
    span: timedelta
    together: int | None = None


MOST: dict[Use, Most] = {
    Use.CHECK: Most(60, MINUTE),
    Use.FILE: Most(10, MINUTE),
    Use.REPORT: Most(5, HOUR),
    # Far above what a busy clerk does by hand, far below what a script would take.
    Use.SEARCH: Most(60, MINUTE, together=1_200),
    Use.EXPORT: Most(60, HOUR, together=600),
    Use.UPLOAD: Most(300, HOUR, together=3_000),
}
