"""Making a job of a planned push."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction

from guanhao.contents import posting
from guanhao.contents.content import Content
from guanhao.contents.models import Push, PushItem
from guanhao.contents.types import Channel
from guanhao.core import clock, randomness
from guanhao.core.actors import Actor
from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.publishing import epoch
from guanhao.publishing.models import JobItem, PublishJob
from guanhao.publishing.moves import subject_of
from guanhao.publishing.queries import STAGE_AHEAD

GRACE = timedelta(minutes=30)  # past it a person is asked (§2.7, 4)


_UNDER_WAY = Denied(
    Text(
        zh="这一版内容在该账号上已有尚未完成或已完成的发布任务。",
        en="This revision has a job on this account already, under way or done.",
    )
)


def create_job(*, actor: Actor, push: Push) -> PublishJob:
    """Write the job of a push, in the transaction that plans it (K1, K9: contents and mark are fixed here).

    Raises:
        Refused: one of its revisions is on its way out on this account and channel already.
    """
    epoch.begin()
    places = list(push.items.filter(live=True).select_related("revision").order_by("position"))
    manifest = [place.revision.hash for place in places]
    job = PublishJob(
        institution_id=push.institution_id,
        push=push,
        account=push.account,
        channel=push.channel,
        manifest=manifest,
        manifest_hash=digest({"account": push.account_id, "channel": push.channel, "revisions": manifest}),
        mark=_mark(push.channel, places),
        **operators_address(actor, push.channel),
        created_at=clock.now(),
        **times(push),
    )
    try:
        with transaction.atomic():
            job.save()
            JobItem.objects.bulk_create([_item(job, place) for place in places])
    except IntegrityError:
        raise Refused(_UNDER_WAY) from None
    record(
        institution=push.institution,
        actor=actor,
        action=Action.JOB_PLANNED,
        subject=subject_of(job),
        facts={
            "push": push.pk,
            "channel": push.channel,
            "manifest": job.manifest_hash,
            "due_at": push.due_at.isoformat(),
        },
    )
    return job


def _mark(channel: str, places: list[PushItem]) -> str:
    """The job link's key: the one fixed with a post at its submission, else a fresh one."""
    fixed = posting.mark_in(Content.stored(places[0].revision.content)) if channel == Channel.WEIBO else ""
    return fixed or randomness.token_hex()


def operators_address(actor: Actor, channel: str) -> dict[str, str | None]:
    """Where the operator sat who plans a push: Weibo wants it with the post, and it is kept until then only (PD4)."""
    return {"operator_address": actor.address or None} if channel == Channel.WEIBO else {}


def _item(job: PublishJob, place: PushItem) -> JobItem:
    return JobItem(
        institution_id=job.institution_id,
        job=job,
        position=place.position,
        account=job.account,
        channel=job.channel,
        revision=place.revision,
    )


def times(push: Push) -> dict[str, object]:
    """The job's instants: from when it is prepared, when it is due, when it is too late."""
    return {
        "run_after": max(push.due_at - STAGE_AHEAD, clock.now()),
        "due_at": push.due_at,
        "late_after": push.due_at + GRACE,
    }
