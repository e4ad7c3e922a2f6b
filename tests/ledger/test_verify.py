"""The tamper battery: whatever is done to a log is found, and the first bad entry is named (LG5)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.ledger import checkpoints, keys, merkle, notes, outside, rows
from guanhao.ledger.entries import origin
from guanhao.ledger.erasure import erase_details
from guanhao.ledger.findings import Kind
from guanhao.ledger.models import Checkpoint, Event, EventDetail, LogHead, Node
from guanhao.ledger.types import Action, Subject
from guanhao.ledger.verify import verify
from tests.ledger.tampering import forged, rebuild, remove, rewrite, sql, tell
from tests.support.emptying import triggers_aside

pytestmark = [pytest.mark.database, pytest.mark.requirement("LG5")]

SIZE, SENT = 23, (8, 16)


def send_out(school):
    """Make a checkpoint and send it out."""
    made = checkpoints.make(school)
    name = notes.verifier_key(origin(school.key), keys.public_key())
    outside.write(settings.LEDGER_OUTSIDE_PATH, made, name)
    checkpoints.mark_delivered(made, ["file"])


@pytest.fixture
def log(school, key, outside):
    """A log of 23 entries, of which 16 are vouched for outside."""
    tell(school, 8)
    send_out(school)
    tell(school, 8)
    send_out(school)
    tell(school, 7)
    return school


def verified(school):
    """The log's report, with what is kept outside."""
    return verify(school, key=keys.public_key(), witnesses=outside_copies())


def outside_copies():
    return list(outside.read(settings.LEDGER_OUTSIDE_PATH))


def put(school, index, place):
    """Put an entry into another place without touching its bytes."""
    sql(
        'UPDATE ledger_event SET "index" = %s WHERE "index" = %s AND institution_id = %s',
        place,
        index,
        school.pk,
    )


def event(index):
    return Event.objects.get(index=index)


def test_an_untouched_log_is_good_and_tells_its_unprotected_tail(log):
    """Everything agrees; the entries since the last checkpoint outside are said to be unprotected."""
    report = verified(log)

    assert report.good
    assert report.first_bad is None
    assert (report.size, report.checkpoints, report.witnesses) == (SIZE, 2, 2)
    assert (report.protected, report.tail) == (16, 7)
    assert report.tail_since == event(16).at
    assert report.root == LogHead.objects.get().tree().root()


def flip_column(school):
    with triggers_aside():
        Event.objects.filter(index=5).update(actor_id="8")
    return 5, Kind.COLUMN


def flip_time(school):
    with triggers_aside():
        Event.objects.filter(index=21).update(at=clock.now() - timedelta(days=1))
    return 21, Kind.COLUMN


def flip_facts(school):
    with triggers_aside():
        Event.objects.filter(index=5).update(facts={"serial": 6})
    return 5, Kind.COLUMN


def ruin_times(school):
    """Instants that Python does not know, which either database takes: of the unprotected tail's first entry and its last."""
    never = "'2026-13-41 25:00:00'" if connection.vendor == "sqlite" else "'infinity'"
    sql(f'UPDATE ledger_event SET at = {never} WHERE "index" IN (16, 22)')
    return 16, Kind.COLUMN


def write_a_fraction(school):
    with triggers_aside():
        EventDetail.objects.filter(event__index=10).update(data={"opinion": 0.5})
    return 10, Kind.DETAIL


def nest_too_deep(school):
    deep = []
    for _ in range(950):
        deep = [deep]
    sql("UPDATE ledger_eventdetail SET data = %s WHERE event_id = %s", f'{{"opinion": {deep}}}', event(10).pk)
    return 10, Kind.DETAIL


def claim_a_removal_of_nonsense(school):
    rewrite(event(22), action=Action.LEDGER_PRUNED.value, facts={"below": "all"})
    return 22, Kind.CHANGED


def claim_a_removal_without_end(school):
    """JSON has no such number; Python reads it all the same."""
    last = event(22)
    data = forged(last, detail=json.loads(last.entry)["detail"], action=Action.LEDGER_PRUNED.value)
    data = data.replace(b'"facts":{"serial":6}', b'"facts":{"below":Infinity}')
    with triggers_aside():
        Event.objects.filter(pk=last.pk).update(
            entry=data, leaf_hash=merkle.leaf_hash(data), action=Action.LEDGER_PRUNED.value
        )
    return 22, Kind.CHANGED


def claim_an_erasure_of_nonsense(school):
    rewrite(event(22), action=Action.LEDGER_DETAIL_ERASED.value, facts={"indexes": 7})
    return 22, Kind.CHANGED


def state_facts_without_names(school):
    rewrite(event(22), facts=["serial"])
    return 22, Kind.CHANGED


def flip_entry(school):
    data = bytearray(event(5).entry)
    data[-3] ^= 1
    with triggers_aside():
        Event.objects.filter(index=5).update(entry=bytes(data))
    return 5, Kind.CHANGED


def flip_leaf(school):
    with triggers_aside():
        Event.objects.filter(index=6).update(leaf_hash=b"x" * 32)
    return 6, Kind.CHANGED


def write_nonsense(school):
    rubbish = b'{"schema":1}'
    with triggers_aside():
        Event.objects.filter(index=9).update(entry=rubbish)
    return 9, Kind.CHANGED


def rewrite_row(school):
    rewrite(event(11), actor_id="99")
    return 11, Kind.OUTSIDE


def rewrite_everything(school):
    rewrite(event(11), facts={"serial": 77})
    rebuild(school)
    return 11, Kind.OUTSIDE


def rewrite_and_sign_again(school):
    rewrite(event(3), facts={"serial": 77})
    rebuild(school)
    sql("DELETE FROM ledger_checkpoint WHERE institution_id = %s", school.pk)
    checkpoints.make(school)
    return 3, Kind.OUTSIDE


def sign_again_with_another_key(school):
    rewrite(event(3), facts={"serial": 77})
    rebuild(school)
    sql("DELETE FROM ledger_checkpoint WHERE institution_id = %s", school.pk)
    settings.LEDGER_KEY_PATH.unlink()
    keys.create_if_missing()
    checkpoints.make(school)
    return 3, Kind.OUTSIDE


def rewrite_the_tail(school):
    rewrite(event(22), actor_id="99")
    return 22, Kind.HEAD


def delete_one(school):
    remove(school, 13)
    return 13, Kind.MISSING


def delete_and_close_the_gap(school):
    remove(school, 13)
    for index in range(14, SIZE):
        put(school, index, index - 1)
    rebuild(school)
    return 13, Kind.MOVED


def delete_and_rewrite_all_after(school):
    remove(school, 13)
    for index in range(14, SIZE):
        rewrite(event(index), index=index - 1)
    rebuild(school)
    return 13, Kind.OUTSIDE


def insert_one(school):
    for index in reversed(range(4, SIZE)):
        rewrite(event(index), index=index + 1)
    copied = event(3)
    copied.pk, copied.index = None, 4
    copied.save(force_insert=True)
    rewrite(event(4), facts={"forged": True})
    rebuild(school)
    return 4, Kind.DETAIL_MISSING


def append_without_the_head(school):
    copied = event(22)
    copied.pk, copied.index = None, 23
    copied.save(force_insert=True)
    return 23, Kind.BEYOND


def swap_places(school):
    for before, after in ((2, -9), (7, 2), (-9, 7)):
        put(school, before, after)
    return 2, Kind.MOVED


def swap_and_rewrite(school):
    two, seven = event(2), event(7)
    rewrite(two, facts={**seven.facts, "swapped": 1})
    rewrite(seven, facts={**two.facts, "swapped": 1})
    rebuild(school)
    return 2, Kind.OUTSIDE


def swap_details(school):
    two, seven = event(2).detail, event(7).detail
    with triggers_aside():
        EventDetail.objects.filter(pk=two.pk).update(data=seven.data)
        EventDetail.objects.filter(pk=seven.pk).update(data={**two.data, "actor": "李"})
    return 2, Kind.DETAIL


def delete_a_detail(school):
    with triggers_aside():
        EventDetail.objects.filter(event__index=10).delete()
    return 10, Kind.DETAIL_MISSING


def erase_in_silence(school):
    EventDetail.objects.filter(pk=event(10).detail.pk).update(data={}, salt=b"", erased_at=clock.now())
    return 10, Kind.ERASED_UNRECORDED


def cut_the_end(school):
    for index in reversed(range(12, SIZE)):
        remove(school, index)
    return 12, Kind.TRUNCATED


def cut_the_end_thoroughly(school):
    for index in reversed(range(12, SIZE)):
        remove(school, index)
    rebuild(school)
    sql("DELETE FROM ledger_checkpoint WHERE size > 12 AND institution_id = %s", school.pk)
    return 12, Kind.TRUNCATED


def flip_a_node(school):
    with triggers_aside():
        Node.objects.filter(level=2, index=1).update(hash=b"n" * 32)
    return 4, Kind.NODE


def flip_the_head(school):
    head = LogHead.objects.get()
    with triggers_aside():
        LogHead.objects.update(frontier=[*head.frontier[:-1], "00" * 32])
    return 22, Kind.HEAD


def forge_a_checkpoint(school):
    with triggers_aside():
        Checkpoint.objects.filter(size=8).update(root=b"0" * 32)
    return 0, Kind.CHECKPOINT


def flip_a_signature(school):
    note = Checkpoint.objects.get(size=8).note
    with triggers_aside():
        Checkpoint.objects.filter(size=8).update(note=note.replace("\n8\n", "\n9\n"))
    return 0, Kind.SIGNATURE


TAMPERINGS = [
    flip_column, flip_time, flip_facts, ruin_times, write_a_fraction, nest_too_deep,
    claim_a_removal_of_nonsense, claim_a_removal_without_end, claim_an_erasure_of_nonsense, state_facts_without_names,
    flip_entry, flip_leaf, write_nonsense, rewrite_row, rewrite_everything,
    rewrite_and_sign_again, sign_again_with_another_key, rewrite_the_tail, delete_one, delete_and_close_the_gap,
    delete_and_rewrite_all_after, insert_one, append_without_the_head, swap_places, swap_and_rewrite, swap_details,
    delete_a_detail, erase_in_silence, cut_the_end, cut_the_end_thoroughly, flip_a_node, flip_the_head,
    forge_a_checkpoint, flip_a_signature,
]  # fmt: skip


@pytest.mark.parametrize("chunk", [3, rows.CHUNK])
@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found_and_the_first_bad_entry_named(log, tamper, chunk, monkeypatch):
    """Each way to tamper is found, under its right name, at the entry where it begins, read in however many goes."""
    monkeypatch.setattr(rows, "CHUNK", chunk)
    first_bad, kind = tamper(log)

    report = verified(log)

    assert not report.good
    assert report.first_bad == first_bad
    assert kind in {problem.kind for problem in report.problems}
    assert any(f"第 {first_bad}" in problem.sentence.zh for problem in report.problems)


def test_without_the_copy_outside_a_log_rewritten_to_the_top_shows_at_its_checkpoint(log):
    """Nodes and head were built anew; the signed root in the database still tells, and the stretch is named."""
    rewrite(event(11), actor_id="99")
    rebuild(log)

    report = verify(log, key=keys.public_key())

    assert [(p.kind, p.index, p.last) for p in report.problems] == [(Kind.CHECKPOINT, 8, 15)]
    assert report.protected == 0


def test_what_the_copy_outside_cannot_know_is_the_tail(log):
    """Who owns the host can rewrite what no checkpoint covered yet; exactly that is called unprotected."""
    rewrite(event(20), actor_id="99")
    rebuild(log)

    report = verified(log)

    assert report.good
    assert report.protected == 16


@pytest.mark.requirement("K6")
@pytest.mark.requirement("PD3")
def test_erased_details_leave_a_log_that_verifies(log):
    """Words and salt are gone, the leaf stays, and the erasure itself is an entry."""
    person = Subject("person", "7", "王丽")

    assert (
        erase_details(
            institution=log, actor=system("privacy"), subject=person, indexes=[3, 4], ground="pipl-47"
        )
        == 2
    )
    assert (
        erase_details(institution=log, actor=system("privacy"), subject=person, indexes=[3], ground="pipl-47")
        == 0
    )

    detail = EventDetail.objects.get(event__index=3)
    assert (detail.data, bytes(detail.salt)) == ({}, b"")
    assert Event.objects.get(action=Action.LEDGER_DETAIL_ERASED).facts == {
        "indexes": [3, 4],
        "ground": "pipl-47",
    }
    assert verified(log).good


def test_an_empty_log_is_good(school, key):
    """An institution that has done nothing has nothing to hide."""
    report = verify(school, key=key)

    assert report.good
    assert (report.size, report.tail) == (0, 0)
