"""The retention job (LG8), and who hears that the period is to change."""

from __future__ import annotations

from guanhao.core import tenancy
from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Institution, Person
from guanhao.process import links
from guanhao.process.wording import acting_person
from guanhao.removal.checks import may_agree
from guanhao.retention.actions import remove_outlived
from guanhao.retention.checks import may_ask
from guanhao.steps.types import Worker

RETENTION = "retention"
_TITLES: dict[str, Text] = {
    Action.RETENTION_ASKED: Text("更改台账留存期限，等待同意", "Another retention period for the ledger waits for agreement"),
    Action.RETENTION_AGREED: Text("台账留存期限已更改", "The ledger has another retention period"),
}  # fmt: skip


def keep_retention(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Remove entries older than each institution's period, those of institutions that have left included."""
    for institution in Institution.ever.order_by("pk"):
        with tenancy.within(institution):
            remove_outlived(institution)


def tell_period(event: Event, name: str) -> None:
    """Asked: whoever could agree hears it. Agreed: the administrators and the head of the office."""
    people = [one for one in Person.objects.active() if may_agree(one) or may_ask(one)]
    if event.action == Action.RETENTION_ASKED:
        people = [one for one in people if may_agree(one)]
    acting = acting_person(event)
    notify(
        event=event,
        consequence=name,
        persons=[one for one in people if one.pk != acting],
        kind=RETENTION,
        title=_TITLES[event.action],
        body=Text(event.detail.data.get("detail", {}).get("reason", "")),
        link=links.RETENTION,
    )
