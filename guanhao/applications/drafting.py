"""The working copy of an application: begun, saved again and again. It is nobody's word until it is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.db.models import F

from guanhao.applications import checks, filling
from guanhao.applications.matters import Matter, may_apply
from guanhao.applications.models import Application
from guanhao.applications.recording import matter_of, remember, tell
from guanhao.applications.types import FROM_SIGHTING, Kind
from guanhao.cases.types import BarredWhy, in_both
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Verdict, WrongState, require
from guanhao.ledger.types import Action
from guanhao.people.models import Person, Unit
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.rulebook.vocabulary import Meaning


class SavedByOthers(WrongState):
    """Somebody else saved the working copy meanwhile; nothing was overwritten."""

    def __init__(self) -> None:
        super().__init__(
            Denied(
                Text(
                    zh="申请刚被别人保存过，请先看看再保存。",
                    en="Somebody else has just saved the application; look at it first.",
                )
            )
        )


def may_begin(person: Person, kind: Kind, unit: Unit, account: Account | None = None) -> Verdict:
    """Whether the person may begin such an application for the unit: by the rulebook's route, and about a live account."""
    if kind in FROM_SIGHTING:
        return Denied(Text(zh="这类办件由线索发起。", en="Such a case begins from a sighting."))
    fit = checks.fit_account(kind, account)
    if not fit:
        return fit
    book = in_force(person.institution).rulebook
    return may_apply(Matter(kind=kind, rulebook=book, unit=unit, person=person, account=account))


@transaction.atomic
def begin(
    *, actor: Actor, person: Person, kind: str, unit: Unit, account: Account | None = None
) -> Application:
    """Begin an application; what the register and the unit say already stands in it.

    Raises:
        Refused: the rulebook has no such route for the unit, or does not let the person open it.
    """
    chosen = Kind(kind)
    if account is not None:  # as it stands now, not as a page read it
        account = Account.objects.select_related("owner_unit").get(pk=account.pk)
    require(may_begin(person, chosen, unit, account))
    now = clock.now()
    application = Application(
        institution_id=person.institution_id,
        act=chosen,
        title=title_of(chosen, account.name if account else ""),
        unit=unit,
        applicant=person,
        account=account,
        created_at=now,
        changed_at=now,
    )
    application.working = filling.started(matter_of(application))
    application.save()
    remember(application, person, BarredWhy.WROTE)
    tell(actor, Action.APPLICATION_BEGUN, application)
    return application


@transaction.atomic
def save(
    *, actor: Actor, person: Person, application: Application, serial: int, typed: Mapping[str, str]
) -> Application:
    """Save what was filled in, provided nobody saved since ``serial`` was read.

    Writes an event when somebody new lays a hand on it, not at every saving: a draft is nobody's word.

    Raises:
        SavedByOthers: the serial is not the newest.
        Refused: not editable now, or not theirs.
    """
    require(checks.may_edit(person, application))
    matter = matter_of(application)
    working = filling.cleaned(typed, matter)
    filled = replace(matter, working=working)
    name = filling.stated(filled).get(Meaning.NAME, "")
    title = title_of(application.kind, application.account.name if application.account else name)
    fresh = Application.objects.filter(pk=application.pk, serial=serial, state__in=checks.EDITABLE)
    changed = fresh.update(working=working, title=title, changed_at=clock.now(), serial=F("serial") + 1)
    if changed != 1:
        raise SavedByOthers
    application.refresh_from_db()
    if person.pk != application.applicant_id and remember(application, person, BarredWhy.EDITED):
        tell(actor, Action.APPLICATION_SAVED, application)
    return application


def title_of(kind: Kind, name: str) -> str:
    """How an application is called in lists: 开通账号：招生办."""
    label = in_both(kind.label).zh  # kept as text, whatever language it is typed in
    return f"{label}：{name}"[:200] if name else label
