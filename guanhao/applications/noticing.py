"""From a sighting to its case: what a person decided about a name seen on a platform opens the route the watch names.

The rulebook's watches say which route a sign opens (gpnu-5, xartvu-2, xartvu-14); a rulebook without one opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.db import transaction

from guanhao.applications.drafting import title_of
from guanhao.applications.models import Application
from guanhao.applications.recording import matter_of, tell
from guanhao.applications.reviewing import hand_in
from guanhao.applications.types import FROM_SIGHTING, Kind
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.ledger.types import Action
from guanhao.people.models import Person, Unit
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import function_units
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.selection import watches_for
from guanhao.rulebook.types import ClauseKind, Facts
from guanhao.rulebook.vocabulary import KnownFunction, Sign
from guanhao.watch.models import Sighting
from guanhao.watch.types import SightingState

SIGNS: Mapping[str, tuple[Sign, ...]] = MappingProxyType(
    {
        SightingState.TO_GOVERN: (Sign.UNREGISTERED_ACCOUNT, Sign.NAME_MATCH),
        SightingState.IMPOSTOR: (Sign.IMPOSTOR,),
    }
)
for _sign in (Sign.UNREGISTERED_ACCOUNT, Sign.NAME_MATCH, Sign.IMPOSTOR):
    enforces(ClauseKind.WATCH, _sign)


def kind_for(rulebook: Rulebook, sighting: Sighting) -> Kind | None:
    """Which case a decided sighting opens by the rulebook; nothing where it opens none."""
    facts = Facts(platform=sighting.platform)
    for sign in SIGNS.get(sighting.state, ()):
        for watch in watches_for(rulebook, sign, facts):
            if watch.opens is not None and watch.opens.value in {kind.value for kind in FROM_SIGHTING}:
                return Kind(watch.opens.value)
    return None


@transaction.atomic
def notice(*, actor: Actor, person: Person, sighting: Sighting) -> Application | None:
    """Open the case of a decided sighting, once; answers nothing where there is none to open or it is there already.

    ``person`` is who decided what it is. It is not their matter: they may well be who has to verify it.

    Raises:
        Refused: nobody can decide a step of the route.
    """
    book = in_force(sighting.institution).rulebook
    kind = kind_for(book, sighting)
    if kind is None or Application.objects.filter(sighting=sighting, act=kind).exists():
        return None
    now = clock.now()
    application = Application(
        institution_id=sighting.institution_id,
        act=kind,
        title=title_of(kind, sighting.name),
        unit=_competent(book),
        applicant=person,
        sighting=sighting,
        working=_seen(sighting),
        created_at=now,
        changed_at=now,
    )
    application.save()
    tell(actor, Action.APPLICATION_BEGUN, application)
    hand_in(actor, person, application, matter_of(application, book), [])
    return application


def _seen(sighting: Sighting) -> dict[str, str]:
    """What is known of it, kept as it was seen."""
    told = {
        "name": sighting.name,
        "platform": sighting.platform,
        "handle": sighting.handle,
        "address": sighting.address,
        "note": sighting.note,
    }
    return {key: value for key, value in told.items() if value}


def _competent(book: Rulebook) -> Unit:
    """The unit whose matter it is: the competent office."""
    return function_units(KnownFunction.COMPETENT_OFFICE, book)[0]
