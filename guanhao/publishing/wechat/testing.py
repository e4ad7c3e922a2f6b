"""What a WeChat account may do, found by read-only calls."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.platforms.types import Answer, AnswerClass, Capability
from guanhao.platforms.wechat import calls
from guanhao.platforms.wechat.errors import BANNED, CODES, NOT_GRANTED, meaning_of
from guanhao.platforms.wechat.probes import PROBES, Probe
from guanhao.platforms.wechat.reading import account_type
from guanhao.publishing.reports import CONNECTION, WORKS, Found, Line, Probed
from guanhao.publishing.wechat import connection
from guanhao.registry import tokens
from guanhao.registry.models import Account
from guanhao.registry.types import CapabilityState

NEEDED = frozenset({Capability.MATERIAL, Capability.DRAFT, Capability.PUBLISH})


def test(account: Account, who: str) -> Found:
    """Ask for a token, then one call for each capability.

    Raises:
        NoToken: none can be had.
        NotAllowed: the configured address may not be spoken to.
    """
    client = connection.client()
    token = tokens.token_for(account, client, who)
    answers = [client.ask(probe.call, token.value, probe.payload) for probe in PROBES]
    probed = tuple(_probed(probe, answer) for probe, answer in zip(PROBES, answers, strict=True))
    told = [answer for answer in answers if answer.call == calls.BASIC_INFO.name and answer.done]
    kind = account_type(told[0].data) if told else ""
    return Found((Line(CONNECTION, CapabilityState.GRANTED, WORKS),), probed, NEEDED, kind=kind)


def _probed(probe: Probe, answer: Answer) -> Probed:
    state, sentence = _judged(probe, answer)
    line = Line(probe.title, state, sentence, answer.errcode or None)
    return Probed(probe.capability, line, answer.errcode)


def _judged(probe: Probe, answer: Answer) -> tuple[CapabilityState, Text]:
    if answer.done or answer.errcode in probe.also_granted:
        return CapabilityState.GRANTED, WORKS
    if answer.outcome is not AnswerClass.REFUSED:
        return CapabilityState.UNKNOWN, CODES.sentence(answer)
    if answer.errcode in NOT_GRANTED:
        return CapabilityState.REFUSED, meaning_of(answer.errcode)
    banned = answer.errcode in BANNED
    return CapabilityState.BANNED if banned else CapabilityState.UNKNOWN, meaning_of(answer.errcode)
