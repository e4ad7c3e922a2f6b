"""Acts that need two people (AP8): release after a stop, lawful export, retention, deleting an institution."""

from __future__ import annotations

from guanhao.cases.identity import same_human
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Person


def may_confirm(person: Person, asked_by: Person) -> Verdict:
    """Whether the person may confirm what the other one asked for: somebody else, and still with the institution.

    What entitles either of them to the act itself is the caller's question.
    """
    if person.institution_id != asked_by.institution_id or not person.active:
        return Denied(Text(zh="您已不在本单位任职。", en="You no longer belong to the institution."))
    if not asked_by.active:
        return Denied(
            Text(
                zh=f"提出人{asked_by.name}已离任，请重新提出。",
                en=f"{asked_by.name}, who asked for this, has left. Ask for it again.",
            )
        )
    if same_human(person, asked_by):
        return Denied(
            Text(
                zh="这项操作须由两个人完成：提出的人不能自己确认。",
                en="This takes two people: whoever asks for it cannot confirm it.",
            )
        )
    return ALLOWED
