"""Checkpoints made in time and sent out of the house: as files, and by mail to two named people (LG4).

The people are the audit administrators. Both ways matter: files in a directory that is mounted from elsewhere serve
`verify`, a mail in two people's hands serves against whoever owns every machine.
"""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage

from guanhao.core import clock, tenancy
from guanhao.ledger import checkpoints, keys, notes, outside
from guanhao.ledger.entries import origin
from guanhao.ledger.models import Checkpoint
from guanhao.notices.channels import ChannelError, sending
from guanhao.people.models import CapabilityGrant, Institution
from guanhao.people.types import Capability
from guanhao.steps.types import Worker

NAMED_PEOPLE = 2

log = logging.getLogger(__name__)


def keep_checkpoints(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Make the checkpoints that are due and send out what has not left yet, institution by institution.

    What could not be sent stays undelivered and is tried again at the next tick. Without a signing key nothing can be
    signed; that is said in the operator's log at every tick, and the rest of the house goes on.
    """
    for institution in Institution.ever.order_by("pk"):
        with tenancy.within(institution):
            try:
                keep(institution)
            except keys.NoKey as missing:
                log.error("No checkpoint of %s: %s", institution.key, missing)  # noqa: TRY400 - no trace wanted.


def keep(institution: Institution, *, now: bool = False) -> None:
    """Make a checkpoint where one is due (or one is wanted now), and send out what has not left yet.

    Raises:
        NoKey: there is no signing key.
    """
    if now or checkpoints.is_due(institution):
        checkpoints.make(institution)
    for checkpoint in checkpoints.undelivered(institution):
        channels = send_out(institution, checkpoint)
        if channels:
            checkpoints.mark_delivered(checkpoint, channels)


def directory(institution: Institution) -> Path:
    """Where the institution's checkpoints are kept outside."""
    return Path(settings.LEDGER_OUTSIDE_PATH) / institution.key


def put_copies_aside(key: str) -> bool:
    """Move away the copies of an earlier log of the same name; whether there were any.

    Only where a database was thrown away on purpose, as demonstrations are: to everybody else, copies outside that do
    not fit the log are the evidence that it was exchanged.
    """
    place = Path(settings.LEDGER_OUTSIDE_PATH) / key
    if not place.is_dir():
        return False
    place.rename(place.with_name(f"{key}.until-{clock.now():%Y%m%dT%H%M%S%f}"))
    return True


def put_newer_copies_aside(institution: Institution, size: int) -> int:
    """After a restore: move copies of a longer log out of the way; how many entries they vouch for beyond ``size``.

    They are kept: they prove what the restored log no longer has. Left in place, they would contradict every
    checkpoint that the log makes from here on.
    """
    place = directory(institution)
    newest = outside.newest_size(place)
    if newest <= size:
        return 0
    aside = place.with_name(f"{institution.key}.lost-{clock.now():%Y%m%dT%H%M%S%f}")
    aside.mkdir()
    for path in sorted(place.iterdir()):
        if path.stem.isdecimal() and int(path.stem) > size:
            path.rename(aside / path.name)
    return newest - size


def send_out(institution: Institution, checkpoint: Checkpoint) -> list[str]:
    """Write the checkpoint's files and mail it; the channels by which it left."""
    channels = []
    try:
        outside.write(directory(institution), checkpoint, verifier_key(institution))
        channels.append("file")
    except (OSError, outside.Forked):
        log.exception("The checkpoint of size %s could not be written outside.", checkpoint.size)
    if _mailed(institution, checkpoint):
        channels.append("email")
    return channels


def verifier_key(institution: Institution) -> str:
    """The public key of the institution's log, as verifiers want it."""
    return notes.verifier_key(origin(institution.key), keys.public_key())


def custodians(institution: Institution) -> list[str]:
    """The mail addresses of the named people who keep checkpoints: the audit administrators, longest in office first."""
    grants = CapabilityGrant.objects.filter(
        institution=institution, capability=Capability.AUDIT, ended_at__isnull=True, person__active=True
    ).exclude(person__email="")
    return list(grants.order_by("granted_at").values_list("person__email", flat=True)[:NAMED_PEOPLE])


def _mailed(institution: Institution, checkpoint: Checkpoint) -> bool:
    addresses = custodians(institution)
    if not addresses:
        return False
    name = f"{checkpoint.size:012d}"
    mail = EmailMessage(
        f"[{institution.name}] 台账存证点 / checkpoint {checkpoint.size}",
        "请留存本邮件及附件，核验台账时使用。\nPlease keep this mail with its attachments; they prove the ledger.\n\n"
        f"{checkpoint.note}\n{verifier_key(institution)}\n",
        to=addresses,
    )
    mail.attach(f"{name}.checkpoint", checkpoint.note, "text/plain")
    mail.attach(f"{name}.leaves", outside.leaves_text(*outside.leaves_since(checkpoint)), "text/plain")
    try:
        sending(mail)
    except ChannelError as trouble:
        log.warning("The checkpoint of size %s could not be mailed: %s", checkpoint.size, trouble)
        return False
    return True
