"""The channels we send on by API, in one explicit dictionary. A push on any other channel is published by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guanhao.contents.types import Channel
from guanhao.core.http import Hooks
from guanhao.platforms.types import Answer
from guanhao.publishing.evidence import Seen
from guanhao.publishing.types import EffectClass
from guanhao.publishing.wechat import sending, staging, sweeping, watching
from guanhao.publishing.work import Work


@dataclass(frozen=True, slots=True)
class Driver:
    """What a channel must be able to do.

    ``stage`` SHALL end in STAGED or raise `Put`; ``ready`` SHALL only read; ``submit`` SHALL make exactly one call and
    repeat nothing; ``ids`` tells what an accepted submit brought; ``poll``, ``look`` and ``recheck`` SHALL only read;
    ``sweep`` MAY delete what carries our mark and SHALL never publish.
    """

    call: str
    effect: EffectClass
    stage: Callable[[Work], None]
    ready: Callable[[Work], dict[str, Any]]
    request: Callable[[Work], dict[str, str]]
    submit: Callable[[Work, Hooks], Answer]
    ids: Callable[[Answer], dict[str, str]]
    poll: Callable[[Work], Seen]
    look: Callable[[Work], Seen]
    recheck: Callable[[Work], Seen]
    sweep: Callable[[Work], None]


DRIVERS: dict[str, Driver] = {
    Channel.WECHAT_PUBLISH: Driver(
        call="submit",
        effect=EffectClass.PUBLIC,
        stage=staging.stage,
        ready=sending.ready,
        request=sending.request,
        submit=sending.submit,
        ids=sending.ids,
        poll=watching.poll,
        look=watching.look,
        recheck=watching.recheck,
        sweep=sweeping.sweep,
    ),
}

# Whose records can confirm what a person published by hand on the same platform.
CONFIRMING: dict[str, Driver] = {"wechat": DRIVERS[Channel.WECHAT_PUBLISH]}


def by_api(channel: str) -> bool:
    """Whether pushes on the channel are sent by the machine."""
    return channel in DRIVERS
