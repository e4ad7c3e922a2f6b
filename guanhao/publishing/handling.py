"""One claimed job through one act, whatever comes of it: the one place where a step's `Put` and `NoToken` end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from guanhao.core import http
from guanhao.core.text import Text
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.publishing.channels import work_on
from guanhao.publishing.models import PublishJob
from guanhao.publishing.moves import PUBLISHER, caused_by
from guanhao.publishing.work import REST, Put, Work, close, not_beyond_due
from guanhao.registry.tokens import NoToken
from guanhao.steps.claims import release
from guanhao.steps.clock import database_now
from guanhao.steps.types import Retry, Worker

log = logging.getLogger(__name__)

# A job is never dropped for having been tried often: the clock ends it (`miss`), and then a person is asked.
PATIENT = Retry(cap=1_000_000)
LASTING = timedelta(minutes=2)

_WRONG_ADDRESS = Text(zh="平台地址的设置不正确。", en="The platform's address is not configured correctly.")


def handle(job: PublishJob, worker: Worker, act: Callable[[Work], None]) -> None:
    """Do something with a job that the worker holds, in its institution's scope."""
    work = work_on(job, worker)
    try:
        act(work)
    except Put as put:
        close(work, put)
    except NoToken as trouble:
        _without_token(job, worker, trouble)
    except http.NotAllowed as refused:
        log.error("The configured platform address cannot be used: %s", refused)  # noqa: TRY400 - no trace wanted.
        release(job, worker, database_now() + LASTING, **caused_by(_WRONG_ADDRESS))


def _without_token(job: PublishJob, worker: Worker, trouble: NoToken) -> None:
    """The job waits; a refusal that only a person can mend is told once, not at every try (SE7)."""
    again = not_beyond_due(job, database_now() + (LASTING if trouble.lasting else REST))
    news = trouble.lasting and job.cause != trouble.sentence.zh
    with transaction.atomic():
        release(job, worker, again, **caused_by(trouble.sentence), cause_code=str(trouble.code or ""))
        if news:
            record(
                institution=job.institution,
                actor=PUBLISHER,
                action=Action.ACCOUNT_CONNECTION_FAILED,
                subject=Subject("account", str(job.account_id), job.account.name),
                facts={"errcode": trouble.code, "job": job.pk},
                detail={"reason": trouble.sentence.zh},
            )
