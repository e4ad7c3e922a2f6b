"""Proofreading models of institutions: files under the digest of what they hold, read once and sharing the delivered one.

A file that is missing or altered is never used: the delivered model reads in its place, and the log says so.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings

from guanhao.screening.proof.language import LanguageModel
from guanhao.screening.proof.modelfile import BadModelFile, ProofModel, delivered, load
from guanhao.screening.proof.tables import PackedTable

_log = logging.getLogger(__name__)
MOST_KEPT = 8  # models one process keeps, beside the delivered one
_PREFIX = "sha256:"


def keep(file: Path) -> str:
    """Keep a model file; answers the digest it goes by."""
    digest = digest_of(file)
    target = _path(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        waiting = target.with_suffix(".new")
        shutil.copyfile(file, waiting)
        waiting.replace(target)
    return digest


def drop(digest: str) -> bool:
    """Delete the file of a model that nobody uses any more; whether there was one."""
    path = _path(digest)
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def digest_of(file: Path) -> str:
    """``sha256:…`` of a file."""
    with file.open("rb") as opened:
        return _PREFIX + hashlib.file_digest(opened, "sha256").hexdigest()


@lru_cache(maxsize=MOST_KEPT)
def model_of(digest: str) -> ProofModel:
    """The model of a digest; the delivered one for none, and where the file cannot be trusted."""
    if not digest:
        return delivered()
    path = _path(digest)
    try:
        if digest_of(path) == digest:
            return _sharing(load(path))
        _log.warning("The proofreading model %s is not what was kept under its digest.", digest)
    except (OSError, BadModelFile) as fault:
        _log.warning("The proofreading model %s cannot be read: %s", digest, fault)
    return delivered()


def _sharing(model: ProofModel) -> ProofModel:
    """What a model has of the delivered one is the delivered one's; of the file only the rest is kept in memory."""
    shipped = delivered()
    if not np.array_equal(model.language.unigrams, shipped.language.unigrams):
        return model
    archive = None if model.archive is None else _copied(model.archive)
    return replace(model, language=shipped.language, confusions=shipped.confusions, archive=archive)


def _copied(model: LanguageModel) -> LanguageModel:
    first, second, third = (PackedTable(one.prints.copy(), one.values.copy()) for one in model.tables)
    return LanguageModel(model.unigrams, model.shares, (first, second, third))


def _path(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "proof" / f"{digest.removeprefix(_PREFIX)}.model"
