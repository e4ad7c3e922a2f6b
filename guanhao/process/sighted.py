"""What follows from what a person decided about a sighting: the case that the rulebook's watch opens."""

from __future__ import annotations

from guanhao.applications import actions as applications
from guanhao.core import actors
from guanhao.ledger.models import Event
from guanhao.watch.models import Sighting

WATCH = actors.system("watch", "线索监测")


def open_case(event: Event, name: str) -> None:  # noqa: ARG001 - one signature for all consequences.
    """Open the case of a sighting as it is decided by now; doing it twice changes nothing."""
    sighting = Sighting.objects.select_related("decided_by", "institution").get(pk=event.subject_id)
    if sighting.decided_by is not None:
        applications.notice(actor=WATCH, person=sighting.decided_by, sighting=sighting)
