"""A platform told that a task ended: never believed, only a reason to look soon (K2, wechat.md 5.3)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from guanhao.publishing.looking import LOOKS
from guanhao.publishing.models import JobItem, PublishJob
from guanhao.publishing.types import JobState
from guanhao.registry.models import Account
from guanhao.steps.clock import database_now

_OPEN = Q(state__in=[JobState.ACCEPTED, JobState.WAITING_CONFIRM, JobState.UNKNOWN])
_PUBLISHED = Q(state=JobState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Hinted:
    """What came of a hint: how many jobs carry the task's number, and whether one of them is in a worker's hands."""

    jobs: int
    held: bool


def look_soon(account: Account, reference: str, *, removed: bool = False) -> Hinted:
    """Let the jobs of a task (publish_id or msg_id) be looked at now instead of when their turn comes.

    A job in a worker's hands is left alone: that worker writes when to look next. Where ``removed``, the platform says
    a publication is gone, and published jobs are looked at too; so are mass sends, whose addresses only the event brings.
    """
    lacking = Q(Exists(JobItem.objects.filter(job=OuterRef("pk"), url="")), remote__msg_id=reference)
    wanted = _OPEN | (_PUBLISHED if removed else _PUBLISHED & lacking)
    named = PublishJob.objects.filter(
        Q(remote__publish_id=reference) | Q(remote__msg_id=reference), account=account
    )
    now = database_now()
    named.filter(_unheld(), wanted, run_after__gt=now).update(run_after=now)
    held = named.filter(wanted).exclude(_unheld()).exists()
    return Hinted(named.count(), held)


def look_for_nameless(account: Account) -> int:
    """Let jobs without a usable answer be looked at now: one may be the task of an unknown number. How many there are.

    The last look before a person is asked is never brought forward: the quiet time is theirs (§2.7).
    """
    now = database_now()
    nameless = PublishJob.objects.filter(
        _unheld(),
        account=account,
        state=JobState.UNKNOWN,
        remote__publish_id__isnull=True,
        remote__msg_id__isnull=True,
        looks_done__lt=len(LOOKS) - 1,
        run_after__gt=now,
    )
    return nameless.update(run_after=now)


def _unheld() -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lte=database_now())
