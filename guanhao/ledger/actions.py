"""The only writer of the ledger (K5): one event, in the transaction of the change it states."""

from __future__ import annotations

from typing import Any

from django.db import connection

from guanhao.core import tenancy
from guanhao.core.actors import Actor
from guanhao.ledger.appending import Owner, Told
from guanhao.ledger.entries import plain
from guanhao.ledger.gathering import Recorded, said
from guanhao.ledger.types import Action, Subject


class OutsideTransaction(RuntimeError):  # noqa: N818 - reads as the fact it states.
    """An event was about to be recorded outside the transaction of its change (LG2)."""


def record(
    *,
    institution: Owner,
    actor: Actor,
    action: Action,
    subject: Subject,
    facts: dict[str, Any] | None = None,
    detail: dict[str, Any] | None = None,
    clause: str = "",
    gesture: str = "",
) -> Recorded:
    """Append one event to the institution's log (LG1, LG2, LG3); inside a `gathering`, at the end of that.

    ``facts`` go into the leaf for ever: keys, states, digests, before and after, the ``result`` where an act was
    refused; never personal data. ``detail`` is the erasable side: names, opinions, reasons, addresses; how actor
    and subject are called now and the client's address are added to it. ``clause`` is the clause that was
    applied, ``gesture`` what several events of one gesture share. Whoever needs the entry as a row (its index, say)
    asks the answer for its ``event``.

    Lock your own rows first and record last: every append of an institution waits for the one before it.

    Raises:
        OutsideTransaction: no transaction is open, so change and event could part.
        ScopeError, OtherTenant: the scope is missing or another institution's.
        ValueError, TypeError: facts or detail have no canonical form (floats, foreign objects).
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{action} must be recorded inside the transaction of its change.")
    tenancy.require_within(institution.pk)
    told = Told(actor, Action(action), subject, plain(facts or {}), plain(detail or {}), clause, gesture)
    return said(institution, told)
