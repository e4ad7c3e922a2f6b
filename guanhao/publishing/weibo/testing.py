"""What a Weibo account may do, found by read-only calls; each costs one of the day's hundred."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from guanhao.contents import posting
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.platforms.types import Answer, AnswerClass, Capability
from guanhao.platforms.weibo.budget import Purpose
from guanhao.platforms.weibo.errors import CAPABILITY_OFF, CODES
from guanhao.platforms.weibo.probes import PROBES, Probe
from guanhao.publishing.reports import CONNECTION, WORKS, Found, Line, Probed
from guanhao.registry import budget, connections
from guanhao.registry.applications import app_of, weibo
from guanhao.registry.budget import NoBudget
from guanhao.registry.models import Account, Connection, ObservedCapability, PlatformApp
from guanhao.registry.tokens import NoToken
from guanhao.registry.types import CapabilityState

_APP = Text(zh="微博应用", en="Weibo app")
_LINK = Text(zh="查证链接", en="Verification link")
_POST = Text(zh="发布微博", en="Post")

_REVIEWED = Text(zh="已通过审核。", en="Reviewed.")
_UNREVIEWED = Text(
    zh="未通过审核：发出的微博只有测试账号看得到。",
    en="Not reviewed: posts are visible to test accounts only.",
)
_NOT_TRIED = Text(
    zh="不发微博无法检测；第一次被拒绝时自动改为手工发布。",
    en="It cannot be tested without posting; the first refusal turns it over to publishing by hand.",
)
_LINKS = Text(zh="在安全域名下，可用。", en="It is on the safe domains.")
_NO_LINKS = Text(
    zh="本系统的查证链接不在应用的安全域名下，正文须自带安全域名的链接，否则只能手工发布。",
    en="The system's verification link is not on the app's safe domains: a post needs a safe link of its own, or goes out by hand.",
)


def test(account: Account, who: str) -> Found:  # noqa: ARG001 - every platform's test has this form.
    """Ask what the token is, then one call for each capability that can be tried without a trace.

    Raises:
        NoToken: the account was never authorised, or the authorisation is over.
        NotAllowed: the configured address may not be spoken to.
    """
    connections.token_of(account)
    if connections.recheck(account) is False:
        raise NoToken(connections.ENDED, lasting=True)
    app = app_of(account.institution_id)
    lines = [_connected(connections.expires_at(account)), *([_reviewed(app), _linked(app)] if app else [])]
    return Found((*lines, _posts(account)), tuple(_probe(account, probe) for probe in PROBES))


def _connected(ends: datetime | None) -> Line:
    until = "" if ends is None else f"{ends.astimezone(clock.CHINA):%Y-%m-%d %H:%M}"
    sentence = Text(zh=f"可用，{until} 到期。", en=f"It works until {until}.")
    return Line(CONNECTION, CapabilityState.GRANTED, sentence)


def _reviewed(app: PlatformApp) -> Line:
    state = CapabilityState.GRANTED if app.reviewed else CapabilityState.UNKNOWN
    return Line(_APP, state, _REVIEWED if app.reviewed else _UNREVIEWED)


def _linked(app: PlatformApp) -> Line:
    works = posting.has_link(app)
    state = CapabilityState.GRANTED if works else CapabilityState.REFUSED
    return Line(_LINK, state, _LINKS if works else _NO_LINKS)


def _posts(account: Account) -> Line:
    """What the last post showed of the right to post."""
    known: Any = ObservedCapability.objects.filter(account=account, capability=Capability.PUBLISH).first()
    if known is None:
        return Line(_POST, CapabilityState.UNKNOWN, _NOT_TRIED)
    return Line(_POST, CapabilityState(known.state), Text(zh=known.detail, en=known.detail), known.errcode)


def _probe(account: Account, probe: Probe) -> Probed:
    uid = Connection.objects.values_list("uid", flat=True).get(account=account)
    try:
        budget.spend(account, probe.call, Purpose.STATISTICS)
    except NoBudget as trouble:
        return Probed(probe.capability, Line(probe.title, CapabilityState.UNKNOWN, trouble.sentence), None)
    answer = weibo().ask(probe.call, connections.token_of(account).value, probe.fields_for(uid))
    state = _judged(answer)
    sentence = WORKS if answer.done else CODES.sentence(answer)
    return Probed(probe.capability, Line(probe.title, state, sentence, answer.errcode), answer.errcode)


def _judged(answer: Answer) -> CapabilityState:
    if answer.done:
        return CapabilityState.GRANTED
    off = answer.outcome is AnswerClass.REFUSED and answer.errcode in CAPABILITY_OFF
    return CapabilityState.REFUSED if off else CapabilityState.UNKNOWN
