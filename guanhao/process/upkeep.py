"""What follows from trouble in the house itself: told to the technical duty, or to the office where there is none."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.process import links, recipients
from guanhao.process.wording import filled

TECHNICAL = "technical"

_WORDS = {
    Action.CLOCK_JUMPED: Text("系统时钟发生跳变", "The system clock jumped"),
    Action.INSTANCE_HELD: Text(
        "数据疑似由备份恢复，发布已暂停", "The data looks restored; publishing is held"
    ),
    Action.ROW_SET_ASIDE: Text(
        "后台任务多次失败，已搁置：{subject}", "Background work was set aside: {subject}"
    ),
}


def tell_technical_duty(event: Event, name: str) -> None:
    """Something needs the technical duty: it is told what, with the error as recorded."""
    told = event.detail.data.get("detail", {})
    notify(
        event=event,
        consequence=name,
        persons=recipients.serving(event.institution, recipients.TECHNICAL_UNIT, recipients.COMPETENT_OFFICE),
        kind=TECHNICAL,
        title=filled(_WORDS[Action(event.action)], subject=f"{event.subject_kind} {event.subject_id}"),
        body=Text(str(told.get("why", ""))),
        link=links.DESK,
    )
