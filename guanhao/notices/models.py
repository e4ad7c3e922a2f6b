"""Notices: told by duty, never by technical rank; each consequence of an event at most once per person."""

from __future__ import annotations

from django.db import models

from guanhao.core.tenancy import Scoped
from guanhao.people.models import Person
from guanhao.steps.models import Leased


class Notice(Scoped):
    """通知: one sentence to one person, with the place to act and the article it rests on."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    event_index = models.BigIntegerField()
    consequence = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    article_ref = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "event_index", "consequence", "person"], name="notice_once"
            )
        ]
        indexes = [
            models.Index(fields=["person", "read_at", "-id"], name="notice_unread"),
            models.Index(
                fields=["institution", "link"],
                condition=models.Q(read_at__isnull=True),
                name="notice_unsettled",
            ),
        ]


class Delivery(Scoped, Leased):
    """A notice on its way through one outside channel (e-mail now; the seam for others is `notices.channels`)."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=20)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["run_after"], condition=models.Q(done_at__isnull=True), name="delivery_waiting"
            )
        ]
