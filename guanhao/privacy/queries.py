"""Reads of the privacy package."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models

from guanhao.people.models import Person

if TYPE_CHECKING:
    from guanhao.privacy.models import (
        Disclosure,
        Incident,
        PersonRequest,
        Portrayal,
        PrivacyNotice,
        PublicationConsent,
        Report,
    )


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Incidents of the institution in scope."""

    def open(self) -> IncidentQuerySet:
        """Those that are not closed."""
        return self.filter(closed_at__isnull=True)

    def outlived(self, now: datetime) -> IncidentQuerySet:
        """Those whose time of keeping is over."""
        return self.filter(keep_until__lte=now)


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports of incidents of the institution in scope."""

    def owed(self) -> ReportQuerySet:
        """Neither made nor found not to be needed."""
        return self.filter(settled_at__isnull=True)

    def to_remind_of(self, now: datetime) -> ReportQuerySet:
        """Owed, soon due, and not called to mind yet."""
        return self.owed().filter(remind_at__lte=now, due_at__gt=now, reminded_at__isnull=True)

    def newly_overdue(self, now: datetime) -> ReportQuerySet:
        """Owed, past due, and not told yet."""
        return self.owed().filter(due_at__lte=now, overdue_at__isnull=True)


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """What authorities asked the institution in scope for."""

    def waiting(self) -> DisclosureQuerySet:
        """Those that nobody decided."""
        return self.filter(decided_at__isnull=True)

    def undelivered(self) -> DisclosureQuerySet:
        """Approved, and not handed over yet."""
        return self.filter(approved=True, delivered_at__isnull=True)


class RequestQuerySet(models.QuerySet["PersonRequest"]):
    """What persons of the institution in scope ask about their own data."""

    def open(self) -> RequestQuerySet:
        """Not answered, not withdrawn."""
        return self.filter(state="open")

    def to_remind_of(self, now: datetime, ahead: timedelta) -> RequestQuerySet:
        """Open, soon due, not called to mind yet."""
        return self.open().filter(due_at__gt=now, due_at__lte=now + ahead, reminded_at__isnull=True)

    def newly_overdue(self, now: datetime) -> RequestQuerySet:
        """Open, past due, not told yet."""
        return self.open().filter(due_at__lte=now, overdue_at__isnull=True)


class PrivacyNoticeQuerySet(models.QuerySet["PrivacyNotice"]):
    """Versions of the notice of the institution in scope."""

    def in_force(self) -> PrivacyNoticeQuerySet:
        """The one that holds; none before the first is published."""
        return self.filter(superseded_at__isnull=True)


class ConsentQuerySet(models.QuerySet["PublicationConsent"]):
    """What persons of the institution in scope agreed to have published."""

    def of(self, person: Person) -> ConsentQuerySet:
        """Those of one who is a user, the newest first."""
        return self.filter(person=person).order_by("-pk")

    def to_act_on(self) -> ConsentQuerySet:
        """Withdrawn ones with something published that nobody has settled."""
        return self.filter(portrayals__in=_portrayals().tasks()).distinct()


class PortrayalQuerySet(models.QuerySet["Portrayal"]):
    """Which articles of the institution in scope show whom."""

    def live(self) -> PortrayalQuerySet:
        """Those that were not taken off their article."""
        return self.filter(removed_at__isnull=True)

    def tasks(self) -> PortrayalQuerySet:
        """Published, withdrawn since, and not settled."""
        return self.filter(task_at__isnull=False, settled_at__isnull=True)

    def newly_overdue(self, now: datetime) -> PortrayalQuerySet:
        """Tasks past due, and not told yet."""
        return self.tasks().filter(due_at__lte=now, overdue_at__isnull=True)


def _portrayals() -> PortrayalQuerySet:
    found: PortrayalQuerySet = apps.get_model("privacy", "Portrayal").objects.all()
    return found
