"""What is filed of an account, as one value: to tell by two digests whether anything changed since, and then what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guanhao.core.canonical import digest
from guanhao.people.models import Person
from guanhao.registry.models import Account, Filing
from guanhao.registry.types import Tenure
from guanhao.screening.namekeys import fold

# Columns that are part of a filing. Verification, state and inspection are facts of others, not particulars to be filed.
FILED = (
    "name", "kind", "handle", "address", "owner_unit_id", "flagship", "first_responsible_id", "supervising_leader_id",
    "manager_id", "bound_administrator_id", "purpose", "audience", "qr", "avatar",
)  # fmt: skip


def snapshot(account: Account) -> dict[str, Any]:
    """The particulars as they stand, persons and units by their keys."""
    found = {name: getattr(account, name) for name in FILED}
    serving = account.operators.serving().order_by("person_id") if account.pk else ()
    found["operators"] = [[one.person_id, str(one.tenure)] for one in serving]
    return found


def stamp(account: Account) -> None:
    """Set what is worked out of the particulars: the folded name and the digest. To be saved with them."""
    account.name_key = fold(account.name)[:120]
    account.particulars_digest = digest(snapshot(account))


def stamp_new(account: Account, operators: Iterable[Person]) -> dict[str, Any]:
    """As `stamp`, for an account that has no row yet and begins with these operators; answers the snapshot."""
    told = snapshot(account)
    told["operators"] = [[key, str(Tenure.LONG)] for key in sorted(person.pk for person in operators)]
    account.name_key = fold(account.name)[:120]
    account.particulars_digest = digest(told)
    return told


def newest_filing(account: Account) -> Filing | None:
    """The last filing; nothing where the account was never filed."""
    found: Filing | None = Filing.objects.filter(account=account).order_by("-filed_at", "-pk").first()
    return found


def changed_since(account: Account, filing: Filing) -> list[str]:
    """Which particulars are different now from what was filed, in the order of the form."""
    now = snapshot(account)
    return [name for name in now if now[name] != filing.particulars.get(name)]
