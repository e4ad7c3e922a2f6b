"""How entries come into a log: the head is locked, leaves and nodes are written, the head moves on. For `actions` only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

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


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller says, in storable form."""

    actor: Actor
    action: Action
    subject: Subject
    facts: dict[str, Any]
    detail: dict[str, Any]
    clause: str
    gesture: str

    def erasable(self) -> dict[str, Any]:
        """The side that can be erased, as it is stored and committed to."""
        return plain(
            {
                "actor": self.actor.label,
                "address": self.actor.address,
                "subject": self.subject.label,
                "detail": self.detail,
            }
        )


def append(owner: Owner, several: Sequence[Told]) -> list[Event]:
    """Append entries to the institution's log in their order; all of them have the moment at which they are written.

    Errors as `actions.record`.
    """
    head = _locked_head(owner)
    tree, events, details, nodes = head.tree(), [], [], []
    for told in several:
        salt, data = randomness.token_bytes(16), told.erasable()
        entry = _entry(told, log=origin(owner.key), index=tree.size, detail=commitment(salt, data))
        event = _event(owner, entry)
        tree, completed = tree.append(bytes(event.leaf_hash))
        events.append(event)
        details.append(EventDetail(institution_id=owner.pk, event=event, salt=salt, data=data))
        nodes += [
            Node(institution_id=owner.pk, level=level, index=index, hash=value)
            for (level, index), value in completed
        ]
    rows.insert_keyed(events, by="index")
    for detail in details:
        detail.event_id = detail.event.pk
    rows.insert_many(details)
    rows.insert_many(nodes)
    head.size, head.frontier = tree.size, [value.hex() for value in tree.hashes]
    rows.update(head, ["size", "frontier"])
    return events


def _locked_head(owner: Owner) -> LogHead:
    """The institution's head, locked until the transaction ends; IMMEDIATE has locked the whole file on SQLite."""
    head = _HEAD.first(owner=owner.pk)
    if head is not None:
        return head
    LogHead.objects.get_or_create(institution_id=owner.pk)
    return _HEAD.one(owner=owner.pk)


def _entry(told: Told, *, log: str, index: int, detail: str) -> Entry:
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


def _event(owner: Owner, entry: Entry) -> Event:
    data = entry.to_bytes()
    event = Event(
        institution_id=owner.pk,
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
    return event
