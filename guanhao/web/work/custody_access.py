"""The doors to rows of custody: what may be seen is what belongs to an account the viewer runs."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from guanhao.custody.models import Emergency, Exposure
from guanhao.custody.queries import ExposureQuerySet
from guanhao.people.models import Appointment, CapabilityGrant, Person
from guanhao.people.permissions import Permission
from guanhao.registry.models import Account, Holder, Secret
from guanhao.web.access import one
from guanhao.web.viewer import Viewer
from guanhao.web.work import access

_ALL = {Permission.ACCOUNT_MANAGE, Permission.ACCOUNT_CONNECT}


def run_by(viewer: Viewer) -> QuerySet[Account]:
    """The accounts the person runs: all for the office and the technical unit, else those the person is named for."""
    rows = access.accounts(viewer)
    if viewer.standing.permissions & _ALL:
        return rows
    person = viewer.person
    return rows.filter(Q(first_responsible=person) | Q(manager=person) | Q(holders__person=person)).distinct()


def exposures(viewer: Viewer) -> ExposureQuerySet:
    """What has to be replaced in those accounts, and what was."""
    rows = Exposure.objects.filter(secret__account__in=run_by(viewer))
    return rows.select_related("secret__account__owner_unit", "person", "proof")


def emergency(viewer: Viewer, pk: int) -> Emergency:
    """One emergency of an account the person runs."""
    rows = Emergency.objects.filter(account__in=run_by(viewer)).select_related(
        "account__institution", "person"
    )
    return one(rows, pk=pk)


def holder(account: Account, slot: int) -> Holder:
    """Who has a slot."""
    found: Holder = one(Holder.objects.filter(account=account).select_related("person"), slot=slot)
    return found


def current(account: Account, kind: str) -> Secret:
    """The account's present secret of a kind."""
    rows = Secret.objects.filter(account=account, retired_at__isnull=True).select_related(
        "account__institution"
    )
    found: Secret = one(rows, kind=kind)
    return found


def possible_holders() -> QuerySet[Person]:
    """People here today with a post, none of the three administrators among them (K12)."""
    administrators = CapabilityGrant.objects.filter(ended_at__isnull=True)
    return (
        Person.objects.active()
        .filter(pk__in=Appointment.objects.on().values("person"))
        .exclude(pk__in=administrators.values("person"))
        .order_by("name", "pk")
    )
