"""What the ledger's pages do: tell who read it, verify it, and say an event in words."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.duties.projecting import SUBJECT as DUTY
from guanhao.ledger import keys, outside
from guanhao.ledger.actions import record
from guanhao.ledger.bundle import write_bundle
from guanhao.ledger.models import Event, LogHead
from guanhao.ledger.types import Action, Subject
from guanhao.ledger.verify import Report, verify
from guanhao.rulebook.labels import label
from guanhao.rulebook.vocabulary import Task
from guanhao.web.eventwords import kind_word, who, words
from guanhao.web.viewer import Viewer, said

_NO_KEY = Text(
    zh="本系统还没有台账签名密钥，无法核验签名。请技术支持部门完成安装。",
    en="This installation has no ledger signing key, so signatures cannot be verified. The technical unit must finish installing it.",
)
QUIET_SECONDS = 600
MOST_VERIFIED_HERE = 200_000  # longer logs are verified by the command, which shows its progress
MOST_EXPORTED_HERE = 5_000  # a longer log is exported in the background
TASKS = tuple(Task)
PAGES = {
    "account": "account",
    "application": "application",
    "article": "article",
    DUTY: "duty",
    "job": "publish_job",
    "person": "person",
    "unit": "unit",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An event in words. Erased details leave keys behind."""

    actor: str
    action: str
    subject: str
    page: str
    detail: dict[str, Any]
    erased: bool


def told(event: Event) -> Told:
    """Who did what to what, from the erasable side where it still stands."""
    detail = getattr(event, "detail", None)
    data: dict[str, Any] = detail.data if detail else {}
    return Told(
        actor=who(event) or f"{event.actor_kind} {event.actor_id}",
        action=words(event.action),
        subject=data.get("subject") or _unnamed(event),
        page=_page(event),
        detail={key: value for key, value in (data.get("detail") or {}).items() if value not in ("", None)},
        erased=bool(detail and detail.erased_at),
    )


def note_reading(request: HttpRequest, viewer: Viewer, facts: dict[str, Any]) -> None:
    """Record that the ledger was read (LG1): once per person, subject and ten minutes."""
    now = int(clock.now().timestamp())
    read: dict[str, int] = request.session.get("ledger_read", {})
    what = ",".join(f"{key}={value}" for key, value in sorted(facts.items()))
    if now - read.get(what, 0) < QUIET_SECONDS:
        return
    recent = {key: at for key, at in read.items() if now - at < QUIET_SECONDS}
    request.session["ledger_read"] = recent | {what: now}
    with transaction.atomic():
        record(
            institution=viewer.institution,
            actor=viewer.actor,
            action=Action.LEDGER_READ,
            subject=Subject("ledger", viewer.institution.key),
            facts=facts,
        )


def size_of(viewer: Viewer) -> int:  # noqa: ARG001 - the scope limits it.
    """How many entries the institution's log has."""
    head = LogHead.objects.first()
    return head.size if head else 0


def verify_now(viewer: Viewer) -> Report:
    """Verify the log against itself, its checkpoints and what was kept outside; the outcome is recorded.

    Raises:
        Refused: the installation has no signing key, so nothing signed can be verified.
    """
    try:
        key = keys.public_key()
    except keys.NoKey:
        raise Refused(Denied(_NO_KEY)) from None
    witnesses = outside.read(settings.LEDGER_OUTSIDE_PATH / viewer.institution.key)
    report = verify(viewer.institution, key=key, witnesses=witnesses)
    with transaction.atomic():
        record(
            institution=viewer.institution,
            actor=viewer.actor,
            action=Action.LEDGER_VERIFIED,
            subject=Subject("ledger", viewer.institution.key),
            facts={"size": report.size, "good": report.good, "first_bad": report.first_bad},
        )
    return report


def export(viewer: Viewer) -> IO[bytes]:
    """Write the log to a bundle and record that; the file lives only as long as it is being sent.

    Raises:
        Refused: the installation has no signing key.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.zip"
        try:
            manifest = write_bundle(viewer.institution, path)
        except keys.NoKey:
            raise Refused(Denied(_NO_KEY)) from None
        with transaction.atomic():
            record(
                institution=viewer.institution,
                actor=viewer.actor,
                action=Action.LEDGER_EXPORTED,
                subject=Subject("ledger", viewer.institution.key),
                facts={"entries": manifest["entries"], "size": manifest["size"], "details": False},
            )
        return path.open("rb")  # the open file outlives its name


def _unnamed(event: Event) -> str:
    """What an event is about where it was given no name, or the name was erased: its kind and key; a duty by its task."""
    kind = kind_word(event.subject_kind)
    task = event.facts.get("task")
    if event.subject_kind == DUTY and task in TASKS:
        return f"{kind} · {said(label(Task(task)))}"
    return f"{kind} {event.subject_id}"


def _page(event: Event) -> str:
    name = PAGES.get(event.subject_kind)
    if name is None:
        return ""
    try:
        return reverse(name, args=[event.subject_id])
    except NoReverseMatch:
        return ""
