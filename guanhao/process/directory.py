"""What follows from the public directory: reports are told to who watches for impostors; QR codes are read anew."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.directory.actions import learn_code
from guanhao.ledger.models import Event
from guanhao.notices.actions import notify
from guanhao.process import links, recipients
from guanhao.process.wording import filled
from guanhao.registry.models import Account
from guanhao.watch.models import Sighting

SIGHTING = "sighting"

_REPORTED = Text("公众举报冒名账号：{name}", "The public reports an impostor: {name}")


def tell_reported(event: Event, name: str) -> None:
    """The first report of an account is told to the technical unit, or to the office; more of the same are on its page."""
    if not event.facts.get("new"):
        return
    sighting = Sighting.objects.filter(pk=int(event.subject_id)).first()
    if sighting is None:
        return
    notify(
        event=event,
        consequence=name,
        persons=recipients.serving(event.institution, recipients.TECHNICAL_UNIT, recipients.COMPETENT_OFFICE),
        kind=SIGHTING,
        title=filled(_REPORTED, name=sighting.name),
        body=Text("请核实并认定。", "Please look into it and decide what it is."),
        link=links.sighting(sighting.pk),
    )


def read_code(event: Event, name: str) -> None:  # noqa: ARG001 - every consequence has this form.
    """An account's picture of its QR code may be another one now; what it says is read once per picture."""
    account = Account.objects.filter(pk=int(event.subject_id)).first()
    if account is not None:
        learn_code(account)
