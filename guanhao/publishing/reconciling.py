"""Looking up unsettled jobs at once, on an operator's word: read-only on the platform, outside the schedule of looks.

What a look proves is taken in like any other (`evidence.take_in`); a look that proves nothing leaves the job, its next
look and its count of looks as they were. Nothing is ever sent from here, so it may be run while publishing is held,
and after a restore it is what finds forgotten sends by their marks (K9).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from guanhao.core import http, tenancy
from guanhao.core.text import Text
from guanhao.publishing import looking
from guanhao.publishing.channels import DRIVERS, by_api, work_on
from guanhao.publishing.evidence import Seen, take_in
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState, LookVerdict
from guanhao.publishing.work import Work, note_look
from guanhao.registry.tokens import NoToken
from guanhao.steps.claims import LeaseLost, hold, release
from guanhao.steps.types import Worker

_ACCEPTED = (JobState.ACCEPTED, JobState.WAITING_CONFIRM)
_BY_HAND = Text(zh="由人工发布，无法自动核对。", en="It is published by hand and cannot be looked up.")
_BUSY = Text(zh="正由后台程序处理，未打扰。", en="A worker has it in hand; it was left alone.")
_NO_ADDRESS = Text(zh="平台地址的设置不正确。", en="The platform's address is not set rightly.")


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One job before and after the look."""

    job: int
    before: JobState
    after: JobState
    sentence: Text

    @property
    def settled(self) -> bool:
        """Whether it is known by now what became of it."""
        return self.after in {JobState.PUBLISHED, JobState.REJECTED, JobState.REMOVED, JobState.CANCELLED}


def look_now(job: PublishJob, worker: Worker) -> Reconciled:
    """Look one job up now and take in what is proven."""
    before = JobState(job.state)
    with tenancy.within(job.institution):
        try:
            sentence = _looked(job, worker)
        except LeaseLost:
            sentence = _BUSY
        after = PublishJob.objects.values_list("state", flat=True).get(pk=job.pk)
    return Reconciled(job.pk, before, JobState(after), sentence)


def _looked(job: PublishJob, worker: Worker) -> Text:
    if not by_api(job.channel):
        return _BY_HAND
    if job.state == JobState.ARMED:
        if not hold(job, worker):
            return _BUSY
        looking.recover(
            work_on(job, worker)
        )  # Its worker is gone: unknown from here on, and looked for below.
        job = PublishJob.objects.select_related("institution", "account", "push").get(pk=job.pk)
    again = job.run_after
    if not hold(job, worker):
        return _BUSY
    work = work_on(job, worker)
    try:
        seen = _seen(work)
    except (NoToken, http.NotAllowed) as trouble:
        release(job, worker, again)
        return trouble.sentence if isinstance(trouble, NoToken) else _NO_ADDRESS
    if seen.state is not None and seen.verdict is LookVerdict.FOUND:
        take_in(work, seen)
    else:
        with transaction.atomic():
            note_look(work, seen.verdict, seen.calls, seen.sentence)
            release(job, worker, again)
    return seen.sentence


def _seen(work: Work) -> Seen:
    driver = DRIVERS[work.job.channel]
    return driver.poll(work) if work.job.state in _ACCEPTED else driver.look(work)
