"""How each channel is played: its world, its accounts, and how its pushes show in the sandbox's ledger of the public.

A channel is one entry of `CHANNELS`; the batteries run over all of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from guanhao.contents.types import Channel
from guanhao.core import tenancy
from guanhao.core.canonical import digest_bytes
from guanhao.demo.institutions import ACTOR, APP_SECRET, find
from guanhao.publishing.models import PublishJob
from guanhao.registry import actions as registry
from guanhao.registry.types import SecretKind
from tests.publishing.weibo_world import WeiboWorld
from tests.publishing.world import World

EXHIBITS = (
    "图书馆", "实验楼", "体育场", "陶艺室", "录音棚", "植物园", "机房", "展览厅", "琴房", "天文台", "书法室", "剪纸坊",
    "航模队", "茶艺课", "木工间", "校史馆", "游泳池", "广播站",
)  # fmt: skip


class WeChat:
    """瑞安学院's subscription accounts."""

    channel = Channel.WECHAT_PUBLISH
    person = "ruian-editor"
    pushes_an_account = 20

    def __init__(self, time, sandbox):
        self.world = World(find("ruian"), time, sandbox)
        self.institution = self.world.cast.institution

    def plan(self, title: str, due: datetime) -> PublishJob:
        """An approved article on its way."""
        return self.world.planned(self.world.approved(title), channel=self.channel, due=due)

    def new_account(self, number: int) -> None:
        """Another account, known to the platform; pushes go out on it from now on."""
        cast, name = self.world.cast, f"{self.channel}-{number}"
        app_id = f"wx{digest_bytes(name.encode())[-16:]}"
        account = registry.add_account(
            actor=ACTOR,
            institution=self.institution,
            platform="wechat",
            kind="subscription",
            name=name,
            handle=name,
            app_id=app_id,
            owner_unit=cast.units["办公室"],
            flagship=False,
            verified=True,
            first_responsible=cast.people["ruian-office-head"],
            manager=cast.people["ruian-editor"],
        )
        registry.add_holder(actor=ACTOR, account=account, person=cast.people["ruian-editor"])
        registry.set_secret(actor=ACTOR, account=account, kind=SecretKind.APP_SECRET, value=APP_SECRET)
        self.world.sandbox.account(
            appid=app_id, secret=APP_SECRET, type="SUB", principal="government", verified=True
        )
        self.world.account = account

    def who(self):
        """The person who answers questions."""
        return self.world.who(self.person)


class WeChatMass(WeChat):
    """The same, sent to followers: a subscription account sends once a day."""

    channel = Channel.WECHAT_MASS
    pushes_an_account = 1


class Weibo:
    """广东技术师范学院's college accounts; a day's hundred calls are enough for a few posts, with looks."""

    channel = Channel.WEIBO
    person = "gpnu-college"
    pushes_an_account = 5

    def __init__(self, time, sandbox):
        self.world = WeiboWorld(find("gpnu"), time, sandbox)
        self.institution = self.world.cast.institution

    def plan(self, title: str, due: datetime) -> PublishJob:
        """An approved post on its way; Weibo refuses what reads like a post of the last hour, so no two do."""
        shown = "、".join(random.Random(title).sample(EXHIBITS, 9))
        body = f"{title}：{shown}周六开放，欢迎预约。"
        return self.world.planned(self.world.approved(title, body=body), due=due)

    def new_account(self, number: int) -> None:
        """Another account, authorised by its operator."""
        cast, handle = self.world.cast, str(5_600_010_000 + number)
        self.world.account = registry.add_account(
            actor=ACTOR,
            institution=self.institution,
            platform="weibo",
            kind="weibo",
            name=f"学院微博{number}",
            handle=handle,
            app_id="",
            owner_unit=cast.units["计算机科学学院"],
            flagship=False,
            verified=True,
            first_responsible=cast.people["G0005"],
            manager=cast.people["gpnu-college"],
        )
        registry.add_holder(actor=ACTOR, account=self.world.account, person=cast.people["gpnu-college"])
        self.world.connect(
            self.world.sandbox.control("weibo/users", uid=handle, screen_name=f"学院微博{number}")
        )

    def who(self):
        """The person who answers questions."""
        return self.world.who(self.person)


Side = WeChat | Weibo
CHANNELS: dict[Channel, Callable[..., Side]] = {side.channel: side for side in (WeChat, WeChatMass, Weibo)}


@dataclass(slots=True)
class Planned:
    """A push of the run."""

    job: int
    side: Side


def plan_on(side: Side, number: int, title: str, due: datetime) -> Planned:
    """The ``number``-th push of a channel; accounts are added as they fill up."""
    with tenancy.within(side.institution):
        if number % side.pushes_an_account == 0:
            side.new_account(number // side.pushes_an_account)
        return Planned(side.plan(title, due).pk, side)
