"""What leaves the building: each checkpoint as a file, with the leaf hashes it added.

The leaf hashes say nothing about anybody, and they let `verify` name the very entry that was changed, not only
the stretch of the log it lies in. A directory per log: ``key.txt``, ``<size>.checkpoint``, ``<size>.leaves``.
Files are written once; a file that exists with other content means that the log has forked, and is never replaced.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from guanhao.ledger import notes
from guanhao.ledger.models import Checkpoint
from guanhao.ledger.proofs import leaf_hashes

_WIDTH = 12


class Forked(RuntimeError):  # noqa: N818 - reads as the fact it states.
    """The copy outside states something else for the same size: the log here is not the log that was sent out."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One checkpoint as it was kept outside: its note, and the leaf hashes from ``first`` on that came with it."""

    note: str
    first: int = 0
    leaves: tuple[bytes, ...] = field(default=())
    source: str = ""


def leaves_since(checkpoint: Checkpoint) -> tuple[int, list[bytes]]:
    """The first index and the leaf hashes that the checkpoint adds to the one before it."""
    before = Checkpoint.objects.filter(
        institution_id=checkpoint.institution_id, size__lt=checkpoint.size
    ).first()
    first = before.size if before else 0
    return first, leaf_hashes(checkpoint.institution_id, first, checkpoint.size)


def leaves_text(first: int, leaves: Iterable[bytes]) -> str:
    """The leaf hashes as a file: the first index, then one base64 line each."""
    return "\n".join([str(first), *(base64.b64encode(leaf).decode() for leaf in leaves)]) + "\n"


def write(directory: Path, checkpoint: Checkpoint, verifier_key: str) -> None:
    """Write the checkpoint and its leaf hashes into the log's directory; the note last, so that it is never alone.

    Raises:
        Forked: the directory holds something else for this size.
        OSError: the directory cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    name = str(checkpoint.size).zfill(_WIDTH)
    _write_once(directory / "key.txt", verifier_key + "\n")
    _write_once(directory / f"{name}.leaves", leaves_text(*leaves_since(checkpoint)))
    _write_once(directory / f"{name}.checkpoint", checkpoint.note)


def _write_once(path: Path, text: str) -> None:
    if path.exists():
        if path.read_text(encoding="utf-8") != text:
            raise Forked(
                f"{path} holds something else for the same size; the log has forked or the key changed."
            )
        return
    part = path.with_suffix(path.suffix + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def read(place: Path) -> Iterator[Witness]:
    """The checkpoints of a directory (or one checkpoint file), smallest first; nothing where there is no such place."""
    paths = sorted(place.glob("*.checkpoint")) if place.is_dir() else [place] if place.is_file() else []
    for path in paths:
        first, leaves = _read_leaves(path.with_suffix(".leaves"))
        yield Witness(path.read_text(encoding="utf-8"), first, leaves, str(path))


def newest_size(place: Path) -> int:
    """The size that the newest checkpoint outside states, 0 where there is none.

    A log that is shorter than this was restored from an older copy (K9).
    """
    return max((notes.read_unverified(witness.note).size for witness in read(place)), default=0)


def _read_leaves(path: Path) -> tuple[int, tuple[bytes, ...]]:
    if not path.is_file():
        return 0, ()
    first, *lines = path.read_text(encoding="ascii").split()
    return int(first), tuple(base64.b64decode(line) for line in lines)
