"""What the page after a restore shows: the gap in the record, what waits, the stop that holds everything (K9, §2.6)."""

from __future__ import annotations

from typing import Any

from guanhao.people.permissions import Permission
from guanhao.publishing import checks
from guanhao.publishing.outages import Kind, kind_of
from guanhao.web.eventwords import words
from guanhao.web.viewer import Viewer
from guanhao.web.work import access


def restored_context(viewer: Viewer) -> dict[str, Any]:
    """Since when the record may have a gap, what has to be confirmed, and who may release it.

    What happened between the newest entry that came back and the moment the restore was noticed may be gone: decisions,
    stops, sends. Nobody can list what is not there; the page says the span, and where to look for it.
    """
    held = access.restore_stop()
    before = access.events_before(held.at) if held else []
    return {
        "held": held,
        "last": before[0] if before else None,
        "entries": [(event, words(event.action)) for event in before],
        "waiting": [job for job in access.questions(viewer) if kind_of(job) is Kind.RESTORED],
        "may": checks.may_stop(viewer.person),
        "sees_ledger": viewer.may(Permission.LEDGER_SEE),
    }
