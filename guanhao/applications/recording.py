"""What every change of an application needs: the locked row, the move of its state, its one event, whose hands it bears."""

from __future__ import annotations

from typing import Any

from guanhao.applications.matters import Matter
from guanhao.applications.models import Application, ApplicationHand
from guanhao.applications.types import SUBJECT, ApplicationState
from guanhao.cases.types import BarredWhy
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.regulation.queries import in_force, of_version
from guanhao.rulebook.book import Rulebook


def subject_of(application: Application) -> Subject:
    """The application as the ledger and the cases name it."""
    return Subject(SUBJECT, str(application.pk), application.title)


def locked(application: Application) -> Application:
    """The application as it is now, locked until the transaction ends."""
    rows = Application.objects.select_for_update(of=("self",)).select_related(
        "institution",
        "unit",
        "applicant",
        "account__owner_unit",
        "sighting",
        "current",
        "case__rulebook",
        "article__current",
        "article__case",
    )
    return rows.get(pk=application.pk)


def rulebook_of(application: Application) -> Rulebook:
    """The version its case began under; the one in force before that."""
    if application.case is not None and application.state != ApplicationState.DRAFT:
        return of_version(application.case.rulebook)
    return in_force(application.institution).rulebook


def matter_of(application: Application, rulebook: Rulebook | None = None) -> Matter:
    """What the rulebook is asked about it, as it is filled in now."""
    book = rulebook or in_force(application.institution).rulebook
    return Matter(
        kind=application.kind,
        rulebook=book,
        unit=application.unit,
        person=application.applicant,
        account=application.account,
        article=application.article,
        working=application.working,
    )


def move(application: Application, state: ApplicationState, *also: str) -> None:
    """Put the application into a state and save it with the other fields named."""
    application.state = state
    application.changed_at = clock.now()
    application.save(update_fields=["state", "changed_at", *also])


def tell(
    actor: Actor,
    action: Action,
    application: Application,
    facts: dict[str, Any] | None = None,
    *,
    detail: dict[str, Any] | None = None,
    clause: str = "",
) -> None:
    """Record the one event of a change; every event says what is applied for, about which account, and the state."""
    record(
        institution=application.institution,
        actor=actor,
        action=action,
        subject=subject_of(application),
        facts={
            "act": application.act,
            "state": application.state,
            "account": application.account_id,
            "unit": application.unit_id,
            **(facts or {}),
        },
        detail=detail,
        clause=clause or (application.case.clause if application.case else ""),
    )


def remember(application: Application, person: Person, why: BarredWhy) -> bool:
    """Note that the person had a hand in it; answers whether that is news."""
    _row, new = ApplicationHand.objects.get_or_create(
        institution_id=application.institution_id,
        application=application,
        person=person,
        why=why,
        defaults={"at": clock.now()},
    )
    return new
