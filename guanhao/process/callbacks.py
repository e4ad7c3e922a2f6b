"""What follows from a message a platform pushed. It changes nothing by itself: it makes us look, or forget (NT3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from guanhao.core import tenancy
from guanhao.inbound.actions import forget_user
from guanhao.inbound.models import InboxItem
from guanhao.inbound.types import InboxKind
from guanhao.publishing.hints import look_for_nameless, look_soon
from guanhao.registry import connections
from guanhao.steps.claims import claim, finish, release, retry
from guanhao.steps.clock import database_now
from guanhao.steps.types import Worker

# The event may overtake the answer to the call that caused it: it is kept until that answer is stored (wechat.md 5.3).
EARLY = timedelta(hours=1)
AGAIN_SOON = timedelta(seconds=5)
AGAIN_LATER = timedelta(minutes=1)
_REMOVED = {"5", "6"}  # publish_status: deleted by the account, banned by the platform

Handler = Callable[[InboxItem, Worker], None]


def handle_one(worker: Worker) -> bool:
    """Work off one message."""
    with tenancy.everywhere("what platforms pushed to all institutions' accounts is one queue"):
        item = claim(InboxItem.objects.select_related("institution", "account").waiting(), worker)
        if item is None:
            return False
        with tenancy.within(item.institution):
            HANDLERS.get(InboxKind(item.kind), _keep)(item, worker)
    return True


def _job_finished(item: InboxItem, worker: Worker) -> None:
    removed = item.facts.get("publish_status") in _REMOVED
    hinted = look_soon(item.account, item.reference, removed=removed)
    now = database_now()
    if hinted.held:
        release(item, worker, now + AGAIN_SOON)
    elif hinted.jobs or now - item.received_at > EARLY:
        # None in all that time: somebody published on the platform's console.
        finish(item, worker, handled_at=now, jobs_found=hinted.jobs)
    else:
        if item.jobs_found is None:
            look_for_nameless(item.account)
        young = now - item.received_at < AGAIN_LATER
        release(item, worker, now + (AGAIN_SOON if young else AGAIN_LATER), jobs_found=0)


def _consent_revoked(item: InboxItem, worker: Worker) -> None:
    forget_user(item)
    finish(item, worker, handled_at=database_now())


def _cancelled(item: InboxItem, worker: Worker) -> None:
    """Ask the platform about the token, and believe that alone; where it does not answer, ask again later."""
    lives = connections.recheck(item.account)
    if lives is None and connections.expires_at(item.account) is not None:
        retry(item, worker, "Weibo does not say whether the token lives.")
    else:
        finish(item, worker, handled_at=database_now())


def _keep(item: InboxItem, worker: Worker) -> None:
    finish(item, worker, handled_at=database_now())


HANDLERS: dict[InboxKind, Handler] = {
    InboxKind.PUBLISH_FINISHED: _job_finished,
    InboxKind.MASS_FINISHED: _job_finished,
    InboxKind.CONSENT_REVOKED: _consent_revoked,
    InboxKind.WEIBO_CANCEL: _cancelled,
}
