"""What a leaving institution takes along: its whole log with proofs, its register, its rules, what it published.

Neither drafts nor secrets nor details of the log: the two who take it are administrators, and none of these reads such
things by virtue of the role (K12). Whoever has drafts exports them with the lists, as long as the waiting lasts.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.exports.models import ExportJob
from guanhao.ledger import keys
from guanhao.ledger.bundle import write_bundle
from guanhao.people.models import Unit
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState
from guanhao.registry.models import Account
from guanhao.regulation.models import RulebookVersion
from guanhao.removal.models import Removal

Told = Callable[[int, int], None]
_NOT_OPEN = Denied(Text("退出申请已取消。", "The removal was taken back."))
_NO_KEY = Denied(Text("本系统没有台账签名密钥。", "This installation has no ledger key."))

README = """\
单位退出本系统前的最后一次导出 / what an institution takes along

units.ndjson     单位 / units              accounts.ndjson  账号登记 / the register of accounts
rulebooks/       制度文件 / rulebooks      published.ndjson 已发布的内容 / what was published
ledger.zip       全部台账及证明；解开后运行 python3 verify.py / the whole ledger; unpack, run verify.py
"""


def write_last_export(job: ExportJob, path: Path, told: Told) -> None:
    """Write the file.

    Raises:
        Refused: the removal was taken back, or there is no signing key.
    """
    removal = Removal.objects.open().select_related("institution").filter(pk=job.params["removal"]).first()
    if removal is None:
        raise Refused(_NOT_OPEN)
    ledger = path.with_name(f"{path.name}.ledger")
    ledger.unlink(missing_ok=True)
    try:
        with zipfile.ZipFile(path, "x", compression=zipfile.ZIP_DEFLATED) as out:
            _write_rows(out, told)
            write_bundle(removal.institution, ledger)
            out.write(ledger, "ledger.zip", compress_type=zipfile.ZIP_STORED)
            out.writestr("README.txt", README)
    except keys.NoKey:
        raise Refused(_NO_KEY) from None
    finally:
        ledger.unlink(missing_ok=True)
    with transaction.atomic():
        Removal.objects.filter(pk=removal.pk, made_at__isnull=True).update(made_at=clock.now())
    told(4, 4)


def _write_rows(out: zipfile.ZipFile, told: Told) -> None:
    for number, (name, lines) in enumerate(
        (("units", _units()), ("accounts", _accounts()), ("published", _published()))
    ):
        told(number, 4)
        _write(out, f"{name}.ndjson", lines)
    for version in RulebookVersion.objects.order_by("pk").iterator():
        out.writestr(f"rulebooks/{version.pk}-{version.key}.yaml", version.source)


def _write(out: zipfile.ZipFile, name: str, lines: Iterable[dict[str, Any]]) -> None:
    with out.open(name, "w", force_zip64=True) as file:
        for line in lines:
            file.write((json.dumps(line, ensure_ascii=False) + "\n").encode())


def _units() -> Iterator[dict[str, Any]]:
    for unit in Unit.objects.order_by("pk").iterator():
        yield {"unit": unit.pk, "parent": unit.parent_id, "name": unit.name, "kind": unit.kind,
               "closed_on": _day(unit.closed_on)}  # fmt: skip


def _accounts() -> Iterator[dict[str, Any]]:
    for row in Account.objects.select_related("owner_unit").order_by("pk").iterator():
        yield {
            "account": row.pk, "platform": row.platform, "kind": row.kind, "name": row.name, "handle": row.handle,
            "address": row.address, "unit": row.owner_unit.name, "state": row.state, "number": row.filing_number,
            "opened_on": _day(row.opened_on), "closed_on": _day(row.closed_on),
        }  # fmt: skip


def _published() -> Iterator[dict[str, Any]]:
    jobs = PublishJob.objects.filter(state__in=[JobState.PUBLISHED, JobState.REMOVED])
    for job in jobs.select_related("account").order_by("pk").iterator(chunk_size=200):
        for item in job.items.select_related("revision").order_by("position"):
            yield {
                "account": job.account.name, "channel": job.channel, "state": job.state, "url": item.url,
                "published_at": job.published_at.isoformat() if job.published_at else None,
                "sha256": item.revision.hash, "content": item.revision.content,
            }  # fmt: skip


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None
