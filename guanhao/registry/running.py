"""Who runs an account day to day and who can change its profile, bounded by the rulebook (gpnu-13, xartvu-8, ruian-6.6).

Whoever runs it is its daily manager and its operators in office. Whoever can change its profile on the platform is everybody
with the means to: the holders of its credentials, its operators, and the administrator the platform is bound to.
"""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Person
from guanhao.registry import checks
from guanhao.registry.models import Account
from guanhao.registry.types import IN_USE
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.clauses import Limit
from guanhao.rulebook.vocabulary import ClauseKind, LimitSubject

enforces(ClauseKind.LIMIT, LimitSubject.OPERATORS)
enforces(ClauseKind.LIMIT, LimitSubject.PROFILE_EDITORS)


def is_run(account: Account, *, without: Person | None = None) -> Verdict:
    """Whether as many people run the account as the rulebook demands; ``without`` is somebody about to stop doing so.

    Asked before an account comes into use and before somebody is taken off it. Who leaves the institution is never
    held back by it: that is what handing over is for, and the register shows such an account.
    """
    people = set(account.operators.serving().filter(person__active=True).values_list("person", flat=True))
    if account.manager is not None and account.manager.active:
        people.add(account.manager.pk)
    people.discard(without.pk if without else None)
    for limit in checks.limits(account, LimitSubject.OPERATORS):
        if limit.at_least is not None and len(people) < limit.at_least:
            return _denied(
                limit,
                f"账号“{account.name}”至少须有 {limit.at_least} 名日常管理人或管理员，请先指定。",
                f"{account.name} needs at least {limit.at_least} people who run it; name them first.",
            )
    return ALLOWED


def may_stop(account: Account, person: Person) -> Verdict:
    """Whether the person may be taken off the account while it is in use: not as the last one who runs it."""
    return is_run(account, without=person) if account.state in IN_USE and person.active else ALLOWED


def may_operate(account: Account, person: Person) -> Verdict:
    """Whether the person may become one of the account's operators: by what the rulebook says of who, and of how many."""
    for what in (LimitSubject.OPERATORS, LimitSubject.PROFILE_EDITORS):
        entitled = checks.entitled(account, person, what)
        if not entitled:
            return entitled
    serving = set(account.operators.serving().values_list("person", flat=True)) | {person.pk}
    for limit in checks.limits(account, LimitSubject.OPERATORS):
        if limit.at_most is not None and len(serving) > limit.at_most:
            return _denied(
                limit,
                f"账号“{account.name}”最多 {limit.at_most} 名管理员。",
                f"{account.name} may have at most {limit.at_most} operators.",
            )
    return may_edit_profile(account, person)


def may_edit_profile(account: Account, person: Person) -> Verdict:
    """Whether the person may get the means to change the account's profile, beside those who have them (ruian-6.6)."""
    people = profile_editors(account) | {person.pk}
    for limit in checks.limits(account, LimitSubject.PROFILE_EDITORS):
        if limit.at_most is not None and len(people) > limit.at_most:
            return _denied(
                limit,
                f"账号“{account.name}”最多 {limit.at_most} 人能改资料（保管人、管理员和平台绑定管理员合计）。",
                f"At most {limit.at_most} people may be able to change {account.name}'s profile: "
                "holders, operators and the bound administrator together.",
            )
    return ALLOWED


def profile_editors(account: Account) -> set[int]:
    """The keys of the people who can change the account's profile on its platform."""
    people = set(account.holders.values_list("person", flat=True))
    people |= set(account.operators.serving().values_list("person", flat=True))
    return people | ({account.bound_administrator_id} if account.bound_administrator_id else set())


def _denied(limit: Limit, zh: str, en: str) -> Denied:
    return Denied(Text(zh=zh, en=en), article=limit.article, clause=limit.id)
