"""Delivering notices: a few a step, tried again where the outcome is known to be *not sent*."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from guanhao.core import clock, tenancy
from guanhao.ledger.escaping import one_line
from guanhao.notices.channels import CHANNELS, ChannelError, Message
from guanhao.notices.models import Delivery, Notice
from guanhao.steps.claims import Batch, claim_some, finish, finish_several, hand_back, retry, set_aside
from guanhao.steps.clock import database_now
from guanhao.steps.types import Retry, Worker

PLAN = Retry(cap=10)
AT_ONCE = 20


def waiting() -> QuerySet[Delivery]:
    """Deliveries that are not done."""
    return Delivery.objects.filter(done_at__isnull=True).select_related(
        "notice__person", "notice__institution"
    )


WAITING: Batch[Delivery] = Batch(waiting, most=AT_ONCE)


def deliver_some(worker: Worker) -> bool:
    """Send the next few waiting deliveries; whether there were any.

    1. Claim them, and commit that: a worker that dies while sending leaves an attempt on the rows.
    2. Send one after the other, outside any transaction; what is not begun within half the lease is handed back.
    3. Refused for now: later. Refused for good: set aside, loudly. Sent: done, and never again; these together, when
       the last was sent, since each commit costs more than a mail.

    A worker that dies between 2 and 3 leaves an unknown outcome; the next one sends again under the same message
    ids, by which a mail server can drop the second copies. A notice twice is harmless; a notice never is not.
    """
    with tenancy.everywhere("deliveries of all institutions are one queue"):
        claimed = claim_some(WAITING, worker, PLAN)
        sent: list[Delivery] = []
        try:
            _deliver_all(claimed, worker, sent)
        finally:
            finish_several(sent, worker, done_at=database_now(), last_error="")
        return bool(claimed)


def _deliver_all(claimed: list[Delivery], worker: Worker, sent: list[Delivery]) -> None:
    begun = clock.monotonic()
    for institution, several in groupby(claimed, lambda delivery: delivery.notice.institution):
        with tenancy.within(institution):
            _deliver_each(several, worker, sent, begun)


def _deliver_each(several: Iterable[Delivery], worker: Worker, sent: list[Delivery], begun: float) -> None:
    for delivery in several:
        if clock.monotonic() - begun >= worker.lease.total_seconds() / 2:
            hand_back(delivery, worker)
        elif _is_sent(delivery, worker):
            sent.append(delivery)


def _is_sent(delivery: Delivery, worker: Worker) -> bool:
    """Send it, and see to it where that fails; whether it was sent."""
    channel = CHANNELS.get(delivery.channel)
    address = channel.address(delivery.notice.person) if channel else ""
    if channel is None or not address:
        finish(delivery, worker, done_at=database_now(), last_error="No address any more.")
        return False
    try:
        channel.send(message_of(delivery, address))
    except ChannelError as trouble:
        if trouble.permanent:
            set_aside(delivery, worker, str(trouble), last_error=str(trouble))
        else:
            retry(delivery, worker, str(trouble), plan=PLAN, last_error=str(trouble))
        return False
    return True


def message_of(delivery: Delivery, address: str) -> Message:
    """The notice in its reader's language, with the place to act and the article it rests on.

    What people wrote goes into the body only; the title is one line, so that it cannot add headers.
    """
    notice = delivery.notice
    english = notice.person.language.startswith("en")
    title = (english and notice.title_en) or notice.title_zh
    body = (english and notice.body_en) or notice.body_zh
    return Message(
        to=address,
        title=one_line(f"[{notice.institution.name}] {title}"),
        body="\n\n".join(part for part in (body or title, *_footer(notice, english=english)) if part) + "\n",
        key=f"<notice-{notice.pk}-{delivery.channel}@{urlsplit(settings.PUBLIC_URL).hostname}>",
    )


def _footer(notice: Notice, *, english: bool) -> tuple[str, str]:
    link = f"{settings.PUBLIC_URL.rstrip('/')}{notice.link}" if notice.link else ""
    basis = f"{'Basis' if english else '依据'}：{notice.article_ref}" if notice.article_ref else ""
    return link, basis
