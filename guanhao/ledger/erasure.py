"""Erasing the personal side of entries (PD3, K6): words and salt go, the leaf and every proof stay.

Without its salt the commitment in the leaf tells nothing, not even whether a guess is right.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.ledger.actions import record
from guanhao.ledger.appending import Owner
from guanhao.ledger.models import EventDetail
from guanhao.ledger.types import Action, Subject


@transaction.atomic
def erase_details(
    *, institution: Owner, actor: Actor, subject: Subject, indexes: Collection[int], ground: str
) -> int:
    """Erase the details of the entries at the indexes; how many were erased now.

    ``subject`` is whom or what the request is about, ``ground`` the key of the ground it rests on. The erasure is
    itself an entry that names the indexes; `verify` finds details that were emptied without one.
    """
    details = EventDetail.objects.select_for_update().filter(
        institution_id=institution.pk, event__index__in=indexes, erased_at__isnull=True
    )
    erased = sorted(details.values_list("event__index", flat=True))
    if not erased:
        return 0
    # The query is asked again by key: PostgreSQL does not update through a join.
    keys = list(details.values_list("pk", flat=True))
    EventDetail.objects.filter(pk__in=keys).update(data={}, salt=b"", erased_at=clock.now())
    record(
        institution=institution,
        actor=actor,
        action=Action.LEDGER_DETAIL_ERASED,
        subject=subject,
        facts={"indexes": erased, "ground": ground},
    )
    return len(erased)
