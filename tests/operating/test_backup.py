"""Backups: whole or not at all, never over a file, refused when damaged; restoring never overwrites by accident."""

import io
import sqlite3
import tarfile

import pytest
from django.db import connection

from guanhao.cli import main
from guanhao.ledger import keys
from guanhao.operating.backup import archive, databases, manifest, writing
from guanhao.operating.backup.manifest import File, Log, State
from guanhao.operating.trouble import Trouble
from guanhao.registry import vault
from tests.publishing.world import png, stored

STATE = State(
    migrations=("people.0001_initial",), tables={"a": 1}, ledgers={"x": Log(size=1, root="00")}, epoch=3
)


@pytest.fixture
def packed(tmp_path):
    """A small archive: one file and its manifest."""
    source = tmp_path / "source"
    source.write_bytes(b"rows")
    place = tmp_path / "backup.tar"
    with archive.new(place) as tar:
        file = archive.add(tar, "database.sqlite3", source)
        archive.add_manifest(tar, manifest.made(STATE, [file]))
    return place


def unpacked(place, tmp_path):
    """Unpack into a fresh directory."""
    into = tmp_path / "into"
    into.mkdir()
    return archive.unpack(place, into)


@pytest.mark.requirement("BK1")
def test_an_archive_tells_what_is_in_it(packed, tmp_path):
    """Sizes, digests, versions, heads and epoch; readable by its owner only."""
    found = unpacked(packed, tmp_path)
    assert found.state == STATE
    assert found.files == (File(path="database.sqlite3", size=4, sha256=found.files[0].sha256),)
    assert found.program
    assert (tmp_path / "into" / "database.sqlite3").read_bytes() == b"rows"
    assert packed.stat().st_mode & 0o077 == 0


@pytest.mark.requirement("BK1")
def test_an_existing_file_is_never_replaced(packed):
    """Not even by a better backup."""
    before = packed.read_bytes()
    with pytest.raises(Trouble, match="never replaces a file"), archive.new(packed):
        pass
    assert packed.read_bytes() == before


@pytest.mark.requirement("BK1")
def test_what_broke_off_leaves_nothing_behind(tmp_path):
    """The name holds a whole backup or nothing, and no half of one lies beside it."""
    with pytest.raises(RuntimeError), archive.new(tmp_path / "backup.tar"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def _changed(place):
    place.write_bytes(place.read_bytes().replace(b"rows", b"Rows"))


def _truncated(place):
    place.write_bytes(place.read_bytes()[:1024])


def _added(place):
    with tarfile.open(place, "a") as tar:
        info = tarfile.TarInfo("uploads/extra")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))


def _escaping(place):
    with tarfile.open(place, "a") as tar:
        tar.addfile(tarfile.TarInfo("../outside"))


@pytest.mark.requirement("BK2")
@pytest.mark.parametrize(
    ("harm", "says"),
    [(_changed, "damaged or was changed"), (_truncated, "manifest is missing"), (_added, "not in its manifest"),
     (_escaping, "no plain file")],
)  # fmt: skip
def test_a_harmed_archive_is_refused_with_what_is_wrong(packed, tmp_path, harm, says):
    """Every byte is compared before anything is put in place."""
    harm(packed)
    with pytest.raises(Trouble, match=says):
        unpacked(packed, tmp_path)


def test_a_backup_of_a_newer_program_is_refused(packed, tmp_path):
    """Its form may hold what this program would drop."""
    newer = manifest.made(STATE, []).model_copy(update={"format": manifest.FORMAT + 1})
    with pytest.raises(Trouble, match="newer version"):
        manifest.parsed(newer.model_dump_json().encode(), "it")
    with pytest.raises(Trouble, match="not one this program writes"):
        manifest.parsed(b"{}", "it")


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("BK1")
def test_the_picture_is_of_one_instant_while_writers_go_on(ruian, tmp_path):
    """What the manifest says of the database is what is in the copy."""
    digest = stored(ruian.institution, png("red")).removeprefix("sha256:")
    place = tmp_path / "now.tar"
    made = writing.write(place)
    assert made.state.ledgers["ruian"].size == made.state.tables["ledger_event"] - _others(made)
    assert any(file.path.endswith(digest) for file in made.files)
    (tmp_path / "into").mkdir()
    assert archive.unpack(place, tmp_path / "into") == made
    if connection.vendor == "sqlite":
        copy = sqlite3.connect(tmp_path / "into" / databases.member())
        assert (
            copy.execute("SELECT count(*) FROM ledger_event").fetchone()[0]
            == made.state.tables["ledger_event"]
        )
        copy.close()


def _others(made):
    return sum(log.size for key, log in made.state.ledgers.items() if key != "ruian")


@pytest.mark.requirement("BK1")
def test_keys_among_the_uploads_stop_the_backup(settings, tmp_path):
    """A key never gets into a backup, not by a wrong setting either."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.KEK_PATH = tmp_path / "media" / "kek.json"
    with pytest.raises(Trouble, match="among the uploads"):
        writing.write(tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


@pytest.mark.requirement("BK2")
@pytest.mark.django_db(transaction=True)
def test_a_target_that_is_not_empty_is_refused_without_a_word_for_it(ruian, tmp_path, capsys):
    """The tests' own database stands there: exit code 2, a sentence, and nothing was changed."""
    vault.ensure_keys()
    keys.create_if_missing()
    place = tmp_path / "now.tar"
    assert main(["backup", str(place), "--lang", "en"]) == 0
    assert "It holds no keys" in capsys.readouterr().out
    assert main(["restore", str(place), "--lang", "en"]) == 2
    assert "The target is not empty" in capsys.readouterr().err
    assert main(["restore", str(tmp_path / "none.tar"), "--json"]) == 2
    assert '"failed"' in capsys.readouterr().out
    assert not list(tmp_path.glob(".backup*"))
