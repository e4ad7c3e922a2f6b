"""Reposts asked for by hand (转发任务): something that went out, which accounts are to pass it on, under the rulebook's clause.

What the flagship publishes asks everybody by itself. Here the office asks for another account's push, or accounts that came
later. The clause says who owes it and by when; asking by hand only says which accounts.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, require
from guanhao.duties.models import Duty
from guanhao.ledger.actions import record
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, standing
from guanhao.publishing.models import PublishJob
from guanhao.publishing.types import JobState
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Duty as Clause
from guanhao.rulebook.vocabulary import Task

_ASKS = (Action.JOB_PUBLISHED, Action.REPOST_CALLED)


def clause_of(rulebook: Rulebook) -> Clause | None:
    """The clause by which accounts pass on what another one published; nothing where the regulation has none."""
    return next((clause for clause in rulebook.of_kind(Clause) if clause.do is Task.REPOST), None)


def may_call(person: Person, rulebook: Rulebook) -> Verdict:
    """Whether the person may ask for reposts: the competent office, under a regulation that knows them."""
    clause = clause_of(rulebook)
    if clause is None:
        return Denied(
            Text(zh="本单位的制度没有规定转发任务。", en="The regulation knows no reposts of others' pushes.")
        )
    if Permission.DUTY_SEE_ALL in standing(person).permissions:
        return ALLOWED
    return Denied(
        Text(zh="转发任务由主管部门布置。", en="Reposts are asked for by the competent office."),
        clause.article,
        clause.id,
    )


def asked_of(job: PublishJob) -> set[int]:
    """The accounts that were asked to pass this on, whoever asked."""
    events = Event.objects.filter(subject_kind="job", subject_id=str(job.pk), action__in=_ASKS)
    origins = [f"event:{index}" for index in events.values_list("index", flat=True)]
    rows = Duty.objects.filter(task=Task.REPOST, origin__in=origins, account__isnull=False)
    return set(rows.values_list("account", flat=True))


@transaction.atomic
def call(*, actor: Actor, person: Person, job: PublishJob, accounts: Iterable[Account]) -> list[Account]:
    """Ask accounts to pass on what went out; answers those that had not been asked before. Their duties follow.

    Raises:
        Refused: not the office's, nothing that went out, or every one of them was asked already.
    """
    require(may_call(person, in_force(person.institution).rulebook))
    if job.state != JobState.PUBLISHED:
        raise Refused(Denied(Text(zh="只能转发已发布的推送。", en="Only what went out is passed on.")))
    job = PublishJob.objects.select_for_update(of=("self",)).select_related("account").get(pk=job.pk)
    known = asked_of(job) | {job.account_id}
    fresh = [account for account in accounts if account.pk not in known]
    if not fresh:
        raise Refused(
            Denied(
                Text(zh="所选账号都已布置过这次转发。", en="All of these were asked to pass it on already.")
            )
        )
    record(
        institution=person.institution,
        actor=actor,
        action=Action.REPOST_CALLED,
        subject=Subject("job", str(job.pk), job.account.name),
        facts={"push": job.push_id, "accounts": sorted(account.pk for account in fresh)},
    )
    return fresh
