"""Telling people: into the inbox at once, out of the house by whatever channel reaches them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction

from guanhao.core import clock, rows
from guanhao.core.memo import settled
from guanhao.core.prepared import Prepared, given
from guanhao.core.tenancy import require_own
from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.notices.channels import CHANNELS
from guanhao.notices.models import Delivery, Notice
from guanhao.people.models import Person
from guanhao.steps.claims import take_up_again
from guanhao.steps.clock import database_now

TITLE_ZH, TITLE_EN = 200, 300

_ASKED: Prepared[Notice] = Prepared(
    lambda: (
        Notice.objects.filter(
            institution_id=given("of"),
            kind=given("kind"),
            link__in=given("links", many=True),
            read_at__isnull=True,
        )
        .order_by("pk")
        .only("pk")
    )
)


@transaction.atomic(savepoint=False)
def notify(
    *,
    event: Event,
    consequence: str,
    persons: Iterable[Person],
    kind: str,
    title: Text,
    body: Text | None = None,
    link: str = "",
    article_ref: str = "",
    departed: bool = False,
) -> list[Notice]:
    """Tell each person once of one consequence of one event; who was told already is not told again.

    ``kind`` groups notices for filters (``decide``, ``outcome``, ``publish`` …), ``link`` is where to act, and
    ``article_ref`` the article of the regulation it rests on (``ruian-16``). A notice follows from its event and
    states nothing of its own, so the ledger does not record it again. ``departed`` tells people who have left as well:
    what ends with their leaving reaches them by mail. Answers the notices that are new.
    """
    body = body or Text("")
    people = {person.pk: person for person in persons if person.active or departed}
    notices = [
        Notice(
            institution_id=event.institution_id,
            person=people[key],
            event_index=event.index,
            consequence=consequence,
            kind=kind,
            title_zh=title.zh[:TITLE_ZH],
            title_en=title.en[:TITLE_EN],
            body_zh=body.zh,
            body_en=body.en,
            link=link,
            article_ref=article_ref,
            at=clock.now(),
        )
        for key in sorted(people)
    ]
    for notice in notices:
        require_own(notice)
    new = rows.insert_unless_there(notices, by="person_id")
    _send_out(new)
    return new


def settle(*, event: Event, kind: str, links: Collection[str]) -> int:
    """Mark as read what asked for something that is done by now; how many notices.

    Whoever was asked together with the one who did it is asked no longer, and the count beside the bell says only what
    is still to be seen to. Notices of outcomes are of other kinds and stay unread until somebody reads them.
    """
    asked = _ASKED.all(of=event.institution_id, kind=kind, links=links)
    return rows.change_all(asked, {"read_at": clock.now()})


def _send_out(notices: Sequence[Notice]) -> None:
    if not notices:
        return
    now = settled("the database's clock", database_now)  # Due at once, be it a moment earlier within one act.
    rows.insert_many(
        [
            Delivery(institution_id=notice.institution_id, notice=notice, channel=name, run_after=now)
            for notice in notices
            for name, channel in CHANNELS.items()
            if channel.address(notice.person)
        ]
    )


def try_again(delivery: Delivery) -> bool:
    """Put a delivery that was set aside back into the queue; whether it was set aside."""
    return take_up_again(delivery)
