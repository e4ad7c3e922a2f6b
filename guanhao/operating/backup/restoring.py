"""Restoring a backup into an empty place (BK2, K9), from the documentation on an empty machine.

1. The archive is unpacked beside the target and every digest compared. 2. The epoch file is raised above the backup's
count before any data is in place: from then on, whatever breaks off, a worker that starts finds a database that knows
it was restored, even where the old file was lost with the machine. 3. Uploads, then the database. What stood there is
kept aside. 4. Migrations of a newer program. 5. Publishing is held, and the log states the restore. 6. Copies of the
log outside that are newer than the backup are put aside: they are the record of what was lost. 7. Everything is
proved: rows and heads against the manifest, the log from end to end, every sealed value, every upload.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from guanhao.contents.assets import path_of
from guanhao.contents.models import Asset
from guanhao.core import clock, envelope, tenancy
from guanhao.core.actors import system
from guanhao.core.text import Text
from guanhao.ledger import keys
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.ledger.verify import verify
from guanhao.operating.backup import archive, databases
from guanhao.operating.backup.manifest import Manifest, state_now
from guanhao.operating.trouble import Trouble
from guanhao.people.models import Institution
from guanhao.process.checkpoints import put_newer_copies_aside
from guanhao.publishing import epoch
from guanhao.registry import vault
from guanhao.steps import heartbeats
from guanhao.steps.exclusive import AlreadyRunning, only_one

OPERATOR = system("operator", "系统运维")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done, and what is wrong with it; nothing is wrong where ``problems`` is empty."""

    manifest: Manifest
    aside: tuple[str, ...]  # what stood in the way and was kept
    lost_entries: dict[
        str, int
    ]  # by institution: entries that copies outside vouch for and the backup has not
    problems: tuple[Text, ...]


def restore(place: Path, *, replace: bool = False) -> Restored:
    """Restore the backup; publishing is held afterwards in every case.

    Raises:
        Trouble: the archive is damaged or of another kind, a key is missing, a worker runs, or the target is not empty
            and ``replace`` was not given. Nothing was changed then.
    """
    with ExitStack() as stack:
        near = Path(settings.VAR_DIR)
        near.mkdir(parents=True, exist_ok=True)
        into = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".restore-", dir=near)))
        manifest = archive.unpack(place, into)
        _require_fit(manifest)
        _require_keys()
        _require_place(stack, replace=replace)
        epoch.remember(manifest.state.epoch + 1)
        aside = (_uploads_in_place(into / archive.UPLOADS), databases.put_back(into / databases.member()))
    problems = tuple(_as_in(manifest))
    call_command("migrate", interactive=False, verbosity=0)
    epoch.hold_after_restore(manifest.state.epoch)
    lost = _state_it(manifest)
    return Restored(manifest, tuple(name for name in aside if name), lost, (*problems, *_proved()))


# --- Before -----------------------------------------------------------------------------------------------------------


def _require_fit(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise Trouble(
            f"备份来自 {manifest.vendor}，这里是 {connection.vendor}，不能互相恢复。",
            f"The backup is of {manifest.vendor} and this is {connection.vendor}; one does not restore into the other.",
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.state.migrations) - known)
    if unknown:
        raise Trouble(
            f"备份由更新的版本制作（含 {unknown[0]}），请先升级程序。",
            f"The backup was made by a newer version (it has {unknown[0]}); upgrade the program first.",
        )


def _require_keys() -> None:
    try:
        envelope.load_keys(Path(settings.KEK_PATH))
        keys.signing_key()
    except (envelope.KeyMissing, keys.NoKey) as missing:
        raise Trouble(
            f"密钥不在：{missing} 备份里没有密钥，请先把另行保管的 kek.json、ledger.key 放回，再恢复。",
            f"A key is missing: {missing} Backups hold no keys; put kek.json and ledger.key back first.",
        ) from None


def _require_place(stack: ExitStack, *, replace: bool) -> None:
    occupied = not databases.is_empty() or any(Path(settings.MEDIA_ROOT).glob("*"))
    if occupied and not replace:
        raise Trouble(
            "目标不是空的。确认要替换时加 --replace；原有的数据会留在旁边。",
            "The target is not empty. To replace it add --replace; what is there is kept beside it.",
        )
    if connection.vendor == "sqlite":
        file = f"{connection.settings_dict['NAME']}.publisher.lock"
        try:
            stack.enter_context(only_one(Path(file)))
        except AlreadyRunning:
            raise _still_running() from None
    elif "steps_heartbeat" in connection.introspection.table_names() and heartbeats.alive().exists():
        raise _still_running()


def _still_running() -> Trouble:
    return Trouble(
        "后台程序还在运行。先停止所有 guanhao worker 和网站进程（意外中断的，等一分钟）。",
        "A worker still runs. Stop every guanhao worker and web process first (after a crash, wait a minute).",
    )


# --- In place ---------------------------------------------------------------------------------------------------------


def _uploads_in_place(unpacked: Path) -> str:
    target = Path(settings.MEDIA_ROOT)
    aside = ""
    if target.exists() and any(target.iterdir()):
        kept = target.with_name(f"{target.name}.{databases.ASIDE}{clock.now():%Y%m%d%H%M%S}")
        target.rename(kept)
        aside = str(kept)
    elif target.exists():
        target.rmdir()
    target.parent.mkdir(parents=True, exist_ok=True)
    unpacked.mkdir(exist_ok=True)
    unpacked.rename(target)
    return aside


def _state_it(manifest: Manifest) -> dict[str, int]:
    """Every institution's log says that and from when it was restored; answers how many entries each has lost for sure."""
    lost = {}
    for institution in Institution.ever.order_by("pk"):
        log = manifest.state.ledgers.get(institution.key)
        size = log.size if log else 0
        lost[institution.key] = put_newer_copies_aside(institution, size)
        with tenancy.within(institution), transaction.atomic():
            record(
                institution=institution,
                actor=OPERATOR,
                action=Action.INSTANCE_RESTORED,
                subject=Subject("backup", manifest.made_at, ""),
                facts={"size": size, "epoch": manifest.state.epoch, "lost": lost[institution.key]},
            )
    return lost


# --- Proved -----------------------------------------------------------------------------------------------------------


def _as_in(manifest: Manifest) -> Iterator[Text]:
    """Rows and heads as the manifest says, before anything else is written."""
    found = state_now()
    for table, rows in manifest.state.tables.items():
        if found.tables.get(table) != rows:
            have = found.tables.get(table, 0)
            yield Text(
                zh=f"{table} 应有 {rows} 行，实有 {have} 行。",
                en=f"{table} should have {rows} rows and has {have}.",
            )
    for key, log in manifest.state.ledgers.items():
        if found.ledgers.get(key) != log:
            yield Text(zh=f"{key} 的台账与清单不符。", en=f"The ledger of {key} is not as the manifest says.")


def _proved() -> Iterator[Text]:
    key = keys.public_key()
    for institution in Institution.ever.order_by("pk"):
        with tenancy.within(institution):
            report = verify(institution, key=key, witnesses=[])
            yield from (problem.sentence for problem in report.problems)
            for asset in Asset.objects.order_by("pk").iterator():
                if not path_of(asset).is_file():
                    yield Text(
                        zh=f"上传文件 {asset.digest} 缺失。", en=f"The upload {asset.digest} is missing."
                    )
    total, closed = vault.tried_to_open()
    if closed:
        yield Text(
            zh=f"{total} 项密文中有 {len(closed)} 项打不开：放回与备份同时期的 kek.json。",
            en=f"{len(closed)} of {total} sealed values do not open: put back the kek.json of the backup's time.",
        )
