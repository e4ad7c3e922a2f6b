"""The archive: one plain tar file with the database, the uploads and, last, the manifest that names both.

It is written beside its place and linked into it when whole, so a name either holds a whole backup or nothing, and an
existing file is never replaced. A truncated archive has no manifest and is refused.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from guanhao.core import clock, randomness
from guanhao.operating.backup import manifest as manifests
from guanhao.operating.backup.manifest import File, Manifest
from guanhao.operating.trouble import Trouble

CHUNK = 1024 * 1024
UPLOADS = "uploads"


class _Hashing:
    """A file that remembers the digest of what was read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self.file.read(size)
        self.digest.update(data)
        return data


def add(tar: tarfile.TarFile, name: str, path: Path) -> File:
    """Add one file under a name of ours; answers its entry for the manifest."""
    with path.open("rb") as file:
        info = tarfile.TarInfo(name)
        info.size = os.fstat(file.fileno()).st_size
        info.mtime = int(clock.now().timestamp())
        info.mode = 0o600
        reader = _Hashing(file)
        tar.addfile(info, reader)
    return File(path=name, size=info.size, sha256=reader.digest.hexdigest())


def add_manifest(tar: tarfile.TarFile, manifest: Manifest) -> None:
    """Close the list of members."""
    data = manifest.model_dump_json(indent=1).encode()
    info = tarfile.TarInfo(manifests.NAME)
    info.size, info.mode = len(data), 0o600
    tar.addfile(info, io.BytesIO(data))


@contextmanager
def new(place: Path) -> Iterator[tarfile.TarFile]:
    """A new archive, in its place only when the block ended well.

    Raises:
        Trouble: the name is taken, or its directory cannot be written.
    """
    if place.exists():
        raise Trouble(f"{place} 已存在，备份不覆盖文件。", f"{place} exists; a backup never replaces a file.")
    part = place.with_name(f".{place.name}.{randomness.token_hex(4)}")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield tar
            file.flush()
            os.fsync(file.fileno())
        os.link(part, place)
    except FileExistsError:
        raise Trouble(
            f"{place} 已存在，备份不覆盖文件。", f"{place} exists; a backup never replaces a file."
        ) from None
    except OSError as error:
        raise Trouble(
            f"{place} 写不进去：{error.strerror}。", f"{place} cannot be written: {error.strerror}."
        ) from None
    finally:
        part.unlink(missing_ok=True)


def unpack(place: Path, into: Path) -> Manifest:
    """Unpack a whole archive into an empty directory, checking every size and digest against the manifest.

    Raises:
        Trouble: it cannot be read, is truncated, was changed, or holds what the manifest does not name.
    """
    try:
        with tarfile.open(place) as tar:
            found = {info.name: _unpacked(tar, info, into) for info in tar}
    except (OSError, tarfile.TarError) as error:
        raise Trouble(f"{place} 读不出来：{error}", f"{place} cannot be read: {error}") from None
    if found.pop(manifests.NAME, None) is None:
        raise Trouble(f"{place} 不完整：缺少清单。", f"{place} is not whole: its manifest is missing.")
    manifest = manifests.parsed((into / manifests.NAME).read_bytes(), str(place))
    for wanted in manifest.files:
        if found.pop(wanted.path, None) != wanted:
            raise Trouble(
                f"{place} 中的 {wanted.path} 与清单不符，备份已损坏或被改动。",
                f"{wanted.path} in {place} is not as the manifest says: the backup is damaged or was changed.",
            )
    if found:
        extra = next(iter(found))
        raise Trouble(f"{place} 中的 {extra} 不在清单里。", f"{extra} in {place} is not in its manifest.")
    return manifest


def _unpacked(tar: tarfile.TarFile, info: tarfile.TarInfo, into: Path) -> File:
    parts = Path(info.name).parts
    if not info.isreg() or info.name.startswith("/") or ".." in parts:
        raise tarfile.TarError(f"{info.name} is no plain file of a backup.")
    target = into / info.name
    target.parent.mkdir(parents=True, exist_ok=True)
    source = tar.extractfile(info)
    assert source is not None  # It is a regular file.
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return File(path=info.name, size=info.size, sha256=digest.hexdigest())
