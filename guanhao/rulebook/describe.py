"""A clause as a sentence with its numbers, in both languages: what a citation opens and what `show` prints.

The sentence is composed from the clause, so it cannot say anything else than what is enforced.
"""

from collections.abc import Callable
from typing import Any

from guanhao.core.text import Text
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import (
    AnyClause,
    Duty,
    Limit,
    Mark,
    Prize,
    Record,
    Route,
    RouteStep,
    Tally,
    Watch,
)
from guanhao.rulebook.describe_checks import describe_check
from guanhao.rulebook.labels import label
from guanhao.rulebook.vocabulary import ClauseKind
from guanhao.rulebook.wording import NOTHING, Names, bracket, join, listed, text, within


def describe(clause: AnyClause, rulebook: Rulebook) -> Text:
    """The clause in one sentence, with the institution's names for roles, classes and categories."""
    names = Names(rulebook)
    return join(TELLERS[clause.kind](names, clause), names.condition(clause.when, clause.unless))


def _route(names: Names, route: Route) -> Text:
    act = label(route.act)
    steps = [_step(names, step) for step in route.steps]
    told = Text(
        zh=f"{act.zh}：" + " → ".join(step.zh for step in steps),
        en=f"{act.en}: " + " → ".join(step.en for step in steps),
    )
    if route.published_by is None:
        return told
    publisher = names.role(route.published_by)
    return join(told, text(f"；由{publisher.zh}发布", f"; published by {publisher.en}"))


def _step(names: Names, step: RouteStep) -> Text:
    told = join(names.role(step.role), text(label(step.act).zh, f" {label(step.act).en}"))
    return join(told, names.condition(step.when, step.unless), within(step.within))


def _limit(names: Names, limit: Limit) -> Text:
    what, scope = label(limit.what), label(limit.of)
    bounds = [
        text(f"至少 {limit.at_least}", f"at least {limit.at_least}")
        if limit.at_least is not None
        else NOTHING,
        text(f"至多 {limit.at_most}", f"at most {limit.at_most}") if limit.at_most is not None else NOTHING,
    ]
    told = Text(
        zh=f"{scope.zh}的{what.zh}：{listed(bounds).zh}",
        en=f"{what.en} of {scope.en}: {listed(bounds).en}",
    )
    if limit.per is not None:
        told = join(told, text(f"，{label(limit.per).zh}", f" {label(limit.per).en}"))
    return join(told, bracket("限", "only", names.roles(limit.who)))


def _duty(names: Names, duty: Duty) -> Text:
    owner, task = names.role(duty.owed_by), duty.title or label(duty.do)
    if duty.every is not None:
        occasion = text(label(duty.every).zh, label(duty.every).en)
    else:
        events = listed(map(label, duty.on))
        occasion = text(f"{events.zh}后", f"when {events.en}")
    times = text(f" {duty.at_least} 次", f" {duty.at_least} times") if duty.at_least > 1 else NOTHING
    told = Text(
        zh=f"{occasion.zh}，{owner.zh}{label(duty.force).zh}{task.zh}{times.zh}",
        en=f"{occasion.en}, {owner.en} {label(duty.force).en} {task.en}{times.en}",
    )
    return join(
        told,
        within(duty.within),
        bracket("报", "to", names.roles(duty.to)),
        bracket("逾期督办：", "followed up by", names.roles(duty.escalates_to)),
        bracket("可免除：", "may be waived by", names.roles(duty.waived_by)),
    )


def _tally(names: Names, tally: Tally) -> Text:
    event, scope, period = label(tally.count), label(tally.of), label(tally.per)
    parts = [
        Text(
            zh=f"{period.zh}按{scope.zh}统计{event.zh}次数",
            en=f"{period.en}, count for {scope.en} how often {event.en}",
        )
    ]
    if tally.points:
        parts.append(text(f"每次记 {tally.points} 分", f"{tally.points} points each"))
    if tally.points_at_most is not None:
        parts.append(text(f"最多 {tally.points_at_most} 分", f"{tally.points_at_most} points at most"))
    if tally.target is not None:
        parts.append(text(f"应达 {tally.target} 次", f"{tally.target} expected"))
    parts.extend(_mark(names, mark) for mark in tally.marks)
    parts.extend(_prize(prize) for prize in tally.prizes)
    return Text(zh="；".join(part.zh for part in parts), en="; ".join(part.en for part in parts))


def _mark(names: Names, mark: Mark) -> Text:
    what = label(mark.do)
    at = (
        text(f"达 {mark.reaches} 次", f"at {mark.reaches}")
        if mark.below is None
        else text(f"不足 {mark.below} 次", f"below {mark.below}")
    )
    told = text(f"{at.zh}：{what.zh}", f"{at.en}: {what.en}")
    if mark.who is not None:
        told = join(told, bracket("对", "", [names.role(mark.who)]))
    return join(told, bracket("报", "to", names.roles(mark.to)))


def _prize(prize: Prize) -> Text:
    return text(f"{prize.title.zh}记 {prize.points} 分", f"{prize.title.en}: {prize.points} points")


def _watch(names: Names, watch: Watch) -> Text:
    sign, by = label(watch.looks_for), names.role(watch.by)
    every = label(watch.every) if watch.every is not None else Text(zh="随时", en="continuously")
    told = Text(zh=f"{by.zh}{every.zh}留意{sign.zh}", en=f"{by.en} looks for {sign.en}, {every.en}")
    if watch.opens is not None:
        told = join(told, text(f"，发现即{label(watch.opens).zh}", f"; a hit opens {label(watch.opens).en}"))
    return join(told, within(watch.within), bracket("报", "to", names.roles(watch.to)))


def _record(_names: Names, record: Record) -> Text:
    return record.reason


TELLERS: dict[ClauseKind, Callable[[Names, Any], Text]] = {
    ClauseKind.ROUTE: _route,
    ClauseKind.CHECK: describe_check,
    ClauseKind.LIMIT: _limit,
    ClauseKind.DUTY: _duty,
    ClauseKind.TALLY: _tally,
    ClauseKind.WATCH: _watch,
    ClauseKind.RECORD: _record,
}
