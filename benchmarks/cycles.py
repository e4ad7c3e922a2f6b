"""The review cycle through the API: a saved article is submitted and approved at every step, and everybody is told.

A cycle includes what a real one includes: checks, the bound revision, the ledger, and after *every* act the notices that
follow from it and their mails. So many cycles go together, act by act, because the worker that draws consequences looks
once a second and then draws what has come in, as it does here. Finding out whose turn it is, which people know, is not
counted. The `ruian` route of a section's item has three approvals; `two-approvals` is the peer's shape.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.world import BODY, World
from guanhao.cases.eligibility import deciders
from guanhao.cases.models import Step
from guanhao.cases.saying import Saying
from guanhao.cases.types import Verdict
from guanhao.contents import actions as contents
from guanhao.contents.actions import Details
from guanhao.contents.models import Article
from guanhao.notices.models import Delivery
from guanhao.people.access import actor_of
from guanhao.people.models import Person
from guanhao.process.steps import QUEUES
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Queue, Worker

CYCLES = 25
WORKER = Worker("bench")
# What follows from a decision: notices, and their way out by mail.
FOLLOWING = QUEUES[Queue.CONSEQUENCES] + QUEUES[Queue.DELIVERIES]


@dataclass(slots=True)
class Timing:
    """What was measured: seconds of all cycles together and of each first approval; acts and mails as counted."""

    wall: float = 0.0
    cpu: float = 0.0
    cycles: int = 0
    approvals: int = 0
    mails: int = 0
    first_approvals: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Cycles a second."""
        return self.cycles / self.wall

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count the time of the block."""
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu


def written(world: World, number: int) -> Article:
    """A saved article of a section, not yet submitted."""
    person = world.editors[number % len(world.editors)]
    return contents.create_article(
        actor=actor_of(person),
        person=person,
        account=world.demonstration.accounts["flagship"],
        unit=world.sections[number % len(world.sections)],
        kind="unit",
        content={
            "title": f"基准稿件{number}",
            "body": body(number),
            "cover": world.cover,
            "source": "本校",
            "credits": {"editor": "林知夏", "pictures": "无", "layout": "林知夏"},
        },
        details=Details(category="campus_life"),
    )


def body(number: int) -> str:
    """Words that no other article has, since what was once read of a text is not read again."""
    return BODY.replace("平常的一天", f"平常的第{number}天")


def submit(article: Article) -> None:
    """Hand it in as its contributor."""
    contents.submit(actor=actor_of(article.contributor), person=article.contributor, article=article)


def turn(article: Article) -> tuple[Step, Person] | None:
    """The step that waits, and somebody who may decide it; nothing when all are decided."""
    article.refresh_from_db()
    step = article.case.steps.waiting().select_related("case").first() if article.case else None
    return (step, deciders(step)[0]) if step is not None else None


def approve(step: Step, person: Person) -> None:
    """Approve one step as somebody who may."""
    saying = Saying.all_ticked(step, Verdict.APPROVE)
    contents.decide(actor=actor_of(person), person=person, step=step, saying=saying)


def follow() -> None:
    """Draw and deliver everything that follows from what was done."""
    until_idle(FOLLOWING, WORKER)


def in_review(world: World, count: int) -> None:
    """Leave articles waiting at their first step."""
    for number in range(count):
        submit(written(world, number))
    follow()


def run(world: World, *, with_edit: bool, start: int = 1_000) -> Timing:
    """Time the cycles. Without ``with_edit`` they start from a saved article; with it, from saving one."""
    timing = Timing(cycles=CYCLES)
    delivered = Delivery.objects.count()
    articles = []
    for number in range(start, start + CYCLES):
        if with_edit:
            with timing.counting():
                articles.append(written(world, number))
        else:
            articles.append(written(world, number))
    for article in articles:
        with timing.counting():
            submit(article)
    with timing.counting():
        follow()
    while _approved(articles, timing):
        with timing.counting():
            follow()
    timing.mails = Delivery.objects.filter(done_at__isnull=False).count() - delivered
    return timing


def _approved(articles: list[Article], timing: Timing) -> bool:
    """Approve whatever waits, one step of each article; whether anything did."""
    turns = [waits for article in articles if (waits := turn(article)) is not None]
    for step, person in turns:
        before = time.perf_counter()
        with timing.counting():
            approve(step, person)
        if step.position == min(step.case.steps.values_list("position", flat=True)):
            timing.first_approvals.append(time.perf_counter() - before)
        timing.approvals += 1
    return bool(turns)
