"""Reads of custody."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q, QuerySet

from guanhao.core import clock
from guanhao.core.clock import CHINA
from guanhao.people.models import Person
from guanhao.registry.models import Account, Holder, Secret
from guanhao.registry.types import GONE

if TYPE_CHECKING:
    from guanhao.custody.models import Emergency, Exposure, Reveal

DAY = timedelta(days=1)


class RevealQuerySet(models.QuerySet["Reveal"]):
    """Permissions to see a secret once."""

    def within_a_day(self, person: Person) -> RevealQuerySet:
        """What the person asked for within the last 24 hours, used or not."""
        return self.filter(person=person, asked_at__gt=clock.now() - DAY)


class EmergencyQuerySet(models.QuerySet["Emergency"]):
    """Emergencies of the institution in scope."""

    def waiting(self) -> EmergencyQuerySet:
        """Those that two others have still to agree to."""
        return self.filter(granted_at__isnull=True, ended_at__isnull=True, ask_until__gt=clock.now())

    def granted(self) -> EmergencyQuerySet:
        """Those under which a secret may be seen now."""
        return self.filter(granted_until__gt=clock.now(), ended_at__isnull=True)


class ExposureQuerySet(models.QuerySet["Exposure"]):
    """Secrets that have to be replaced."""

    def open(self) -> ExposureQuerySet:
        """Those whose replacement nobody has proven. Of a closed account nothing is owed any more."""
        return self.filter(closed_at__isnull=True).exclude(secret__account__state__in=GONE)

    def overdue(self, at: datetime) -> ExposureQuerySet:
        """Open ones whose time is over."""
        return self.open().filter(due_at__lte=at)

    def of(self, account: Account) -> ExposureQuerySet:
        """Those of one account."""
        return self.filter(secret__account=account)


def known_to(person: Person, until: date | None = None) -> QuerySet[Secret]:
    """The current secrets a person knows or could have looked at: held, ever revealed to them, or typed by them.

    ``until`` leaves out what they came to know after that day, in another capacity.
    """
    held, seen, typed = (
        Q(account__holders__person=person),
        Q(reveals__person=person, reveals__opened_at__isnull=False),
        Q(set_by=person),
    )
    if until is not None:
        after = _day_after(until)
        held &= Q(account__holders__since__lt=after)
        seen &= Q(reveals__opened_at__lt=after)
        typed &= Q(set_at__lt=after)
    rows: QuerySet[Secret] = Secret.objects.filter(held | seen | typed, retired_at__isnull=True)
    return rows.exclude(account__state__in=GONE).select_related("account__institution").distinct()


def held_by(person: Person, until: date | None = None) -> QuerySet[Holder]:
    """The slots a person has; ``until`` leaves out those given after that day."""
    rows: QuerySet[Holder] = Holder.objects.filter(person=person)
    return rows if until is None else rows.filter(since__lt=_day_after(until))


def _day_after(day: date) -> datetime:
    return datetime.combine(day + DAY, datetime.min.time(), CHINA)
