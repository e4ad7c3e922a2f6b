"""Rules about when an article goes out: windows, lead time, copy ready ahead, a place in the week's plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from guanhao.calendars.working import week_of
from guanhao.contents.rules.matter import Matter, Problem, at_field
from guanhao.core.text import Text
from guanhao.rulebook.checkrules import LeadTime, Window
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.vocabulary import Otherwise


def _when(matter: Matter) -> dict[str, Any]:
    """The place of a timing problem names its time, so that letting it pass once is not letting it pass for ever."""
    at = matter.due_at.isoformat() if matter.due_at else ""
    return {**at_field("due_at"), "due_at": at}


def window(matter: Matter, check: Check) -> Iterator[Problem]:
    """It goes out within one of the day's spans (ruian-11)."""
    assert isinstance(check.params, Window)
    if matter.due_at is None:
        return
    local = matter.due_at.astimezone(matter.calendar.zone)
    spans = "、".join(str(span) for span in check.params.spans)
    if not matter.is_on(check.params.days, matter.due_at):
        if check.params.otherwise is Otherwise.CLOSED:
            yield Problem(
                Text(zh=f"{local:%m-%d} 不在推送日内。", en=f"Nothing goes out on {local:%m-%d}."),
                _when(matter),
            )
    elif not any(span.start <= local.time() < span.end for span in check.params.spans):
        yield Problem(
            Text(
                zh=f"{local:%H:%M} 不在推送时段内（{spans}）。",
                en=f"{local:%H:%M} is outside the windows ({spans}).",
            ),
            _when(matter),
        )


def lead_time(matter: Matter, check: Check) -> Iterator[Problem]:
    """It reached the publishing unit long enough before the push, in the unit the clause counts in (ruian-16)."""
    yield from _early_enough(
        matter,
        check,
        matter.reached_at or matter.now,
        Text(zh="到稿太晚：应在 {latest} 前送达。", en="It arrived too late: it had to arrive by {latest}."),
    )


def copy_ready(matter: Matter, check: Check) -> Iterator[Problem]:
    """It was approved long enough before the push (ruian-12)."""
    yield from _early_enough(
        matter,
        check,
        matter.approved_at or matter.now,
        Text(
            zh="文案备好得太晚：应在 {latest} 前通过审批。",
            en="The copy was ready too late: approval was due by {latest}.",
        ),
    )


def planned(matter: Matter, _check: Check) -> Iterator[Problem]:
    """It took its place in the plan before the week of the push began (ruian-12)."""
    if matter.due_at is None:
        return
    monday, _ = week_of(matter.calendar.local_day(matter.due_at))
    if matter.calendar.local_day(matter.planned_at or matter.now) >= monday:
        yield Problem(
            Text(
                zh="不在该周开始前排定的推送计划内。",
                en="It was not in the plan made before that week began.",
            ),
            _when(matter),
        )


def _early_enough(matter: Matter, check: Check, ready: datetime, sentence: Text) -> Iterator[Problem]:
    assert isinstance(check.params, LeadTime)
    if matter.due_at is None:
        return
    minimum = check.params.minimum
    latest = matter.calendar.subtract(matter.due_at, minimum.amount, minimum.unit)
    if ready > latest:
        at = f"{latest:%m-%d %H:%M}"
        yield Problem(Text(zh=sentence.zh.format(latest=at), en=sentence.en.format(latest=at)), _when(matter))
