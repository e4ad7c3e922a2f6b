"""A stream of approved pushes over several channels and accounts, and the judgement on them by the sandbox's ledger.

A channel is one entry of `CHANNELS`. What the public saw is counted by title; every push has a title of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from guanhao.contents.types import Channel
from guanhao.core.canonical import digest_bytes
from guanhao.demo.institutions import ACTOR, APP_SECRET
from guanhao.publishing import actions
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState
from guanhao.registry import actions as registry
from guanhao.registry.models import Account
from guanhao.registry.types import SecretKind
from tests.publishing.world import World

SETTLED = {JobState.PUBLISHED, JobState.ASK, JobState.REJECTED, JobState.CANCELLED, JobState.REMOVED}


@dataclass(frozen=True, slots=True)
class Played:
    """How a channel is played: how many pushes one account takes, and the sandbox's word for an accepted send."""

    platform: str
    pushes_an_account: int
    accepted: str


CHANNELS = {
    Channel.WECHAT_PUBLISH: Played("wechat", 20, "publish.accepted"),
    Channel.WECHAT_MASS: Played("wechat", 1, "mass.accepted"),  # a subscription account sends once a day
}


@dataclass(slots=True)
class Judgement:
    """What became of the pushes. ``lost`` were neither shown to the public nor put before a person."""

    published: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    asked_and_public: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    claimed: list[str] = field(default_factory=list)  # we say published, the ledger says no

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled or claimed."""
        return not (self.lost or self.doubled or self.claimed)

    def __str__(self) -> str:
        asked = ", ".join(f"{why} {number}" for why, number in sorted(self.asked.items())) or "none"
        return (
            f"{self.published} published, asked: {asked} (of them {self.asked_and_public} were public),"
            f" {len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.claimed)} claimed without evidence"
        )


class Stream:
    """Pushes of a run, by title."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sandbox = world.sandbox
        self.jobs: dict[str, int] = {}
        self._accounts: dict[str, list[Account]] = {}

    def plan(self, counts: dict[Channel, int], dues: list[datetime]) -> None:
        """So many approved pushes on each channel, the channels mixed over the due times."""
        wanted = [channel for channel, count in counts.items() for _ in range(count)]
        wanted.sort(key=Counter(wanted).get)
        mixed = [wanted[(place * 7919) % len(wanted)] for place in range(len(wanted))]
        taken: Counter[str] = Counter()
        for number, (channel, due) in enumerate(zip(mixed, dues, strict=True)):
            title = f"第{number:04d}条"
            self.world.account = self._account(channel, taken[channel])
            taken[channel] += 1
            revision = self.world.approved(title)
            self.jobs[title] = self.world.planned(revision, channel=channel, due=due).pk

    def _account(self, channel: Channel, number: int) -> Account:
        played, known = CHANNELS[channel], self._accounts.setdefault(channel, [])
        while len(known) <= number // played.pushes_an_account:
            known.append(self._new_account(channel, len(known)))
        return known[number // played.pushes_an_account]

    def _new_account(self, channel: Channel, number: int) -> Account:
        cast = self.world.cast
        app_id = f"wx{digest_bytes(f'{channel}{number}'.encode())[-16:]}"
        account = registry.add_account(
            actor=ACTOR,
            institution=cast.institution,
            platform=CHANNELS[channel].platform,
            kind="subscription",
            name=f"{channel}{number}",
            handle=f"{channel}-{number}",
            app_id=app_id,
            owner_unit=cast.units["办公室"],
            flagship=False,
            verified=True,
            first_responsible=cast.people["ruian-office-head"],
            manager=cast.people["ruian-editor"],
        )
        registry.add_holder(actor=ACTOR, account=account, person=cast.people["ruian-editor"])
        registry.set_secret(actor=ACTOR, account=account, kind=SecretKind.APP_SECRET, value=APP_SECRET)
        self.sandbox.account(
            appid=app_id, secret=APP_SECRET, type="SUB", principal="government", verified=True
        )
        return account

    # --- How it went ------------------------------------------------------------------------------------------------

    def unsettled(self) -> int:
        """How many pushes are still under way."""
        return PublishJob.objects.filter(pk__in=self.jobs.values()).exclude(state__in=SETTLED).count()

    def public(self) -> Counter[str]:
        """How often each title became public, by the sandbox's ledger."""
        return Counter(one["title"] for one in self.sandbox.public_effects() if one["kind"] == "published")

    def accepted(self) -> int:
        """How many sends the platform accepted."""
        return sum(
            len(self.sandbox.effects(kind)) for kind in {played.accepted for played in CHANNELS.values()}
        )

    def judged(self) -> Judgement:
        """Compare the ledger with what we say of every push."""
        public, verdict = self.public(), Judgement()
        verdict.doubled = [title for title, times in public.items() if times > 1]
        states = PublishJob.objects.in_bulk(self.jobs.values())
        for title, key in self.jobs.items():
            job = states[key]
            if job.state == JobState.ASK:
                verdict.asked[job.ask_why] += 1
                verdict.asked_and_public += public[title]
            elif job.state == JobState.PUBLISHED and public[title]:
                verdict.published += 1
            elif job.state == JobState.PUBLISHED:
                verdict.claimed.append(title)
            else:
                verdict.lost.append(f"{title} {job.state} {job.cause}")
        return verdict

    def answered(self) -> int:
        """A person looks at the platform and answers every question truthfully; how many questions there were."""
        public = self.public()
        shown = {one["title"]: one["url"] for one in self.sandbox.public_effects()}
        titles = {key: title for title, key in self.jobs.items()}
        asking = PublishJob.objects.filter(pk__in=titles, state=JobState.ASK)
        for job in asking:
            title = titles[job.pk]
            there = public[title] > 0
            actions.answer_ask(
                **self.world.who("ruian-editor"),
                job=job,
                choice="published" if there else "resend",
                links=[shown[title]] if there else [],
            )
        return len(asking)


def spread(start: datetime, count: int, over: timedelta) -> list[datetime]:
    """So many due times, evenly over a stretch of time, in whole seconds."""
    return [start + timedelta(seconds=int(over.total_seconds() * place / count)) for place in range(count)]
