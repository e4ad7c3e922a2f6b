"""The ledger alone: appends per second, by one and by eight at once, and how fast a long log verifies (RS6).

`python -m benchmarks.ledger [ENTRIES]` (a million when not given) measures the database that the environment names, in
a database of its own, and prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
django.setup()

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402

from benchmarks.shape import heading  # noqa: E402
from guanhao.core import clock, loaded, tenancy  # noqa: E402
from guanhao.core.actors import system  # noqa: E402
from guanhao.ledger import merkle  # noqa: E402
from guanhao.ledger.actions import record  # noqa: E402
from guanhao.ledger.entries import Entry, commitment, origin  # noqa: E402
from guanhao.ledger.models import Event, EventDetail, LogHead, Node  # noqa: E402
from guanhao.ledger.types import Action, Subject  # noqa: E402
from guanhao.ledger.verify import verify  # noqa: E402
from guanhao.people.models import Institution  # noqa: E402

APPENDS = 1_000
AT_ONCE = 8
BATCH = 5_000
SALT = b"0123456789abcdef"
DETAIL = {"actor": "林知夏", "address": "192.0.2.7", "subject": "技能月开幕", "detail": {}}


def append(institution: Institution, number: int) -> None:
    """So many changes with an entry each, one transaction a change."""
    with tenancy.within(institution):
        for place in range(number):
            with transaction.atomic():
                record(
                    institution=institution,
                    actor=system("bench"),
                    action=Action.ARTICLE_SAVED,
                    subject=Subject("article", str(place), "技能月开幕"),
                    facts={"serial": place},
                )


def appended_at_once(institution: Institution) -> float:
    """Appends per second with eight connections to one log, the worst case: they queue for its head."""

    def work() -> None:
        append(institution, APPENDS // AT_ONCE)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return APPENDS / (time.perf_counter() - started)


def fill(institution: Institution, count: int) -> None:
    """Lengthen the log to ``count`` entries, hashes real, by bulk."""
    head = LogHead.objects.get()
    tree = head.tree()
    for start in range(tree.size, count, BATCH):
        nodes: list[Node] = []
        events = []
        for event in _events(institution, start, min(start + BATCH, count)):
            tree, completed = tree.append(bytes(event.leaf_hash))
            events.append(event)
            nodes += [
                Node(institution=institution, level=level, index=index, hash=value)
                for (level, index), value in completed
            ]
        with transaction.atomic():
            stored = Event.objects.bulk_create(events)
            EventDetail.objects.bulk_create(
                EventDetail(institution=institution, event=event, salt=SALT, data=DETAIL) for event in stored
            )
            Node.objects.bulk_create(nodes)
    head.size, head.frontier = tree.size, [value.hex() for value in tree.hashes]
    head.save(update_fields=["size", "frontier"])


def _events(institution: Institution, start: int, end: int) -> Iterator[Event]:
    now, promised = clock.now(), commitment(SALT, DETAIL)
    for index in range(start, end):
        said: dict[str, Any] = {
            "action": Action.ARTICLE_SAVED.value,
            "actor_kind": "person",
            "actor_id": "7",
            "acting_for": "",
            "subject_kind": "article",
            "subject_id": str(index // 10),
            "gesture": "",
            "clause": "",
            "facts": {"serial": index, "revision": "sha256:" + "0" * 64},
        }
        data = Entry(log=origin(institution.key), index=index, at=now, detail=promised, **said).to_bytes()
        leaf = merkle.leaf_hash(data)
        yield Event(institution=institution, index=index, at=now, entry=data, leaf_hash=leaf, **said)


def measured(entries: int) -> list[dict[str, object]]:
    """All figures of the ledger."""
    institution = Institution.objects.create(key="bench", name="基准", created_at=clock.now())
    started = time.perf_counter()
    append(institution, APPENDS)
    alone = APPENDS / (time.perf_counter() - started)
    together = appended_at_once(institution)
    with tenancy.within(institution):
        fill(institution, entries)
        loaded.keep()  # As `guanhao audit verify` begins.
        started = time.perf_counter()
        report = verify(institution, key=Ed25519PrivateKey.generate().public_key())
        seconds = time.perf_counter() - started
    if not report.good or report.size != entries:
        raise AssertionError("The log that was measured does not verify.")
    return [
        _figure("ledger.append_per_s", alone, "appends/s", "higher", "1 connection"),
        _figure("ledger.append_per_s", together, "appends/s", "higher", f"{AT_ONCE} connections"),
        _figure("ledger.verify_s", seconds, "s", "lower", f"{entries} entries"),
    ]


def _figure(key: str, value: float, unit: str, better: str, scale: str) -> dict[str, object]:
    database = "postgres" if connection.vendor == "postgresql" else "sqlite"
    return {
        "key": key,
        "value": round(value, 2),
        "unit": unit,
        "better": better,
        "db": database,
        "scale": scale,
    }


def main() -> None:
    """Measure in a fresh database that is dropped afterwards."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    told = heading()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        told["results"] = measured(entries)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
