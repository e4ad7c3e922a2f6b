"""What a .docx must be before anybody unpacks it (CF4): a modest zip of plain parts, without code and without reach."""

from __future__ import annotations

import io
import posixpath
import re
import stat
import zipfile

from guanhao.contents.parsing.refusals import Reason, Refusal

MOST_BYTES = 20 * 1024 * 1024
MOST_ENTRIES = 2000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100  # of a part's size to its packed size, from a megabyte on
_SMALL = 1024 * 1024
_MOST_XML = 30 * 1024 * 1024

_CODE = re.compile(
    r"vba(project|data)|\.bin$|activex|macrosheets|\.(exe|dll|js|vbs|ps1|scr|bat|cmd|jar|hta)$", re.IGNORECASE
)
_EMBEDDED = re.compile(r"/embeddings/|oleobject", re.IGNORECASE)
_NESTED = re.compile(r"\.(zip|docx|docm|xlsx|xlsm|pptx|rar|7z|gz|tar|cab|iso)$", re.IGNORECASE)
_PARTS = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_EXTERNAL = re.compile(rb"<Relationship\b[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_HYPERLINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
_FIELD = re.compile(rb"<w:instrText[^>]*>([^<]*)|w:instr\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_FETCHING_FIELD = re.compile(rb"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|DATABASE)\b", re.IGNORECASE)


def inspect(data: bytes) -> None:
    """Refuse anything that is not a plain Word document.

    Raises:
        Refusal: with the part at fault.
    """
    if len(data) > MOST_BYTES:
        raise Refusal(Reason.TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _refuse_bomb(entries)
            for entry in entries:
                _refuse_entry(entry)
            names = {entry.filename for entry in entries}
            if len(names) != len(entries) or not {"[Content_Types].xml", "word/document.xml"} <= names:
                raise Refusal(Reason.NOT_A_DOCUMENT)
            for name in sorted(names):
                if _PARTS.search(name):
                    _refuse_part(name, _bounded(archive, name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise Refusal(Reason.NOT_A_DOCUMENT) from error


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    """By what the directory declares; `_bounded` does not trust it."""
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refusal(Reason.ZIP_BOMB)
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise Refusal(Reason.ZIP_BOMB, entry.filename[:80])


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    clean = posixpath.normpath(name)
    if "\\" in name or name.startswith("/") or ":" in name or clean.startswith("..") or "\x00" in name:
        raise Refusal(Reason.UNSAFE_PATH, name[:80])
    if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & 1:
        raise Refusal(Reason.UNSAFE_PATH, name[:80])
    for pattern, reason in ((_EMBEDDED, Reason.EMBEDDED), (_CODE, Reason.MACROS), (_NESTED, Reason.NESTED)):
        if pattern.search(f"/{name}"):
            raise Refusal(reason, name[:80])


def _bounded(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part's bytes, never more than a bound, whatever the directory said."""
    with archive.open(name) as part:
        data = part.read(_MOST_XML + 1)
    if len(data) > _MOST_XML:
        raise Refusal(Reason.ZIP_BOMB, name[:80])
    return data


def _refuse_part(name: str, data: bytes) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", errors="replace").encode()
    if _DECLARATION.search(data):
        raise Refusal(Reason.ENTITIES, name[:80])
    if any(not _HYPERLINK.search(match[0]) for match in _EXTERNAL.finditer(data)):
        raise Refusal(Reason.EXTERNAL, name[:80])
    if any(_FETCHING_FIELD.search(match[1] or match[2] or b"") for match in _FIELD.finditer(data)):
        raise Refusal(Reason.EXTERNAL, name[:80])
    if b"macroEnabled" in data and name == "[Content_Types].xml":
        raise Refusal(Reason.MACROS, name)
