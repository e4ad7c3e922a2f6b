"""One removal on the platform (effect class R, §2.2): intent, call, outcome. Who may have it done, and why, is asked above.

It may be repeated: what is gone already counts as done. After an unknown outcome the platform's record is read first, and
the call is made again only where that does not show the removal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from guanhao.core.text import Text
from guanhao.platforms.types import Answer, AnswerClass
from guanhao.publishing import attempts
from guanhao.publishing.channels import Driver, driver_for
from guanhao.publishing.models import Attempt, JobItem
from guanhao.publishing.points import Point, passing
from guanhao.publishing.types import EffectClass, Outcome
from guanhao.publishing.work import NotRemovable, Work, evidence_of

INTENT_ALLOWED = timedelta(seconds=30)
DONE = Text(zh="平台确认已删除。", en="The platform confirms the removal.")
ALREADY = Text(zh="平台上已经没有这篇内容。", en="The platform has it no more.")
BY_HAND = Text(
    zh="该渠道不能通过接口删除，请在平台上手工删除。", en="This channel has no removal by API; do it by hand."
)


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of one removal.

    ``outcome`` is DONE (it is gone; ``already`` where it was gone before), NOT_SENT or REFUSED_LATER (try again later),
    REFUSED (the machine cannot: a person has to), or UNKNOWN (try again, or recheck). ``item`` is what was removed,
    nothing where it was the whole publication. ``calls`` is the evidence, without secrets.
    """

    outcome: AnswerClass
    sentence: Text
    item: JobItem | None = None
    already: bool = False
    code: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether readers cannot open it any more."""
        return self.outcome is AnswerClass.DONE


def take_down(work: Work, item: JobItem | None, then: Callable[[Removed], None]) -> Removed:
    """Remove one item, or the whole publication, from the platform; never inside a transaction.

    ``then`` is called in the transaction that writes the outcome: the change of state and its event belong there (§2.3).

    Raises:
        NoToken: no token can be had now; nothing was sent.
    """
    driver = driver_for(work.job)
    if driver is None:
        return _left_to_people(BY_HAND, item, then)
    try:
        request = driver.removal(work, item)
    except NotRemovable as why:
        return _left_to_people(why.sentence, item, then)
    work.token()
    if _unanswered(work, driver) and driver.gone(work, request):
        return _settled(Removed(AnswerClass.DONE, ALREADY, item, already=True), then)
    attempt = _intended(work, driver, request)
    passing(Point.REMOVAL_INTENT)
    answer = driver.remove(work, request)
    passing(Point.REMOVAL_REPLY)
    removed = _read(work, answer, item)
    with transaction.atomic():
        attempts.conclude(attempt, answer, request)
        then(removed)
    passing(Point.REMOVAL_OUTCOME)
    return removed


def _left_to_people(why: Text, item: JobItem | None, then: Callable[[Removed], None]) -> Removed:
    return _settled(Removed(AnswerClass.REFUSED, why, item), then)


def _settled(removed: Removed, then: Callable[[Removed], None]) -> Removed:
    with transaction.atomic():
        then(removed)
    return removed


def _unanswered(work: Work, driver: Driver[Any]) -> bool:
    """Whether an earlier removal of this push may have landed unseen: then it is looked for before anything is repeated."""
    earlier = work.job.tries.filter(call=driver.removal_call)
    return earlier.filter(outcome__in=[Outcome.UNKNOWN, Outcome.PENDING]).exists()


@transaction.atomic
def _intended(work: Work, driver: Driver[Any], request: Mapping[str, Any]) -> Attempt:
    return attempts.intend(
        work.job,
        driver.removal_call,
        EffectClass.REMOVAL,
        work.worker,
        request=request,
        allowed=INTENT_ALLOWED,
    )


def _read(work: Work, answer: Answer, item: JobItem | None) -> Removed:
    already = answer.done and bool(answer.errcode)
    sentence = (ALREADY if already else DONE) if answer.done else work.codes.sentence(answer)
    code = "" if answer.done else str(answer.errcode or "")
    return Removed(answer.outcome, sentence, item, already, code, [evidence_of(answer)])
