"""Training of a proofreading model on what an institution published: one step in the background, in a process of its own.

The process is the command people may run themselves (`guanhao proof train --archive`); it takes memory that the worker
gives back at once by its end. What comes out is kept under its digest and used when the lists' keeper says so.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction

from guanhao.contents.content import Content
from guanhao.contents.rescreening import archive
from guanhao.core import clock, tenancy
from guanhao.core.actors import system
from guanhao.ledger.types import Action
from guanhao.lexicon import proofs
from guanhao.lexicon.models import ProofTraining
from guanhao.lexicon.types import TrainingState
from guanhao.lexicon.versions import locked, tell
from guanhao.screening.proof import modelfile
from guanhao.screening.text import body_view
from guanhao.steps.claims import claim, finish, keeping
from guanhao.steps.types import Worker

LEAST_LINES = 1_000  # paragraphs; from less nothing would be learnt
MOST_SECONDS = 3_600
_SHORTEST = 6  # characters of a paragraph worth reading
_COMMAND = "import sys; from guanhao.screening.proof.cli import main; sys.exit(main(sys.argv[1:]))"
_TRAINER = system("trainer", "校对模型训练")


def train_one(worker: Worker) -> bool:
    """The step: do one training. Answers whether there was one."""
    with tenancy.everywhere("trainings of all institutions are one queue"):
        row = claim(ProofTraining.objects.running().select_related("institution"), worker)
        if row is None:
            return False
        with tenancy.within(row.institution), keeping(row, worker), TemporaryDirectory() as folder:
            _train(row, worker, Path(folder))
    return True


def _train(row: ProofTraining, worker: Worker, folder: Path) -> None:
    articles, lines = _read(row)
    done = {"articles": articles, "characters": sum(map(len, lines))}
    if len(lines) < LEAST_LINES:
        why = f"已发布的文字只有 {len(lines)} 段，至少要 {LEAST_LINES} 段。"
        _end(row, worker, state=TrainingState.FAILED, failure=why, **done)
        return
    text, out = folder / "archive.txt", folder / "own.model"
    text.write_text("\n".join(lines), encoding="utf-8")
    why = _run("train", "--archive", str(text), "--budget", str(row.budget), "--out", str(out))
    if why:
        _end(row, worker, state=TrainingState.FAILED, failure=why, **done)
        return
    thresholds = modelfile.load(out).thresholds
    _end(
        row,
        worker,
        state=TrainingState.DONE,
        digest=proofs.keep(out),
        warn_at=thresholds.warn,
        hint_at=thresholds.hint,
        **done,
    )


def _read(row: ProofTraining) -> tuple[int, list[str]]:
    """How many revisions went out, and their paragraphs, each once."""
    lines: dict[str, None] = {}
    count = 0
    for content in archive(row.institution).values_list("content", flat=True).iterator(chunk_size=200):
        count += 1
        for line in body_view(Content.stored(content).body).text.split("\n"):
            if len(line.strip()) >= _SHORTEST:
                lines[line.strip()] = None
    return count, list(lines)


def _run(*arguments: str) -> str:
    """Run the command; answers why it failed, or nothing."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program with our own arguments.
            [sys.executable, "-c", _COMMAND, *arguments],
            cwd=settings.BASE_DIR,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"超过 {MOST_SECONDS // 60} 分钟没有结束。"
    told = done.stderr.decode(errors="replace").strip().splitlines()
    return "" if done.returncode == 0 else (told[-1] if told else f"退出码 {done.returncode}")[:300]


def _end(row: ProofTraining, worker: Worker, **fields: object) -> None:
    with transaction.atomic():
        finish(row, worker, ended_at=clock.now(), **fields)
        facts = {"training": row.pk, "state": row.state, "digest": row.digest, "characters": row.characters}
        tell(_TRAINER, locked(row.institution), Action.PROOF_TRAINING_ENDED, facts, {"failure": row.failure})
