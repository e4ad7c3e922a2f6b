"""Periodic jobs: what time alone brings about. Each looks at the world as it is; a missed tick loses nothing."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from guanhao.cases import actions as cases
from guanhao.cases.models import Step
from guanhao.core import clock, estimates, tenancy
from guanhao.core.actors import system
from guanhao.custody import leaving, proving
from guanhao.exports.steps import forget_exports
from guanhao.inbound.actions import forget_outlived
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.limiting import counting
from guanhao.people.models import Institution
from guanhao.privacy import erasing, forgetting, incidents, noticing, requests, retracting
from guanhao.process.alarms import raise_alarms
from guanhao.process.checkpoints import keep_checkpoints
from guanhao.process.digesting import announce_digest
from guanhao.process.facing import watch_faces
from guanhao.process.inspecting import run_rounds
from guanhao.process.owing import keep_duties
from guanhao.process.publishing import tell_unknown
from guanhao.process.registering import watch_silence
from guanhao.process.removing import remove_institutions
from guanhao.process.retaining import keep_retention
from guanhao.publishing import reminding
from guanhao.registry import budget, connections, consents
from guanhao.registry.actions import forget_previous_keys
from guanhao.steps.clock import database_now
from guanhao.steps.ticks import Periodic, forget_old_ticks
from guanhao.steps.types import Worker

REMINDER = system("reminder", "到期提醒")
DUE_SOON = timedelta(hours=2)  # how long before its due time a waiting step is called to mind
JUMP = timedelta(seconds=30)  # clocks of database and host further apart than this are told (LG8)


def remind_of_steps(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Record that waiting steps are due soon or overdue, once each; their deciders are told as a consequence."""
    now = clock.now()
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            for step in Step.objects.unreminded(now).filter(due_at__lte=now + DUE_SOON):
                cases.remind(actor=REMINDER, step=step)


def tell_of_unknown_jobs(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Tell those who owe a push that its outcome is unknown, within five minutes of its becoming so (§2.7)."""
    now = clock.now()
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution), transaction.atomic():
            tell_unknown(now)


def remind_of_jobs(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Record which pushes are due by hand, missed, late, long unknown or left alone; people are told as a consequence."""
    now = database_now()
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            for said in reminding.reminders_due(now):
                reminding.remind(actor=REMINDER, said=said)


def watch_connections(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Record which accounts' authorisations end soon or have ended; drop tokens that nobody confirmed in time."""
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            connections.announce_ends()
            consents.forget_old()


def forget_calls(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Delete notes of platform calls that no limit counts any more."""
    now = database_now()
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            budget.forget_old(now)


def compare_clocks(worker: Worker) -> None:
    """Record where this host's clock and the database's are apart: due times and the ledger's times rest on them."""
    apart = abs(clock.now() - database_now())
    if apart < JUMP:
        return
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution), transaction.atomic():
            record(
                institution=institution,
                actor=system("worker", "后台程序"),
                action=Action.CLOCK_JUMPED,
                subject=Subject("worker", worker.name),
                facts={"apart_seconds": int(apart.total_seconds())},
                detail={
                    "why": f"The host's clock and the database's are {int(apart.total_seconds())} s apart."
                },
            )


def forget(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Forget what is kept for a time only: pushed messages (PD5) and callback keys that were replaced."""
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            forget_outlived()
            counting.forget()
            forget_previous_keys()
            incidents.forget_outlived()


def remind_of_incidents(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Record which reports of incidents are soon due and which are late, once each (PD7)."""
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            incidents.remind()


def watch_custody(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Flag what people know through posts that ended by themselves, and ask the platforms about replaced secrets (SE4)."""
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            leaving.lapse()
            for secret in proving.due_to_be_asked():
                proving.try_platform(actor=proving.PROVER, secret=secret)


def forget_traces(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Delete traces of signing in that are older than six months (PD1)."""
    forgetting.forget_traces()


def keep_estimates(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Let SQLite look again at tables that have grown."""
    estimates.keep()


def keep_requests(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Call requests of persons to mind before fifteen days are over, and go on with deletions as entries come of age (PD3)."""
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            requests.remind()
            retracting.remind()
            erasing.go_on()


def keep_notices(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Publish the privacy notice where there is none, or where the software holds other data than it says (PD2)."""
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            noticing.keep_in_force(institution)


JOBS = (
    Periodic("inbound.forget", timedelta(hours=1), forget),
    Periodic("database.estimates", timedelta(hours=6), keep_estimates),
    Periodic("cases.remind", timedelta(minutes=1), remind_of_steps),
    Periodic("duties.digest", timedelta(hours=1), announce_digest),
    Periodic("duties.keep", timedelta(minutes=5), keep_duties),
    Periodic("inspections.rounds", timedelta(hours=1), run_rounds),
    Periodic("custody.watch", timedelta(hours=1), watch_custody),
    Periodic("privacy.incidents", timedelta(minutes=1), remind_of_incidents),
    Periodic("privacy.notices", timedelta(hours=1), keep_notices),
    Periodic("privacy.requests", timedelta(hours=1), keep_requests),
    Periodic("removal.carry_out", timedelta(minutes=5), remove_institutions),
    Periodic("privacy.traces", timedelta(days=1), forget_traces),
    Periodic("ledger.checkpoints", timedelta(minutes=1), keep_checkpoints),
    Periodic("ledger.retention", timedelta(hours=1), keep_retention),
    Periodic("publishing.unknown", timedelta(minutes=1), tell_of_unknown_jobs),
    Periodic("publishing.remind", timedelta(minutes=1), remind_of_jobs),
    Periodic("steps.alarms", timedelta(minutes=1), raise_alarms),
    Periodic("registry.calls", timedelta(days=1), forget_calls),
    Periodic("registry.silence", timedelta(days=1), watch_silence),
    Periodic("registry.faces", timedelta(hours=1), watch_faces),
    Periodic("registry.connections", timedelta(minutes=5), watch_connections),
    Periodic("exports.forget", timedelta(hours=1), forget_exports),
    Periodic("steps.clocks", timedelta(hours=1), compare_clocks),
    Periodic("steps.forget", timedelta(days=1), forget_old_ticks),
)
