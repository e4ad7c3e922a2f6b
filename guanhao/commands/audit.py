"""`guanhao audit`: verify a ledger, export it with its proofs, prove one entry. For operators, auditors and machines.

Exit codes: 0 all good · 1 something is wrong and is named · 2 wrong call, or a key or a log is missing.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import django
from django.apps import apps

if not apps.apps_ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
    django.setup()

from django.db import transaction

from guanhao.core import loaded, tenancy
from guanhao.core.actors import system
from guanhao.ledger import keys, notes, outside
from guanhao.ledger.actions import record
from guanhao.ledger.bundle import write_bundle
from guanhao.ledger.entries import origin
from guanhao.ledger.escaping import one_line
from guanhao.ledger.models import Event
from guanhao.ledger.proofs import prove
from guanhao.ledger.types import Action, Subject
from guanhao.ledger.verify import Report, verify
from guanhao.people.models import Institution
from guanhao.process.checkpoints import directory

GOOD, WRONG, TROUBLE = 0, 1, 2
LISTED, LONGEST_LINE = 20, 2000


class _Trouble(Exception):  # noqa: N818 - reads as the fact it states.
    """The command cannot be carried out; the text says why."""


def main(argv: Sequence[str]) -> int:
    """Run one of the three sub-commands; answers the exit code."""
    options = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (_Trouble, keys.NoKey, notes.BadNote, OSError) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return TROUBLE


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="机器可读输出 / machine-readable output")
    common.add_argument("--lang", choices=("zh", "en"), default="zh", help="语言 / language")
    parser = argparse.ArgumentParser(prog="guanhao audit", description="台账核验 / the ledger")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    check = commands.add_parser("verify", parents=[common], help="核验台账 / verify logs from end to end")
    check.add_argument(
        "institutions", nargs="*", metavar="KEY", help="机构代号，默认全部 / all when not given"
    )
    check.add_argument("--outside", action="append", default=[], type=Path, metavar="PATH",
                       help="单位外留存的存证点文件或目录 / checkpoints kept outside: file or directory")  # fmt: skip
    check.add_argument("--key", type=Path, metavar="FILE", help="留存的公钥 / the verifier key that was kept")
    check.set_defaults(run=_verify)

    export = commands.add_parser(
        "export", parents=[common], help="导出可离线核验的台账 / export for offline proof"
    )
    export.add_argument("institution", metavar="KEY")
    export.add_argument("file", type=Path, metavar="FILE.zip")
    export.add_argument(
        "--about", metavar="KIND:ID", help="只导出某一对象的记录 / only entries about one subject"
    )
    export.add_argument(
        "--details", action="store_true", help="连同附记（个人信息）/ with details (personal data)"
    )
    export.set_defaults(run=_export)

    proof = commands.add_parser("prove", parents=[common], help="证明一条记录在台账中 / prove one entry")
    proof.add_argument("institution", metavar="KEY")
    proof.add_argument("index", type=int, metavar="INDEX")
    proof.set_defaults(run=_prove)
    return parser


def _verify(options: argparse.Namespace) -> int:
    loaded.keep()  # a log may have a million entries, and a sixth of the time went to looking through our modules
    key = (
        notes.read_verifier_key(options.key.read_text(encoding="utf-8")) if options.key else keys.public_key()
    )
    reports = []
    for institution in _institutions(options.institutions):
        places = [directory(institution), *options.outside]
        witnesses = [
            witness for place in places for witness in outside.read(place) if _is_of(witness, institution)
        ]
        with tenancy.within(institution):
            reports.append(verify(institution, key=key, witnesses=witnesses))
    _write(
        [_as_data(report) for report in reports], map(_as_text[options.lang], reports), as_json=options.json
    )
    return GOOD if all(report.good for report in reports) else WRONG


def _is_of(witness: outside.Witness, institution: Institution) -> bool:
    """One place may hold the checkpoints of several logs; each is compared with its own, a damaged one with all."""
    try:
        return notes.read_unverified(witness.note).origin == origin(institution.key)
    except notes.BadNote:
        return True


def _export(options: argparse.Namespace) -> int:
    institution = _institution(options.institution)
    if options.file.exists():
        raise _Trouble(f"{options.file} exists; an export never replaces a file.")
    kind, _, key = (options.about or "").partition(":")
    with tenancy.within(institution):
        with transaction.atomic():
            record(
                institution=institution,
                actor=system("operator", "系统运维"),
                action=Action.LEDGER_EXPORTED,
                subject=Subject("ledger", institution.key),
                facts={"about": options.about or "", "details": options.details},
                detail={"file": str(options.file)},
            )
        events = Event.objects.about(kind, key) if options.about else None
        manifest = write_bundle(institution, options.file, events=events, details=options.details)
    summary = {name: manifest[name] for name in ("origin", "size", "whole", "entries")}
    _write({**summary, "file": str(options.file)}, [f"{options.file}: {manifest['entries']} / {manifest['size']}"],
           as_json=options.json)  # fmt: skip
    return GOOD


def _prove(options: argparse.Namespace) -> int:
    institution = _institution(options.institution)
    with tenancy.within(institution):
        event = Event.objects.filter(index=options.index).first()
        if event is None:
            raise _Trouble(f"{institution.key} has no entry {options.index}.")
        proof = prove(event)
    data = {
        "index": proof.index,
        "entry": bytes(event.entry).decode(),
        "leaf": proof.leaf.hex(),
        "path": [step.hex() for step in proof.path],
        "size": proof.size,
        "root": base64.b64encode(proof.root).decode(),
        "checkpoint": proof.note,
        "holds": proof.holds(),
    }
    told = [bytes(event.entry).decode(), f"size {proof.size}, root {data['root']}"]
    told += [step.hex() for step in proof.path]
    lines = [one_line(line, LONGEST_LINE) for line in told] + [proof.note.rstrip()]
    _write(data, lines, as_json=options.json)
    return GOOD if proof.holds() else WRONG


def _institutions(names: Sequence[str]) -> list[Institution]:
    return [_institution(name) for name in names] or list(Institution.ever.order_by("pk"))


def _institution(name: str) -> Institution:
    institution = Institution.ever.filter(key=name).first()
    if institution is None:
        known = ", ".join(Institution.ever.order_by("key").values_list("key", flat=True))
        raise _Trouble(f"There is no institution {name}; known: {known}.")
    return institution


def _write(data: Any, lines: Iterable[str], *, as_json: bool) -> None:
    text = json.dumps(data, ensure_ascii=False) if as_json else "\n".join(lines)
    sys.stdout.write(f"{text}\n")


def _as_data(report: Report) -> dict[str, Any]:
    return {
        "origin": report.origin,
        "good": report.good,
        "size": report.size,
        "removed": report.pruned,
        "root": base64.b64encode(report.root).decode(),
        "first_bad": report.first_bad,
        "problems": [
            {
                "kind": one.kind,
                "index": one.index,
                "last": one.last,
                "zh": one.sentence.zh,
                "en": one.sentence.en,
            }
            for one in report.problems
        ],
        "unlisted_problems": report.unlisted,
        "checkpoints": report.checkpoints,
        "witnesses": report.witnesses,
        "protected": report.protected,
        "unprotected_tail": report.tail,
        "tail_since": report.tail_since.isoformat() if report.tail_since else None,
    }


def _in_chinese(report: Report) -> str:
    found = [f"  {one_line(problem.sentence.zh)}" for problem in report.problems[:LISTED]]
    outcome = "完好" if report.good else f"发现问题，首条：第 {report.first_bad} 条"
    tail = f"外存存证保护至第 {report.protected} 条之前，其后 {report.tail} 条尚未存证"
    gone = f"第 0–{report.pruned - 1} 条已按留存期限删除，哈希保留；" if report.pruned else ""
    return "\n".join([f"{report.origin}：{outcome}。共 {report.size} 条；{gone}{tail}。", *found])


def _in_english(report: Report) -> str:
    found = [f"  {one_line(problem.sentence.en)}" for problem in report.problems[:LISTED]]
    outcome = "good" if report.good else f"NOT GOOD, first bad entry {report.first_bad}"
    tail = (
        f"checkpoints outside vouch for the first {report.protected}; the last {report.tail} are unprotected"
    )
    gone = (
        f"entries 0–{report.pruned - 1} removed under retention, subtree hashes kept; "
        if report.pruned
        else ""
    )
    return "\n".join([f"{report.origin}: {outcome}. {report.size} entries; {gone}{tail}.", *found])


_as_text: dict[str, Callable[[Report], str]] = {"zh": _in_chinese, "en": _in_english}
