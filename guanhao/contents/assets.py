"""Stored files (CF3, CF5, PD8): pictures are drawn anew, names on disk are the content's hash, space is bounded."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from guanhao.contents import isolated
from guanhao.contents.models import Asset
from guanhao.contents.parsing.refusals import Reason
from guanhao.contents.types import AssetKind
from guanhao.core import clock, randomness
from guanhao.core.actors import Actor
from guanhao.core.canonical import digest_bytes
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution, Person

GIBIBYTE = 1024**3
MOST_OF_INSTITUTION = 50 * GIBIBYTE
MOST_OF_PERSON = 2 * GIBIBYTE
MOST_OF_PUBLIC = 1 * GIBIBYTE
MOST_PUBLIC_PICTURE = 5 * 1024 * 1024
MOST_DOCUMENT = 20 * 1024 * 1024

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class NoSuchFile(Refused):
    """No file with this digest is stored for the institution in scope."""

    def __init__(self) -> None:
        super().__init__(Denied(Text(zh="文件不存在。", en="There is no such file.")))


def store_image(*, actor: Actor, person: Person, data: bytes, name: str = "") -> Asset:
    """Store a picture, drawn anew by a process of its own: no EXIF, no thumbnail, nothing behind the pixels (PD8).

    Raises:
        isolated.FileRefused: not JPEG, PNG, GIF or WebP, or beyond a bound.
        Refused: no space left for the person or the institution.
    """
    kept, drawn = _drawn(data)
    return _store(kept, drawn, actor=actor, whose=person, name=name)


def store_public_image(*, actor: Actor, institution: Institution, data: bytes) -> Asset:
    """Store a picture that somebody without a sign-in sent, drawn anew; its name is not kept.

    Raises:
        isolated.FileRefused: as `store_image`.
        Refused: too large for the public, or no space left for it.
    """
    if len(data) > MOST_PUBLIC_PICTURE:
        raise isolated.FileRefused(Reason.TOO_LARGE)
    kept, drawn = _drawn(data)
    return _store(kept, drawn, actor=actor, whose=institution, name="")


def _drawn(data: bytes) -> tuple[Asset, bytes]:
    """A picture drawn anew, and the row that is to say so."""
    drawn = isolated.run("picture", {}, data)
    told = drawn.value
    row = Asset(kind=AssetKind.IMAGE, mime=told["mime"], width=told["width"], height=told["height"])
    return row, drawn.blobs[0]


def store_document(*, actor: Actor, person: Person, data: bytes, name: str = "") -> Asset:
    """Store a file that hangs on an article: a PDF or a plain .docx as they are, a picture drawn anew.

    Raises:
        isolated.FileRefused: another kind of file, or one with macros, embedded objects and the like (CF4).
        Refused: too large, or no space left.
    """
    if len(data) > MOST_DOCUMENT:
        raise isolated.FileRefused(Reason.TOO_LARGE)
    if data.startswith(b"%PDF-"):
        return _store(Asset(kind=AssetKind.DOCUMENT, mime=PDF), data, actor=actor, whose=person, name=name)
    if data.startswith(b"PK"):
        isolated.run("archive", {}, data)
        return _store(Asset(kind=AssetKind.DOCUMENT, mime=DOCX), data, actor=actor, whose=person, name=name)
    return store_image(actor=actor, person=person, data=data, name=name)


def open_asset(digest: str) -> tuple[bytes, str]:
    """A stored file's bytes and type, within the institution in scope.

    Raises:
        NoSuchFile: nothing is stored under the digest, or its bytes are gone or no longer have that digest.
    """
    asset = Asset.objects.filter(digest=digest).first()
    if asset is None:
        raise NoSuchFile
    try:
        data = path_of(asset).read_bytes()
    except OSError as error:
        raise NoSuchFile from error
    if digest_bytes(data) != digest:
        raise NoSuchFile
    return data, asset.mime


def path_of(asset: Asset) -> Path:
    """Where the file is: the institution's directory, fanned out by the hash. No user's word is part of it (CF5)."""
    name = asset.digest.removeprefix("sha256:")
    return Path(settings.MEDIA_ROOT) / str(asset.institution_id) / name[:2] / name


def space_used(**whose: object) -> int:
    """Bytes stored for an institution or by a person (``institution=…`` or ``uploaded_by=…``)."""
    return int(Asset.objects.filter(**whose).aggregate(size=Sum("size"))["size"] or 0)


def _store(asset: Asset, data: bytes, *, actor: Actor, whose: Person | Institution, name: str) -> Asset:
    """Keep the bytes once per institution. The file is there before the row says so; a file without a row is harmless."""
    person = whose if isinstance(whose, Person) else None
    institution = whose.institution if isinstance(whose, Person) else whose
    asset.institution_id = institution.pk
    asset.digest, asset.size = digest_bytes(data), len(data)
    known: Asset | None = Asset.objects.filter(institution_id=institution.pk, digest=asset.digest).first()
    if known is not None and path_of(known).exists():
        return known
    _require_space(institution, person, len(data))
    _write(path_of(asset), data)
    if known is not None:
        return known
    asset.original_name = Path(name.replace("\\", "/")).name[:200]
    asset.uploaded_by, asset.uploaded_at = person, clock.now()
    with transaction.atomic():
        stored: Asset
        stored, new = Asset.objects.get_or_create(
            institution_id=asset.institution_id, digest=asset.digest, defaults=_values(asset)
        )
        if new:
            record(
                institution=institution,
                actor=actor,
                action=Action.ASSET_STORED,
                subject=Subject("asset", str(stored.pk), asset.original_name),
                facts={"digest": asset.digest, "size": asset.size, "mime": asset.mime},
            )
    return stored


def _values(asset: Asset) -> dict[str, object]:
    names = ("kind", "mime", "size", "width", "height", "original_name", "uploaded_by", "uploaded_at")
    return {name: getattr(asset, name) for name in names}


def _write(path: Path, data: bytes) -> None:
    """Write whole or not at all: another name first, on the disk, then the right one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{randomness.token_hex(4)}")
    with draft.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _require_space(institution: Institution, person: Person | None, size: int) -> None:
    if space_used(institution_id=institution.pk) + size > MOST_OF_INSTITUTION:
        raise Refused(Denied(Text(zh="本单位的存储空间已用完。", en="The institution's storage is full.")))
    of_public = {"institution_id": institution.pk, "uploaded_by": None}
    used = space_used(uploaded_by=person) if person else space_used(**of_public)
    if used + size > (MOST_OF_PERSON if person else MOST_OF_PUBLIC):
        raise Refused(Denied(Text(zh="您的存储空间已用完。", en="Your storage is full.")))
