"""The channels we send on by API, in one explicit dictionary. A push on any other channel is published by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from guanhao.contents.types import Channel
from guanhao.core.http import Hooks
from guanhao.platforms.types import Answer
from guanhao.platforms.wechat import calls as wechat_calls
from guanhao.platforms.wechat.errors import NO_ALLOWANCE, NO_SUCH_MEDIA
from guanhao.platforms.weibo import calls as weibo_calls
from guanhao.publishing.evidence import Seen
from guanhao.publishing.models import JobItem, PublishJob
from guanhao.publishing.types import AskWhy, EffectClass
from guanhao.publishing.wechat import mass, masswatching, removing, sending, staging, sweeping, watching
from guanhao.publishing.wechat.connection import WeChatWork
from guanhao.publishing.weibo import removing as weibo_removing
from guanhao.publishing.weibo import sending as weibo_sending
from guanhao.publishing.weibo import watching as weibo_watching
from guanhao.publishing.weibo.connection import WeiboWork
from guanhao.publishing.work import Work
from guanhao.steps.types import Worker

W = TypeVar("W", bound=Work)


@dataclass(frozen=True, slots=True)
class Driver(Generic[W]):
    """What a channel must be able to do. The engine knows no platform: all it needs is here and in the driver's `Work`.

    ``work`` makes the platform's `Work`: its client, its token and that token's one owner, its table of codes.
    ``stage`` SHALL end in STAGED or raise `Put`. ``ready`` SHALL only read, and SHALL raise `StagedGone` where what was
    staged is gone; ``reads_ahead`` says that it may be asked shortly before the time, because ``poll`` and ``recheck``
    compare what was published with what was approved (`readying`). ``request`` tells what ``submit`` will send, without the token. ``submit`` SHALL make exactly one
    call and repeat nothing; ``ids`` tells what an accepted one brought. ``landed`` are refusals that, on a second
    attempt, betray that the first one landed (§2.5); ``asked`` those that a person can mend without an edit. ``poll``, ``look``, ``recheck`` and ``probe`` SHALL only read.
    ``sweep`` MAY delete what carries our mark and SHALL never publish. ``removal`` tells what ``remove`` will send for
    one item, or for all where it is nothing, and raises `NotRemovable`; ``remove`` makes that one call and counts
    "gone already" as done; ``gone`` only reads, and says whether the platform shows that it is gone (no, where it does not
    say). ``preview``, where the platform has it, shows the draft to one named follower and no one else.
    """

    call: str
    effect: EffectClass
    work: Callable[[PublishJob, Worker, bool], W]
    landed: frozenset[int]
    stage: Callable[[W], None]
    ready: Callable[[W], dict[str, Any]]
    request: Callable[[W], Mapping[str, Any]]
    submit: Callable[[W, Hooks], Answer]
    ids: Callable[[Answer], dict[str, str]]
    asked: Mapping[int, AskWhy]
    reads_ahead: bool
    poll: Callable[[W], Seen]
    look: Callable[[W], Seen]
    recheck: Callable[[W], Seen]
    sweep: Callable[[W], None]
    probe: Callable[[W], Answer]
    removal_call: str
    removal: Callable[[W, JobItem | None], Mapping[str, Any]]
    remove: Callable[[W, Mapping[str, Any]], Answer]
    gone: Callable[[W, Mapping[str, Any]], bool]
    preview: Callable[[W, str], Answer] | None = None


DRIVERS: dict[str, Driver[Any]] = {
    Channel.WECHAT_PUBLISH: Driver(
        call=wechat_calls.SUBMIT.name,
        effect=EffectClass.PUBLIC,
        work=WeChatWork,
        landed=frozenset({NO_SUCH_MEDIA}),
        asked={},
        stage=staging.stage,
        ready=sending.ready,
        request=sending.request,
        submit=sending.submit,
        ids=sending.ids,
        reads_ahead=True,
        poll=watching.poll,
        look=watching.look,
        recheck=watching.recheck,
        sweep=sweeping.sweep,
        probe=watching.probe,
        removal_call=wechat_calls.ARTICLE_DELETE.name,
        removal=removing.published,
        remove=removing.delete_published,
        gone=removing.published_gone,
        preview=mass.preview,
    ),
    Channel.WECHAT_MASS: Driver(
        call=wechat_calls.MASS_SEND.name,
        effect=EffectClass.KEYED,
        work=WeChatWork,
        landed=frozenset({NO_SUCH_MEDIA, NO_ALLOWANCE}),
        asked={NO_ALLOWANCE: AskWhy.ALLOWANCE},
        stage=staging.stage,
        ready=mass.ready,
        request=mass.request,
        submit=mass.submit,
        ids=mass.ids,
        reads_ahead=False,
        poll=masswatching.poll,
        look=masswatching.look,
        recheck=masswatching.recheck,
        sweep=sweeping.sweep,
        probe=watching.probe,
        removal_call=wechat_calls.MASS_DELETE.name,
        removal=removing.mass_sent,
        remove=removing.delete_mass_sent,
        gone=removing.mass_gone,
        preview=mass.preview,
    ),
    Channel.WEIBO: Driver(
        call=weibo_calls.SHARE.name,
        effect=EffectClass.PUBLIC,
        work=WeiboWork,
        landed=frozenset(),
        asked={},
        stage=weibo_sending.stage,
        ready=weibo_sending.ready,
        request=weibo_sending.request,
        submit=weibo_sending.submit,
        ids=weibo_sending.ids,
        reads_ahead=False,
        poll=weibo_watching.poll,
        look=weibo_watching.look,
        recheck=weibo_watching.recheck,
        sweep=weibo_removing.sweep,
        probe=weibo_watching.probe,
        removal_call=weibo_calls.DESTROY.name,
        removal=weibo_removing.removal,
        remove=weibo_removing.remove,
        gone=weibo_removing.gone,
    ),
}

# Whose records can confirm what a person published by hand on the same platform.
CONFIRMING: dict[str, Driver[Any]] = {
    "wechat": DRIVERS[Channel.WECHAT_PUBLISH],
    "weibo": DRIVERS[Channel.WEIBO],
}


def by_api(channel: str) -> bool:
    """Whether pushes on the channel are sent by the machine."""
    return channel in DRIVERS


def driver_for(job: PublishJob) -> Driver[Any] | None:
    """Who speaks to the job's platform: its channel's driver, else the one that can confirm what people did by hand."""
    return DRIVERS.get(job.channel) or CONFIRMING.get(job.account.platform)


def work_on(job: PublishJob, worker: Worker, *, leased: bool = True) -> Work:
    """The job in the worker's hands, with the platform's side where there is one."""
    driver = driver_for(job)
    return Work(job, worker, leased) if driver is None else driver.work(job, worker, leased)
