"""The authorisation an account stands on: its token, how it ends, and when its holders are told that it will.

Weibo gives no way to renew by machine (weibo.md §0, §2): what `tokens` does for WeChat is done here by a person, again
and again, on the platform's page of consent (`consents`). The lifetime is the one the platform named, never assumed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.weibo import calls
from guanhao.platforms.weibo.budget import Purpose
from guanhao.platforms.weibo.errors import TOO_MANY_TEST_USERS, meaning_of
from guanhao.platforms.weibo.reading import Grant, token_state
from guanhao.registry import budget, checks, vault
from guanhao.registry.applications import app_of, weibo
from guanhao.registry.models import Account, Connection, PlatformToken
from guanhao.registry.tokens import NoToken, Token
from guanhao.registry.types import ConnectionEnd
from guanhao.steps.clock import database_now

CONNECTOR = system("connections", "连接程序")
WARNINGS = (timedelta(days=7), timedelta(days=2), timedelta(hours=6))
MARGIN = timedelta(seconds=30)  # a token this close to its end is not used for a new call
_CLOCKS_DIFFER = timedelta(minutes=2)

_NOT_CONNECTED = Text(
    zh="账号还没有连接微博，请保管人在账号页授权。",
    en="The account is not connected; a holder must authorise it on its page.",
)
ENDED = Text(
    zh="微博授权已失效，请保管人在账号页重新授权。",
    en="The Weibo authorisation has ended; a holder must authorise again on the account's page.",
)


def token_of(account: Account) -> Token:
    """The account's token, while it lives.

    Raises:
        NoToken: never authorised, expired, or no longer accepted; a person has to act.
    """
    connection = Connection.objects.filter(account=account).first()
    if connection is None:
        raise NoToken(_NOT_CONNECTED, lasting=True)
    row = PlatformToken.objects.filter(account=account).first()
    if row is None or not row.sealed or row.expires_at is None or row.expires_at - MARGIN <= database_now():
        raise NoToken(ENDED, lasting=True)
    value = vault.open_sealed(account, vault.TOKEN_KIND, row.serial, bytes(row.sealed))
    return Token(value, row.serial)


def expires_at(account: Account) -> datetime | None:
    """When the account's token ends; nothing where it has none."""
    row = PlatformToken.objects.filter(account=account).exclude(sealed=b"").first()
    return None if row is None else row.expires_at


@transaction.atomic
def adopt(*, actor: Actor, person: Person | None, account: Account, grant: Grant) -> Connection:
    """Take a fresh token for the account's; the one before is dead or dies unused (weibo.md §2.2, covered)."""
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    row = PlatformToken.objects.get_or_create(
        account=account, defaults={"institution_id": account.institution_id}
    )[0]
    serial, now = row.serial + 1, database_now()
    PlatformToken.objects.filter(pk=row.pk).update(
        sealed=vault.seal(account, vault.TOKEN_KIND, serial, grant.token),
        serial=serial,
        expires_at=now + timedelta(seconds=grant.seconds),
    )
    connection: Connection = Connection.objects.update_or_create(
        account=account,
        defaults={
            "institution_id": account.institution_id,
            "uid": grant.uid,
            "by": person,
            "since": now,
            "warned": _passed_by(timedelta(seconds=grant.seconds)),
            "checked_at": now,
            "ended_at": None,
            "ended_why": "",
        },
    )[0]
    record(
        institution=account.institution,
        actor=actor,
        action=Action.ACCOUNT_CONNECTED,
        subject=_subject(account),
        facts={"uid": grant.uid, "seconds": grant.seconds, "serial": serial},
    )
    return connection


def _passed_by(life: timedelta) -> int | None:
    """The last warning that a life this short lies within already: a token for a day is not announced a week ahead."""
    longer = [seconds for seconds in _warnings() if seconds >= life.total_seconds()]
    return min(longer, default=None)


def _warnings() -> list[int]:
    return [int(one.total_seconds()) for one in WARNINGS]


@transaction.atomic
def lost(account: Account, serial: int, why: ConnectionEnd, code: int | None = None) -> bool:
    """The platform no longer accepts the token of this serial, or it ran out; whether it was still the account's.

    A newer token, which somebody brought meanwhile, is left alone. Holders are told as a consequence of the event.
    """
    gone = PlatformToken.objects.filter(account=account, serial=serial).exclude(sealed=b"")
    if gone.update(sealed=b"", expires_at=None) != 1:
        return False
    _end(CONNECTOR, account, why, {"errcode": code} if code is not None else {})
    return True


def _end(actor: Actor, account: Account, why: ConnectionEnd, facts: dict[str, object]) -> None:
    Connection.objects.filter(account=account).update(ended_at=database_now(), ended_why=why)
    record(
        institution=account.institution,
        actor=actor,
        action=Action.ACCOUNT_CONNECTION_ENDED,
        subject=_subject(account),
        facts={"why": why.value, **facts},
    )


def recheck(account: Account) -> bool | None:
    """Ask the platform what the account's token is, and believe that alone (weibo.md §2.3, §2.5).

    For everything that says an authorisation may have ended and is not proof: a cancel callback, a refused call.
    Makes a call, so it must not run inside a transaction. Answers whether the token lives; nothing where the platform
    gave no clear answer, or where there is no token to ask about.
    """
    try:
        token = token_of(account)
    except NoToken:
        return None
    budget.note(account, calls.TOKEN_INFO, Purpose.VERIFY)
    answer = weibo().ask(calls.TOKEN_INFO, token.value)
    if is_refusal(answer):
        lost(account, token.serial, ConnectionEnd.REFUSED, answer.errcode)
        return False
    if not answer.done:
        return None
    return _as_told(account, token, answer)


def is_refusal(answer: Answer) -> bool:
    """Whether an answer says that the token is over; 21321 is also what a withdrawn one gets (weibo.md §2.4)."""
    return answer.outcome is AnswerClass.REFUSED_TOKEN or answer.errcode == TOO_MANY_TEST_USERS


def _as_told(account: Account, token: Token, answer: Answer) -> bool:
    """Whether the token is what we think it is; an end that is nearer than we thought counts."""
    told, now = token_state(answer.data), database_now()
    app, connection = app_of(account.institution_id), Connection.objects.get(account=account)
    strange = app is None or told.app_key not in {"", app.key} or told.uid not in {"", connection.uid}
    if told.seconds <= 0 or strange:
        why = ConnectionEnd.REFUSED if strange else ConnectionEnd.EXPIRED
        lost(account, token.serial, why)
        return False
    ends = now + timedelta(seconds=told.seconds)
    PlatformToken.objects.filter(
        account=account, serial=token.serial, expires_at__gt=ends + _CLOCKS_DIFFER
    ).update(expires_at=ends)
    Connection.objects.filter(pk=connection.pk).update(checked_at=now)
    return True


def disconnect(*, actor: Actor, account: Account) -> bool:
    """Give the authorisation back and forget the token; whether the platform confirmed that it is revoked.

    Makes a call, so it must not run inside a transaction. The token is forgotten whatever the platform answers.

    Raises:
        Refused: without the permission and no holder, or when the account is not connected.
    """
    require(checks.may_connect(actor, account))
    try:
        token = token_of(account)
    except NoToken as trouble:
        raise Refused(Denied(trouble.sentence)) from None
    budget.note(account, calls.REVOKE, Purpose.VERIFY)
    answer = weibo().ask(calls.REVOKE, token.value)
    confirmed = answer.done or is_refusal(answer)
    with transaction.atomic():
        PlatformToken.objects.filter(account=account).update(
            sealed=b"", expires_at=None, serial=F("serial") + 1
        )
        _end(actor, account, ConnectionEnd.DISCONNECTED, {"revoked": confirmed})
    return confirmed


def announce_ends() -> int:
    """Record which authorisations of the institution in scope end soon or have ended, once each; answers how many.

    Called by the clock. The row's own ``warned`` decides, so that two workers cannot both tell.
    """
    now, told = database_now(), 0
    rows = PlatformToken.objects.exclude(sealed=b"").filter(
        account__connection__isnull=False, expires_at__lte=now + max(WARNINGS)
    )
    for row in rows.select_related("account__connection", "account__institution"):
        assert row.expires_at is not None
        left = row.expires_at - now
        if left <= timedelta(0):
            told += lost(row.account, row.serial, ConnectionEnd.EXPIRED)
        else:
            told += _announce(row, left)
    return told


def _announce(row: PlatformToken, left: timedelta) -> bool:
    connection: Connection = row.account.connection
    reached = [seconds for seconds in _warnings() if left.total_seconds() <= seconds]
    nearest = min(reached, default=0)
    if not nearest or (connection.warned is not None and nearest >= connection.warned):
        return False
    with transaction.atomic():
        mine = Connection.objects.filter(pk=connection.pk, warned=connection.warned, ended_at__isnull=True)
        if mine.update(warned=nearest) != 1:
            return False
        record(
            institution=row.account.institution,
            actor=CONNECTOR,
            action=Action.ACCOUNT_CONNECTION_ENDING,
            subject=_subject(row.account),
            facts={"seconds": nearest, "serial": row.serial, "ends": _stamp(row.expires_at)},
        )
    return True


def _stamp(instant: datetime | None) -> str:
    return "" if instant is None else instant.astimezone(clock.CHINA).strftime("%Y-%m-%d %H:%M")


def refusal(answer: Answer) -> Refused:
    """What the platform answered, as a refusal a person reads."""
    if answer.outcome is AnswerClass.NOT_SENT:
        return _refused("暂时连接不上微博，请稍后再试。", "Weibo cannot be reached; try again later.")
    if answer.errcode is None:
        return _refused("微博没有明确答复，请重新授权。", "Weibo gave no clear answer; authorise again.")
    return Refused(Denied(meaning_of(answer.errcode)))


def _refused(zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en)))


def _subject(account: Account) -> Subject:
    return Subject("account", str(account.pk), account.name)
