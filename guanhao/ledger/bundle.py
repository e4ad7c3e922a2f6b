"""The export: a zip that can be verified offline, without the product, by the script that lies in it (LG6).

A *whole* bundle holds every entry up to a checkpoint; an *excerpt* holds chosen entries, each with its proof. Details
(names, opinions, addresses) come along only when asked for: they are personal data, and nothing needs them to verify.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from guanhao.ledger import checkpoints, keys, notes, offline
from guanhao.ledger.appending import Owner
from guanhao.ledger.entries import SCHEMA, origin
from guanhao.ledger.models import Checkpoint, Event, EventDetail
from guanhao.ledger.proofs import consistency_path, inclusion_path, leaf_hashes
from guanhao.ledger.pruning import horizon
from guanhao.ledger.queries import EventQuerySet

ENTRY_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Entry of a Guanhao ledger",
    "description": "Canonical JSON: UTF-8, keys sorted, no white space. The leaf hash is SHA-256(0x00 || these bytes).",
    "type": "object",
    "additionalProperties": False,
    "required": [
        "schema", "log", "index", "at", "action", "actor", "subject", "gesture", "clause", "facts", "detail",
    ],
    "properties": {
        "schema": {"const": SCHEMA},
        "log": {"type": "string", "description": "The log's origin, as in its checkpoints."},
        "index": {"type": "integer", "minimum": 0},
        "at": {"type": "string", "description": "UTC with microseconds."},
        "action": {"type": "string"},
        "actor": {"type": "object", "description": "kind, id, and for whom (acting-for)."},
        "subject": {"type": "object", "description": "kind and id."},
        "gesture": {"type": "string", "description": "Entries of one gesture share it."},
        "clause": {"type": "string", "description": "The clause of the regulation that was applied."},
        "facts": {"type": "object", "description": "No personal data."},
        "detail": {
            "type": "string",
            "description": "sha256: of 'guanhao/detail/1' 0x00, the salt and the detail's canonical JSON.",
        },
    },
}  # fmt: skip

README = """\
台账导出 / exported ledger

python3 verify.py                                    核验本目录 / verify this directory
python3 verify.py --key KEY --checkpoint CHECKPOINT  用单位外留存的公钥和存证点核验 / with what was kept outside

entries.ndjson    记录原文，一行一条 / the entries, one a line, verbatim
checkpoints/      存证点（签名）/ signed checkpoints
removed.txt       按留存期限删除的记录，只留哈希 / leaf hashes of entries removed under retention, one a line
consistency.json  存证点之间的延续证明 / proofs that each checkpoint extends the one before
details.ndjson    附记（个人信息，按需导出）/ details, only where asked for
key.txt           公钥 / public key            schema.json  记录格式 / format of an entry
manifest.json     清单与摘要 / files and digests
"""


class _Zip:
    """A zip being written, with the digests of what went into it."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path, "x", compression=zipfile.ZIP_DEFLATED)
        self.digests: dict[str, str] = {}

    def text(self, name: str, text: str) -> None:
        """Add a small file."""
        self.lines(name, [text])

    def lines(self, name: str, texts: Iterable[str]) -> int:
        """Add a file piece by piece; how many pieces."""
        total, number = hashlib.sha256(), 0
        with self.zip.open(name, "w", force_zip64=True) as file:
            for text in texts:
                data = text.encode()
                file.write(data)
                total.update(data)
                number += 1
        self.digests[name] = total.hexdigest()
        return number


def write_bundle(
    institution: Owner, path: Path, *, events: EventQuerySet | None = None, details: bool = False
) -> dict[str, Any]:
    """Write the log, or an excerpt of it, to a new zip file; its manifest.

    A checkpoint is made first, so that everything in the bundle is vouched for. The caller records the export.

    Raises:
        FileExistsError: the file is there already. NoKey: there is no signing key.
    """
    checkpoint = checkpoints.make(institution)
    chosen = (Event.objects.all() if events is None else events).filter(
        institution_id=institution.pk, index__lt=checkpoint.size
    )
    out = _Zip(path)
    with out.zip:
        number = out.lines("entries.ndjson", _entries(chosen, checkpoint.size, proofs=events is not None))
        if details:
            out.lines("details.ndjson", _details(chosen))
        pruned = horizon(institution) if events is None else 0
        if pruned:
            out.lines("removed.txt", (f"{leaf.hex()}\n" for leaf in _removed(institution, pruned)))
        names = _write_checkpoints(out, institution, checkpoint.size)
        out.text("key.txt", notes.verifier_key(origin(institution.key), keys.public_key()) + "\n")
        out.text("schema.json", json.dumps(ENTRY_SCHEMA, ensure_ascii=False, indent=1) + "\n")
        out.text("verify.py", Path(offline.__file__).read_text(encoding="utf-8"))
        out.text("README.txt", README)
        manifest = {
            "format": "guanhao-ledger/1",
            "origin": origin(institution.key),
            "size": checkpoint.size,
            "whole": events is None,
            "entries": number,
            "removed": pruned,
            "checkpoints": names,
            "files": out.digests,
        }
        out.zip.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")
    return manifest


def _entries(events: EventQuerySet, size: int, *, proofs: bool) -> Iterator[str]:
    rows = events.order_by("index").values_list("institution_id", "index", "entry")
    for institution_id, index, entry in rows.iterator(chunk_size=2000):
        line: dict[str, Any] = {"index": index, "entry": bytes(entry).decode()}
        if proofs:
            line["proof"] = [step.hex() for step in inclusion_path(institution_id, index, size)]
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _removed(institution: Owner, pruned: int) -> Iterator[bytes]:
    for start in range(0, pruned, 2000):
        yield from leaf_hashes(institution.pk, start, min(start + 2000, pruned))


def _details(events: EventQuerySet) -> Iterator[str]:
    kept = EventDetail.objects.filter(event__in=events, erased_at__isnull=True).order_by("event__index")
    for index, salt, data in kept.values_list("event__index", "salt", "data").iterator(chunk_size=2000):
        yield json.dumps({"index": index, "salt": bytes(salt).hex(), "data": data}, ensure_ascii=False) + "\n"


def _write_checkpoints(out: _Zip, institution: Owner, size: int) -> list[str]:
    rows = list(Checkpoint.objects.filter(institution_id=institution.pk, size__lte=size).order_by("size"))
    names = []
    for row in rows:
        names.append(f"checkpoints/{row.size:012d}.checkpoint")
        out.text(names[-1], row.note)
    proofs = [
        {
            "first": one.size,
            "second": two.size,
            "path": [step.hex() for step in consistency_path(institution.pk, one.size, two.size)],
        }
        for one, two in pairwise(rows)
    ]
    out.text("consistency.json", json.dumps(proofs) + "\n")
    return names
