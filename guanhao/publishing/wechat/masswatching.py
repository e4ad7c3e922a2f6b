"""How a mass send stands (wechat.md §6.4). No list of sends exists: without its number there is nothing to read.

The finish event is the only source of the articles' addresses and of figures (§6.7). What it says is used only once
our own look agrees with it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from guanhao.core.text import Text
from guanhao.platforms.wechat import calls
from guanhao.platforms.wechat.reading import MassStatus, mass_status
from guanhao.publishing.evidence import Seen
from guanhao.publishing.types import AskWhy, JobState, LookVerdict
from guanhao.publishing.wechat.connection import WeChatWork
from guanhao.publishing.wechat.told import NOT_CONFIRMED, Told, reason_of, told_of
from guanhao.publishing.work import evidence_of
from guanhao.steps.clock import database_now

CONFIRM_WITHIN = timedelta(minutes=30)  # the platform's own limit (§6)
LONG_FOR_A_SEND = timedelta(minutes=1)

_SENT = Text(zh="平台确认已群发。", en="The platform confirms the send.")
_DELETED = Text(
    zh="群发的文章已在平台上被删除。", en="The articles of the send were deleted on the platform."
)
_AT_WORK = Text(zh="平台仍在发送。", en="The platform is still sending.")
_NO_NUMBER = Text(
    zh="平台没有群发列表可查，只能用同一编号再提交一次来核对。",
    en="The platform lists no sends; only the same call under the same key can tell.",
)
_CONFIRM = Text(
    zh="等待公众号管理员在微信上确认群发，30 分钟内未确认则不会发出。",
    en="An administrator of the account has to confirm the send in WeChat within 30 minutes, or it will not go out.",
)
_PERHAPS_CONFIRM = Text(
    zh="平台一分钟后仍未发出：如公众号开启了 API 群发保护，请管理员在微信上确认（30 分钟内）。",
    en="Still not sent after a minute: if the account has API send protection, an administrator has to confirm in WeChat"
    " within 30 minutes.",
)
_NEVER_CONFIRMED = Text(
    zh="管理员没有在 30 分钟内确认群发，没有发出。请确认后放弃本次并重新排期。",
    en="No administrator confirmed the send within 30 minutes; nothing went out. Give it up and plan it again.",
)
_REFUSED_BY_ADMINISTRATOR = Text(
    zh="管理员拒绝了这次群发，没有发出。", en="An administrator refused the send; nothing went out."
)
_FAILED = Text(
    zh="平台报告群发失败，没有说明原因。", en="The platform reports that the send failed and gives no reason."
)


def poll(work: WeChatWork) -> Seen:
    """How the accepted send stands. Inconclusive while it runs or the platform does not answer."""
    answer = work.ask(calls.MASS_GET, {"msg_id": work.job.remote["msg_id"]})
    if not answer.done:
        return Seen(LookVerdict.INCONCLUSIVE, work.codes.sentence(answer), [evidence_of(answer)])
    status, told = mass_status(answer.data), told_of(work.job)
    evidence = [evidence_of(answer, msg_status=status)]
    if told is not None:
        evidence.append({"call": "MASSSENDJOBFINISH", "status": told.status, "figures": told.figures})
    if status is MassStatus.SUCCESS:
        return _sent(told, evidence)
    if status is MassStatus.DELETED:
        return Seen(LookVerdict.FOUND, _DELETED, evidence, JobState.REMOVED)
    if status is MassStatus.FAILED:
        return _failed(work, told, evidence)
    return _running(work, evidence)


def _sent(told: Told | None, evidence: list[dict[str, Any]]) -> Seen:
    urls = told.urls if told else ()
    figures = dict(told.figures) if told else {}
    return Seen(LookVerdict.FOUND, _SENT, evidence, JobState.PUBLISHED, figures, urls)


def _failed(work: WeChatWork, told: Told | None, evidence: list[dict[str, Any]]) -> Seen:
    """Refused by the platform: back for an edit. Not confirmed by an administrator: the content is not at fault."""
    code = told.status if told else ""
    waited = work.job.state == JobState.WAITING_CONFIRM
    if code in NOT_CONFIRMED or (not code and waited):
        refused = code == NOT_CONFIRMED[0]
        sentence = _REFUSED_BY_ADMINISTRATOR if refused else _NEVER_CONFIRMED
        return Seen(LookVerdict.FOUND, sentence, evidence, JobState.ASK, code=code, why=AskWhy.NOT_CONFIRMED)
    sentence = reason_of(code) or _FAILED
    return Seen(LookVerdict.FOUND, sentence, evidence, JobState.REJECTED, code=code)


def _running(work: WeChatWork, evidence: list[dict[str, Any]]) -> Seen:
    """Being sent, or waiting for an administrator: the platform shows both alike (open question 25)."""
    job, protected = work.job, work.account.mass_protection
    age = database_now() - (job.armed_at or job.due_at)
    if job.state == JobState.WAITING_CONFIRM:
        if age > CONFIRM_WITHIN:
            return Seen(
                LookVerdict.INCONCLUSIVE, _NEVER_CONFIRMED, evidence, JobState.ASK, why=AskWhy.NOT_CONFIRMED
            )
        return Seen(LookVerdict.INCONCLUSIVE, _CONFIRM, evidence)
    if protected:
        return Seen(LookVerdict.INCONCLUSIVE, _CONFIRM, evidence, JobState.WAITING_CONFIRM)
    if protected is None and age > LONG_FOR_A_SEND:
        return Seen(LookVerdict.INCONCLUSIVE, _PERHAPS_CONFIRM, evidence, JobState.WAITING_CONFIRM)
    return Seen(LookVerdict.INCONCLUSIVE, _AT_WORK, evidence)


def look(work: WeChatWork) -> Seen:
    """Whether a send without usable answer landed: by its number, where it is known."""
    if work.job.remote.get("msg_id"):
        return poll(work)
    return Seen(LookVerdict.NOT_FOUND, _NO_NUMBER, [])


def recheck(work: WeChatWork) -> Seen:
    """Whether what was sent is still there, and whether its addresses have come by now."""
    if work.job.remote.get("msg_id"):
        return poll(work)
    return Seen(LookVerdict.INCONCLUSIVE, _NO_NUMBER, [])
