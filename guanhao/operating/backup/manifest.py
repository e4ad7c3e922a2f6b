"""The manifest of a backup: what is in it, and how the database stood at that instant."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pydantic import BaseModel, ConfigDict, ValidationError

import guanhao
from guanhao.core import clock, tenancy
from guanhao.ledger.models import LogHead
from guanhao.operating.trouble import Trouble
from guanhao.people.models import Institution
from guanhao.publishing.models import InstanceEpoch

FORMAT = 1
NAME = "manifest.json"


class Log(BaseModel):
    """The head of one institution's ledger."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int
    root: str  # hex


class File(BaseModel):
    """A member of the archive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    size: int
    sha256: str


class State(BaseModel):
    """The database at the instant of the copy; read in the copy's own snapshot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    migrations: tuple[str, ...]
    tables: dict[str, int]  # rows by table
    ledgers: dict[str, Log]  # by the institution's key
    epoch: int  # public intents counted (K9)


class Manifest(BaseModel):
    """All of it. ``vendor`` is the kind of database; a backup is restored into the same kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    made_at: str
    program: str
    vendor: str
    state: State
    files: tuple[File, ...]


def made(state: State, files: list[File]) -> Manifest:
    """The manifest of a backup made now by this program."""
    return Manifest(
        format=FORMAT,
        made_at=clock.now().isoformat(),
        program=guanhao.__version__,
        vendor=connection.vendor,
        state=state,
        files=tuple(files),
    )


def parsed(text: bytes, archive: str) -> Manifest:
    """The manifest of an archive.

    Raises:
        Trouble: it is of another form than this program writes.
    """
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError:
        raise Trouble(
            f"{archive} 的清单读不懂，不是本程序的备份。",
            f"The manifest of {archive} is not one this program writes.",
        ) from None
    if manifest.format > FORMAT:
        raise Trouble(
            f"{archive} 由更新的版本（{manifest.program}）制作，请先升级程序。",
            f"{archive} was made by a newer version ({manifest.program}); upgrade the program first.",
        )
    return manifest


def state_now() -> State:
    """What the connection sees: call it inside the snapshot that is copied."""
    with tenancy.everywhere("the manifest of a backup covers every institution"):
        epoch: int = InstanceEpoch.objects.values_list("value", flat=True).first() or 0
        return State(migrations=applied(), tables=_rows(), ledgers=_ledgers(), epoch=epoch)


def applied() -> tuple[str, ...]:
    """The migrations the database has, as ``app.name``."""
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))


def _rows() -> dict[str, int]:
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a table's own name.
            found[table] = cursor.fetchone()[0]
    return found


def _ledgers() -> dict[str, Log]:
    keys: dict[Any, str] = dict(Institution.ever.values_list("pk", "key"))
    return {
        keys[head.institution_id]: Log(size=head.size, root=head.tree().root().hex())
        for head in LogHead.objects.order_by("institution_id")
    }
