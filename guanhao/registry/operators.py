"""Operators of an account (管理员): who runs it day to day, for good or for a time. One function per change, one event."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.people.permissions import Permission
from guanhao.registry import checks, particulars, running
from guanhao.registry.actions import STAMPED, subject_of
from guanhao.registry.models import Account, Operator
from guanhao.registry.types import GONE, Tenure

UNNAMED = Denied(
    Text(zh="请选择人员；任期至填日期。", en="Choose a person, and a day for the end of a short term.")
)


@transaction.atomic
def add_operator(
    *, actor: Actor, account: Account, person: Person, since: date | None = None, until: date | None = None
) -> Operator:
    """Name a person as operator; with an ``until`` for a short term, without one for good.

    Raises:
        Refused: without the permission; the account is gone; the person has left or is operator already; a term that ends
            before it begins; the rulebook names others, or fewer, as operators or as able to change the profile.
    """
    require(checks.may_manage(actor, Permission.ACCOUNT_MANAGE))
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    since = since or clock.today()
    if account.state in GONE:
        raise _refuse("账号已经关闭，不能再设管理员。", "The account is closed and takes no operators.")
    if not person.active or account.operators.serving().filter(person=person).exists():
        raise _refuse("此人已离任，或已是管理员。", "The person has left, or is an operator already.")
    if until is not None and until < since:
        raise _refuse("任期的结束早于开始。", "The term ends before it begins.")
    require(running.may_operate(account, person))
    operator = Operator(
        institution_id=account.institution_id,
        account=account,
        person=person,
        tenure=Tenure.LONG if until is None else Tenure.SHORT,
        since=since,
        until=until,
    )
    operator.save()
    _told(actor, operator, Action.ACCOUNT_OPERATOR_ADDED)
    return operator


@transaction.atomic
def end_operator(
    *,
    actor: Actor,
    account: Account,
    person: Person,
    on: date | None = None,
    successor: Person | None = None,
) -> Operator:
    """End a person's term as operator; a ``successor`` is named in the same transaction, so that somebody is left.

    Raises:
        Refused: without the permission; the person is no operator; nobody would be left who runs an account in use.
    """
    require(checks.may_manage(actor, Permission.ACCOUNT_MANAGE))
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    operator: Operator | None = account.operators.serving().filter(person=person).first()
    if operator is None:
        raise _refuse("此人不是管理员。", "The person is no operator.")
    if successor is None and account.manager_id != person.pk:
        require(running.may_stop(account, person))
    operator.ended_on = on or clock.today()
    operator.save(update_fields=["ended_on"])
    _told(actor, operator, Action.ACCOUNT_OPERATOR_ENDED)
    return operator


def _told(actor: Actor, operator: Operator, action: Action) -> None:
    account = operator.account
    particulars.stamp(account)
    account.save(update_fields=list(STAMPED))
    record(
        institution=account.institution,
        actor=actor,
        action=action,
        subject=subject_of(account),
        facts={"person": operator.person_id, "tenure": str(operator.tenure)},
        detail={"name": operator.person.name},
    )


def _refuse(zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en)))
