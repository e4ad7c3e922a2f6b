"""同意: whom an article shows, what of them, and how they agreed (PD2, PIPL 13(1)(1), 14, 25, 28, 31).

1. Whoever works on an article names the persons it shows, with a consent for each use: already there (on paper, by word of
   mouth), asked of the person where they use the system, or still missing. `lacking` tells the checks and the gate.
2. For somebody under fourteen the guardian agrees, on paper or by word of mouth; without that it counts as missing and
   nothing lets it pass. Constraints of the table say the same.
3. Taking a person off an article again is only for who may edit it, so that nothing in review loses whom it shows.
"""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from guanhao.contents import guards
from guanhao.contents.models import Article
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.privacy import checks
from guanhao.privacy.models import Portrayal, PublicationConsent
from guanhao.privacy.types import Agreed, ConsentHow, ConsentReach, ConsentState, SettledHow, Shown

MOST_NAME, MOST_NOTE, MOST_GUARDIAN, MOST_RELATION = 120, 500, 60, 30
MOST_OFFERED = 50
_TOLD = {
    ConsentState.MISSING: Action.CONSENT_NOTED,
    ConsentState.ASKED: Action.CONSENT_ASKED,
    ConsentState.GIVEN: Action.CONSENT_GIVEN,
}
_OPEN = (ConsentState.MISSING, ConsentState.ASKED)
_ANSWERED = Denied(Text("这项同意刚刚有变化，请刷新。", "This consent has just changed; reload."))


@transaction.atomic
def show(
    *, actor: Actor, person: Person, article: Article, shown: Shown, agreed: Agreed
) -> list[PublicationConsent]:
    """Note whom the article shows, with one consent for each use.

    Raises:
        Refused: not theirs to note, nobody named, no use, or how it was agreed is not said.
    """
    require(checks.may_note_consents(person, article))
    name, subject = _whom(shown, article)
    state = _state_of(shown.under_14, subject, agreed)
    noted = []
    for use in dict.fromkeys(shown.uses):
        consent = PublicationConsent(
            institution_id=article.institution_id,
            person=subject,
            name=name,
            use=use,
            state=state,
            reach=ConsentReach(shown.reach),
            account=article.account,
            under_14=shown.under_14,
            noted_by=person,
            noted_at=clock.now(),
            **_agreement(agreed, state),
        )
        consent.save()
        _portray(person, article, consent)
        tell(actor, _TOLD[state], consent, {"article": article.pk}, _words(consent))
        noted.append(consent)
    return noted


@transaction.atomic
def show_again(*, actor: Actor, person: Person, article: Article, consent: PublicationConsent) -> Portrayal:
    """Let an article rest on a consent that was given for the whole account.

    Raises:
        Refused: not theirs to note, or the consent is not for this account.
        WrongState: the article shows them already.
    """
    require(checks.may_note_consents(person, article))
    if consent.reach != ConsentReach.ACCOUNT or consent.account_id != article.account_id:
        raise Refused(
            Denied(Text("这项同意不适用于这个账号。", "The consent was not given for this account."))
        )
    try:
        with transaction.atomic():
            portrayal = _portray(person, article, consent)
    except IntegrityError:
        raise WrongState(Denied(Text("稿件已登记了这项同意。", "The article rests on it already."))) from None
    tell(actor, Action.CONSENT_USED, consent, {"article": article.pk})
    return portrayal


@transaction.atomic
def give(*, actor: Actor, person: Person, consent: PublicationConsent, agreed: Agreed) -> PublicationConsent:
    """Note how somebody agreed who had not yet, or agrees again.

    Raises:
        Refused: not theirs to note, or how it was agreed is not said.
        WrongState: it is given already.
    """
    consent = _locked(consent)
    require(checks.may_keep_consent(person, consent))
    if consent.state == ConsentState.GIVEN:
        raise WrongState(_ANSWERED)
    if agreed.how not in {ConsentHow.PAPER, ConsentHow.VERBAL}:
        raise Refused(Denied(Text("请选择同意的方式。", "Say how they agreed.")))
    state = _state_of(consent.under_14, None, agreed)
    _change(
        consent, state=state, withdrawn_at=None, withdrawn_by=None, reason="", **_agreement(agreed, state)
    )
    # Nothing is to be taken down any more; another withdrawal is another task.
    Portrayal.objects.live().filter(consent=consent).exclude(settled_how=SettledHow.REMOVED).update(
        task_at=None,
        due_at=None,
        overdue_at=None,
        settled_at=None,
        settled_by=None,
        settled_how="",
        settled_words="",
    )
    tell(actor, Action.CONSENT_GIVEN, consent, {}, _words(consent))
    return consent


@transaction.atomic
def answer(*, actor: Actor, person: Person, consent: PublicationConsent, yes: bool) -> PublicationConsent:
    """The person's own yes or no, where they were asked or only noted.

    Raises:
        Refused: it is somebody else's, or a guardian's to say.
        WrongState: it was answered or withdrawn.
    """
    consent = _locked(consent)
    require(checks.is_own_consent(consent, person))
    if yes and consent.under_14:
        raise Refused(Denied(Text("须由监护人同意。", "A guardian has to agree.")))
    if consent.state not in _OPEN:
        raise WrongState(_ANSWERED)
    if yes:
        _change(consent, state=ConsentState.GIVEN, how=ConsentHow.SELF, given_at=clock.now())
    else:
        _change(consent, state=ConsentState.DECLINED)
    tell(actor, Action.CONSENT_GIVEN if yes else Action.CONSENT_DECLINED, consent, {}, _words(consent))
    return consent


@transaction.atomic
def decline(*, actor: Actor, person: Person, consent: PublicationConsent) -> PublicationConsent:
    """Note that somebody who is no user, or a guardian, said no.

    Raises:
        Refused: not theirs to note.
        WrongState: it was answered or withdrawn.
    """
    consent = _locked(consent)
    require(checks.may_keep_consent(person, consent))
    if consent.state not in _OPEN:
        raise WrongState(_ANSWERED)
    _change(consent, state=ConsentState.DECLINED)
    tell(actor, Action.CONSENT_DECLINED, consent, {}, _words(consent))
    return consent


@transaction.atomic
def take_off(*, actor: Actor, person: Person, portrayal: Portrayal) -> None:
    """The article no longer shows the person; the consent stays as it is.

    Raises:
        Refused: not theirs to edit now, so the text still shows them.
        WrongState: it was taken off already.
    """
    require(guards.may_edit(person, portrayal.article))
    if not Portrayal.objects.live().filter(pk=portrayal.pk).update(removed_at=clock.now()):
        raise WrongState(_ANSWERED)
    tell(actor, Action.CONSENT_TAKEN_OFF, portrayal.consent, {"article": portrayal.article_id})


def standing_for(article: Article) -> QuerySet[PublicationConsent]:
    """Consents given for the whole account that the article does not rest on yet."""
    return _standing(article, article.account_id, clock.today())


def offered_for(article: Article) -> list[PublicationConsent]:
    """The first of them, as many as somebody would choose from."""
    return _OFFERED.all(article=article, account=article.account_id, today=clock.today())


def _standing(article: Any, account: Any, today: Any) -> QuerySet[PublicationConsent]:
    """Takes the places of the values too."""
    rows = PublicationConsent.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today),
        account=account,
        reach=ConsentReach.ACCOUNT,
        state=ConsentState.GIVEN,
    )
    used = Portrayal.objects.live().filter(article=article)
    return rows.exclude(pk__in=used.values("consent")).order_by("name", "use", "pk")


_OFFERED: Prepared[PublicationConsent] = Prepared(
    lambda: _standing(given("article"), given("account"), given("today"))[:MOST_OFFERED]
)


def tell(
    actor: Actor, action: Action, consent: PublicationConsent, facts: dict[str, Any], detail: dict[str, Any] | None = None
) -> None:  # fmt: skip
    """The one entry of a change; who it is about by name stands on its erasable side."""
    record(
        institution=consent.institution,
        actor=actor,
        action=action,
        subject=Subject("consent", str(consent.pk)),
        facts={"person": consent.person_id, "use": consent.use, "state": consent.state, **facts},
        detail=detail,
    )


def _whom(shown: Shown, article: Article) -> tuple[str, Person | None]:
    subject = None
    if shown.person is not None:
        subject = Person.objects.active().filter(pk=shown.person, institution=article.institution_id).first()
    name = subject.name if subject else shown.name.strip()[:MOST_NAME]
    if not name:
        raise Refused(Denied(Text("请写明是谁。", "Say who it is.")))
    if not shown.uses:
        raise Refused(Denied(Text("请选择发布的是什么。", "Say what of them is published.")))
    return name, subject


def _state_of(under_14: bool, subject: Person | None, agreed: Agreed) -> ConsentState:
    """What the agreement amounts to, or why it is none."""
    if not agreed.how:
        return ConsentState.MISSING
    if agreed.how == ConsentHow.SELF:
        if subject is None or subject.user_id is None:
            raise Refused(
                Denied(Text("只有本系统的用户能自己确认。", "Only users of the system can be asked here."))
            )
        if under_14:
            raise Refused(
                Denied(Text("不满十四周岁的，须由监护人同意。", "Under fourteen, a guardian has to agree."))
            )
        return ConsentState.ASKED
    if agreed.how == ConsentHow.PAPER and agreed.paper is None:
        raise Refused(Denied(Text("请上传签字的同意书。", "Upload the signed paper.")))
    if agreed.how == ConsentHow.VERBAL and not agreed.note.strip():
        raise Refused(Denied(Text("请写明何时、怎样同意的。", "Say when and how they agreed.")))
    if under_14 and not (agreed.guardian.strip() and agreed.guardian_is.strip()):
        raise Refused(
            Denied(
                Text(
                    "不满十四周岁的，须写明同意的监护人及其与本人的关系（《个人信息保护法》第三十一条）。",
                    "Under fourteen, say which guardian agreed and what they are to the child (PIPL Art. 31).",
                )
            )
        )
    return ConsentState.GIVEN


def _agreement(agreed: Agreed, state: ConsentState) -> dict[str, Any]:
    given = state == ConsentState.GIVEN
    return {
        "how": agreed.how if given else "",
        "paper_id": agreed.paper if given else None,
        "note": agreed.note.strip()[:MOST_NOTE],
        "until": agreed.until,
        "guardian": agreed.guardian.strip()[:MOST_GUARDIAN],
        "guardian_is": agreed.guardian_is.strip()[:MOST_RELATION],
        "given_at": clock.now() if given else None,
    }


def _portray(person: Person, article: Article, consent: PublicationConsent) -> Portrayal:
    portrayal = Portrayal(
        institution_id=article.institution_id,
        article=article,
        consent=consent,
        added_by=person,
        added_at=clock.now(),
    )
    portrayal.save()
    return portrayal


def _words(consent: PublicationConsent) -> dict[str, Any]:
    told = {"name": consent.name, "note": consent.note, "guardian": consent.guardian}
    return {key: value for key, value in told.items() if value} | {"how": consent.how}


def _locked(consent: PublicationConsent) -> PublicationConsent:
    rows = PublicationConsent.objects.select_for_update(of=("self",)).select_related("institution", "account")
    found: PublicationConsent = rows.get(pk=consent.pk)
    return found


def _change(consent: PublicationConsent, **values: Any) -> None:
    for name, value in values.items():
        setattr(consent, name, value)
    consent.save(update_fields=list(values))
