"""Changes of who holds, and replacing what is held. What a change makes known too widely is flagged with it."""

from __future__ import annotations

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.verdicts import require
from guanhao.custody import checks
from guanhao.custody.exposing import expose
from guanhao.custody.models import Reveal
from guanhao.custody.queries import known_to
from guanhao.custody.types import ExposureWhy
from guanhao.people.models import Person
from guanhao.people.permissions import Permission
from guanhao.registry import actions as registry
from guanhao.registry.checks import may_manage
from guanhao.registry.models import Account, Holder, Secret


@transaction.atomic
def remove_holder(*, actor: Actor, account: Account, person: Person) -> None:
    """Take a slot back; every secret of the account that the person held or saw is flagged in the same transaction.

    Raises:
        Refused: without the permission, or when the person is no holder.
    """
    require(may_manage(actor, Permission.ACCOUNT_MANAGE))
    known = [secret for secret in known_to(person) if secret.account_id == account.pk]
    registry.remove_holder(actor=actor, account=account, person=person)
    withdraw_tickets(person, account)
    expose(actor=actor, secrets=known, person=person, why=ExposureWhy.HOLDER_REMOVED)


@transaction.atomic
def replace_holder(*, actor: Actor, account: Account, person: Person, heir: Person) -> Holder:
    """Give a person's slot to another, also where all are taken; errors as `remove_holder` and `add_holder`."""
    remove_holder(actor=actor, account=account, person=person)
    return registry.add_holder(actor=actor, account=account, person=heir)


def withdraw_tickets(person: Person, account: Account | None = None) -> None:
    """Let permissions to look that were not used yet run out now."""
    rows = Reveal.objects.filter(person=person, opened_at__isnull=True, until__gt=clock.now())
    if account is not None:
        rows = rows.filter(secret__account=account)
    rows.update(until=clock.now())


def replace_secret(*, actor: Actor, account: Account, kind: str, value: str) -> Secret:
    """Set a secret, keeping the one before where the platform can be asked whether it refuses it (SE4).

    Raises:
        Refused: as `registry.actions.set_secret`.
    """
    keeps = checks.testable(account, kind)
    return registry.set_secret(actor=actor, account=account, kind=kind, value=value, keeps_previous=keeps)
