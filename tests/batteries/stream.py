"""A stream of approved pushes over all channels, and the judgement on them by the sandbox's ledger alone.

Every push has a title of its own, four digits between 第 and 条, by which the ledger of what the public saw is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from guanhao.contents.types import Channel
from guanhao.core import tenancy
from guanhao.publishing import actions
from guanhao.publishing.models import Attempt, PublishJob
from guanhao.publishing.types import AskWhy, EffectClass, JobState
from tests.batteries.sides import CHANNELS, Planned, Side, plan_on

SETTLED = {JobState.PUBLISHED, JobState.ASK, JobState.REJECTED, JobState.CANCELLED, JobState.REMOVED}
TO_SEND = {JobState.PLANNED, JobState.STAGING, JobState.STAGED, JobState.ARMED}
TITLE = re.compile(r"第\d{4}条")
TOGETHER = 12  # pushes due at one instant: half of them articles of two institutions, each on another account
ACCEPTED = ("publish.accepted", "mass.accepted", "post.created")  # the sandbox's words


@dataclass(slots=True)
class Judgement:
    """What became of the pushes. ``lost`` were neither shown to the public nor put before a person."""

    published: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    asked_and_public: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    claimed: list[str] = field(default_factory=list)  # we say published, the ledger says no
    denied: list[str] = field(default_factory=list)  # we say that nothing was sent, the ledger says it was

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled, claimed or denied."""
        return not (self.lost or self.doubled or self.claimed or self.denied)

    def figures(self) -> dict[str, int]:
        """The same in numbers."""
        return {
            "published": self.published,
            "asked": self.asked.total(),
            "asked_and_public": self.asked_and_public,
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "claimed": len(self.claimed),
            "denied": len(self.denied),
        }

    def __str__(self) -> str:
        asked = ", ".join(f"{why} {number}" for why, number in sorted(self.asked.items())) or "none"
        return (
            f"{self.published} published, asked: {asked} (of them {self.asked_and_public} were public),"
            f" {len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.claimed)} claimed without evidence,"
            f" {len(self.denied)} denied against it"
        )


class Stream:
    """Pushes of a run, by title."""

    def __init__(self, time, sandbox) -> None:
        self.sandbox = sandbox
        self.pushes: dict[str, Planned] = {}
        self._sides: dict[Channel, list[Side]] = {}
        self._time = time

    def plan(self, counts: dict[Channel, int], dues: list[datetime]) -> None:
        """So many approved pushes on each channel, the channels mixed over the due times."""
        mixed = sorted(
            (place / count, channel) for channel, count in counts.items() for place in range(count)
        )
        taken: Counter[str] = Counter()
        for (_, channel), due in zip(mixed, dues, strict=True):
            sides = self._sides_of(channel)
            number, which = divmod(taken[channel], len(sides))
            title = f"第{len(self.pushes):04d}条"
            self.pushes[title] = plan_on(sides[which], number, title, due)
            taken[channel] += 1

    def _sides_of(self, channel: Channel) -> list[Side]:
        if channel not in self._sides:
            self._sides[channel] = [side(self._time, self.sandbox) for side in CHANNELS[channel]]
        return self._sides[channel]

    # --- How it went ------------------------------------------------------------------------------------------------

    def jobs(self):
        """The rows of our own pushes, whichever institution's."""
        with tenancy.everywhere("a battery looks at all institutions' pushes"):
            return PublishJob.objects.in_bulk([planned.job for planned in self.pushes.values()])

    def unsettled(self) -> list[str]:
        """What is still under way, with its state."""
        return [
            f"{job.pk} {job.state} {job.cause}" for job in self.jobs().values() if job.state not in SETTLED
        ]

    def waiting(self) -> int:
        """How many are due and not sent, or sent without anybody having written down what came of it."""
        return sum(job.state in TO_SEND for job in self.jobs().values())

    def staged(self) -> int:
        """How many are prepared and wait for their time."""
        return sum(job.state == JobState.STAGED for job in self.jobs().values())

    def public(self) -> Counter[str]:
        """How often each title became public, by the sandbox's ledger."""
        shown = [one for one in self.sandbox.public_effects() if one["kind"] == "published"]
        return Counter(title for one in shown for title in TITLE.findall(one["title"])[:1])

    def accepted(self) -> int:
        """How many sends the platforms accepted, by the sandbox's ledger."""
        return sum(len(self.sandbox.effects(kind)) for kind in ACCEPTED)

    def intents(self) -> int:
        """How many public calls we wrote down before making them."""
        with tenancy.everywhere("a battery counts all institutions' intents"):
            return Attempt.objects.filter(effect__in=[EffectClass.PUBLIC, EffectClass.KEYED]).count()

    def in_hand(self, pid: int) -> int:
        """How many jobs of a process have an intent that is committed, and no outcome that is."""
        with tenancy.everywhere("a battery looks at all institutions' pushes"):
            return PublishJob.objects.filter(state=JobState.ARMED, owner__contains=f"-{pid}-").count()

    def volleys(self) -> list[int]:
        """Of how many institutions the jobs were that were armed at one instant, for each instant with several."""
        with tenancy.everywhere("a battery looks at all institutions' intents"):
            public = Attempt.objects.filter(effect__in=[EffectClass.PUBLIC, EffectClass.KEYED])
            armed = list(public.values_list("armed_at", "institution"))
        together: dict[datetime, list[int]] = {}
        for instant, institution in armed:
            together.setdefault(instant, []).append(institution)
        return [len(set(several)) for several in together.values() if len(several) > 1]

    def judged(self) -> Judgement:
        """Compare the ledger with what we say of every push."""
        public, verdict, jobs = self.public(), Judgement(), self.jobs()
        verdict.doubled = [title for title, times in public.items() if times > 1]
        for title, planned in self.pushes.items():
            job = jobs[planned.job]
            if job.state == JobState.ASK:
                verdict.asked[job.ask_why] += 1
                verdict.asked_and_public += public[title]
                if job.ask_why == AskWhy.WINDOW_MISSED and public[title]:
                    verdict.denied.append(f"{title} {job.pk} {job.channel} {job.cause}")
            elif job.state == JobState.PUBLISHED and public[title]:
                verdict.published += 1
            elif job.state == JobState.PUBLISHED:
                verdict.claimed.append(title)
            else:
                verdict.lost.append(f"{title} {job.state} {job.cause}")
        return verdict

    def answered(self) -> int:
        """A person looks at the platform and answers every question truthfully; how many questions there were."""
        shown = {
            title: one["url"]
            for one in self.sandbox.public_effects()
            for title in TITLE.findall(one["title"])[:1]
        }
        jobs, questions = self.jobs(), 0
        for title, planned in self.pushes.items():
            job = jobs[planned.job]
            if job.state != JobState.ASK:
                continue
            questions += 1
            with tenancy.within(planned.side.institution):
                actions.answer_ask(
                    **planned.side.who(),
                    job=job,
                    choice="published" if title in shown else "resend",
                    links=[shown[title]] if title in shown else [],
                )
        return questions


def spread(
    start: datetime, count: int, over: timedelta = timedelta(0), together: int = TOGETHER
) -> list[datetime]:
    """So many due times, evenly over a stretch of time, in whole seconds; so many pushes share one."""
    firsts = (place - place % together for place in range(count))
    return [start + timedelta(seconds=int(over.total_seconds() * first / count)) for first in firsts]


def mixed(total: int) -> dict[Channel, int]:
    """So many pushes, half of them articles, three in ten mass sends, the rest posts."""
    sends, posts = total * 3 // 10, total // 5
    return {
        Channel.WECHAT_PUBLISH: total - sends - posts,
        Channel.WECHAT_MASS: sends,
        Channel.WEIBO: posts,
    }
