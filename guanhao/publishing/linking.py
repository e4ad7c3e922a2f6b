"""Addresses that the platform does not give by API, filled in by a person afterwards (a mass send's, wechat.md §6.7)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.publishing import checks
from guanhao.publishing.answering import require_address
from guanhao.publishing.models import JobItem, PublishJob
from guanhao.publishing.moves import subject_of
from guanhao.publishing.types import JobState


def lacks_links(job: PublishJob) -> bool:
    """Whether the job is out and some of its articles have no address."""
    return job.state == JobState.PUBLISHED and any(not item.url for item in job.items.all())


@transaction.atomic
def add_links(*, actor: Actor, person: Person, job: PublishJob, links: Sequence[str]) -> None:
    """Fill in addresses, in the order of the articles; one that the platform gave is never replaced.

    Raises:
        Refused: without the role, or for something that is no address.
        WrongState: nothing is missing.
    """
    require(checks.may_handle(person, job))
    if not lacks_links(job):
        raise WrongState(Denied(Text(zh="没有缺少的链接。", en="No link is missing.")))
    filled = [
        (item, link) for item, link in zip(checks.items_of(job), links, strict=False) if link and not item.url
    ]
    if not filled:
        raise Refused(Denied(Text(zh="请粘贴文章链接。", en="Paste the link of the article.")))
    for item, link in filled:
        require_address(link)
        JobItem.objects.filter(pk=item.pk, url="").update(url=link)
    record(
        institution=job.institution,
        actor=actor,
        action=Action.JOB_LINKED,
        subject=subject_of(job),
        facts={"items": [item.position for item, _link in filled]},
        detail={"links": [link for _item, link in filled]},
    )
