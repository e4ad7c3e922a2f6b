"""The account's self-test: can a token be had, what may the account do, in plain words (platform page §2).

Only read-only calls. What was found is kept, so that the plan offers only what works.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from guanhao.core import http
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.platforms.registry import platform_of
from guanhao.platforms.types import Answer, AnswerClass, Capability
from guanhao.platforms.wechat.client import WeChat
from guanhao.platforms.wechat.errors import BANNED, CODES, NOT_GRANTED, meaning_of
from guanhao.platforms.wechat.probes import PROBES, Probe
from guanhao.publishing.wechat import connection
from guanhao.registry import tokens
from guanhao.registry.actions import subject_of
from guanhao.registry.checks import may_connect
from guanhao.registry.models import Account, ObservedCapability
from guanhao.registry.tokens import NoToken
from guanhao.registry.types import CapabilityState
from guanhao.steps.clock import database_now

NEEDED = frozenset({Capability.MATERIAL, Capability.DRAFT, Capability.PUBLISH})
_CONNECTION = Text(zh="连接与凭证", en="Connection and token")
_WORKS = Text(zh="可用。", en="It works.")


@dataclass(frozen=True, slots=True)
class Line:
    """One finding. ``copy`` is what the person has to take to the console, such as an address for the allow-list."""

    title: Text
    state: CapabilityState
    sentence: Text
    code: int | None = None
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a self-test found, in the order it asked; ``ok`` says whether the account can be published to by API."""

    lines: tuple[Line, ...]
    ok: bool


def run(*, actor: Actor, account: Account) -> Report:
    """Test an account. Makes calls, so it must not run inside a transaction.

    Raises:
        Refused: without the permission and no holder.
    """
    require(may_connect(actor, account))
    if not platform_of(account.platform).connected:
        sentence = Text(
            zh="该平台不通过接口发布，按手工发布办理。", en="This platform is published to by hand."
        )
        return Report((Line(_CONNECTION, CapabilityState.UNKNOWN, sentence),), ok=False)
    try:
        client = connection.client()
        token = tokens.token_for(account, client, f"selftest/{actor.id}")
    except NoToken as trouble:
        return _kept(actor, account, [_no_token(trouble)], [])
    except http.NotAllowed:
        sentence = Text(
            zh="平台地址的设置不正确，请联系系统管理员。", en="The platform address is not set correctly."
        )
        return _kept(actor, account, [Line(_CONNECTION, CapabilityState.UNKNOWN, sentence)], [])
    connected = Line(_CONNECTION, CapabilityState.GRANTED, _WORKS)
    found = [_probe(client, token, probe) for probe in PROBES]
    return _kept(actor, account, [connected], found)


@dataclass(frozen=True, slots=True)
class _Probed:
    """What one probe brought."""

    capability: Capability
    line: Line
    errcode: int | None


def _probe(client: WeChat, token: tokens.Token, probe: Probe) -> _Probed:
    answer = client.ask(probe.call, token.value, probe.payload)
    state, sentence = _judged(probe, answer)
    return _Probed(
        probe.capability, Line(probe.title, state, sentence, answer.errcode or None), answer.errcode
    )


def _judged(probe: Probe, answer: Answer) -> tuple[CapabilityState, Text]:
    if answer.done or answer.errcode in probe.also_granted:
        return CapabilityState.GRANTED, _WORKS
    if answer.outcome is not AnswerClass.REFUSED:
        return CapabilityState.UNKNOWN, CODES.sentence(answer)
    if answer.errcode in NOT_GRANTED:
        return CapabilityState.REFUSED, meaning_of(answer.errcode)
    banned = answer.errcode in BANNED
    return CapabilityState.BANNED if banned else CapabilityState.UNKNOWN, meaning_of(answer.errcode)


def _no_token(trouble: NoToken) -> Line:
    state = CapabilityState.REFUSED if trouble.lasting else CapabilityState.UNKNOWN
    return Line(_CONNECTION, state, trouble.sentence, trouble.code, trouble.copy)


@transaction.atomic
def _kept(actor: Actor, account: Account, lines: list[Line], found: list[_Probed]) -> Report:
    for probed in found:
        ObservedCapability.objects.update_or_create(
            account=account,
            capability=probed.capability,
            defaults={
                "institution_id": account.institution_id,
                "state": probed.line.state,
                "errcode": probed.errcode,
                "detail": probed.line.sentence.zh,
                "observed_at": database_now(),
            },
        )
    granted = {one.capability for one in found if one.line.state == CapabilityState.GRANTED}
    report = Report((*lines, *(one.line for one in found)), ok=granted >= NEEDED)
    record(
        institution=account.institution,
        actor=actor,
        action=Action.ACCOUNT_TESTED,
        subject=subject_of(account),
        facts={"ok": report.ok, "lines": [[str(line.state), line.code] for line in report.lines]},
    )
    return report
