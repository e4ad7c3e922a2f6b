"""What every battery does: let time run, settle, judge, and answer what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.batteries.crew import Crew, until
from tests.batteries.stream import Judgement, Stream
from tests.publishing.world import DUE
from tests.support.pace import Pace
from tests.support.sandbox import RunningSandbox

EVENING = DUE.replace(hour=20, minute=5)
ANSWERING_RATE = 10.0


@dataclass(slots=True)
class Battery:
    """One run: its time, its platform, its pushes, its publishers."""

    seed: int
    pace: Pace
    sandbox: RunningSandbox
    stream: Stream
    crew: Crew
    say: Callable[[str], None]

    def run_from(self, instant: datetime | None, rate: float) -> None:
        """Let time run for all, from an instant (now, if none) at a rate."""
        begin = self.pace.set(instant, rate)
        self.sandbox.control("clock", freeze=begin.timestamp())
        if rate:
            self.sandbox.control("clock", resume=True, rate=rate)

    def until(self, condition: Callable[[], object], seconds: float) -> None:
        """Wait until something holds, at most so many real seconds."""
        until(condition, seconds, self.situation)

    def settle(self, seconds: float) -> None:
        """Let the publishers work until nothing is under way, then end them."""
        self.until(lambda: not self.stream.unsettled(), seconds)
        self.crew.kill_all()

    def situation(self) -> tuple[object, ...]:
        """What to read when it did not come as it should."""
        return self.seed, str(self.stream.judged()), self.stream.unsettled()[:9], self.crew.said()

    def judge(self, what: str) -> Judgement:
        """Say what became of the pushes; nothing may be lost, doubled, or claimed without evidence."""
        judged = self.stream.judged()
        self.say(f"{what}; {len(self.stream.pushes)} pushes: {judged}")
        assert judged.good, (self.seed, judged.lost, judged.doubled, judged.claimed)
        assert self.stream.accepted() <= self.stream.intents()
        return judged

    def answer_all(self, size: int = 1, at: datetime = EVENING) -> None:
        """A person answers every question truthfully; then all are public exactly once."""
        self.sandbox.control("faults/clear")
        self.run_from(at, ANSWERING_RATE)
        questions = self.stream.answered()
        self.crew.start(size)
        self.settle(120)
        after = self.stream.judged()
        self.say(f"{questions} questions answered: {after}")
        assert (after.published, after.good) == (len(self.stream.pushes), True), self.situation()
        assert set(self.stream.public().values()) == {1}
