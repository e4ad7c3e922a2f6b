"""What every battery does: let time run, settle, judge, and answer what was asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connections

from guanhao.contents.types import Channel
from tests.batteries.crew import Crew, until
from tests.batteries.stream import Judgement, Stream, spread
from tests.publishing.world import DUE
from tests.support.pace import Pace
from tests.support.sandbox import RunningSandbox

EVENING = DUE.replace(hour=20, minute=5)
ANSWERING_RATE = 10.0
DAYS = 6
MOST_BUSY = 5.0
TROUBLE = timedelta(seconds=45)
WITHIN = 60.0


def busy() -> float:
    """How many times more work wants this machine than it has processors; 1 where it is idle.

    Time that runs ten times as fast leaves a publisher a tenth of it. Where others use the machine too, pushes would miss
    their half hour for want of a processor, and the run would show little but *asked*.
    """
    return min(max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0), MOST_BUSY)


@dataclass(slots=True)
class Battery:
    """One run: its time, its platform, its pushes, its publishers."""

    seed: int
    pace: Pace
    sandbox: RunningSandbox
    stream: Stream
    crew: Crew
    say: Callable[..., None]
    slower: float = field(
        default_factory=busy
    )  # time runs by so much less fast, and everything may take so much longer

    def run_from(self, instant: datetime | None, rate: float) -> None:
        """Let time run for all, from an instant (now, if none) at a rate."""
        rate /= self.slower
        begin = self.pace.set(instant, rate)
        self.sandbox.control("clock", freeze=begin.timestamp())
        if rate:
            self.sandbox.control("clock", resume=True, rate=rate)

    def until(self, condition: Callable[[], object], seconds: float) -> None:
        """Wait until something holds, at most so many real seconds."""
        until(condition, seconds * self.slower, self.situation)

    def waited(self, condition: Callable[[], object], seconds: float) -> bool:
        """Wait until something holds, at most so many real seconds; whether it does."""
        end = time.monotonic() + seconds * self.slower
        while not condition() and time.monotonic() < end:
            time.sleep(0.25)
        return bool(condition())

    def settle(self, seconds: float) -> None:
        """Let the publishers work until nothing is under way, then end them."""
        self.until(lambda: not self.stream.unsettled(), seconds)
        self.crew.kill_all()

    def situation(self) -> tuple[object, ...]:
        """What to read when it did not come as it should."""
        return self.seed, str(self.stream.judged()), self.stream.unsettled()[:9], self.crew.said()

    def goes_on(self, played: float) -> None:
        """Let so many played seconds pass."""
        time.sleep(played / self.pace.rate)

    def judge(self, what: str, *, forgotten: int = 0, **counted: int) -> Judgement:
        """Say what became of the pushes; nothing may be lost, doubled, or claimed without evidence.

        ``counted`` is what was done to them, in numbers that runs can be summed by; ``forgotten`` are sends of which
        the database in hand knows nothing any more.
        """
        judged = self.stream.judged()
        pace = f", time slowed {self.slower:.1f} times for want of processors" if self.slower > 1 else ""
        self.say(f"{what}{pace}; {len(self.stream.pushes)} pushes: {judged}", **counted, **judged.figures())
        assert judged.good, (self.seed, judged.lost, judged.doubled, judged.claimed, judged.denied)
        assert self.stream.accepted() - forgotten <= self.stream.intents()
        return judged

    def recovers(
        self, what: str, begin: Callable[[], object], end: Callable[[], object], size: int, meanwhile: int = 0
    ) -> None:
        """Twelve pushes come due while something is amiss, on a clock that runs as fast as everybody's; then it is well again.

        Within a minute everything that can be sent is under way or decided, with nobody's help (RS2). ``meanwhile`` is how
        many sends may be accepted before.
        """
        self.stream.plan({Channel.WECHAT_PUBLISH: 12}, spread(DUE, 12, TROUBLE * 4 / 3, together=6))
        self.run_from(DUE - timedelta(minutes=20), ANSWERING_RATE)
        self.crew.start(size)
        self.until(lambda: self.stream.staged() == 12, 300)
        self.run_from(DUE - timedelta(seconds=70), self.slower)
        self.until(lambda: self.pace() > DUE - timedelta(seconds=5), 70)
        begin()
        time.sleep(TROUBLE.total_seconds())
        end()
        well = time.monotonic()
        connections.close_all()
        before = self.stream.accepted()
        assert before <= meanwhile
        self.until(lambda: self.stream.accepted() > before or not self.stream.waiting(), WITHIN)
        first = time.monotonic() - well
        self.until(lambda: not self.stream.waiting(), WITHIN)
        everything = time.monotonic() - well
        self.run_from(None, 2 * ANSWERING_RATE)
        self.settle(700)
        self.judge(
            f"{what} for {TROUBLE.seconds} s: the first send {first:.1f} s after it was over, nothing waited after"
            f" {everything:.1f} s",
            recoveries=1,
        )
        assert everything <= WITHIN * self.slower

    def answer_all(self, size: int = 1, at: datetime = EVENING) -> None:
        """A person answers every question truthfully; then all are public exactly once.

        Some take another day: an account's calls are used up, its day's send is, and then it is asked again.
        """
        self.sandbox.control("faults/clear")
        questions = 0
        for day in range(DAYS):
            self.run_from(at + timedelta(days=day), ANSWERING_RATE)
            questions += self.stream.answered()
            self.crew.start(size)
            done = self.waited(lambda: not self.stream.unsettled(), 90)
            self.crew.kill_all()
            if done and not self.stream.judged().asked:
                break
        after = self.stream.judged()
        self.say(f"{questions} questions answered: {after}")
        assert (after.published, after.good) == (len(self.stream.pushes), True), self.situation()
        assert set(self.stream.public().values()) == {1}
