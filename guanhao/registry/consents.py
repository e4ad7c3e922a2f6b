"""Connecting an account on the platform's page of consent (OAuth, weibo.md §2): begun here, ended by a browser coming back.

1. `begin` writes the request and answers where the browser goes. The state is random, used once, good for ten minutes,
   and bound to the person and the session that began it; only its digest is kept.
2. `come_back` takes the state, exchanges the code, and asks the platform whose token it is.
3. A uid that is the account's registered one is adopted at once; any other waits until the person confirms it
   (`confirm`), since on a page of consent a wrong account is one click away.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from guanhao.core import randomness
from guanhao.core.actors import Actor
from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.people.models import Person
from guanhao.platforms.weibo import calls
from guanhao.platforms.weibo.budget import Purpose
from guanhao.platforms.weibo.client import Weibo
from guanhao.platforms.weibo.errors import meaning_of
from guanhao.platforms.weibo.reading import Grant, grant, profile
from guanhao.registry import budget, checks, connections, vault
from guanhao.registry.applications import WEIBO, app_of, credentials_of, weibo
from guanhao.registry.models import Account, Connection, Consent, PlatformApp
from guanhao.steps.clock import database_now

GOOD_FOR = timedelta(minutes=10)
MOST_NAME = 100
_STALE = Denied(
    Text(
        zh="这次授权请求无效、已用过或已过期，请从账号页重新开始。",
        en="This request for consent is not valid, used, or too old; begin again on the account's page.",
    )
)


def begin(*, actor: Actor, person: Person, account: Account, session: str) -> str:
    """Write a request for consent; answers the address the browser goes to. ``session`` is the session's key.

    Raises:
        Refused: without the permission and no holder, on another platform, or before the app is registered.
    """
    require(checks.may_connect(actor, account))
    app = _app(account)
    state, now = randomness.token_hex(32), database_now()
    Consent(
        institution_id=account.institution_id,
        account=account,
        person=person,
        state_digest=digest(state),
        session_digest=digest(session),
        begun_at=now,
        until=now + GOOD_FOR,
    ).save()
    return weibo().authorisation_address(credentials_of(app), state)


def come_back(
    *, actor: Actor, person: Person, session: str, state: str, code: str, error: int | None = None
) -> Consent:
    """Take what the browser brought back. A settled consent was adopted; one with a ``sealed`` token asks to be confirmed.

    Makes calls, so it must not run inside a transaction.

    Raises:
        Refused: the state is not this person's and session's, was used, or is too old; consent was refused; or the
            platform gives no token for the code.
    """
    consent = _taken(person, session, state)
    account = consent.account
    require(checks.may_connect(actor, account))
    if not code:
        raise Refused(Denied(meaning_of(error)))
    client = weibo()
    budget.note(account, calls.ACCESS_TOKEN, Purpose.VERIFY)
    answer = client.access_token(credentials_of(_app(account)), code)
    given = grant(answer.data)
    if not answer.done or not given.uid or given.seconds <= 0:
        raise connections.refusal(answer)
    name = _name_of(client, account, given)
    if given.uid == account.handle:
        connections.adopt(actor=actor, person=person, account=account, grant=given)
        return consent
    return _asking(consent, given, name)


def _taken(person: Person, session: str, state: str) -> Consent:
    """The request this state belongs to, used up by finding it."""
    now = database_now()
    open_ = Consent.objects.filter(
        state_digest=digest(state),
        session_digest=digest(session),
        person=person,
        used_at__isnull=True,
        until__gt=now,
    )
    if open_.update(used_at=now) != 1:
        raise Refused(_STALE)
    taken: Consent = Consent.objects.select_related("account__institution").get(state_digest=digest(state))
    return taken


def _name_of(client: Weibo, account: Account, given: Grant) -> str:
    """How the user calls itself. The first call with a token is also where a full list of test users shows.

    Raises:
        Refused: the token was refused at its first call.
    """
    budget.note(account, calls.USER, Purpose.VERIFY)
    answer = client.ask(calls.USER, given.token, {"uid": given.uid})
    if connections.is_refusal(answer):
        raise connections.refusal(answer)
    return profile(answer.data).name[:MOST_NAME] if answer.done else ""


def _asking(consent: Consent, given: Grant, name: str) -> Consent:
    now = database_now()
    consent.uid, consent.name, consent.until = given.uid, name, now + GOOD_FOR
    consent.expires_at = now + timedelta(seconds=given.seconds)
    consent.sealed = vault.seal(consent.account, vault.CONSENT_KIND, consent.pk, given.token)
    consent.save(update_fields=["uid", "name", "until", "expires_at", "sealed"])
    return consent


def asking(account: Account, person: Person) -> Consent | None:
    """The consent of the person that still asks whether its uid is the account's."""
    rows = Consent.objects.filter(account=account, person=person, until__gt=database_now())
    found: Consent | None = rows.exclude(sealed=b"").order_by("-pk").first()
    return found


@transaction.atomic
def confirm(*, actor: Actor, person: Person, account: Account, uid: str) -> Connection:
    """The person's word that the uid that came back is this account; the token is adopted, the event names the uid.

    Raises:
        Refused: nothing asks for it any more, or another uid is confirmed than the one that came back.
    """
    require(checks.may_connect(actor, account))
    consent = asking(account, person)
    if consent is None or consent.uid != uid or consent.expires_at is None:
        raise Refused(_STALE)
    taken = Consent.objects.filter(~Q(sealed=b""), pk=consent.pk)
    token = vault.open_sealed(account, vault.CONSENT_KIND, consent.pk, bytes(consent.sealed))
    if taken.update(sealed=b"") != 1:
        raise Refused(_STALE)
    left = int((consent.expires_at - database_now()).total_seconds())
    return connections.adopt(
        actor=actor, person=person, account=account, grant=Grant(token, uid, max(left, 0))
    )


def discard(*, actor: Actor, person: Person, account: Account) -> None:
    """Not this account: give the token back and forget it. Makes a call.

    Raises:
        Refused: nothing asks any more.
    """
    require(checks.may_connect(actor, account))
    consent = asking(account, person)
    if consent is None:
        raise Refused(_STALE)
    token = vault.open_sealed(account, vault.CONSENT_KIND, consent.pk, bytes(consent.sealed))
    Consent.objects.filter(pk=consent.pk).update(sealed=b"")
    weibo().ask(calls.REVOKE, token)


def forget_old() -> int:
    """Drop what stale requests of the institution in scope still hold; answers how many."""
    stale = Consent.objects.filter(until__lte=database_now())
    return int(stale.exclude(sealed=b"").update(sealed=b""))


def _app(account: Account) -> PlatformApp:
    if account.platform != WEIBO:
        raise Refused(
            Denied(Text(zh="这个平台不需要授权。", en="Accounts of this platform are not authorised."))
        )
    app = app_of(account.institution_id)
    if app is None:
        raise Refused(
            Denied(
                Text(
                    zh="学校还没有登记微博应用，请主管部门先填写 App Key 等。",
                    en="The institution has registered no Weibo app yet; the competent office fills it in first.",
                )
            )
        )
    return app
