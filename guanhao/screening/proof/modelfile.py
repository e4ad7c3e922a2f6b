"""The model as one file: a heading in JSON, then arrays, byte for byte the same from the same training."""

from __future__ import annotations

import json
import mmap
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from guanhao.core.text import Text
from guanhao.screening.proof.confusions import Confusions
from guanhao.screening.proof.language import LanguageModel
from guanhao.screening.proof.tables import PackedTable
from guanhao.screening.proof.trees import Forest
from guanhao.screening.speaking import Told

_MAGIC = b"guanhao-proof/1\n"
DELIVERED = "proof.model"
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Scores from which a suspicion is told as a warning, and as a hint; ``by`` says what they were set by."""

    warn: float
    hint: float
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProofModel:
    """All the statistical layer needs. ``archive`` and ``share`` are there once an archive was read.

    A model is itself and no other, so that what it said of a text can be kept under it.
    """

    language: LanguageModel
    confusions: Confusions
    forest: Forest
    thresholds: Thresholds
    archive: LanguageModel | None = None
    share: float = 0.0
    made_by: dict[str, Any] = field(default_factory=dict)


class BadModelFile(Told):
    """Not a model file, or one of another version."""


def save(model: ProofModel, path: Path) -> None:
    """Write the file."""
    arrays: dict[str, Array] = {
        "confusions.begins": model.confusions.begins,
        "confusions.others": model.confusions.others,
        "confusions.kinds": model.confusions.kinds,
        "forest.features": model.forest.features,
        "forest.thresholds": model.forest.thresholds,
        "forest.leaves": model.forest.leaves,
        **_language_arrays("language", model.language),
    }
    if model.archive is not None:
        arrays |= _language_arrays("archive", model.archive)
    heading = {
        "arrays": [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()],
        "start": model.forest.start,
        "share": model.share,
        "thresholds": {
            "warn": model.thresholds.warn,
            "hint": model.thresholds.hint,
            "by": model.thresholds.by,
        },
        "made_by": model.made_by,
    }
    written = json.dumps(heading, ensure_ascii=False, sort_keys=True).encode()
    with path.open("wb") as file:
        file.write(_MAGIC + len(written).to_bytes(4, "little") + written)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array).tobytes())


def load(path: Path) -> ProofModel:
    """Read a file.

    Raises:
        BadModelFile: it is none of ours.
    """
    return _parse(path.read_bytes())


@lru_cache(maxsize=1)
def delivered() -> ProofModel:
    """The model that comes with the product; the processes of a machine share its pages."""
    file = resources.files("guanhao.screening.data").joinpath(DELIVERED)
    with resources.as_file(file) as path, path.open("rb") as opened:
        return _parse(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))


def _parse(data: bytes | mmap.mmap) -> ProofModel:
    if data[: len(_MAGIC)] != _MAGIC:
        raise BadModelFile(
            Text(zh="这不是本版本的校对模型文件。", en="This is no model file of this version.")
        )
    begin = len(_MAGIC) + 4
    offset = begin + int.from_bytes(data[begin - 4 : begin], "little")
    heading = json.loads(data[begin:offset])
    arrays: dict[str, Array] = {}
    for name, kind, shape in heading["arrays"]:
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(data, dtype=kind, count=count, offset=offset).reshape(shape)
        offset += count * np.dtype(kind).itemsize
    return ProofModel(
        language=_language("language", arrays),
        confusions=Confusions(*(arrays[f"confusions.{name}"] for name in ("begins", "others", "kinds"))),
        forest=Forest(
            arrays["forest.features"], arrays["forest.thresholds"], arrays["forest.leaves"], heading["start"]
        ),
        thresholds=Thresholds(**heading["thresholds"]),
        archive=_language("archive", arrays) if "archive.unigrams" in arrays else None,
        share=heading["share"],
        made_by=heading["made_by"],
    )


def _language_arrays(prefix: str, model: LanguageModel) -> dict[str, Array]:
    arrays: dict[str, Array] = {
        f"{prefix}.unigrams": model.unigrams.astype(np.float16),
        f"{prefix}.shares": model.shares.astype(np.float16),
    }
    for number, table in enumerate(model.tables):
        arrays[f"{prefix}.prints{number}"] = table.prints
        arrays[f"{prefix}.values{number}"] = table.values
    return arrays


def _language(prefix: str, arrays: dict[str, Array]) -> LanguageModel:
    tables = [PackedTable(arrays[f"{prefix}.prints{n}"], arrays[f"{prefix}.values{n}"]) for n in range(3)]
    return LanguageModel(
        arrays[f"{prefix}.unigrams"].astype(np.float32),
        arrays[f"{prefix}.shares"].astype(np.float32),
        (tables[0], tables[1], tables[2]),
    )
