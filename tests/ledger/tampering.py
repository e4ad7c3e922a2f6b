"""Ways to tamper with a log, by somebody who owns the database and has dropped its triggers."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection, transaction

from guanhao.core.actors import Actor, ActorKind
from guanhao.ledger import merkle
from guanhao.ledger.actions import record
from guanhao.ledger.entries import Entry
from guanhao.ledger.models import Event, EventDetail, LogHead, Node
from guanhao.ledger.types import Action, Subject
from tests.support.emptying import triggers_aside

WANG = Actor(ActorKind.PERSON, "7", "王丽", address="192.0.2.7")


def tell(institution, number=1, **facts):
    """Record so many ordinary events; the last one."""
    for n in range(number):
        with transaction.atomic():
            event = record(
                institution=institution,
                actor=WANG,
                action=Action.ARTICLE_SAVED,
                subject=Subject("article", "12", "稿件"),
                facts={"serial": n, **facts},
                detail={"opinion": f"意见 {n}"},
            ).event
    return event


def sql(statement, *params):
    """Change the database behind everybody's back."""
    if connection.vendor == "postgresql":
        connection.check_constraints()
    with triggers_aside(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def forged(event, **changes) -> bytes:
    """The entry's bytes with some of its parts changed, as a careful forger writes them."""
    parts: dict[str, Any] = {
        "log": f"guanhao/{event.institution.key}",
        "index": event.index,
        "at": event.at,
        "action": event.action,
        "actor_kind": event.actor_kind,
        "actor_id": event.actor_id,
        "acting_for": event.acting_for,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "gesture": event.gesture,
        "clause": event.clause,
        "facts": event.facts,
        "detail": "",
    }
    return Entry(**{**parts, **changes}).to_bytes()


def rewrite(event, **changes) -> None:
    """Change an entry with everything that depends on it in its own row: bytes, leaf hash, columns."""
    detail = json.loads(bytes(event.entry))["detail"]
    data = forged(event, detail=detail, **changes)
    columns = {"entry": data, "leaf_hash": merkle.leaf_hash(data), **changes}
    with triggers_aside():
        Event.objects.filter(pk=event.pk).update(**columns)


def rebuild(institution) -> None:
    """Build nodes and head anew over the leaves as they stand, as somebody who knows the code would."""
    sql("DELETE FROM ledger_node WHERE institution_id = %s", institution.pk)
    tree = merkle.Frontier()
    nodes = []
    leaves = (
        Event.objects.filter(institution=institution).order_by("index").values_list("leaf_hash", flat=True)
    )
    for leaf in leaves:
        tree, completed = tree.append(bytes(leaf))
        nodes += [Node(institution=institution, level=p[0], index=p[1], hash=value) for p, value in completed]
    Node.objects.bulk_create(nodes)
    with triggers_aside():
        LogHead.objects.filter(institution=institution).update(
            size=tree.size, frontier=[value.hex() for value in tree.hashes]
        )


def remove(institution, index) -> None:
    """Delete an entry with its detail."""
    with triggers_aside():
        EventDetail.objects.filter(institution=institution, event__index=index).delete()
        event = Event.objects.filter(institution=institution, index=index)
        if connection.vendor == "postgresql":
            connection.check_constraints()
        event.delete()
