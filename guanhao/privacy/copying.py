"""A person's copy (PIPL 45): what the register says is held, as far as it is theirs, with their files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from guanhao.contents.assets import NoSuchFile, open_asset
from guanhao.contents.models import Asset
from guanhao.core.actors import ActorKind
from guanhao.exports.models import ExportJob
from guanhao.ledger.models import Event
from guanhao.people.models import Person, User
from guanhao.privacy.register import NOTICE_VERSION, REGISTER, Held

Told = Callable[[int, int], None]
README = """\
个人信息副本 / a copy of what is held about you

held.ndjson    每行一条：种类、出处、内容；只有关系、没有内容的，是您经办而内容属于他人的记录
               one a line: kind, place, values; without values where you only handled what is somebody else's
ledger.ndjson  您在系统中的操作记录 / what you did, as the ledger has it
files/         您上传的文件 / files you uploaded
purposes.json  各种类的用途、依据、期限和接收方 / purpose, basis, period and recipients of each kind
"""


def write_copy(job: ExportJob, path: Path, told: Told) -> None:
    """Write the copy of the person that the job's ``params`` name."""
    person = Person.objects.select_related("user").get(pk=job.params["person"])
    total = len(REGISTER) + 2
    with zipfile.ZipFile(path, "x", compression=zipfile.ZIP_DEFLATED) as out:
        with out.open("held.ndjson", "w", force_zip64=True) as file:
            for number, held in enumerate(REGISTER):
                told(number, total)
                file.writelines(_line(values) for values in lines_of(held, person))
        told(len(REGISTER), total)
        with out.open("ledger.ndjson", "w", force_zip64=True) as file:
            file.writelines(_line(values) for values in _acts(person))
        told(len(REGISTER) + 1, total)
        _write_files(out, person)
        out.writestr("purposes.json", json.dumps(_purposes(), ensure_ascii=False, indent=1) + "\n")
        out.writestr("README.txt", README)
    told(total, total)


def lines_of(held: Held, person: Person) -> Iterator[dict[str, Any]]:
    """What is held of one kind about the person: words where they are theirs, else only that they had to do with it."""
    for label, fields in held.places.items():
        model = apps.get_model(label)
        for link, rows in _links(model, fields, person):
            own = f"{label}.{link}" in held.own or model is User or link == "user"
            for row in rows.iterator(chunk_size=500):
                line: dict[str, Any] = {"kind": held.key, "place": label, "as": link, "id": row.pk}
                if own:
                    line["values"] = _values(held, row, label, fields)
                yield line


def _links(
    model: type[Model], fields: tuple[str, ...], person: Person
) -> Iterator[tuple[str, QuerySet[Model]]]:
    """By which of its fields rows of a model lead to the person."""
    rows: QuerySet[Model] = model._default_manager.order_by("pk")  # noqa: SLF001 - Django's documented door.
    user = person.user
    if model is Person:
        yield "id", rows.filter(pk=person.pk)
    elif model is User:
        yield "id", rows.filter(pk=user.pk if user else None)
    elif "username" in fields:
        yield "user", rows.filter(username=user.username) if user else rows.none()
    for name in fields:
        target = model._meta.get_field(name).related_model  # noqa: SLF001 - as above.
        if target is Person:
            yield name, rows.filter(**{name: person})
        elif target is User and model is not Person and user is not None:
            yield name, rows.filter(**{name: user})


def _values(held: Held, row: Model, label: str, fields: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in fields
        if f"{label}.{name}" not in held.withheld and not row._meta.get_field(name).is_relation  # noqa: SLF001 - as above.
    }


def _acts(person: Person) -> Iterator[dict[str, Any]]:
    key = str(person.pk)
    own = Q(actor_kind=ActorKind.PERSON, actor_id=key)
    rows = Event.objects.filter(own | Q(subject_kind="person", subject_id=key)).select_related("detail")
    for event in rows.order_by("index").iterator(chunk_size=500):
        mine = event.actor_kind == ActorKind.PERSON and event.actor_id == key
        yield {
            "index": event.index,
            "at": event.at,
            "action": event.action,
            "subject": f"{event.subject_kind}:{event.subject_id}",
            **({"detail": event.detail.data} if mine else {}),
        }


def _write_files(out: zipfile.ZipFile, person: Person) -> None:
    for asset in Asset.objects.filter(uploaded_by=person).order_by("pk"):
        try:
            data, _mime = open_asset(asset.digest)
        except NoSuchFile:
            continue  # The row is in held.ndjson; there are no bytes to give.
        out.writestr(f"files/{asset.pk}-{Path(asset.original_name).name or 'file'}", data)


def _purposes() -> dict[str, Any]:
    return {"version": NOTICE_VERSION} | {
        held.key: {
            "what": held.what.zh, "purpose": held.purpose.zh, "basis": held.basis.zh, "period": held.period.zh,
            "recipients": held.recipients.zh,
        }
        for held in REGISTER
    }  # fmt: skip


def _line(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, default=str).encode() + b"\n"
