"""Where an export lies: outside the uploads, so that no backup carries it; names of ours only (CF5)."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from guanhao.exports.models import ExportJob
from guanhao.exports.types import SUFFIX, ExportKind


def path_of(job: ExportJob) -> Path:
    """The finished file."""
    return Path(settings.EXPORT_ROOT) / str(job.institution_id) / f"{job.pk}{SUFFIX[ExportKind(job.kind)]}"
