"""Removals that are due are carried out, and everybody of the institution hears in time that it leaves (SE8)."""

from __future__ import annotations

import logging

from guanhao.core import tenancy
from guanhao.core.text import Text
from guanhao.ledger import keys
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Institution, Person
from guanhao.process import links
from guanhao.process.checkpoints import keep
from guanhao.process.wording import acting_person
from guanhao.removal import checks, destroying
from guanhao.removal.models import Removal
from guanhao.steps.types import Worker

REMOVAL = "removal"
_TITLES: dict[str, Text] = {
    Action.INSTITUTION_REMOVAL_ASKED: Text(
        "有人提出本单位退出本系统，等待确认",
        "Somebody asked for the institution to leave the system; it waits for a second person",
    ),
    Action.INSTITUTION_REMOVAL_CONFIRMED: Text(
        "本单位将退出本系统，七天后全部数据销毁",
        "The institution leaves the system; all its data is destroyed in seven days",
    ),
    Action.INSTITUTION_REMOVAL_CANCELLED: Text(
        "退出本系统的申请已取消", "The institution stays; the removal was taken back"
    ),
}

log = logging.getLogger(__name__)


def remove_institutions(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Carry out the removals whose waiting is over, and go on with those that were interrupted."""
    for removal in destroying.due():
        remove(removal)


def remove(removal: Removal) -> bool:
    """Carry one out; at its end the log gets its last signed checkpoint, which leaves the building."""
    if not destroying.carry_out(removal):
        return False
    institution = Institution.ever.get(pk=removal.institution_id)
    with tenancy.within(institution):
        try:
            keep(institution, now=True)
        except keys.NoKey as missing:
            log.error("No last checkpoint of %s: %s", institution.key, missing)  # noqa: TRY400 - no trace wanted.
    return True


def tell_removal(event: Event, name: str) -> None:
    """Asked: whoever could confirm hears it. Confirmed or taken back: everybody of the institution."""
    people = list(Person.objects.active())
    if event.action == Action.INSTITUTION_REMOVAL_ASKED:
        people = [person for person in people if checks.may_agree(person)]
    acting = acting_person(event)
    notify(
        event=event,
        consequence=name,
        persons=[person for person in people if person.pk != acting],
        kind=REMOVAL,
        title=_TITLES[event.action],
        body=Text(event.detail.data.get("detail", {}).get("reason", "")),
        link=links.REMOVAL,
    )
