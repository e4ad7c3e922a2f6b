"""What the office asks of its accounts every day, each as one condition on the table (gpnu-1, gpnu-13, gpnu-16, xartvu-7).

Conditions, not queries, so that a filter, a mark and a line of figures over thousands of accounts are the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Count, F, Q

from guanhao.registry.models import Account, Operator
from guanhao.registry.types import IN_USE
from guanhao.rulebook.types import Rulebook, Sign, Watch

USUAL_SILENCE = timedelta(days=180)  # where no regulation says from when an account counts as dormant


class Condition(StrEnum):
    """Something the office may have to see to."""

    UNVERIFIED = "unverified"
    EXPIRED = "expired"
    OVERDUE = "overdue"
    DORMANT = "dormant"
    UNINSPECTED = "uninspected"
    CHANGED = "changed"
    UNNUMBERED = "unnumbered"
    UNANSWERED = "unanswered"  # whoever answered for it has left
    UNRUN = "unrun"  # whoever ran it from day to day has left


def conditions(rulebook: Rulebook | None, today: date, now: datetime) -> Mapping[Condition, Q]:
    """Each condition, of accounts that are filed and not gone."""
    expired = Q(verified=True, verified_until__lt=today)
    uninspected = Q(uninspected_since__isnull=False)
    late_operators = Operator.objects.serving().filter(until__lt=today).values("account")
    found = {
        Condition.UNVERIFIED: Q(verified=False),
        Condition.EXPIRED: expired,
        Condition.OVERDUE: expired | uninspected | Q(pk__in=late_operators),
        Condition.DORMANT: Q(dormant_since__isnull=False) | silent_since(rulebook, now),
        Condition.UNINSPECTED: uninspected,
        Condition.CHANGED: ~Q(filed_digest="") & ~Q(filed_digest=F("particulars_digest")),
        Condition.UNNUMBERED: Q(filing_number=""),
        Condition.UNANSWERED: Q(first_responsible__isnull=True) | Q(first_responsible__active=False),
        Condition.UNRUN: _unrun(),
    }
    return {key: Q(state__in=IN_USE) & condition for key, condition in found.items()}


def silence(rulebook: Rulebook | None) -> timedelta:
    """After how long without a publication an account counts as dormant: as the regulation's watch says."""
    watches = rulebook.of_kind(Watch) if rulebook else ()
    spans = [watch.after for watch in watches if watch.looks_for is Sign.DORMANCY and watch.after]
    return timedelta(hours=float(spans[0].rough_hours())) if spans else USUAL_SILENCE


def silent_since(rulebook: Rulebook | None, now: datetime) -> Q:
    """Nothing published for as long as counts; an account that never published counts from its registration."""
    since = now - silence(rulebook)
    return Q(last_published_at__lt=since) | Q(last_published_at__isnull=True, created_at__lt=since)


def _unrun() -> Q:
    """No daily manager who is here, and no operator in office who is."""
    serving = Operator.objects.serving().filter(person__active=True).values("account")
    return (Q(manager__isnull=True) | Q(manager__active=False)) & ~Q(pk__in=serving)


def held_by(account: Account, found: Mapping[Condition, Q]) -> list[Condition]:
    """Which conditions hold of one account, told by the database in one query, so that page and list agree."""
    told = Account.objects.filter(pk=account.pk).aggregate(
        **{key.value: Count("pk", filter=condition) for key, condition in found.items()}
    )
    return [key for key in found if told[key.value]]
