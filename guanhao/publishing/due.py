"""Which jobs each step of the publisher claims."""

from __future__ import annotations

from guanhao.publishing.models import PublishJob
from guanhao.publishing.queries import JobQuerySet
from guanhao.steps.claims import Due

MOST_TOGETHER = 8  # jobs that are armed in one transaction


def _jobs() -> JobQuerySet:
    return PublishJob.objects.select_related("institution", "account", "push")


TO_SEND: Due[PublishJob] = Due(lambda now: _jobs().to_send(now))
TO_SEND_TOGETHER: Due[PublishJob] = Due(
    lambda now: _jobs().to_send(now).of_idle_accounts(), most=MOST_TOGETHER
)
TO_REPEAT: Due[PublishJob] = Due(lambda _: _jobs().to_repeat())
TO_MAKE_READY: Due[PublishJob] = Due(lambda now: _jobs().to_make_ready(now))
TO_STAGE: Due[PublishJob] = Due(lambda _: _jobs().to_stage())
ARMED: Due[PublishJob] = Due(lambda _: _jobs().armed())
UNKNOWN: Due[PublishJob] = Due(lambda _: _jobs().unknown())
ACCEPTED: Due[PublishJob] = Due(lambda _: _jobs().accepted())
PUBLISHED: Due[PublishJob] = Due(lambda _: _jobs().published())
