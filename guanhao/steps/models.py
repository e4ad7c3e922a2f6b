"""Background work: leases on rows, schedule ticks and worker heartbeats."""

from __future__ import annotations

from django.db import models


class Leased(models.Model):
    """Columns of a row that a step claims: due, leased, counted, set aside (libraries.md, first row).

    A row is free when it is due and carries no live lease. Finishing is a conditional update on ``owner``, so
    a worker that lost its lease cannot mark the row done.
    """

    run_after = models.DateTimeField(db_index=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_why = models.TextField(blank=True)

    class Meta:
        abstract = True


class Tick(models.Model):
    """One due time of one periodic job; the worker that inserts it runs it (unique, so exactly one does)."""

    job = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    owner = models.CharField(max_length=60)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "due_at"], name="tick_once")]


class Heartbeat(models.Model):
    """A worker's sign of life."""

    worker = models.CharField(max_length=60, unique=True)
    queues = models.JSONField(default=list)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
