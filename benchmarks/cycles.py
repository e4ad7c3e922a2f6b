"""The review cycle through the API: a saved article is submitted, approved at every step, planned and published by hand.

A cycle includes what a real one includes: checks, the bound revision, the ledger, and the notices that follow. The
route is the section's own of the `ruian` rulebook, which has three approvals where the peer's workflow has two.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.world import BODY, World
from guanhao.cases.eligibility import deciders
from guanhao.cases.models import Step
from guanhao.cases.types import Verdict
from guanhao.contents import actions as contents
from guanhao.contents.actions import Details
from guanhao.contents.models import Article
from guanhao.people.access import actor_of
from guanhao.process.steps import QUEUES
from guanhao.steps.loop import until_idle
from guanhao.steps.types import Queue, Worker

CYCLES = 25
WORKER = Worker("bench")
# What follows from a decision: notices, and their way out by mail.
FOLLOWING = QUEUES[Queue.CONSEQUENCES] + QUEUES[Queue.DELIVERIES]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each cycle and of each first approval."""

    cycles: list[float]
    first_approvals: list[float]


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
            "body": BODY,
            "cover": world.cover,
            "source": "本校",
            "credits": {"editor": "林知夏", "pictures": "无", "layout": "林知夏"},
        },
        details=Details(category="campus_life"),
    )


def submit(article: Article) -> None:
    """Hand it in as its contributor."""
    contents.submit(actor=actor_of(article.contributor), person=article.contributor, article=article)
    article.refresh_from_db()


def waiting(article: Article) -> Iterator[Step]:
    """The steps of its case, one after the other, as they come to wait."""
    while article.case is not None and (step := article.case.steps.waiting().first()) is not None:
        yield step


def approve(article: Article, step: Step) -> None:
    """Approve one step as somebody who may."""
    person = deciders(step)[0]
    assert article.current is not None
    contents.decide(
        actor=actor_of(person),
        person=person,
        step=step,
        digest=article.current.hash,
        verdict=Verdict.APPROVE,
        checklist={point["key"]: True for point in step.checklist},
    )


def in_review(world: World, count: int) -> None:
    """Leave articles waiting at their first step."""
    for number in range(count):
        submit(written(world, number))
    until_idle(FOLLOWING, WORKER)


def run(world: World, *, with_edit: bool) -> Timing:
    """Time the cycles. Without ``with_edit`` they start from a saved article; with it, from saving one."""
    saved = [written(world, 1_000 + n) for n in range(CYCLES)] if not with_edit else []
    timing = Timing([], [])
    for number in range(CYCLES):
        started = time.perf_counter()
        article = saved[number] if saved else written(world, 2_000 + number)
        submit(article)
        for position, step in enumerate(waiting(article)):
            before = time.perf_counter()
            approve(article, step)
            if position == 0:
                timing.first_approvals.append(time.perf_counter() - before)
        article.refresh_from_db()
        until_idle(FOLLOWING, WORKER)
        timing.cycles.append(time.perf_counter() - started)
    return timing
