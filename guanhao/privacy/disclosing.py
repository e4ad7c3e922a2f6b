"""Making the file of a disclosure: exactly the approved scope, with a manifest and the log's proof of every entry."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.exports.models import ExportJob
from guanhao.ledger import keys
from guanhao.ledger.bundle import write_bundle
from guanhao.ledger.types import Action
from guanhao.people.access import actor_of
from guanhao.privacy.disclosures import tell
from guanhao.privacy.models import Disclosure
from guanhao.privacy.scope import Scope

Told = Callable[[int, int], None]
LEDGER = "ledger.zip"
PARTS = 4

_NOT_APPROVED = Denied(Text("这项调取没有获得批准。", "This disclosure was not approved."))
_NO_KEY = Denied(Text("本系统没有台账签名密钥。", "This installation has no ledger key."))

README = """\
依法调取资料 / what was disclosed by law

manifest.json    依据、范围和各文件的摘要 / basis, scope, digests of the files
persons.json     文书载明的人员 / the persons the instrument names
revisions.ndjson 期间内的稿件版本 / versions written in the period
published.ndjson 期间内的发布 / what went out in the period
ledger.zip       期间内的记录和证明；解开后运行 python3 verify.py / entries with their proofs; unpack, run verify.py
"""


def write_disclosure(job: ExportJob, path: Path, told: Told) -> None:
    """Write the file; its digests go into the disclosure and the ledger.

    Raises:
        Refused: it was not approved, or there is no signing key.
    """
    disclosure: Disclosure = Disclosure.objects.select_related(
        "institution", "account", "instrument", "prepared_by", "decided_by"
    ).get(pk=job.params["disclosure"])
    if not disclosure.approved:
        raise Refused(_NOT_APPROVED)
    scope = Scope(disclosure)
    told(0, PARTS)
    manifest = _write(disclosure, scope, path, told)
    with transaction.atomic():
        disclosure.made_at = clock.now()
        disclosure.manifest_sha256 = hashlib.sha256(manifest).hexdigest()
        disclosure.file_sha256 = _digest(path)
        disclosure.save(update_fields=["made_at", "manifest_sha256", "file_sha256"])
        tell(
            actor_of(job.person), disclosure, Action.DISCLOSURE_MADE,
            {"manifest": disclosure.manifest_sha256, "file": disclosure.file_sha256, "export": job.pk},
        )  # fmt: skip
    told(PARTS, PARTS)


def _write(disclosure: Disclosure, scope: Scope, path: Path, told: Told) -> bytes:
    """The zip; answers the bytes of its manifest."""
    digests: dict[str, dict[str, Any]] = {}
    ledger = path.with_name(f"{path.name}.ledger")
    ledger.unlink(missing_ok=True)
    try:
        with zipfile.ZipFile(path, "x", compression=zipfile.ZIP_DEFLATED) as out:
            persons = json.dumps(list(scope.person_lines()), ensure_ascii=False, indent=1) + "\n"
            _lines(out, digests, "persons.json", [persons])
            told(1, PARTS)
            _lines(out, digests, "revisions.ndjson", map(_line, scope.revision_lines()))
            _lines(out, digests, "published.ndjson", map(_line, scope.job_lines()))
            told(2, PARTS)
            bundle = write_bundle(disclosure.institution, ledger, events=scope.events(), details=True)
            told(3, PARTS)
            out.write(ledger, LEDGER, compress_type=zipfile.ZIP_STORED)
            digests[LEDGER] = {"sha256": _digest(ledger), "entries": bundle["entries"]}
            manifest = json.dumps(_manifest(disclosure, scope, digests), ensure_ascii=False, indent=1) + "\n"
            out.writestr("manifest.json", manifest)
            out.writestr("README.txt", README)
    except keys.NoKey:
        raise Refused(_NO_KEY) from None
    finally:
        ledger.unlink(missing_ok=True)
    return manifest.encode()


def _manifest(disclosure: Disclosure, scope: Scope, digests: dict[str, Any]) -> dict[str, Any]:
    assert disclosure.decided_by is not None
    account = disclosure.account
    return {
        "format": "guanhao-disclosure/1",
        "institution": disclosure.institution.name,
        "disclosure": disclosure.pk,
        "authority": disclosure.authority,
        "officers": disclosure.officers,
        "instrument": {"number": disclosure.instrument_no, "scan": disclosure.instrument.digest},
        "purpose": disclosure.purpose,
        "prepared_by": disclosure.prepared_by.name,
        "approved_by": disclosure.decided_by.name,
        "scope": {
            "account": f"{account.platform}: {account.name}" if account else None,
            "persons": [f"{one.name} {one.staff_no}".strip() for one in scope.persons()],
            "since": disclosure.since.isoformat(),
            "until": disclosure.until.isoformat(),
        },
        "made_at": clock.now().isoformat(),
        "files": digests,
    }


def _lines(out: zipfile.ZipFile, digests: dict[str, dict[str, Any]], name: str, lines: Iterable[str]) -> None:
    total, number = hashlib.sha256(), 0
    with out.open(name, "w", force_zip64=True) as file:
        for line in lines:
            data = line.encode()
            file.write(data)
            total.update(data)
            number += 1
    digests[name] = {"sha256": total.hexdigest(), "lines": number}


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
