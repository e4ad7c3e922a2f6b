"""The only writer of the ledger (K5): one event, in the transaction of the change it states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from guanhao.core import clock, randomness, rows, tenancy
from guanhao.core.actors import Actor
from guanhao.core.prepared import Prepared, given
from guanhao.ledger import merkle
from guanhao.ledger.entries import Entry, commitment, origin, plain
from guanhao.ledger.models import Event, EventDetail, LogHead, Node
from guanhao.ledger.types import Action, Subject

_HEAD: Prepared[LogHead] = Prepared(
    lambda: LogHead.objects.select_for_update().filter(institution_id=given("owner"))
)


class Owner(Protocol):
    """An institution, as far as its log needs to know it."""

    pk: Any
    key: str


class OutsideTransaction(RuntimeError):  # noqa: N818 - reads as the fact it states.
    """An event was about to be recorded outside the transaction of its change (LG2)."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What the caller says, in storable form."""

    actor: Actor
    action: Action
    subject: Subject
    facts: dict[str, Any]
    detail: dict[str, Any]
    clause: str
    gesture: str


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
) -> Event:
    """Append one event to the institution's log (LG1, LG2, LG3).

    ``facts`` go into the leaf for ever: keys, states, digests, before and after, the ``result`` where an act was
    refused; never personal data. ``detail`` is the erasable side: names, opinions, reasons, addresses; how actor
    and subject are called now and the client's address are added to it. ``clause`` is the clause that was
    applied, ``gesture`` what several events of one gesture share.

    Lock your own rows first and record last: every append of an institution waits for the one before it.

    Raises:
        OutsideTransaction: no transaction is open, so change and event could part.
        ScopeError, OtherTenant: the scope is missing or another institution's.
        ValueError, TypeError: facts or detail have no canonical form (floats, foreign objects).
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{action} must be recorded inside the transaction of its change.")
    told = _Told(actor, Action(action), subject, plain(facts or {}), plain(detail or {}), clause, gesture)
    head = _locked_head(institution)
    salt, data = randomness.token_bytes(16), _erasable(told)
    entry = _entry(told, log=origin(institution.key), index=head.size, detail=commitment(salt, data))
    event = _store(institution, entry)
    rows.insert(EventDetail(institution_id=institution.pk, event=event, salt=salt, data=data))
    _grow(head, bytes(event.leaf_hash))
    return event


def _locked_head(institution: Owner) -> LogHead:
    """The institution's head, locked until the transaction ends; IMMEDIATE has locked the whole file on SQLite."""
    head = _HEAD.first(owner=institution.pk)
    if head is not None:
        return head
    LogHead.objects.get_or_create(institution_id=institution.pk)
    return _HEAD.one(owner=institution.pk)


def _erasable(told: _Told) -> dict[str, Any]:
    return plain(
        {
            "actor": told.actor.label,
            "address": told.actor.address,
            "subject": told.subject.label,
            "detail": told.detail,
        }
    )


def _entry(told: _Told, *, log: str, index: int, detail: str) -> Entry:
    return Entry(
        log=log,
        index=index,
        at=clock.now(),
        action=told.action.value,
        actor_kind=told.actor.kind.value,
        actor_id=told.actor.id,
        acting_for=told.actor.acting_for,
        subject_kind=told.subject.kind,
        subject_id=str(told.subject.id),
        gesture=told.gesture,
        clause=told.clause,
        facts=told.facts,
        detail=detail,
    )


def _store(institution: Owner, entry: Entry) -> Event:
    data = entry.to_bytes()
    event = Event(
        institution_id=institution.pk,
        index=entry.index,
        at=entry.at,
        action=entry.action,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        acting_for=entry.acting_for,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        gesture=entry.gesture,
        clause=entry.clause,
        facts=entry.facts,
        entry=data,
        leaf_hash=merkle.leaf_hash(data),
    )
    tenancy.require_own(event)
    rows.insert(event)
    return event


def _grow(head: LogHead, leaf: bytes) -> None:
    frontier, completed = head.tree().append(leaf)
    rows.insert_many(
        [
            Node(institution_id=head.institution_id, level=level, index=index, hash=value)
            for (level, index), value in completed
        ]
    )
    head.size = frontier.size
    head.frontier = [value.hex() for value in frontier.hashes]
    rows.update(head, ["size", "frontier"])
