"""Carrying a removal out, step by step; killed anywhere, it goes on where it was when it is run again (SE8).

1. *Begin*, once the waiting is over and nothing stands against it: from this commit on the institution is closed to
   everybody, and the row becomes the tombstone (digests instead of names).
2. *Secrets*: everything sealed is emptied, in one transaction; the data keys lie inside.
3. *Sign-ins* of people who belong nowhere else, with sessions and second factors.
4. *Files*: uploads, exports, trained models of nobody else. Before the rows: a row without its file is harmless.
5. *Rows*: table by table, in batches, in an order in which nothing points at what is gone.
6. *End*: only if every table is empty; the log says how much it was.

Every step looks at what is still there and does that, so that doing it twice is doing it once.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from guanhao.core import clock, faults, randomness, tenancy
from guanhao.core.actors import system
from guanhao.directory.queries import own as own_directory
from guanhao.ledger.entries import commitment
from guanhao.ledger.types import Action
from guanhao.lexicon import proofs
from guanhao.lexicon.models import Lexicon, ProofTraining
from guanhao.people.models import Institution, Person, User
from guanhao.privacy.erasing import drop_sign_in
from guanhao.publishing.models import InstallationStop
from guanhao.removal import checks, register
from guanhao.removal.actions import tell
from guanhao.removal.models import Removal
from guanhao.steps.clock import database_now

BATCH, ALL = 500, 2**31
REMOVER = system("remover", "退出程序")


def due() -> list[Removal]:
    """What there is to do now: removals whose waiting is over, and those that were begun and are not at their end."""
    with tenancy.everywhere("removals of any institution are carried out by one job"):
        rows = Removal.objects.select_related("institution").order_by("pk")
        return [*rows.unfinished(), *rows.due(database_now())]


def carry_out(removal: Removal) -> bool:
    """Do all of it, or go on with it; whether it is at its end. It is not begun while something stands against it."""
    for model in register.all_models():
        register.fate_of(model)  # A table nobody foresaw stops it before anything is lost.
    with tenancy.within(removal.institution):
        if removal.begun_at is None and not _begin(removal):
            return False
        _overwrite_what_is_deleted()
        faults.point("removal_begun")
        _empty_secrets()
        faults.point("removal_secrets")
        _drop_sign_ins(removal)
        _drop_files(removal)
        faults.point("removal_files")
        while not _end(removal):
            for group in register.groups():
                _empty(group, removal)
    return True


@transaction.atomic
def _begin(removal: Removal) -> bool:
    """Close the institution and put digests in the place of names. Of two workers one does it."""
    row = Removal.objects.due(database_now()).select_for_update(of=("self",)).filter(pk=removal.pk).first()
    if row is None or row.made_at is None or not checks.require_unhindered(removal.institution):
        return False
    row.salt = randomness.token_bytes(16)
    assert row.asked_by is not None
    assert row.confirmed_by is not None
    row.asked_digest, row.confirmed_digest = (
        commitment(row.salt, {"name": one.name, "staff_no": one.staff_no, "key": one.pk})
        for one in (row.asked_by, row.confirmed_by)
    )
    directory = own_directory()
    row.was_public = directory is not None and directory.open
    row.begun_at = database_now()
    tell(REMOVER, row, Action.INSTITUTION_REMOVAL_BEGUN,
         {"asked_by": row.asked_digest, "confirmed_by": row.confirmed_digest})  # fmt: skip
    row.reason, row.asked_by, row.confirmed_by, row.job = "", None, None, None
    row.save()
    Institution.objects.filter(pk=row.institution_id).update(removed_at=row.begun_at, short_names=[])
    removal.begun_at = row.begun_at
    return True


@transaction.atomic
def _end(removal: Removal) -> bool:
    """Say that it is done, if every table is empty, unless another process has said it; whether it is done."""
    if any(_rows_left(model, removal.institution) for group in register.groups() for model in group):
        return False
    row = Removal.objects.unfinished().select_for_update(of=("self",)).filter(pk=removal.pk).first()
    if row is not None:
        row.done_at = clock.now()
        row.save(update_fields=["done_at"])
        tell(REMOVER, row, Action.INSTITUTION_REMOVED, dict(row.destroyed))
    return True


def _count(removal: Removal, what: str, number: int) -> None:
    """Add to what was destroyed, in the transaction in which it was."""
    row = Removal.objects.select_for_update(of=("self",)).get(pk=removal.pk)
    row.destroyed[what] = row.destroyed.get(what, 0) + number
    row.save(update_fields=["destroyed"])


@transaction.atomic
def _empty_secrets() -> None:
    for model in register.sealed_models():
        model._base_manager.filter(institution_id=tenancy.current_institution_id()).update(sealed=b"")  # noqa: SLF001
    _drop_stops()


def _drop_stops() -> None:
    """Lifted stops of the whole installation that its people imposed: they are in every log, and would hold the people."""
    ours = Person.objects.all()
    InstallationStop.objects.filter(
        Q(by__in=ours) | Q(lift_asked_by__in=ours) | Q(lifted_by__in=ours)
    ).delete()


def _drop_sign_ins(removal: Removal) -> None:
    for key, user_id in Person.objects.filter(user__isnull=False).values_list("pk", "user_id"):
        with transaction.atomic():
            Person.objects.filter(pk=key).update(user=None)
            user = User.objects.filter(pk=user_id).first()
            if user is not None and drop_sign_in(user):
                _count(removal, "sign_ins", 1)
        faults.point("removal_sign_in")


def _drop_files(removal: Removal) -> None:
    number = _drop_models(removal.institution)
    for root in (settings.MEDIA_ROOT, settings.EXPORT_ROOT):
        place = Path(root) / str(removal.institution_id)
        number += sum(1 for path in place.rglob("*") if path.is_file())
        if place.is_dir():
            shutil.rmtree(place)
    with transaction.atomic():
        _count(removal, "files", number)


def _drop_models(institution: Institution) -> int:
    """Proofreading models learnt from this institution alone."""
    used: dict[bool, set[str]] = {True: set(), False: set()}
    with tenancy.everywhere("a model file may serve several institutions"):
        for rows, name in ((Lexicon.objects, "proof_digest"), (ProofTraining.objects, "digest")):
            for owner, digest in rows.values_list("institution_id", name):
                used[owner == institution.pk].add(digest)
    number = 0
    for digest in used[True] - used[False] - {""}:
        number += proofs.drop(digest)
    return number


def _empty(group: Sequence[register.Model], removal: Removal) -> None:
    """Delete a group's rows: those that point at each other at once, all others a batch at a time."""
    most = ALL if register.is_tied(group) else BATCH
    while True:
        with transaction.atomic():
            deleted = sum(_delete(model, removal.institution, most) for model in group)
            if not deleted:
                return
            _count(removal, "rows", deleted)
        faults.point("removal_rows")


def _delete(model: register.Model, institution: Institution, most: int) -> int:
    """Delete rows by statement: no cascade, no signal, and the database's own constraints have the last word."""
    table, key = _names(model)
    some = f"SELECT {key} FROM {table} WHERE institution_id = %s LIMIT %s"  # noqa: S608 - names of tables.
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {key} IN ({some})", [institution.pk, most])  # noqa: S608 - as above.
        return int(cursor.rowcount)


def _rows_left(model: register.Model, institution: Institution) -> bool:
    table, _key = _names(model)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE institution_id = %s LIMIT 1", [institution.pk])  # noqa: S608
        return cursor.fetchone() is not None


def _names(model: register.Model) -> tuple[str, str]:
    meta, quote = model._meta, connection.ops.quote_name  # noqa: SLF001 - Django's documented way to a table's name.
    return quote(meta.db_table), quote(str(meta.pk.column))


def _overwrite_what_is_deleted() -> None:
    """SQLite leaves deleted rows in the file until it needs the room, unless it is told to write zeros over them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
