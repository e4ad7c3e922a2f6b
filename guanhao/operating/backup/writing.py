"""Making a backup while everything runs (BK1).

1. The database is copied first, as one consistent picture. 2. Uploads are copied after it: a file is there before the
row that names it and never changes, so every file the picture names is found. 3. The manifest comes last.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from guanhao.operating.backup import archive, databases
from guanhao.operating.backup.manifest import Manifest, made
from guanhao.operating.trouble import Trouble


def write(place: Path) -> Manifest:
    """Write a backup of the installation into a new file; answers its manifest.

    Raises:
        Trouble: the name is taken, there is no room, a file of the installation is missing, or a key would get in.
    """
    _keep_keys_out()
    if not place.parent.is_dir():
        raise Trouble(f"目录 {place.parent} 不存在。", f"There is no directory {place.parent}.")
    with (
        archive.new(place) as tar,
        tempfile.TemporaryDirectory(prefix=".backup-", dir=place.parent) as directory,
    ):
        copy = Path(directory) / databases.member()
        state = databases.copy_to(copy)
        _require_room(place.parent)
        files = [archive.add(tar, copy.name, copy)]
        files += [archive.add(tar, name, path) for name, path in uploads()]
        manifest = made(state, files)
        archive.add_manifest(tar, manifest)
    return manifest


def uploads() -> Iterator[tuple[str, Path]]:
    """Every stored upload with its name in the archive; half-written ones (names with a dot first) are left out."""
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield f"{archive.UPLOADS}/{path.relative_to(root).as_posix()}", path


def _keep_keys_out() -> None:
    """Keys that lie among the uploads would be copied: then there is no backup until they have moved."""
    root = Path(settings.MEDIA_ROOT).resolve()
    for name in ("KEK_PATH", "LEDGER_KEY_PATH", "EPOCH_PATH"):
        path = Path(getattr(settings, name)).resolve()
        if path.is_relative_to(root):
            raise Trouble(
                f"{path} 在上传目录里，会进入备份。请移出并设置 GUANHAO_{name}。",
                f"{path} lies among the uploads and would be copied. Move it and set GUANHAO_{name}.",
            )


def _require_room(directory: Path) -> None:
    wanted = sum(path.stat().st_size for _name, path in uploads())
    wanted += sum(path.stat().st_size for path in directory.glob(".backup-*/*"))
    free = shutil.disk_usage(directory).free
    if free < wanted:
        raise Trouble(
            f"{directory} 空间不足：需要 {wanted >> 20} MiB，剩 {free >> 20} MiB。",
            f"{directory} has no room: {wanted >> 20} MiB are needed, {free >> 20} MiB are free.",
        )
