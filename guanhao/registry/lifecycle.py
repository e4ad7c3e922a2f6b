"""The life of accounts as the rulebook tells it: which steps there are, from where, to where, who, and by which article.

The steps of `data/lifecycle.yaml` are everybody's; a rulebook's `lifecycle` adds to them and overrides them by key. Where
the rulebook has a route for a step's act, only a case of that act opens the way, and the route's article is cited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from guanhao.cases.deadlines import count_from
from guanhao.cases.models import Case
from guanhao.cases.types import CaseState
from guanhao.core.actors import Actor, ActorKind
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Institution
from guanhao.people.permissions import Permission
from guanhao.registry import checks, kinds, running
from guanhao.registry.models import Account
from guanhao.registry.types import AccountState
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.catalogue import entries
from guanhao.rulebook.labels import label
from guanhao.rulebook.types import Effect, Facts, LifeState, Route, Rulebook, Transition

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Way:
    """A step that leads away from where an account stands: whether the actor may take it, and by when it is due."""

    transition: Transition
    verdict: Verdict
    article: str
    due_at: datetime | None


@lru_cache(maxsize=1)
def usual() -> Mapping[str, Transition]:
    """The steps that hold where no rulebook says otherwise. Read once per process."""
    file = _DATA / "lifecycle.yaml"
    return entries(file.read_text(encoding="utf-8"), file.name, Transition)


def steps(rulebook: Rulebook | None) -> Mapping[str, Transition]:
    """Every step in the life of an account under a rulebook."""
    return {**usual(), **(rulebook.lifecycle if rulebook else {})}


def rulebook_of(account: Account) -> Rulebook | None:
    """The rulebook in force over the account's institution; nothing where there is none yet."""
    return rulebook_over(account.institution)


def rulebook_over(institution: Institution) -> Rulebook | None:
    """The rulebook in force over an institution; nothing where there is none yet."""
    try:
        return in_force(institution).rulebook
    except NoRulebook:
        return None


def ways_of(actor: Actor, account: Account) -> list[Way]:
    """The steps that lead away from where the account stands, possible for the actor or not, each with its reason."""
    rulebook = rulebook_of(account)
    return [
        Way(
            step,
            may_take(actor, account, step, rulebook),
            cited(account, step, rulebook)[0],
            _due(account, step),
        )
        for step in steps(rulebook).values()
        if LifeState(account.state) in step.leaves and not _has_happened(account, step)
    ]


def may_take(
    actor: Actor, account: Account, step: Transition, rulebook: Rulebook | None, case: Case | None = None
) -> Verdict:
    """Whether the step is open to the actor: from this state, by the right person or case, with what filing needs."""
    article, clause = cited(account, step, rulebook)
    if LifeState(account.state) not in step.leaves:
        return Denied(_wrong_state(account, step), article, clause)
    routed = route_of(account, step, rulebook)
    verdict = _by_case(account, step, case, routed) if routed else _by_person(actor, account, step, rulebook)
    if not verdict:
        return verdict
    if step.enters is LifeState.ACTIVE:
        responsible = checks.has_first_responsible(account)
        if not responsible:
            return responsible
        run = running.is_run(account)
        if not run:
            return run
    return _complete(account, step, rulebook)


def route_of(account: Account, step: Transition, rulebook: Rulebook | None) -> Route | None:
    """The route of the step's act for such an owner; nothing where the rulebook sets none and the step is taken by hand."""
    if rulebook is None or step.act is None:
        return None
    facts = facts_of(account)
    routes = [route for route in rulebook.of_kind(Route) if route.act is step.act]
    return next((route for route in routes if route.applies(facts)), routes[0] if routes else None)


def facts_of(account: Account) -> Facts:
    """What the rulebook's conditions may ask of an account."""
    return Facts(
        owner_kind=account.owner_unit.kind,
        platform=account.platform,
        account_kind=account.kind,
        account_use="flagship" if account.flagship else "",
        tier=account.tier,
    )


def cited(account: Account, step: Transition, rulebook: Rulebook | None) -> tuple[str, str]:
    """The article, and the clause where there is one, the step rests on: its own, or its route's."""
    if rulebook is not None and step.article:
        return f"{rulebook.key}-{step.article}", ""
    route = route_of(account, step, rulebook)
    return (route.article, route.id) if route else ("", "")


def incomplete(step: Transition) -> Denied:
    """What a step that was posted without what it asks for is answered."""
    return Denied(
        Text(
            zh=f"“{step.title.zh}”没有办理：请填写原因、证明和正确的日期。",
            en=f"“{step.title.en}” was not taken: give the reason, the proof and proper days.",
        )
    )


def _by_case(account: Account, step: Transition, case: Case | None, route: Route) -> Verdict:
    """Only a case of the act opens the way: an approved one, or one on its way where the step says so."""
    good = {CaseState.APPROVED, CaseState.OPEN} if step.during else {CaseState.APPROVED}
    if (
        case is not None
        and case.institution_id == account.institution_id
        and case.act == step.act
        and case.state in good
        and (case.subject_kind != "account" or case.subject_id == str(account.pk))
    ):
        return ALLOWED
    act = label(route.act)
    return Denied(
        Text(
            zh=f"“{step.title.zh}”须经“{act.zh}”办件批准。",
            en=f"“{step.title.en}” needs an approved case of {act.en}.",
        ),
        route.article,
        route.id,
    )


def _by_person(actor: Actor, account: Account, step: Transition, rulebook: Rulebook | None) -> Verdict:
    """The roles the rulebook names, at the account's unit; the competent office where it names none."""
    if actor.kind is ActorKind.SYSTEM or rulebook is None or not step.who:
        return checks.may_manage(actor, Permission.ACCOUNT_MANAGE)
    if checks.holds_one_of(actor, step.who, account.owner_unit, rulebook):
        return ALLOWED
    titles = [rulebook.roles[role].title for role in step.who]
    return Denied(
        Text(
            zh=f"“{step.title.zh}”由{'、'.join(title.zh for title in titles)}办理。",
            en=f"“{step.title.en}” is for: {', '.join(title.en for title in titles)}.",
        ),
        *cited(account, step, rulebook),
    )


def _complete(account: Account, step: Transition, rulebook: Rulebook | None) -> Verdict:
    """What the platform's kind needs is known before anything is filed."""
    platform = kinds.platforms(rulebook).get(account.platform)
    missing = kinds.lacking(account, platform.needs) if platform and Effect.FILE in step.effects else ()
    if not missing:
        return ALLOWED
    names = [label(one) for one in missing]
    return Denied(
        Text(
            zh=f"登记项不全，还缺：{'、'.join(name.zh for name in names)}。",
            en=f"Particulars are missing: {', '.join(name.en for name in names)}.",
        ),
        *cited(account, step, rulebook),
    )


def _wrong_state(account: Account, step: Transition) -> Text:
    state = AccountState(account.state)
    zh = "、".join(label(one).zh for one in step.leaves)
    en = ", ".join(label(one).en for one in step.leaves)
    return Text(
        zh=f"账号“{account.name}”现为“{state.label}”，“{step.title.zh}”只能从“{zh}”办理。",
        en=f"{account.name} is {label(LifeState(state)).en}; “{step.title.en}” leads only from: {en}.",
    )


def _has_happened(account: Account, step: Transition) -> bool:
    """Steps that only set a mark are not offered where the mark stands already, nor its removal where it does not."""
    if step.enters is not None:
        return False
    stands = {
        Effect.VERIFY: False,  # again each year
        Effect.WITHDRAW_VERIFICATION: not account.verified,
        Effect.REST: account.dormant_since is not None,
        Effect.WAKE: account.dormant_since is None,
        Effect.MISS_INSPECTION: account.uninspected_since is not None,
    }
    return any(stands.get(effect, False) for effect in step.effects)


def _due(account: Account, step: Transition) -> datetime | None:
    if step.within is None or account.state_since is None:
        return None
    return count_from(account.institution, step.within, account.state_since)
