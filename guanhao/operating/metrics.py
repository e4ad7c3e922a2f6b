"""Figures for Prometheus, and whether this installation is ready. Bounded queries, over all institutions, read at each call.

Labels are queues, states, platforms and institutions' keys; nothing here names a person, an article or an account.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from guanhao.core import tenancy
from guanhao.ledger.models import Event, LogHead
from guanhao.notices.steps import waiting as deliveries
from guanhao.operating.checking.database import pending_migrations
from guanhao.people.models import Institution
from guanhao.process import pulse
from guanhao.publishing.models import Breaker, Stop
from guanhao.steps import heartbeats
from guanhao.steps.clock import database_now

MOST_INSTITUTIONS = 500


def text() -> bytes:
    """All figures in Prometheus' text form."""
    registry = CollectorRegistry()
    registry.register(_Figures())
    return generate_latest(registry)


def readiness() -> dict[str, bool]:
    """What must hold before requests are sent here: the database answers, has this program's form, a worker is alive.

    A database that does not answer leaves the rest unasked and false.
    """
    told = {"database": False, "migrations": False, "worker": False}
    try:
        told["migrations"] = not pending_migrations()
        told["database"] = True
        told["worker"] = told["migrations"] and heartbeats.alive().exists()
    except DatabaseError:
        connection.close()
    return told


class _Figures(Collector):
    """Reads everything at the moment it is asked."""

    def describe(self) -> list[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Every figure, in one scope over all institutions."""
        with tenancy.everywhere("metrics count over all institutions"):
            yield from [*_queues(), *_publishing(), *_ledgers()]


def _queues() -> Iterator[Metric]:
    rows = GaugeMetricFamily("guanhao_queue_due_rows", "Rows due and in nobody's hands.", labels=["queue"])
    lag = GaugeMetricFamily(
        "guanhao_queue_lag_seconds", "How long the oldest due row has waited.", labels=["queue"]
    )
    workers = GaugeMetricFamily(
        "guanhao_queue_workers", "Live workers that serve the queue.", labels=["queue"]
    )
    seen = GaugeMetricFamily(
        "guanhao_queue_heartbeat_age_seconds", "Since the last sign of life.", labels=["queue"]
    )
    for one in pulse.pulses():
        rows.add_metric([one.queue.value], one.waiting.rows)
        lag.add_metric([one.queue.value], one.lag.total_seconds())
        workers.add_metric([one.queue.value], one.workers)
        if one.seen_at is not None:
            seen.add_metric([one.queue.value], (one.now - one.seen_at).total_seconds())
    yield from (rows, lag, workers, seen)


def _publishing() -> Iterator[Metric]:
    jobs = GaugeMetricFamily(
        "guanhao_jobs", "Publishing jobs by state; unknown and ask are the loud ones.", labels=["state"]
    )
    for state, count in pulse.states().items():
        jobs.add_metric([state.value], count)
    breakers = GaugeMetricFamily(
        "guanhao_breaker_open", "1 where sending to a platform is interrupted.", labels=["platform"]
    )
    for platform, since in Breaker.objects.values_list("platform", "open_since"):
        breakers.add_metric([platform], 0 if since is None else 1)
    stops = GaugeMetricFamily(
        "guanhao_stops", "Stops in force.", value=Stop.objects.filter(lifted_at__isnull=True).count()
    )
    notices = GaugeMetricFamily(
        "guanhao_notices_waiting", "Notices not delivered yet.", value=deliveries().count()
    )
    yield from (jobs, breakers, stops, notices)


def _ledgers() -> Iterator[Metric]:
    entries = GaugeMetricFamily("guanhao_ledger_entries", "Entries of the ledger.", labels=["institution"])
    age = GaugeMetricFamily(
        "guanhao_ledger_head_age_seconds", "Age of the newest entry.", labels=["institution"]
    )
    now, keys = database_now(), dict(Institution.ever.values_list("pk", "key"))
    for head in LogHead.objects.order_by("institution_id")[:MOST_INSTITUTIONS]:
        key = keys[head.institution_id]
        entries.add_metric([key], head.size)
        newest = Event.objects.filter(institution_id=head.institution_id, index=head.size - 1).first()
        if newest is not None:
            age.add_metric([key], (now - newest.at).total_seconds())
    yield from (entries, age)
