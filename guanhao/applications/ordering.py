"""An order to close an account begins its own case, on the closing road with all its steps.

Whoever ordered it did so by the regulation and not in their own matter: nobody is its author, so the steps that an author may
not decide stay staffed where the registrar and who gave the order are the only ones there are.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from guanhao.applications import filling
from guanhao.applications.drafting import title_of
from guanhao.applications.models import Application
from guanhao.applications.recording import matter_of, tell
from guanhao.applications.reviewing import hand_in
from guanhao.applications.types import Kind
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.rulebook.vocabulary import Meaning


@transaction.atomic
def order_closure(
    *, actor: Actor, person: Person, account: Account, reason: str, by: date | None
) -> Application:
    """Open the case that closes the account by a day; one that is on its way already is the same case.

    Raises:
        Refused: the rulebook has no road for closing it, or nobody can decide one of its steps.
    """
    there = Application.objects.in_review().filter(account=account, act=Kind.CLOSE_ACCOUNT).first()
    if there is not None:
        return there
    now, book = clock.now(), in_force(account.institution).rulebook
    application = Application(
        institution_id=account.institution_id,
        act=Kind.CLOSE_ACCOUNT,
        title=title_of(Kind.CLOSE_ACCOUNT, account.name),
        unit=account.owner_unit,
        applicant=person,
        account=account,
        created_at=now,
        changed_at=now,
    )
    matter = matter_of(application, book)
    stated = {
        Meaning.CLOSES_ON: by.isoformat() if by else "",
        Meaning.REASON: reason[: filling.LONGEST],
    }
    application.working = filling.started(matter) | {
        filling.key_of(matter, means): value for means, value in stated.items() if value
    }
    application.save()
    tell(actor, Action.APPLICATION_BEGUN, application, {"ordered": True})
    hand_in(actor, person, application, matter_of(application, book), [], ordered=True)
    return application
