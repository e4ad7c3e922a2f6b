"""The one owner of each platform token (SE7): renewed under the row's lease, never by two workers at once.

A token is fetched in the platform's normal mode. Only when the platform hands out again a token that it just refused
is one refresh forced, within the platform's limits (wechat.md §1.2): 20 a day, 30 s apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from guanhao.core.clock import CHINA
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.platforms.wechat.client import WeChat
from guanhao.platforms.wechat.errors import ADDRESS_NOT_LISTED, meaning_of, refused_address
from guanhao.platforms.wechat.reading import whole
from guanhao.registry import vault
from guanhao.registry.models import Account, PlatformToken
from guanhao.registry.types import SecretKind
from guanhao.steps.clock import database_now

RENEWING = timedelta(seconds=45)  # longer than the call that it covers
MARGIN = timedelta(seconds=120)  # a token this close to its end is not used for a new call
FORCED_A_DAY = 20
FORCED_APART = timedelta(seconds=30)

_TOKEN: Prepared[PlatformToken] = Prepared(lambda: PlatformToken.objects.filter(account=given("account")))


@dataclass(frozen=True, slots=True)
class Token:
    """A platform token and which renewal it came from."""

    value: str = field(repr=False)
    serial: int


class NoToken(Exception):  # noqa: N818 - states the fact.
    """There is no usable token now.

    ``lasting`` says whether waiting will not mend it: a person has to act on ``sentence``. ``code`` is the platform's,
    ``copy`` what the person needs for it (the address for the allow-list).
    """

    def __init__(
        self, sentence: Text, *, code: int | None = None, lasting: bool = False, copy: str = ""
    ) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence
        self.copy = copy
        self.code = code
        self.lasting = lasting


def token_for(account: Account, client: WeChat, who: str) -> Token:
    """The account's token, renewed where it is near its end.

    Raises:
        NoToken: another worker is renewing it, or the platform gave none.
    """
    row = _row(account)
    return _at_hand(account, row) or _renewed(account, row, client, who)


def at_hand(account: Account) -> Token | None:
    """The account's token, if it can be used as it is; the platform is not asked."""
    row = _TOKEN.first(account=account.pk)
    return None if row is None else _at_hand(account, row)


def _at_hand(account: Account, row: PlatformToken) -> Token | None:
    usable = row.sealed and row.expires_at and row.expires_at - MARGIN > database_now()
    return _opened(account, row) if usable else None


def after_refusal(account: Account, client: WeChat, who: str, refused: Token) -> Token:
    """A token to go on with after the platform refused one: somebody's newer one, a renewed one, or a forced one.

    Raises:
        NoToken: as `token_for`; and when the platform keeps handing out what it refuses.
    """
    row = _row(account)
    if row.serial > refused.serial and row.sealed:
        return _opened(account, row)
    token = _renewed(account, row, client, who)
    if token.value != refused.value:
        return token
    return _renewed(account, _row(account), client, who, force=True)


def _row(account: Account) -> PlatformToken:
    known = _TOKEN.first(account=account.pk)
    if known is not None:
        return known
    row: PlatformToken = PlatformToken.objects.get_or_create(
        account=account, defaults={"institution_id": account.institution_id}
    )[0]
    return row


def _opened(account: Account, row: PlatformToken) -> Token:
    return Token(vault.open_sealed(account, vault.TOKEN_KIND, row.serial, bytes(row.sealed)), row.serial)


def _renewed(account: Account, row: PlatformToken, client: WeChat, who: str, *, force: bool = False) -> Token:
    secret = vault.open_secret(account, SecretKind.APP_SECRET)
    if not secret or not account.app_id:
        raise NoToken(
            Text(zh="没有填写 AppID 或 AppSecret。", en="The AppID or AppSecret is not set."), lasting=True
        )
    now = database_now()
    forced = _forced_today(row, now)
    if force and not _may_force(forced, now):
        raise NoToken(
            Text(zh="平台反复拒绝凭证，稍后再试。", en="The platform keeps refusing its token; later.")
        )
    free = Q(renewing_until__isnull=True) | Q(renewing_until__lte=now)
    lease = {"renewing_until": now + RENEWING, "renewing_by": who}
    if force:
        lease["forced_at"] = [*forced, now.isoformat()]
    if PlatformToken.objects.filter(free, pk=row.pk, serial=row.serial).update(**lease) != 1:
        raise NoToken(Text(zh="另一个程序正在更新凭证。", en="Another worker is renewing the token."))
    answer = client.stable_token(account.app_id, secret, force=force)
    if not answer.done:
        _mine(row, who).update(renewing_until=None, renewing_by="")
        raise _refusal(answer)
    return _stored(account, row, who, answer)


def _stored(account: Account, row: PlatformToken, who: str, answer: Answer) -> Token:
    value, serial = str(answer.data["access_token"]), row.serial + 1
    expires = database_now() + timedelta(seconds=whole(answer.data.get("expires_in"), 300))
    _mine(row, who).update(
        sealed=vault.seal(account, vault.TOKEN_KIND, serial, value),
        serial=serial,
        expires_at=expires,
        renewing_until=None,
        renewing_by="",
    )
    return Token(value, serial)


def _mine(row: PlatformToken, who: str) -> Any:
    return PlatformToken.objects.filter(pk=row.pk, serial=row.serial, renewing_by=who)


def _forced_today(row: PlatformToken, now: datetime) -> list[str]:
    today = now.astimezone(CHINA).date()
    return [at for at in row.forced_at if datetime.fromisoformat(at).astimezone(CHINA).date() == today]


def _may_force(forced: list[str], now: datetime) -> bool:
    if len(forced) >= FORCED_A_DAY:
        return False
    return not forced or now - datetime.fromisoformat(forced[-1]) > FORCED_APART


def _refusal(answer: Answer) -> NoToken:
    if answer.outcome is not AnswerClass.REFUSED:
        return NoToken(
            Text(zh="暂时取不到接口凭证。", en="No access token can be had at the moment."),
            code=answer.errcode,
        )
    sentence = meaning_of(answer.errcode)
    address = refused_address(answer.errmsg)
    if answer.errcode == ADDRESS_NOT_LISTED and address:
        sentence = Text(
            zh=f"{sentence.zh}请在公众平台“设置与开发—基本配置—IP白名单”中加入 {address}，几分钟后生效。",
            en=f"{sentence.en} Add {address} to the IP allow-list on the console; it takes some minutes.",
        )
    return NoToken(sentence, code=answer.errcode, lasting=True, copy=address)
