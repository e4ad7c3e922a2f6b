"""Who may do what, and when: each answers with its reason."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, may
from guanhao.privacy.models import Incident


def may_run_incidents(person: Person) -> Verdict:
    """Whether the person opens, fills in and closes incidents: the competent office, system or security administration."""
    return may(person, Permission.INCIDENT_MANAGE)


def said(words: str, what: Text) -> Verdict:
    """Whether something was written where it has to be."""
    if words.strip():
        return ALLOWED
    return Denied(Text(f"请填写{what.zh}。", f"Say {what.en}."))


def is_open(incident: Incident) -> Verdict:
    """Whether an incident is still worked on; a closed one keeps its words."""
    if incident.closed_at is None:
        return ALLOWED
    return Denied(Text("事件已结案，不能再改。", "The incident is closed and no longer changes."))


def may_close(incident: Incident) -> Verdict:
    """Whether every report was made, or found not to be needed."""
    owed = [report.get_to_display() for report in incident.reports.owed()]
    if not owed:
        return ALLOWED
    names = "、".join(str(name) for name in owed)
    return Denied(
        Text(
            f"还没有报告，也没有说明为什么不用报告：{names}。",
            f"{len(owed)} reports were neither made nor found not to be needed.",
        )
    )
