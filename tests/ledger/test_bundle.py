"""The export: verified offline by the script that lies in it, with Python's standard library alone (LG6)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile

import pytest

from guanhao.ledger import checkpoints, keys, notes, offline, outside
from guanhao.ledger.bundle import write_bundle
from guanhao.ledger.entries import origin
from guanhao.ledger.models import Checkpoint, Event
from guanhao.ledger.proofs import prove, root_at
from tests.ledger.tampering import rebuild, rewrite, sql, tell

pytestmark = [pytest.mark.database, pytest.mark.requirement("LG6")]


@pytest.fixture
def log(school, key, outside):
    """A log with three checkpoints."""
    for number in (5, 8, 10):
        tell(school, number)
        checkpoints.make(school)
    return school


def unpacked(path):
    """The bundle as a directory, as somebody receives it."""
    place = path.with_suffix("")
    with zipfile.ZipFile(path) as file:
        file.extractall(place)
    return place


def run(place, *arguments):
    """The bundle's own verifier, isolated from everything installed: exit code and report."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(place / "verify.py"), str(place), "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else done.stderr


def test_a_whole_log_verifies_without_the_product(log, tmp_path):
    """Entries, checkpoints, growth and key agree, in the directory and in the zip itself."""
    path = tmp_path / "bundle.zip"
    manifest = write_bundle(log, path)
    place = unpacked(path)

    code, report = run(place)

    assert (code, report["wrong"]) == (0, [])
    assert (report["entries"], report["checkpoints"], report["vouched_for"]) == (23, 3, 23)
    assert manifest["whole"]
    assert not (place / "details.ndjson").exists()
    zipped = subprocess.run([sys.executable, "-I", str(place / "verify.py"), str(path)], check=False)
    assert zipped.returncode == 0


def test_an_excerpt_proves_each_of_its_entries(log, tmp_path):
    """Every entry of one subject comes with its proof; the rest of the log stays at home."""
    path = tmp_path / "bundle.zip"
    tell(log, 1)
    manifest = write_bundle(log, path, events=Event.objects.filter(index__in=[3, 11, 23]))

    code, report = run(unpacked(path))

    assert (code, report["wrong"], report["entries"]) == (0, [], 3)
    assert not manifest["whole"]


@pytest.mark.requirement("K6")
def test_details_come_along_only_when_asked_for_and_are_bound(log, tmp_path):
    """With details, each is checked against the commitment in its entry."""
    path = tmp_path / "bundle.zip"
    write_bundle(log, path, details=True)
    place = unpacked(path)
    assert run(place)[0] == 0

    lines = (place / "details.ndjson").read_text().replace("意见 2", "意见 9")
    (place / "details.ndjson").write_text(lines)
    code, report = run(place)

    assert code == 1
    assert any("detail" in sentence for sentence in report["wrong"])


def change_entry(place):
    lines = (place / "entries.ndjson").read_text().splitlines(keepends=True)
    lines[7] = lines[7].replace('\\"id\\":\\"7\\"', '\\"id\\":\\"8\\"')
    (place / "entries.ndjson").write_text("".join(lines))


def drop_entry(place):
    lines = (place / "entries.ndjson").read_text().splitlines(keepends=True)
    (place / "entries.ndjson").write_text("".join(lines[:7] + lines[8:]))


def cut_end(place):
    lines = (place / "entries.ndjson").read_text().splitlines(keepends=True)
    (place / "entries.ndjson").write_text("".join(lines[:20]))


def swap_entries(place):
    lines = (place / "entries.ndjson").read_text().splitlines(keepends=True)
    lines[3], lines[4] = lines[4], lines[3]
    (place / "entries.ndjson").write_text("".join(lines))


def change_checkpoint(place):
    path = sorted((place / "checkpoints").iterdir())[1]
    path.write_text(path.read_text().replace("\n13\n", "\n14\n"))


def change_growth(place):
    proofs = json.loads((place / "consistency.json").read_text())
    proofs[0]["path"][0] = "00" * 32
    (place / "consistency.json").write_text(json.dumps(proofs))


def other_key(place):
    text = (place / "key.txt").read_text()
    (place / "key.txt").write_text(notes.verifier_key("guanhao/other", keys.public_key()) + "\n")
    assert text


@pytest.mark.parametrize(
    "tamper",
    [change_entry, drop_entry, cut_end, swap_entries, change_checkpoint, change_growth, other_key],
    ids=lambda tamper: tamper.__name__,
)
def test_a_bundle_that_was_changed_on_its_way_is_not_good(log, tmp_path, tamper):
    """Even where the forger also mends the manifest, the tree and the signatures tell."""
    path = tmp_path / "bundle.zip"
    write_bundle(log, path)
    place = unpacked(path)
    tamper(place)
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["files"] = {}
    (place / "manifest.json").write_text(json.dumps(manifest))

    code, report = run(place)

    assert code == 1
    assert report["wrong"]


def test_a_file_that_differs_from_the_manifest_is_named(log, tmp_path):
    """An honest mistake on the way, such as a damaged file, is told as such."""
    path = tmp_path / "bundle.zip"
    write_bundle(log, path)
    place = unpacked(path)
    (place / "schema.json").write_text("{}")

    assert run(place)[1]["wrong"] == ["schema.json is not the file of the manifest."]


def test_a_forged_and_signed_history_is_found_by_the_checkpoint_kept_outside(log, tmp_path):
    """A bundle of a rewritten log is consistent in itself; what was kept outside contradicts it."""
    kept, key_file = tmp_path / "kept.checkpoint", tmp_path / "key.txt"
    kept.write_text(Checkpoint.objects.get(size=13).note)
    key_file.write_text(notes.verifier_key(origin(log.key), keys.public_key()))
    rewrite(Event.objects.get(index=2), facts={"serial": 99})
    rebuild(log)
    sql("DELETE FROM ledger_checkpoint WHERE institution_id = %s", log.pk)
    path = tmp_path / "bundle.zip"
    write_bundle(log, path)
    place = unpacked(path)

    assert run(place)[0] == 0
    code, report = run(place, "--key", str(key_file), "--checkpoint", str(kept))
    assert code == 1
    assert report["wrong"] == ["Entries 0-12: the log does not lead to the checkpoint of size 13."]


def test_a_bundle_that_cannot_be_read_says_so(tmp_path):
    """Exit code 2, and no trace of Python."""
    shutil.copy(offline.__file__, tmp_path / "verify.py")
    code, errors = run(tmp_path)

    assert code == 2
    assert errors.startswith("The bundle cannot be read")
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    "line",
    ['{"index": 7, "entry": 8}', '{"index": 7, "entry": "[]"}', "[" * 5000, "7"],
    ids=lambda line: line[:20],
)
def test_a_bundle_that_says_nonsense_cannot_be_read_either(log, tmp_path, line):
    """Whoever exports may write anything; who checks gets a sentence."""
    path = tmp_path / "bundle.zip"
    write_bundle(log, path)
    place = unpacked(path)
    lines = (place / "entries.ndjson").read_text().splitlines(keepends=True)
    (place / "entries.ndjson").write_text("".join([*lines[:7], f"{line}\n", *lines[8:]]))

    code, errors = run(place)

    assert code == 2
    assert errors.startswith("The bundle cannot be read")
    assert "Traceback" not in errors


def test_an_export_never_replaces_a_file(log, tmp_path):
    """An earlier export is evidence."""
    path = tmp_path / "bundle.zip"
    path.write_text("earlier")
    with pytest.raises(FileExistsError):
        write_bundle(log, path)
    assert path.read_text() == "earlier"


@pytest.mark.requirement("LG4")
def test_every_entry_can_be_proven_under_a_checkpoint_and_the_newest_under_the_head(log):
    """A receipt carries index, root, path and the signed note that vouches for it."""
    tell(log, 2)
    for event in Event.objects.all():
        proof = prove(event)
        assert proof.holds()
        assert proof.root == root_at(log.pk, proof.size)
        assert bool(proof.note) == (event.index < 23)
    assert prove(Event.objects.get(index=6)).size == 13


@pytest.mark.requirement("LG4")
def test_a_checkpoint_is_a_signed_note_of_three_lines(log, key):
    """Origin, size, base64 root; one signature by the log's key; a changed byte or another key does not open it."""
    note = Checkpoint.objects.get(size=5).note
    text, _, signature = note.partition("\n\n")

    assert text.split("\n")[:2] == ["guanhao/log-school", "5"]
    assert len(text.split("\n")) == 3
    assert signature.startswith("— guanhao/log-school ")
    head = notes.open_note(note, key)
    assert (head.size, head.root) == (5, root_at(log.pk, 5))
    for broken in (
        note.replace("\n5\n", "\n6\n"),
        note.replace("log-school", "log-scholl"),
        text,
        text + "\n\n",
        "",
    ):
        with pytest.raises(notes.BadNote):
            notes.open_note(broken, key)


def test_ed25519_in_plain_python_agrees_with_the_library_and_the_rfc():
    """The verifier's own arithmetic accepts RFC 8032's vectors and refuses every changed bit."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert offline.signed_by(public, b"\x72", signature)
    for place in (0, 31, 32, 63):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert not offline.signed_by(public, b"\x72", bytes(changed))
    assert not offline.signed_by(public, b"\x73", signature)
    assert not offline.signed_by(public, b"\x72", signature[:63])


def test_what_is_kept_outside_is_written_once(log, tmp_path):
    """The same again is fine; something else for the same size is refused."""
    checkpoint = Checkpoint.objects.get(size=13)
    place = tmp_path / "copies"
    for _ in range(2):
        outside.write(place, checkpoint, "key")
    (witness,) = outside.read(place)
    assert (witness.first, len(witness.leaves)) == (5, 8)
    assert outside.newest_size(place) == 13
    (place / "000000000013.checkpoint").write_text("else")
    with pytest.raises(outside.Forked):
        outside.write(place, checkpoint, "key")
