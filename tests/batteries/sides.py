"""How each channel is played: its world, its accounts, and how its pushes show in the sandbox's ledger of the public.

A channel is one entry of `CHANNELS`; the batteries run over all of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.contents import actions as contents
from guanhao.contents.types import Channel
from guanhao.core import tenancy
from guanhao.core.canonical import digest_bytes
from guanhao.demo.institutions import ACTOR, APP_SECRET, find
from guanhao.publishing import actions
from guanhao.publishing.models import PublishJob
from guanhao.registry import actions as registry
from guanhao.registry.types import SecretKind
from tests.publishing.weibo_world import WeiboWorld
from tests.publishing.world import World, png, stored

EXHIBITS = (
    "图书馆", "实验楼", "体育场", "陶艺室", "录音棚", "植物园", "机房", "展览厅", "琴房", "天文台", "书法室", "剪纸坊",
    "航模队", "茶艺课", "木工间", "校史馆", "游泳池", "广播站",
)  # fmt: skip


class WeChat:
    """瑞安学院's subscription accounts, which take turns, so that several have a push at one time."""

    channel = Channel.WECHAT_PUBLISH
    person = "ruian-editor"
    pushes_an_account = 20
    take_turns = 6
    owner, head = "办公室", "ruian-office-head"

    def __init__(self, time, sandbox):
        self.world = self.made_world(time, sandbox)
        self.institution = self.world.cast.institution
        self.accounts = []

    def made_world(self, time, sandbox):
        """The institution and its people."""
        return World(find("ruian"), time, sandbox)

    def plan(self, title: str, due: datetime) -> PublishJob:
        """An approved article on its way."""
        return self.world.planned(self.world.approved(title), channel=self.channel, due=due)

    def new_account(self, number: int) -> None:
        """Another account, known to the platform; pushes go out on it from now on."""
        cast, name = self.world.cast, f"{self.institution.key}-{self.channel}-{number}"
        app_id = f"wx{digest_bytes(name.encode())[-16:]}"
        account = registry.add_account(
            actor=ACTOR,
            institution=self.institution,
            platform="wechat",
            kind="subscription",
            name=name,
            handle=name,
            app_id=app_id,
            owner_unit=cast.units[self.owner],
            flagship=False,
            verified=True,
            first_responsible=cast.people[self.head],
            manager=cast.people[self.person],
        )
        registry.add_holder(actor=ACTOR, account=account, person=cast.people[self.person])
        registry.set_secret(actor=ACTOR, account=account, kind=SecretKind.APP_SECRET, value=APP_SECRET)
        self.world.sandbox.account(
            appid=app_id, secret=APP_SECRET, type="SUB", principal="government", verified=True
        )
        self.accounts.append(account)

    def who(self):
        """The person who answers questions."""
        return self.world.who(self.person)


class CollegeWorld(World):
    """广东技术师范学院's college of computer science, with articles for a WeChat account of its own."""

    def __init__(self, cast, time, sandbox):
        self.cast, self.time, self.sandbox = cast, time, sandbox

    def approved(self, title, **changes):
        """The operator's article, approved by whoever the rulebook asks."""
        operator, cover = self.who("gpnu-college"), stored(self.cast.institution, png("teal"))
        content = {
            "title": title,
            "author_line": "计算机科学学院",
            "digest_text": "摘要",
            "body": f"<p>{title}：实验室周六开放，欢迎预约。</p>",
            "cover": cover,
            "source": "计算机科学学院",
        }
        article = contents.create_article(
            **operator,
            account=self.account,
            unit=self.cast.units["计算机科学学院"],
            kind="unit",
            content=content | changes,
            details=contents.Details(category="news"),
        )
        contents.submit(**operator, article=article)
        article.refresh_from_db()
        while (step := Step.objects.waiting().filter(case=article.case).first()) is not None:
            contents.decide(
                **self.who("gpnu-college-leader"), step=step, saying=Saying.all_ticked(step, "approve")
            )
        article.refresh_from_db()
        assert article.state == "approved", article.state
        return article.current

    def planned(self, *revisions, channel="wechat_publish", due):
        """A push of one revision, and its job."""
        push = actions.schedule(
            **self.who("gpnu-college"),
            account=self.account,
            revisions=list(revisions),
            channel=channel,
            due_at=due,
        )
        return actions.job_of(push)


class CollegeWeChat(WeChat):
    """广东技术师范学院's college accounts: pushes of two institutions are due at one time."""

    person = "gpnu-college"
    owner, head = "计算机科学学院", "G0005"

    def made_world(self, time, sandbox):
        """The institution and its people."""
        return CollegeWorld(find("gpnu"), time, sandbox)


class WeChatMass(WeChat):
    """The same, sent to followers: a subscription account sends once a day."""

    channel = Channel.WECHAT_MASS
    pushes_an_account = 1
    take_turns = 1


class Weibo:
    """广东技术师范学院's college accounts; a day's hundred calls are enough for a few posts, with looks."""

    channel = Channel.WEIBO
    person = "gpnu-college"
    pushes_an_account = 5
    take_turns = 1

    def __init__(self, time, sandbox):
        self.world = WeiboWorld(find("gpnu"), time, sandbox)
        self.institution = self.world.cast.institution
        self.accounts = []

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
        self.accounts.append(self.world.account)
        self.world.connect(
            self.world.sandbox.control("weibo/users", uid=handle, screen_name=f"学院微博{number}")
        )

    def who(self):
        """The person who answers questions."""
        return self.world.who(self.person)


Side = WeChat | Weibo
# Where a channel is played by several, its pushes are dealt to them in turn.
CHANNELS: dict[Channel, tuple[Callable[..., Side], ...]] = {
    Channel.WECHAT_PUBLISH: (WeChat, CollegeWeChat),
    Channel.WECHAT_MASS: (WeChatMass,),
    Channel.WEIBO: (Weibo,),
}


@dataclass(slots=True)
class Planned:
    """A push of the run."""

    job: int
    side: Side


def plan_on(side: Side, number: int, title: str, due: datetime) -> Planned:
    """The ``number``-th push of a side; its accounts take turns, and others are added as they fill up."""
    with tenancy.within(side.institution):
        round_of_turns, place = divmod(number, side.pushes_an_account * side.take_turns)
        turn = round_of_turns * side.take_turns + place % side.take_turns
        while turn >= len(side.accounts):
            side.new_account(len(side.accounts))
        side.world.account = side.accounts[turn]
        return Planned(side.plan(title, due).pk, side)
