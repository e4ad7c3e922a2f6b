"""Retention (LG8): what is older than the period goes, by one road only, and everything that is kept still proves itself."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from guanhao.commands.audit import main
from guanhao.core import clock
from guanhao.ledger import checkpoints, keys, merkle, notes, outside, rows
from guanhao.ledger.bundle import write_bundle
from guanhao.ledger.entries import origin
from guanhao.ledger.findings import Kind
from guanhao.ledger.models import Event, EventDetail, Node, Pruning, Retention
from guanhao.ledger.proofs import prove
from guanhao.ledger.pruning import older_than, prune
from guanhao.ledger.types import Action
from guanhao.ledger.verify import verify
from tests.ledger.tampering import remove, rewrite, sql, tell
from tests.support.emptying import triggers_aside

pytestmark = [pytest.mark.database, pytest.mark.requirement("LG8")]
LONG_AGO, YEARS_AGO = datetime(2019, 3, 1, tzinfo=UTC), datetime(2021, 3, 1, tzinfo=UTC)
OLD, YOUNG = 23, 9  # entries older than three years, and those that are not


def send_out(school):
    made = checkpoints.make(school)
    name = notes.verifier_key(origin(school.key), keys.public_key())
    outside.write(settings.LEDGER_OUTSIDE_PATH, made, name)
    checkpoints.mark_delivered(made, ["file"])


@pytest.fixture
def log(school, key, outside):
    """Two times of long ago and the present, each with a checkpoint outside."""
    for instant, number in ((LONG_AGO, 13), (YEARS_AGO, OLD - 13)):
        with clock.frozen(instant):
            tell(school, number)
            send_out(school)
    tell(school, YOUNG)
    send_out(school)
    return school


@pytest.fixture
def pruned(log, monkeypatch):
    """The same, with what is old removed in steps of ten. Whoever verifies reads it in small goes."""
    monkeypatch.setattr(rows, "CHUNK", 4)
    while prune(log, clock.now(), most=10):
        pass
    return log


def verified(school):
    copies = list(outside.read(settings.LEDGER_OUTSIDE_PATH))
    return verify(school, key=keys.public_key(), witnesses=copies)


def refused(change, *words):
    """Whether the database refuses a statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change, words)
    except DatabaseError as error:
        return "append-only" in str(error) or "two persons" in str(error)
    return False


def test_what_is_older_than_three_years_goes_with_its_details(pruned):
    """Entries 0 to 22; younger ones stay, and the removal is an entry of its own that says how far."""
    assert not Event.objects.filter(index__lt=OLD).exists()
    assert EventDetail.objects.count() == Event.objects.count()
    told = list(Event.objects.filter(action=Action.LEDGER_PRUNED).order_by("index"))
    assert [event.facts["below"] for event in told] == [10, 20, OLD]
    assert Node.objects.filter(level=0).count() == OLD
    assert Event.objects.count() == YOUNG + len(told)


@pytest.mark.requirement("LG5")
def test_the_log_still_verifies_against_everything_kept_outside(log):
    """The root is that of before, and the report names what went."""
    before = verified(log)
    while prune(log, clock.now(), most=10):
        pass
    after = verified(log)
    assert after.good, [problem.sentence.en for problem in after.problems]
    assert (before.pruned, after.pruned) == (0, OLD)
    assert after.protected == before.protected == OLD + YOUNG
    assert after.size == before.size + 3
    send_out(log)
    assert verified(log).tail == 0


@pytest.mark.requirement("LG4")
def test_a_proof_of_an_entry_that_is_kept_still_leads_to_its_checkpoint(pruned):
    """Receipts name index and checkpoint: the path is made of what was kept."""
    for event in Event.objects.order_by("index"):
        proof = prove(event)
        assert proof.holds()
        if event.index < OLD + YOUNG:
            assert proof.root == notes.open_note(proof.note, keys.public_key()).root


def test_a_proof_made_before_still_holds_afterwards(log):
    """What somebody took away of an entry that is gone proves it for ever."""
    proof = prove(Event.objects.get(index=3))
    while prune(log, clock.now()):
        pass
    report = verified(log)
    assert report.good
    assert proof.holds()
    assert merkle.verify_inclusion(proof.leaf, 3, proof.size, proof.path, proof.root)


@pytest.mark.requirement("LG6")
def test_a_bundle_of_a_pruned_log_verifies_offline(pruned, tmp_path):
    """With the script that lies in it; a leaf hash that is touched is named."""
    file = tmp_path / "bundle.zip"
    manifest = write_bundle(pruned, file)
    assert manifest["removed"] == OLD
    good = offline(file)
    assert good.returncode == 0, good.stdout
    assert f"Entries 0-{OLD - 1} were removed under retention" in good.stdout
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path / "out")
    leaves = (tmp_path / "out" / "removed.txt").read_text().splitlines()
    for spoilt in (["00" * 32, *leaves[1:]], leaves[1:]):
        (tmp_path / "out" / "removed.txt").write_text("\n".join(spoilt) + "\n")
        bad = offline(tmp_path / "out")
        assert bad.returncode == 1
        assert "checkpoint" in bad.stdout or "missing" in bad.stdout


def offline(place):
    script = place / "verify.py" if place.is_dir() else place.parent / "verify.py"
    if not script.exists():
        with zipfile.ZipFile(place) as archive:
            script.write_bytes(archive.read("verify.py"))
    return subprocess.run(
        [sys.executable, "-I", str(script), str(place)], capture_output=True, text=True, check=False
    )


def test_an_excerpt_of_kept_entries_carries_its_proofs(pruned, tmp_path):
    """Its proofs are made of leaf hashes and nodes that were kept."""
    file = tmp_path / "excerpt.zip"
    write_bundle(pruned, file, events=Event.objects.filter(index__in=[OLD, OLD + 3]))
    assert offline(file).returncode == 0


def _forget_the_record(school):
    last = Event.objects.filter(action=Action.LEDGER_PRUNED).order_by("index").last()
    rewrite(last, action=Action.LEDGER_READ.value)


def _say_more(school):
    """Remove the oldest young entry in the very form in which the job removes, but without an entry about it."""
    event = Event.objects.get(index=OLD)
    with triggers_aside():
        Node.objects.create(institution=school, level=0, index=OLD, hash=bytes(event.leaf_hash))
        Pruning.objects.create(institution=school, below=OLD + 1, older_than=clock.now(), at=clock.now())
    remove(school, OLD)


TAMPERED = {
    "a kept leaf hash": lambda school: sql(
        'UPDATE ledger_node SET hash = %s WHERE level = 0 AND "index" = 5 AND institution_id = %s',
        b"0" * 32, school.pk,
    ),
    "a leaf hash gone": lambda school: sql(
        'DELETE FROM ledger_node WHERE level = 0 AND "index" = 5 AND institution_id = %s', school.pk
    ),
    "an entry that is kept": lambda school: rewrite(Event.objects.get(index=OLD + 2), subject_id="9"),
    "an entry removed by hand": lambda school: remove(school, OLD),
    "the record of the removal gone": _forget_the_record,
    "more said to be removed than was recorded": _say_more,
}  # fmt: skip


@pytest.mark.requirement("LG5")
@pytest.mark.parametrize("harm", TAMPERED.values(), ids=TAMPERED)
def test_tampering_with_a_pruned_log_is_found(pruned, harm):
    """By somebody who owns the database and has put the triggers out of the way."""
    harm(pruned)
    assert not verified(pruned).good


@pytest.mark.requirement("LG5")
def test_a_removal_without_an_entry_is_named(pruned):
    """Leaf hashes and all are in order; only nobody said it."""
    _say_more(pruned)
    (problem,) = verified(pruned).problems
    assert problem.kind == Kind.PRUNED_UNRECORDED
    assert (problem.index, problem.last) == (OLD, OLD)


@pytest.mark.requirement("LG7")
def test_no_statement_removes_what_is_younger_than_the_period(pruned):
    """Neither straight away nor by way of a removal that says more than may go, nor with a shorter period."""
    school, now = pruned, connection.ops.adapt_datetimefield_value(clock.now())
    say = 'INSERT INTO ledger_pruning (institution_id, below, older_than, "at") VALUES (%s, %s, %s, %s)'
    assert refused("DELETE FROM ledger_event WHERE institution_id = %s", school.pk)
    assert refused("DELETE FROM ledger_eventdetail WHERE institution_id = %s", school.pk)
    assert refused(say, school.pk, OLD + 1, now, now)
    assert refused(say, school.pk, 10_000, now, now)
    assert refused(say, school.pk, OLD, now, now), "not further than before"
    assert refused("UPDATE ledger_pruning SET below = %s", OLD + 1)
    assert refused("DELETE FROM ledger_pruning")
    assert refused("DELETE FROM ledger_node WHERE level = 0")
    for months in (36, 6):
        assert refused(
            "INSERT INTO ledger_retention (institution_id, months, since) VALUES (%s, %s, %s)",
            school.pk,
            months,
            now,
        )
    assert Event.objects.filter(index=OLD).exists()


@pytest.mark.requirement("LG7")
def test_below_a_removal_an_entry_goes_only_if_its_leaf_hash_is_kept(log):
    """Old, vouched for, said to go: without its hash the tree would have a hole."""
    now = connection.ops.adapt_datetimefield_value(clock.now())
    first = Event.objects.get(index=0).pk
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO ledger_pruning (institution_id, below, older_than, "at") VALUES (%s, %s, %s, %s)',
            [log.pk, OLD, now, now],
        )
        cursor.execute("DELETE FROM ledger_eventdetail WHERE event_id = %s", [first])
    assert refused("DELETE FROM ledger_event WHERE id = %s", first)
    Node.objects.create(institution=log, level=0, index=0, hash=b"0" * 32)
    assert refused("DELETE FROM ledger_event WHERE id = %s", first)


def test_what_no_checkpoint_vouches_for_stays(school, key, outside):
    """However old: what nobody outside knows of could be removed without a trace."""
    with clock.frozen(LONG_AGO):
        tell(school, 5)
    assert prune(school, clock.now()) is None
    checkpoints.make(school)
    assert prune(school, clock.now()).below == 5


def test_the_database_keeps_six_months_whatever_the_job_believes(log):
    """A host whose clock runs a hundred years ahead removes nothing young."""
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        prune(log, datetime(2126, 1, 1, tzinfo=UTC))
    with pytest.raises(DatabaseError), transaction.atomic(), triggers_aside():
        Retention.objects.create(institution=log, months=5, since=clock.now())


def test_a_log_with_nothing_but_removals_is_left_alone(school, key, outside):
    """Else every removal would be the next one's reason."""
    with clock.frozen(LONG_AGO):
        tell(school, 5)
        checkpoints.make(school)
    with clock.frozen(YEARS_AGO):
        assert prune(school, datetime(2022, 6, 1, tzinfo=UTC)).below == 5
        checkpoints.make(school)
    assert prune(school, clock.now()) is None
    assert verified(school).good


@pytest.mark.parametrize(
    ("now", "months", "limit"),
    [
        ((2026, 11, 27), 36, (2023, 11, 26)),
        ((2026, 8, 31), 6, (2026, 2, 27)),
        ((2024, 3, 31), 13, (2023, 2, 27)),
        ((2026, 1, 1), 12, (2024, 12, 31)),
    ],
)
def test_months_are_counted_so_that_no_database_counts_them_longer(now, months, limit):
    """The last day of a month has no like in a shorter one; a day more is kept."""
    assert older_than(datetime(*now, tzinfo=UTC), months) == datetime(*limit, tzinfo=UTC)


def test_the_command_names_what_was_removed(pruned, capsys):
    """In both languages and for machines."""
    assert main(["verify", "log-school"]) == 0
    assert f"第 0–{OLD - 1} 条已按留存期限删除，哈希保留" in capsys.readouterr().out
    assert main(["verify", "log-school", "--lang", "en"]) == 0
    assert f"entries 0–{OLD - 1} removed under retention, subtree hashes kept" in capsys.readouterr().out
    assert main(["verify", "log-school", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["removed"] == OLD
