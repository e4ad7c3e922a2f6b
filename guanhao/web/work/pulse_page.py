"""What the duty page (值守) shows: queues, workers, and every push that is late or unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guanhao.core.text import Text
from guanhao.people.permissions import Permission
from guanhao.process.pulse import Pulse, long_unknown, overdue, pulses, unserved
from guanhao.process.timely import QUEUE_NAMES
from guanhao.steps.clock import database_now
from guanhao.steps.heartbeats import SILENT_AFTER
from guanhao.steps.models import Heartbeat
from guanhao.web.marks import BLOCKED, DONE, NEUTRAL, Mark
from guanhao.web.viewer import Viewer
from guanhao.web.work import access


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue, with its name and how it stands in a word."""

    name: Text
    pulse: Pulse
    mark: Mark


def pulse_context() -> dict[str, Any]:
    """Queues, workers of the last two days, pushes that are late."""
    now = database_now()
    return {
        "now": now,
        "queues": [QueueRow(_name(pulse), pulse, _queue_mark(pulse)) for pulse in pulses(now)],
        "workers": [(beat, _worker_mark(beat)) for beat in access.heartbeats()],
        "overdue": overdue(now).select_related("account"),
        "unknown": long_unknown(now).select_related("account"),
    }


def standing_still(viewer: Viewer) -> list[Text]:
    """Names of queues that nobody serves any more, for those whose business it is; shown above other pages."""
    if not viewer.may(Permission.WORK_WATCH):
        return []
    return [QUEUE_NAMES[queue] for queue in unserved()]


def _name(pulse: Pulse) -> Text:
    return QUEUE_NAMES[pulse.queue]


def _queue_mark(pulse: Pulse) -> Mark:
    if pulse.alarming:
        return Mark(_("停顿"), BLOCKED, "alert-triangle")
    return Mark(_("正常"), DONE, "check") if pulse.served else Mark(_("无人值守"), NEUTRAL, "circle-dot")


def _worker_mark(beat: Heartbeat) -> Mark:
    if beat.stopped_at is not None:
        return Mark(_("已停"), NEUTRAL)
    if database_now() - beat.seen_at >= SILENT_AFTER:
        return Mark(_("失联"), BLOCKED, "alert-triangle")
    return Mark(_("在岗"), DONE, "check")
