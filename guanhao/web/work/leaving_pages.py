"""The page of leaving the system: what it means, what stands against it, who has spoken."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404

from guanhao.core import clock
from guanhao.removal import checks
from guanhao.removal.models import Removal
from guanhao.removal.types import WAIT
from guanhao.web.forms.leaving import RemovalForm
from guanhao.web.viewer import Viewer
from guanhao.web.work.history import history_of


def open_removal() -> Removal | None:
    """The removal of the institution in scope that is asked for and not taken back."""
    rows = Removal.objects.open().select_related("institution", "asked_by", "confirmed_by", "job")
    found: Removal | None = rows.first()
    return found


def removal_or_404() -> Removal:
    """The same, which has to be there."""
    removal = open_removal()
    if removal is None:
        raise Http404
    return removal


def removal_context(viewer: Viewer, form: RemovalForm) -> dict[str, Any]:
    """What the page shows to everybody, and the acts that are this person's."""
    person, removal = viewer.person, open_removal()
    values: dict[str, Any] = {
        "form": form,
        "removal": removal,
        "may_ask": checks.may_ask(person),
        "hindrances": checks.hindrances(viewer.institution),
        "days": WAIT.days,
        "backup_days": settings.BACKUP_DAYS,
    }
    if removal is None:
        return values
    job = removal.job
    party = bool(checks.is_party(removal, person))
    there = job is not None and job.finished_at is not None and job.expires_at > clock.now()
    return values | {
        "may_confirm": checks.may_confirm_this(removal, person),
        "party": party,
        "there": there,
        "failed": job is not None and job.set_aside_at is not None,
        "again": party
        and removal.confirmed_at is not None
        and (job is None or there or job.set_aside_at is not None),
        "history": history_of(viewer, ("removal", [removal.pk])),
    }
