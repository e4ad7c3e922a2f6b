"""Reading everything published again after a list or the rulebook changed (docs/screening.md).

The row is its own queue: a worker claims it, reads some revisions, keeps hits and progress in one transaction with the
lease, and lets it go. Pausing takes it out of the queue; a worker that holds it then ends its portion, which counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from guanhao.contents import checks, matters
from guanhao.contents.checks import Found
from guanhao.contents.models import Rescreening, RescreeningHit, Revision
from guanhao.contents.rules.table import READING
from guanhao.contents.types import PushState, RescreeningState, Stage
from guanhao.core import clock, tenancy
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.lexicon import checks as keepers
from guanhao.lexicon.compiling import compiled
from guanhao.people.models import Institution, Person
from guanhao.steps.claims import claim, release
from guanhao.steps.clock import database_now
from guanhao.steps.types import Worker

PORTION = 20  # revisions a claim reads; some seconds at most
MOST_EXCERPT = 200


@transaction.atomic
def start(*, actor: Actor, person: Person, institution: Institution) -> Rescreening:
    """Begin reading everything published again.

    Raises:
        Refused: not the keeper of the lists. WrongState: one is under way, or nothing was published.
    """
    require(keepers.may_manage(person))
    if Rescreening.objects.alive().exists():
        raise WrongState(Denied(Text(zh="已有一次复查没有结束。", en="One is under way already.")))
    total = archive(institution).count()
    if not total:
        raise WrongState(Denied(Text(zh="还没有发布过的稿件。", en="Nothing was published yet.")))
    row = Rescreening(
        institution=institution,
        list_version=compiled(institution).version,
        asked_by=person,
        asked_at=clock.now(),
        total=total,
        run_after=database_now(),
    )
    row.save()
    _tell(actor, row, Action.RESCREENING_STARTED)
    return row


def pause(*, actor: Actor, person: Person, rescreening: Rescreening) -> None:
    """Let it rest; what was read is kept.

    Raises:
        Refused: not the keeper of the lists. WrongState: it is not running.
    """
    _move(
        actor,
        person,
        rescreening,
        (RescreeningState.RUNNING, RescreeningState.PAUSED),
        Action.RESCREENING_PAUSED,
    )


def resume(*, actor: Actor, person: Person, rescreening: Rescreening) -> None:
    """Go on where it rested.

    Raises:
        Refused: not the keeper of the lists. WrongState: it is not paused.
    """
    _move(
        actor,
        person,
        rescreening,
        (RescreeningState.PAUSED, RescreeningState.RUNNING),
        Action.RESCREENING_RESUMED,
    )


def stop(*, actor: Actor, person: Person, rescreening: Rescreening) -> None:
    """End a paused one; what it found so far stays.

    Raises:
        Refused: not the keeper of the lists. WrongState: it is not paused.
    """
    _move(
        actor,
        person,
        rescreening,
        (RescreeningState.PAUSED, RescreeningState.STOPPED),
        Action.RESCREENING_ENDED,
    )


def archive(institution: Institution) -> QuerySet[Revision]:
    """Every revision that went out, each once, in the order of their keys."""
    rows: QuerySet[Revision] = Revision.objects.filter(
        institution=institution, places__live=True, places__push__state=PushState.PUBLISHED
    )
    return rows.distinct().order_by("pk")


def remaining(rescreening: Rescreening) -> timedelta | None:
    """How much reading is left at the pace so far; nothing before the first portion."""
    if not rescreening.done:
        return None
    left = max(0, rescreening.total - rescreening.done)
    return timedelta(milliseconds=rescreening.spent * left / rescreening.done)


def read_some(worker: Worker) -> bool:
    """The step: read a portion of one re-screening. Answers whether there was one."""
    with tenancy.everywhere("re-screenings of all institutions are one queue"):
        row = claim(Rescreening.objects.running().select_related("institution"), worker)
        if row is None:
            return False
        with tenancy.within(row.institution):
            _read(row, worker)
    return True


def _read(row: Rescreening, worker: Worker) -> None:
    portion = list(
        archive(row.institution)
        .filter(pk__gt=row.reached)
        .select_related("article__account__owner_unit", "article__owner_unit", "article__institution")[
            :PORTION
        ]
    )
    begun = clock.monotonic()
    hits = [hit for revision in portion for hit in _hits(row, revision)]
    spent = round((clock.monotonic() - begun) * 1000)
    is_over = len(portion) < PORTION
    with transaction.atomic():
        RescreeningHit.objects.bulk_create(hits, batch_size=500)
        ended = {"state": RescreeningState.DONE, "ended_at": clock.now()} if is_over else {}
        release(
            row,
            worker,
            database_now(),
            done=row.done + len(portion),
            found=row.found + len(hits),
            reached=portion[-1].pk if portion else row.reached,
            spent=row.spent + spent,
            **ended,
        )
        if is_over:
            _tell(checks.CHECKER, row, Action.RESCREENING_ENDED)


def _hits(row: Rescreening, revision: Revision) -> list[RescreeningHit]:
    matter = matters.of_archive(revision)
    found = checks.once(one for stage in Stage for one in checks.find(matter, stage) if one.rule in READING)
    return [_hit(row, revision, one) for one in _told_once(found)]


def _told_once(found: Sequence[Found]) -> list[Found]:
    """The same words of several stages are one hit."""
    return list({one.fingerprint: one for one in found}.values())


def _hit(row: Rescreening, revision: Revision, found: Found) -> RescreeningHit:
    place = found.problem.place
    return RescreeningHit(
        institution_id=row.institution_id,
        rescreening=row,
        revision=revision,
        account_id=revision.article.account_id,
        hit_class=str(place.get("class", "")),
        rule=found.rule,
        clause=found.clause,
        article_ref=found.article_ref,
        force=found.force,
        message_zh=found.message.zh,
        message_en=found.message.en,
        excerpt=str(place.get("excerpt", ""))[:MOST_EXCERPT],
    )


@transaction.atomic
def _move(
    actor: Actor,
    person: Person,
    row: Rescreening,
    way: tuple[RescreeningState, RescreeningState],
    action: Action,
) -> None:
    require(keepers.may_manage(person))
    before, after = way
    changes: dict[str, Any] = {"state": after}
    if after == RescreeningState.STOPPED:
        changes["ended_at"] = clock.now()
    if Rescreening.objects.filter(pk=row.pk, state=before).update(**changes) != 1:
        raise WrongState(Denied(Text(zh="复查已不在这个状态。", en="It is no longer in that state.")))
    row.refresh_from_db()
    _tell(actor, row, action)


def _tell(actor: Actor, row: Rescreening, action: Action) -> None:
    record(
        institution=row.institution,
        actor=actor,
        action=action,
        subject=Subject("rescreening", str(row.pk), f"{row.list_version}"),
        facts={
            "lists": row.list_version,
            "state": row.state,
            "total": row.total,
            "done": row.done,
            "found": row.found,
        },
    )
