"""What the register learns from other facts: when an account last published, so that silence can be seen."""

from __future__ import annotations

from django.db.models import Q

from guanhao.ledger.models import Event
from guanhao.publishing.models import PublishJob
from guanhao.registry.models import Account


def keep_last_published(event: Event, name: str) -> None:  # noqa: ARG001 - drawing it twice changes nothing.
    """A push went out: the account is alive since then."""
    found = PublishJob.objects.filter(pk=event.subject_id).values("push__account")
    earlier = Q(last_published_at__isnull=True) | Q(last_published_at__lt=event.at)
    Account.objects.filter(earlier, pk__in=found).update(last_published_at=event.at)
