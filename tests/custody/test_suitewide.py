"""The net around the whole suite catches what it is there for: each way out, a row of a table, a page (SE2)."""

from __future__ import annotations

import logging
import zipfile

import pytest

from guanhao.registry import vault
from tests.support.canaries import encodings
from tests.support.suitewide import Suite

VALUE = "canary-of-the-suite-0123456789"
pytestmark = pytest.mark.requirement("SE2")


def test_what_any_test_seals_is_looked_for(canaries, ruian):
    """The one door that secrets pass on their way to being sealed."""
    vault.seal(ruian.accounts["flagship"], "password", 7, "canary-that-nobody-writes-down")
    assert "canary-that-nobody-writes-down" in canaries.values


@pytest.mark.parametrize("encoding", sorted(encodings(VALUE)))
@pytest.mark.parametrize("stream", ["log", "ledger", "mail", "notices"])
def test_each_way_out_is_searched_in_each_encoding(tmp_path, stream, encoding):
    """Written down in any of the nine ways, in any stream, it is found at the end, and its beginning told."""
    suite = Suite(tmp_path)
    suite.values.add(VALUE)
    written = min(encodings(VALUE)[encoding])
    suite.write(stream, b"before " + written + b" after")
    (hit,) = suite.search()[:1]
    assert hit.startswith(f"{stream}.stream: cana…")
    assert VALUE not in hit


def test_kept_files_are_searched_and_the_keys_of_the_installation_are_not(tmp_path):
    """Uploads, exports and reports lie beside the database; the key file is no secret of an account."""
    streams, home = tmp_path / "streams", tmp_path / "var"
    streams.mkdir()
    suite = Suite(streams)
    for place in ("media", "keys"):
        (home / place).mkdir(parents=True)
        (home / place / "file").write_text(f"x{VALUE}x")
    suite.values.add(VALUE)
    assert len(suite.search(home)) == 1


def test_what_a_test_wrote_into_a_folder_of_its_own_is_searched_archives_too(tmp_path):
    """Uploads and mails by their folder, a workbook by its kind, packed as it is; what the test itself keeps there is not."""
    streams, tests = tmp_path / "streams", tmp_path / "tests"
    streams.mkdir()
    suite = Suite(streams)
    suite.values.add(VALUE)
    for place in (
        "test_one0/media/a.bin",
        "test_two0/mail/b.log",
        "test_two0/store/platform.json",
        "test_two0/keys/kek.zip",
    ):
        (tests / place).parent.mkdir(parents=True, exist_ok=True)
        (tests / place).write_text(f"x{VALUE}x")
    with zipfile.ZipFile(tests / "test_two0" / "list.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("sheet.xml", f"<c>{VALUE}</c>" * 50)
    assert [hit.split(":")[0] for hit in suite.search(of_tests=tests)] == ["a.bin", "b.log", "list.xlsx"]


def test_a_row_that_holds_one_in_clear_is_found(tmp_path, ruian):
    """What lies in clear in a table lies in clear in each backup."""
    suite = Suite(tmp_path)
    suite.values.add(VALUE)
    suite.look_into_tables()
    assert suite.found == []
    person = ruian.people["ruian-editor"]
    type(person).objects.filter(pk=person.pk).update(email=f"{VALUE}@example.invalid")
    suite.look_into_tables()
    assert [hit.split(":")[0] for hit in suite.search()] == ["table people_person"]


def test_the_logs_of_the_session_are_kept_as_an_installation_writes_them(canaries):
    """A record reaches the stream that is searched at the end."""
    place = canaries.home / "log.stream"
    before = place.stat().st_size
    logging.getLogger("guanhao.test").error("a line that is kept")
    canaries.flush()
    assert b"a line that is kept" in place.read_bytes()[before:]
