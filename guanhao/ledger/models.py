"""The record: append-only events in a Merkle log per institution (security §3.5)."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.ledger.merkle import Frontier
from guanhao.ledger.queries import EventQuerySet
from guanhao.ledger.types import LEAST_MONTHS, MOST_MONTHS


class LogHead(Scoped):
    """The one row per institution that appends lock: how long the log is and its frontier of subtree hashes."""

    size = models.BigIntegerField(default=0)
    frontier = models.JSONField(default=list)  # hex hashes of the perfect subtrees, largest first

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution"], name="ledger_one_head")]

    def tree(self) -> Frontier:
        """The head as a value that can be appended to and has a root."""
        return Frontier(self.size, tuple(bytes.fromhex(value) for value in self.frontier))


class Event(Scoped):
    """One entry. ``entry`` is the canonical JSON that the leaf hash covers; the other columns repeat it for search.

    The leaf holds no personal data, only a salted commitment to it (K6); see `EventDetail`.
    """

    index = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=60)
    acting_for = models.CharField(max_length=60, blank=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=60)
    gesture = models.CharField(max_length=32, blank=True)  # events of one gesture share it
    clause = models.CharField(max_length=80, blank=True)  # the clause that was applied, where one was
    facts = models.JSONField(default=dict)  # a copy of what the entry states; no personal data
    entry = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)

    objects = TenantManager.from_queryset(EventQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "index"], name="event_dense_index")]
        indexes = [
            models.Index(
                fields=["institution", "subject_kind", "subject_id", "index"], name="event_by_subject"
            ),
            models.Index(fields=["institution", "action", "index"], name="event_by_action"),
            models.Index(fields=["institution", "actor_id", "index"], name="event_by_actor"),
        ]


class EventDetail(Scoped):
    """The erasable side of an entry: names, labels at the time, addresses, opinions. Its salted hash is in the leaf."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="detail")
    salt = models.BinaryField(max_length=16)
    data = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True, blank=True)


class Node(Scoped):
    """Hashes of perfect subtrees (level ≥ 1), so that proofs need O(log n) reads; level 0 are leaves of removed entries."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "level", "index"], name="node_place")]


class Checkpoint(Scoped):
    """存证点: a signed head of the log (LG4); ``delivered_at`` says when it left the building, and ``channels`` how."""

    at = models.DateTimeField()
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    channels = models.JSONField(default=list)

    class Meta:
        ordering = ["-size"]


class Retention(Scoped):
    """留存期限: for how many months entries are kept; three years where an institution has no row (LG8)."""

    months = models.PositiveSmallIntegerField()
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution"], name="retention_one_period"),
            models.CheckConstraint(
                condition=models.Q(months__gte=LEAST_MONTHS, months__lte=MOST_MONTHS),
                name="retention_at_least_six_months",
            ),
        ]


class Pruning(Scoped):
    """One removal of entries under retention: those with an index smaller than ``below`` are gone, their leaf hashes stay."""

    below = models.BigIntegerField()
    older_than = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-below"]
        constraints = [models.UniqueConstraint(fields=["institution", "below"], name="pruning_once")]
