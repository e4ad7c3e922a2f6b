"""The working copy of an application: begun, saved again and again. It is nobody's word until it is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.db import transaction
from django.db.models import F

from guanhao.applications import checks, filling
from guanhao.applications.matters import Matter, may_apply
from guanhao.applications.models import Application
from guanhao.applications.recording import matter_of, remember, subject_of, tell
from guanhao.applications.types import FROM_SIGHTING, Kind
from guanhao.cases import opening
from guanhao.cases.types import BarredWhy, in_both
from guanhao.contents.models import Article
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Verdict, WrongState, require
from guanhao.ledger.types import Action
from guanhao.people.models import Person, Unit
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import holders
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


def may_begin(
    person: Person, kind: Kind, unit: Unit, account: Account | None = None, article: Article | None = None
) -> Verdict:
    """Whether the person may begin such an application for the unit: by the rulebook's route, and about what can be asked.

    That is a live account, or an article on its way that lacks an authorisation.
    """
    if kind in FROM_SIGHTING:
        return Denied(Text(zh="这类办件由线索发起。", en="Such a case begins from a sighting."))
    fit = checks.fit_account(kind, account) and checks.fit_article(kind, article)
    if not fit:
        return fit
    book = in_force(person.institution).rulebook
    return may_apply(
        Matter(kind=kind, rulebook=book, unit=unit, person=person, account=account, article=article)
    )


def authorisation(*, actor: Actor, person: Person, article: Article) -> Application:
    """Begin to ask for the authorisation that an article lacks: in its unit's name, about its account. Errors as `begin`."""
    return begin(
        actor=actor,
        person=person,
        kind=Kind.AUTHORISE,
        unit=article.owner_unit,
        account=article.account,
        article=article,
    )


@transaction.atomic
def begin(
    *,
    actor: Actor,
    person: Person,
    kind: str,
    unit: Unit,
    account: Account | None = None,
    article: Article | None = None,
) -> Application:
    """Begin an application; what the register and the unit say already stands in it.

    Raises:
        Refused: the rulebook has no such route for the unit, does not let the person open it, or leaves nobody to decide
            a step once they have: better said before the form is filled in than after.
    """
    chosen = Kind(kind)
    if account is not None:  # as it stands now, not as a page read it
        account = Account.objects.select_related("owner_unit").get(pk=account.pk)
    require(may_begin(person, chosen, unit, account, article))
    now = clock.now()
    application = Application(
        institution_id=person.institution_id,
        act=chosen,
        title=title_of(chosen, article.title if article else account.name if account else ""),
        unit=unit,
        applicant=person,
        account=account,
        article=article,
        created_at=now,
        changed_at=now,
    )
    application.working = filling.started(matter_of(application))
    application.save()
    require(_decidable(application))
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
    title = title_of(application.kind, _named(application, filled))
    fresh = Application.objects.filter(pk=application.pk, serial=serial, state__in=checks.EDITABLE)
    changed = fresh.update(working=working, title=title, changed_at=clock.now(), serial=F("serial") + 1)
    if changed != 1:
        raise SavedByOthers
    application.refresh_from_db()
    if person.pk != application.applicant_id and remember(application, person, BarredWhy.EDITED):
        tell(actor, Action.APPLICATION_SAVED, application)
    return application


def _decidable(application: Application) -> Verdict:
    """Whether a case that this person begins can be decided by others; if not, who should begin it instead.

    Where one person alone holds the post of a step, as a single registrar does, they cannot ask for what they would
    then have to put on file themselves (AP3).
    """
    matter, person = matter_of(application), application.applicant
    trial = opening.Matter(person, subject_of(application), "", matter.facts, matter.parties, None)
    answer = opening.staffed(trial, hands=[(person, BarredWhy.WROTE)])
    if answer:
        return answer
    others = [
        matter.rulebook.roles[role].title
        for role in matter.route.opened_by
        if holders(role, matter.parties, matter.rulebook).exclude(pk=person.pk).exists()
    ]
    if not others or not opening.staffed(trial, hands=[]):
        return answer
    zh, en = "、".join(title.zh for title in others), ", ".join(title.en or title.zh for title in others)
    return Denied(
        Text(
            zh=f"{answer.reason.zh}自己提出的不能自己办，请由{zh}提出。",
            en=f"{answer.reason.en} Nobody decides what they asked for themselves; let it be begun by: {en}.",
        ),
        answer.article,
        answer.clause,
    )


def _named(application: Application, filled: Matter) -> str:
    """What the application is about: an article, an account, or the name of one to be."""
    if application.article is not None:
        return application.article.title
    return application.account.name if application.account else filling.stated(filled).get(Meaning.NAME, "")


def title_of(kind: Kind, name: str) -> str:
    """How an application is called in lists: 开通账号：招生办."""
    label = in_both(kind.label).zh  # kept as text, whatever language it is typed in
    return f"{label}：{name}"[:200] if name else label
