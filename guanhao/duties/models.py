"""Duties as the ledger tells them: every row here follows from events and can be dropped and rebuilt (`rebuilding`)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanhao.contents.models import Article, Asset
from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.duties.queries import ConcernQuerySet, DutyQuerySet
from guanhao.duties.types import ConcernKind, DutyState, SeatKind
from guanhao.people.models import Person, Unit
from guanhao.registry.models import Account
from guanhao.regulation.models import RulebookVersion


class Concern(Scoped):
    """反映事项: a question, a fault, an abuse or a violation that somebody brought up; duties follow from it."""

    kind = models.CharField(_("类别"), max_length=20, choices=ConcernKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(_("内容"))
    raised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    objects = TenantManager.from_queryset(ConcernQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["institution", "-raised_at"], name="concern_latest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class FiledRules(Scoped):
    """运营制度: a unit's own operating rules as it filed them; the latest is in force (xartvu-8)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()

    objects: models.Manager[FiledRules] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["institution", "unit", "-filed_at"], name="rules_latest")]


class Feed(Scoped):
    """A person's calendar feed: the digest of the secret part of its address, which can be renewed."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=80, unique=True)
    made_at = models.DateTimeField()


class Duty(Scoped):
    """待办义务: owed under one clause, because of one event or one period, about one thing.

    ``key`` is made of these, so a duty has the same name after a rebuild. ``person`` owes it where a person does;
    otherwise the offices among its seats do, whoever holds them. ``due_at`` is empty for *promptly*. ``account``,
    ``paper`` (an article of ours) and ``concern`` repeat what it is about, for lists.
    """

    key = models.CharField(max_length=24)
    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=80)
    article = models.CharField(max_length=40)
    task = models.CharField(max_length=30)
    force = models.CharField(max_length=10)
    origin = models.CharField(max_length=60)  # "event:123" or "2026-W48"
    about_kind = models.CharField(max_length=20)
    about_id = models.CharField(max_length=40)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey(Article, null=True, on_delete=models.PROTECT, related_name="+")
    concern = models.ForeignKey(Concern, null=True, on_delete=models.PROTECT, related_name="duties")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    names_post = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    period_end = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    needed = models.PositiveIntegerField(default=1)
    have = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=DutyState.choices, default=DutyState.OPEN)
    ladder = models.JSONField(default=list)  # [[instant, kind, level], …]
    rung = models.PositiveSmallIntegerField(default=0)  # how many of them are behind us
    next_at = models.DateTimeField(null=True)  # when the next one comes
    late_at = models.DateTimeField(null=True)  # when it was found late
    ended_at = models.DateTimeField(null=True)
    event = models.BigIntegerField()  # the ledger's entry that opened it, and the one that ended it
    ended_event = models.BigIntegerField(null=True)

    objects = TenantManager.from_queryset(DutyQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "key"], name="duty_once")]
        indexes = [
            models.Index(fields=["institution", "state", "due_at"], name="duty_by_due"),
            models.Index(fields=["institution", "about_kind", "about_id", "state"], name="duty_by_about"),
            models.Index(fields=["next_at"], condition=models.Q(state=DutyState.OPEN), name="duty_next_rung"),
        ]


class Seat(Scoped):
    """An office held that has to do with a duty: whoever holds it now. ``level`` is the rung of escalation."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="seats")
    kind = models.CharField(max_length=10, choices=SeatKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "kind", "unit", "post"], name="duty_seat_once")
        ]
        indexes = [models.Index(fields=["institution", "unit", "post", "kind"], name="duty_seat_by_post")]


class Credit(Scoped):
    """One thing that counts towards a duty, once: the third of twenty articles."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="credits")
    counted = models.CharField(max_length=60)
    event = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["duty", "counted"], name="duty_credit_once")]
