"""What an account must satisfy, and who may change it. Answers Allowed or Denied with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from guanhao.core.actors import Actor, ActorKind
from guanhao.core.memo import remembered
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.lexicon.naming import name_watch
from guanhao.people.models import Institution, Person, Unit
from guanhao.people.permissions import Permission, may
from guanhao.registry.models import Account, Connection, Holder, Secret
from guanhao.registry.types import GONE, MOST_HOLDERS, PUBLISHES, USUAL_HOLDERS, AccountState
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import holders
from guanhao.regulation.types import NoRulebook, Parties
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Limit
from guanhao.rulebook.selection import limits_on
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import ClauseKind, LimitSubject
from guanhao.screening.names import Judgement, Relation

enforces(ClauseKind.LIMIT, LimitSubject.CREDENTIAL_HOLDERS)
enforces(ClauseKind.LIMIT, LimitSubject.RESPONSIBLE_PERSONS)


_HOLDERS: Prepared[int] = Prepared(
    lambda: Holder.objects.filter(account__in=given("accounts", many=True)).values_list(
        "account_id", flat=True
    )
)


def may_manage(actor: Actor, permission: Permission) -> Verdict:
    """Whether the actor may change accounts. Set-up and demonstration act by name, people by what they hold."""
    if actor.kind is ActorKind.SYSTEM:
        return ALLOWED
    person = _person(int(actor.id)) if actor.kind is ActorKind.PERSON else None
    if person is None:
        return Denied(Text(zh="请先登录。", en="Sign in first."))
    return may(person, permission)


def _person(key: int) -> Person | None:
    return remembered(("person", key), lambda: Person.objects.filter(pk=key).first())


def holds_one_of(actor: Actor, roles: Iterable[str], unit: Unit, rulebook: Rulebook) -> bool:
    """Whether the actor is a person who holds one of these roles, looked for at the unit whose account it is."""
    if actor.kind is not ActorKind.PERSON:
        return False
    return any(_holds(int(actor.id), role, unit, rulebook) for role in roles)


def _holds(person: int, role: str, unit: Unit, rulebook: Rulebook) -> bool:
    """Whether the person holds the role; every step of an account asks, so a page that only reads asks once."""
    parties = Parties(owner=unit, publisher=unit)
    key = ("holds", person, role, unit.pk, rulebook.rulebook, rulebook.version)
    return remembered(key, lambda: holders(role, parties, rulebook).filter(pk=person).exists())


def may_connect(actor: Actor, account: Account) -> Verdict:
    """Whether the actor may set the account's secrets or test it: by permission, or as one of its holders."""
    held = (
        actor.kind is ActorKind.PERSON
        and Holder.objects.filter(account=account, person_id=actor.person_id).exists()
    )
    return ALLOWED if held else may_manage(actor, Permission.ACCOUNT_CONNECT)


def is_connected(account: Account) -> bool:
    """Whether there is anything to get a token by: a sealed secret, or an authorisation that is not over."""
    secrets = Secret.objects.filter(account=account, retired_at__isnull=True)
    consented = Connection.objects.filter(account=account, ended_at__isnull=True)
    return secrets.exists() or consented.exists()


def holders_of_each(accounts: Iterable[int]) -> Counter[int]:
    """How many people hold each of the accounts, by its key."""
    return Counter(_HOLDERS.all(accounts=list(accounts)))


def fit_to_publish(account: Account, holders: Counter[int] | None = None) -> Verdict:
    """Whether the account's state lets it publish, somebody answers for it, and no more hold it than allowed (§2.3).

    ``holders`` are given by whoever counted those of several accounts (`holders_of_each`).
    """
    if account.state not in PUBLISHES:
        why = f"（{account.state_reason}）" if account.state_reason else ""
        return Denied(
            Text(
                zh=f"账号“{account.name}”的状态是“{AccountState(account.state).label}”{why}，不能发布。",
                en=f"The account {account.name} is not in use and cannot publish.",
            ),
            account.state_article,
        )
    responsible = has_first_responsible(account)
    if not responsible:
        return responsible
    counted = holders_of_each([account.pk]) if holders is None else holders
    return within_holder_limit(account, counted[account.pk])


def has_first_responsible(account: Account) -> Verdict:
    """Whether somebody who is still here answers for the account (gpnu-13)."""
    responsible = account.first_responsible
    if responsible is not None and responsible.active:
        return ALLOWED
    clause = _first_limit(account, LimitSubject.RESPONSIBLE_PERSONS)
    return Denied(
        Text(
            zh=f"账号“{account.name}”没有在任的第一责任人，不能启用或发布。",
            en=f"The account {account.name} has no first responsible person in office.",
        ),
        article=clause.article if clause else "",
        clause=clause.id if clause else "",
    )


def within_holder_limit(account: Account, count: int) -> Verdict:
    """Whether so many holders are allowed by the rulebook in force (ruian-6.6, gpnu-15)."""
    for limit in limits(account, LimitSubject.CREDENTIAL_HOLDERS):
        if limit.at_most is not None and count > limit.at_most:
            return Denied(
                Text(
                    zh=f"账号“{account.name}”最多 {limit.at_most} 名保管人。",
                    en=f"The account {account.name} may have at most {limit.at_most} holders.",
                ),
                article=limit.article,
                clause=limit.id,
            )
    return ALLOWED


def slots_of(account: Account) -> range:
    """The numbered slots an account has: as many as the rulebook in force allows holders (K8)."""
    numbers = [limit.at_most for limit in limits(account, LimitSubject.CREDENTIAL_HOLDERS) if limit.at_most]
    return range(1, min([*numbers, MOST_HOLDERS] if numbers else [USUAL_HOLDERS]) + 1)


def least_holders(account: Account) -> tuple[int, Limit | None]:
    """How many holders an account must have, and the clause that says so."""
    least = [limit for limit in limits(account, LimitSubject.CREDENTIAL_HOLDERS) if limit.at_least]
    return max(((limit.at_least or 0, limit) for limit in least), key=lambda one: one[0], default=(0, None))


def holder_roles(account: Account) -> frozenset[str]:
    """The roles one of which a holder must have, where the rulebook in force names any."""
    return frozenset(role for limit in limits(account, LimitSubject.CREDENTIAL_HOLDERS) for role in limit.who)


def may_hold(account: Account, person: Person) -> Verdict:
    """Whether the person may be given a slot at all: here, no administrator of the system (K12), and entitled."""
    if not person.active:
        return Denied(Text(zh=f"“{person.name}”已离任。", en=f"{person.name} has left."))
    if person.capabilities.filter(ended_at__isnull=True).exists():
        return Denied(
            Text(
                zh=f"“{person.name}”是系统、安全或审计管理员，不能保管账号密钥。",
                en=f"{person.name} is one of the three administrators and may not hold credentials.",
            )
        )
    return entitled(account, person, LimitSubject.CREDENTIAL_HOLDERS)


def entitled(account: Account, person: Person, what: LimitSubject) -> Verdict:
    """Whether the rulebook lets this person be holder or first responsible person (gpnu-13, xartvu-13).

    A clause may name who: the role is looked for at the unit whose account it is. Where none does, anyone named may.
    """
    parties = Parties(owner=account.owner_unit, publisher=account.owner_unit)
    for limit in limits(account, what):
        if limit.who and not any(holders(role, parties).filter(pk=person.pk).exists() for role in limit.who):
            return Denied(
                Text(
                    zh=f"按制度，“{person.name}”的任职不符合账号“{account.name}”的要求。",
                    en=f"By the regulation {person.name} does not hold the post that {account.name} demands.",
                ),
                article=limit.article,
                clause=limit.id,
            )
    return ALLOWED


def judged_name(institution: Institution, name: str) -> Judgement:
    """What an account's name looks like beside the institution's own names (gpnu-5, xartvu-2)."""
    others = Account.objects.exclude(name=name).values_list("name", flat=True)
    return name_watch(institution, others).judge(name)


def written_plainly(judged: Judgement) -> Verdict:
    """Whether an account of ours bears our name as it is written: a disguised name is how impostors are told (xartvu-14)."""
    if judged.relation is not Relation.IMPOSTOR:
        return ALLOWED
    why = "；".join(reason.text.zh for reason in judged.reasons)
    return Denied(
        Text(
            zh=f"账号名称“{judged.name}”像是冒名（{why}）；我方账号请用规范的名称。",
            en=f"The name {judged.name} looks like an impostor's; an account of ours is named plainly.",
        )
    )


def not_registered_twice(account: Account) -> Verdict:
    """Whether no other account of the platform that is not gone bears this id or, written in whatever way, this name."""
    others = Account.objects.filter(platform=account.platform).exclude(state__in=GONE).exclude(pk=account.pk)
    for named in ({"handle": account.handle}, {"name_key": account.name_key}):
        twin = others.filter(**named).first() if all(named.values()) else None
        if twin is not None:
            return Denied(
                Text(
                    zh=f"该平台账号已经登记：“{twin.name}”（{twin.owner_unit.name}）。",
                    en=f"This platform account is registered already: {twin.name} ({twin.owner_unit.name}).",
                )
            )
    return ALLOWED


def _first_limit(account: Account, what: LimitSubject) -> Limit | None:
    return next(iter(limits(account, what)), None)


def limits(account: Account, what: LimitSubject) -> tuple[Limit, ...]:
    """The rulebook's limits of this kind for such an account; none where no rulebook is in force."""
    try:
        rulebook = in_force(account.institution).rulebook
    except NoRulebook:
        return ()
    return limits_on(rulebook, what, Facts(platform=account.platform, account_kind=account.kind))
