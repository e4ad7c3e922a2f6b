"""Finding accounts that fell silent (gpnu-16): once for each silence, as the rulebook's watch says from when it counts.

Finding is no judgement: whether an account is at rest, is woken or closed, is decided by whoever the step names. Of what
is found there is one event, and people hear of it as a consequence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import system
from guanhao.ledger.actions import record
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.people.models import Institution
from guanhao.registry.actions import subject_of
from guanhao.registry.conditions import silent_since
from guanhao.registry.lifecycle import facts_of
from guanhao.registry.models import Account
from guanhao.registry.types import IN_USE
from guanhao.regulation.queries import in_force
from guanhao.regulation.types import NoRulebook
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Watch
from guanhao.rulebook.selection import watches_for
from guanhao.rulebook.vocabulary import ClauseKind, Sign

enforces(ClauseKind.WATCH, Sign.DORMANCY)

WATCH = system("watch", "监测")


@transaction.atomic
def announce_silent(institution: Institution) -> int:
    """Record each account in use that fell silent and was not announced for this silence; how many.

    An account already noted as dormant, or being closed, is known. One that publishes again and falls silent again is
    announced again.
    """
    try:
        rulebook = in_force(institution).rulebook
    except NoRulebook:
        return 0
    now, announced = clock.now(), 0
    for account, watch in _found(rulebook, now):
        record(
            institution=institution,
            actor=WATCH,
            action=Action.ACCOUNT_FOUND_SILENT,
            subject=subject_of(account),
            facts={"since": alive(account).isoformat(), "published": account.last_published_at is not None},
            clause=watch.id,
        )
        announced += 1
    return announced


def alive(account: Account) -> datetime:
    """When the account last gave a sign of life: its last publication, else its registration."""
    return account.last_published_at or account.created_at


def watch_of(account: Account, rulebook: Rulebook) -> Watch | None:
    """The clause under which the account's silence is looked for, if there is one."""
    found = watches_for(rulebook, Sign.DORMANCY, facts_of(account))
    return next((watch for watch in found if watch.after is not None), None)


def _found(rulebook: Rulebook, now: datetime) -> Iterator[tuple[Account, Watch]]:
    silent = (
        Account.objects.filter(silent_since(rulebook, now), state__in=IN_USE, dormant_since__isnull=True)
        .select_related("owner_unit")
        .order_by("pk")
    )
    told = _announced()
    for account in silent:
        watch = watch_of(account, rulebook)
        if watch is not None and (str(account.pk), alive(account).isoformat()) not in told:
            yield account, watch


def _announced() -> set[tuple[str, str]]:
    """The silences announced so far, by account and beginning."""
    events = Event.objects.filter(action=Action.ACCOUNT_FOUND_SILENT).values_list("subject_id", "facts")
    return {(key, facts["since"]) for key, facts in events}
