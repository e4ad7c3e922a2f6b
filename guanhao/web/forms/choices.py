"""What forms offer to choose from, always within the institution in scope (TN2)."""

from __future__ import annotations

from guanhao.core.prepared import Prepared
from guanhao.people.models import Person, Unit
from guanhao.registry.models import Account
from guanhao.registry.queries import AccountQuerySet


def offerable_accounts() -> AccountQuerySet:
    """Accounts an article may be offered to."""
    return Account.objects.active().order_by("-flagship", "name")


def offerable_names() -> list[tuple[int, str]]:
    """Key and name of each of these accounts."""
    return _OFFERABLE.all()


def seats_of(person: Person) -> list[Unit]:
    """Units in which the person holds a post today, in the order of the tree."""
    held = person.appointments.on().values("unit")
    return list(Unit.objects.open().filter(pk__in=held).prefetch_related("functions"))


def root_unit() -> Unit | None:
    """The unit that stands for the institution."""
    return Unit.objects.open().filter(parent__isnull=True).first()


_OFFERABLE: Prepared[tuple[int, str]] = Prepared(lambda: offerable_accounts().values_list("pk", "name"))
