"""The one way an account passes from state to state, and what follows from each step (architecture §1, 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from guanhao.cases.models import Case
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.registry import lifecycle, numbers, particulars, vault
from guanhao.registry.actions import STAMPED, subject_of
from guanhao.registry.models import Account, Filing, Operator
from guanhao.rulebook.types import Effect, LifeState, Transition

_CLOSED = frozenset({LifeState.CLOSED, LifeState.DEREGISTERED})
_UNOPENED = frozenset({LifeState.APPLIED, LifeState.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is said with a step: why, what proves it, and the days it is about."""

    reason: str = ""
    proof: str = ""
    on: date | None = None  # the day it happened; today when not given
    until: date | None = None  # how long a verification holds


@transaction.atomic
def move(
    *, actor: Actor, account: Account, step: str, given: Given | None = None, case: Case | None = None
) -> Account:
    """Take one step in the account's life, with everything it brings with it, or nothing at all.

    ``step`` is a key of `lifecycle.steps`; ``case`` is the one that opens the way where the rulebook routes the step.

    Raises:
        Refused: by another person than the rulebook names, without the case, the reason, the proof or the particulars it
            needs, or for a step nobody knows.
        WrongState: the account does not stand where the step begins.
    """
    given = given or Given()
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    rulebook = lifecycle.rulebook_of(account)
    taken = lifecycle.steps(rulebook).get(step)
    if taken is None:
        raise _refuse(f"没有“{step}”这一步。", f"There is no step “{step}”.")
    _require_open(actor, account, taken, case)
    article, clause = lifecycle.cited(account, taken, rulebook)
    _require_given(taken, given, article, clause)
    before = account.state
    changed = _entered(account, taken, given, article)
    for effect in taken.effects:
        changed |= _EFFECTS[effect](_Moving(actor, account, given, case))
    particulars.stamp(account)
    account.save(update_fields=sorted({*changed, *STAMPED}))
    record(
        institution=account.institution,
        actor=actor,
        action=_told_as(taken, LifeState(before)),
        subject=subject_of(account),
        facts={
            "step": taken.key,
            "from": before,
            "to": account.state,
            "effects": [str(effect) for effect in taken.effects],
            "article": article,
            "case": case.pk if case else None,
            "on": (given.on or clock.today()).isoformat(),
        },
        detail={"reason": given.reason, "proof": given.proof},
        clause=clause,
    )
    return account


@dataclass(frozen=True, slots=True)
class _Moving:
    """One step being taken."""

    actor: Actor
    account: Account
    given: Given
    case: Case | None

    @property
    def day(self) -> date:
        """The day it happened."""
        return self.given.on or clock.today()


def _require_open(actor: Actor, account: Account, step: Transition, case: Case | None) -> None:
    verdict = lifecycle.may_take(actor, account, step, lifecycle.rulebook_of(account), case)
    if isinstance(verdict, Denied) and LifeState(account.state) not in step.leaves:
        raise WrongState(verdict)
    require(verdict)


def _require_given(step: Transition, given: Given, article: str, clause: str) -> None:
    if given.on is not None and given.on > clock.today():
        raise _refuse("日期不能晚于今天。", "The day must not lie in the future.")
    if step.needs_reason and not given.reason.strip():
        zh, en = f"“{step.title.zh}”须写明原因。", f"“{step.title.en}” needs a reason."
        raise Refused(Denied(Text(zh=zh, en=en), article, clause))
    if step.needs_proof and not given.proof.strip():
        zh, en = f"“{step.title.zh}”须有证明。", f"“{step.title.en}” needs proof."
        raise Refused(Denied(Text(zh=zh, en=en), article, clause))


def _entered(account: Account, step: Transition, given: Given, article: str) -> set[str]:
    """Set the state the step leads to; answers what changed."""
    if step.enters is None:
        return set()
    account.state = step.enters.value
    account.state_since = clock.now()
    account.state_reason, account.state_proof = given.reason[:300], given.proof[:500]
    account.state_article = article
    changed = {"state", "state_since", "state_reason", "state_proof", "state_article"}
    if step.enters in _CLOSED:
        account.closed_on = account.closed_on or given.on or clock.today()
        changed.add("closed_on")
        vault.destroy(account)
    if step.enters is LifeState.ACTIVE and account.opened_on is None:
        account.opened_on = given.on or clock.today()
        changed.add("opened_on")
    return changed


def _told_as(step: Transition, before: LifeState) -> Action:
    """What the ledger calls it: duties are opened and met by these words."""
    if step.enters in _CLOSED and before not in _CLOSED:
        return Action.ACCOUNT_CLOSED
    if step.enters is LifeState.ACTIVE and before in _UNOPENED:
        return Action.ACCOUNT_OPENED
    if Effect.VERIFY in step.effects:
        return Action.ACCOUNT_VERIFIED
    return Action.ACCOUNT_MOVED


def _issue_number(moving: _Moving) -> set[str]:
    numbered = numbers.issue_number(actor=moving.actor, account=moving.account)
    moving.account.filing_number = numbered.text
    return set()


def _file(moving: _Moving) -> set[str]:
    account = moving.account
    particulars.stamp(account)
    now = clock.now()
    Filing(
        institution_id=account.institution_id,
        account=account,
        digest=account.particulars_digest,
        particulars=particulars.snapshot(account),
        filed_at=now,
        filed_by_id=moving.actor.person_id,
        case=moving.case,
    ).save()
    account.filed_digest, account.filed_at = account.particulars_digest, now
    return {"filed_digest", "filed_at"}


def _verify(moving: _Moving) -> set[str]:
    moving.account.verified, moving.account.verified_until = True, moving.given.until
    moving.account.verification_withdrawn_on = None
    return {"verified", "verified_until", "verification_withdrawn_on"}


def _withdraw_verification(moving: _Moving) -> set[str]:
    moving.account.verified, moving.account.verified_until = False, None
    moving.account.verification_withdrawn_on = moving.day
    return {"verified", "verified_until", "verification_withdrawn_on"}


def _rest(moving: _Moving) -> set[str]:
    moving.account.dormant_since = moving.day
    return {"dormant_since"}


def _wake(moving: _Moving) -> set[str]:
    moving.account.dormant_since = None
    return {"dormant_since"}


def _miss_inspection(moving: _Moving) -> set[str]:
    moving.account.uninspected_since = moving.day
    return {"uninspected_since"}


def _inspected(moving: _Moving) -> set[str]:
    moving.account.uninspected_since, moving.account.inspected_on = None, moving.day
    return {"uninspected_since", "inspected_on"}


def _end_operators(moving: _Moving) -> set[str]:
    serving = Operator.objects.serving().filter(account=moving.account)
    serving.update(ended_on=moving.day)
    return set()


_EFFECTS: dict[Effect, Callable[[_Moving], set[str]]] = {
    Effect.ISSUE_NUMBER: _issue_number,
    Effect.FILE: _file,
    Effect.VERIFY: _verify,
    Effect.WITHDRAW_VERIFICATION: _withdraw_verification,
    Effect.REST: _rest,
    Effect.WAKE: _wake,
    Effect.MISS_INSPECTION: _miss_inspection,
    Effect.INSPECTED: _inspected,
    Effect.END_OPERATORS: _end_operators,
}


def _refuse(zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en)))
