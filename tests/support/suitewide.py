"""Canary secrets over the whole suite (SE2): every value that any test seals is looked for, in nine encodings, at the end.

Values pass one door on their way to being sealed (`core.envelope.seal`); what passes it is a canary from then on. Meanwhile the
suite's log, ledger, notices and mails are written to files, each record as a file of an installation would get it, because tests
roll their rows back. At the end these files, the test database itself and the files an installation keeps are searched. A value
found anywhere ends the session with a failure. What answers and pages hold is looked into at once, for the cast's own secrets.

The platform's own side (the sandbox) knows the secrets rightfully and is not searched.
"""

from __future__ import annotations

import json
import logging
import logging.config
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import Resolver404

from guanhao.core import envelope, rows
from guanhao.demo.institutions import APP_SECRET
from guanhao.ledger.models import Event, EventDetail
from guanhao.notices.models import Notice
from tests.support.canaries import Canaries, encodings

LEAST = 12  # characters; what is shorter stands in ordinary text by chance
# In a test's own folder: what the product writes lies in folders of these names, or is a file of these kinds. The rest there is the
# tests' own (a platform's store, a cluster, a configuration) and knows secrets rightfully.
_WRITTEN = frozenset({"media", "exports", "mail", "outside"})
_TAKEN_AWAY = frozenset({".xlsx", ".docx", ".pdf", ".zip", ".eml", ".csv", ".jsonl"})
MOST_BYTES = 20 * 2**20
MOST_MEMBERS = 200  # of an archive; what we write has some dozens
_KEPT_APART = {"keys"}  # the installation's own keys, which are no secret of an account
_SHOWS = frozenset({"reveal"})  # the one answer that may hold a secret


class _ToFile(logging.Handler):
    """Every record with its trace, as an installation's own log would have it."""

    def __init__(self, suite: Suite) -> None:
        super().__init__(logging.NOTSET)
        self.suite = suite
        written = logging.config.DictConfigurator({"version": 1})
        self.setFormatter(written.configure_formatter(settings.LOGGING["formatters"]["lines"]))

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            text = self.format(record)
        except Exception:  # noqa: BLE001 - a record that cannot be formatted is written nowhere.
            return
        self.suite.write("log", text.encode("utf-8", "replace"))


class Suite:
    """What the session sealed and what it wrote."""

    def __init__(self, home: Path) -> None:
        self.values: set[str] = set()
        self.home = home
        self.found: list[str] = []
        self._answers = Canaries(APP_SECRET)
        self._streams = {
            name: (home / f"{name}.stream").open("ab") for name in ("log", "ledger", "mail", "notices")
        }

    def write(self, stream: str, blob: bytes) -> None:
        """Keep what was written until everything that was sealed is known."""
        self._streams[stream].write(blob + b"\n")

    def flush(self) -> None:
        """Let what was written be on the disk."""
        for stream in self._streams.values():
            stream.flush()

    def look_into_answer(self, path: str, name: str, response: Any) -> None:
        """Look into one answer of a test's browser."""
        if not response.streaming and name not in _SHOWS:
            self._answers.look(f"answer {path}", response.content)

    def _patterns(self) -> dict[bytes, str]:
        return {
            written: value for value in self.values for all_ in encodings(value).values() for written in all_
        }

    def look_into_tables(self) -> None:
        """Look into every row of the test database, while it is still there."""
        patterns = self._patterns()
        for where, blob in _tables():
            self.found += _hits(where, blob, patterns)

    def search(self, *kept: Path, of_tests: Path | None = None) -> list[str]:
        """Where any value was found, at the end of the session; ``of_tests`` is where every test's own folder lies."""
        for stream in self._streams.values():
            stream.close()
        patterns = self._patterns()
        found = [*self.found, *self._answers.found]
        written = _written(of_tests) if of_tests else ()
        for path in [*self.home.glob("*.stream"), *_files(*kept), *written]:
            for blob in _contents(path):
                found += _hits(path.name, blob, patterns)
        return sorted(set(found))


def _hits(where: str, blob: bytes, patterns: dict[bytes, str]) -> Iterator[str]:
    for written, value in patterns.items():
        if written in blob:
            place = blob.index(written)
            yield f"{where}: {value[:4]}… near {blob[max(0, place - 60) : place][-60:]!r}"


def _files(*kept: Path) -> Iterator[Path]:
    for place in kept:
        for path in sorted(place.rglob("*")):
            if path.is_file() and not _KEPT_APART & set(path.relative_to(place).parts):
                yield path


def _written(of_tests: Path) -> Iterator[Path]:
    """What the product wrote into the folders of single tests."""
    for path in sorted(of_tests.rglob("*")):
        parts = set(path.relative_to(of_tests).parts[:-1])
        if (parts & _WRITTEN or path.suffix in _TAKEN_AWAY) and not parts & _KEPT_APART:
            try:
                if path.is_file() and path.stat().st_size <= MOST_BYTES:
                    yield path
            except OSError:
                continue  # a folder that its test made unreadable


def _contents(path: Path) -> Iterator[bytes]:
    """A file's bytes, and those of what is packed into it: workbooks, Word files and bundles are archives."""
    blob = path.read_bytes()
    yield blob
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist()[:MOST_MEMBERS]:
            if member.file_size <= MOST_BYTES and not member.flag_bits & 1:
                try:
                    yield archive.read(member)
                except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, zlib.error):
                    continue  # broken or boastful archives are what some tests upload


def _tables() -> Iterator[tuple[str, bytes]]:
    """Every row of the test database as it is left, as text and as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            told = [str(row).encode("utf-8", "replace") for row in cursor.fetchall()]
            yield f"table {table}", b"\n".join(told)


def watch(patch: pytest.MonkeyPatch, home: Path) -> Suite:
    """Begin to watch for the rest of the session."""
    suite = Suite(home)
    seal, insert, request = envelope.seal, rows.insert, Client.request

    def sealed(ring: Any, context: Any, plain: bytes) -> bytes:
        text = plain.decode("utf-8", "replace")
        if len(text) >= LEAST:
            suite.values.add(text)
        return seal(ring, context, plain)

    def inserted(row: Any) -> Any:
        if isinstance(row, Event):
            suite.write("ledger", bytes(row.entry))
        elif isinstance(row, EventDetail):
            suite.write("ledger", json.dumps(row.data, ensure_ascii=False, default=str).encode())
        return insert(row)

    def asked(client: Client, **given: Any) -> Any:
        response = request(client, **given)
        path = str(given.get("PATH_INFO"))
        try:
            name = response.resolver_match.url_name or ""
        except Resolver404:
            name = ""  # no such address
        suite.look_into_answer(path, name, response)
        return response

    save = Notice.save

    def kept(notice: Notice, *given: Any, **more: Any) -> None:
        suite.write(
            "notices", f"{notice.title_zh}\n{notice.title_en}\n{notice.body_zh}\n{notice.body_en}".encode()
        )
        save(notice, *given, **more)

    patch.setattr(envelope, "seal", sealed)
    patch.setattr(rows, "insert", inserted)
    patch.setattr(Client, "request", asked)
    patch.setattr(Notice, "save", kept)
    logging.getLogger().addHandler(_ToFile(suite))
    return suite


def keep_mail(suite: Suite) -> None:
    """What a test sent, before its outbox is emptied."""
    for message in getattr(mail, "outbox", []):
        suite.write("mail", message.message().as_bytes() + message.body.encode())
