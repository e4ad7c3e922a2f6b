"""The approval engine. Definitions live in the rulebook; a case is one run of a route, frozen at submission.

Subjects (a revision, an application) point at cases; a case knows its subject only by a digest and a label.
"""

from __future__ import annotations

from django.db import models

from guanhao.cases.queries import CaseQuerySet, DecisionQuerySet, StepQuerySet
from guanhao.cases.types import AUTHOR, BarredWhy, CaseState, PaperKind, StepState, Verdict
from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.people.models import Person, Unit
from guanhao.regulation.models import RulebookVersion


class Case(Scoped):
    """办件: one subject on its way through one route."""

    act = models.CharField(max_length=40)  # the route's act: release, open_account …
    label = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=40)  # ledger subject, e.g. article
    subject_id = models.CharField(max_length=60)
    subject_digest = models.CharField(max_length=80)  # what is decided, exactly (AP1)
    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=80)  # the route's clause id
    facts = models.JSONField(default=dict)  # selection facts at submission (owner kind, classes …)
    owner_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    publisher_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )

    objects = TenantManager.from_queryset(CaseQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["institution", "state", "-opened_at"], name="case_by_state"),
            models.Index(fields=["institution", "subject_kind", "subject_id"], name="case_by_subject"),
            models.Index(
                fields=["institution", "-opened_at", "label", "submitted_by"], name="case_newest_words"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "act", "subject_kind", "subject_id"],
                condition=models.Q(state=CaseState.OPEN),
                name="case_one_open_per_subject",
            )
        ]

    def __str__(self) -> str:
        return self.label


class Barred(Scoped):
    """A person who wrote, edited, imported or submitted what is decided and therefore cannot approve it (AP3)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="barred")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=12, choices=BarredWhy.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person", "why"], name="barred_once")]


class Step(Scoped):
    """环节: one step of a route, frozen from the rulebook at submission.

    Who may decide is asked live: the holders of ``post`` in ``unit`` (any post where empty) and their deputies.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100, blank=True)
    clause = models.CharField(max_length=80, default="")  # the route it was frozen from, which says by when
    article = models.CharField(max_length=40)  # ruian-6.1
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=40, blank=True)
    act = models.CharField(max_length=20)  # review, consent, sign, seal, register, proofread, take_note
    quorum = models.CharField(max_length=5, default="any")  # any | all
    needs_paper = models.BooleanField(default=False)  # passed only once the signed or sealed paper is here
    checklist = models.JSONField(default=list)  # [{key, zh, en, required}]
    must_differ = models.JSONField(default=list)  # "author" or keys of other steps
    may_combine_with = models.JSONField(
        default=list
    )  # keys of steps one person may settle in the same gesture
    authorises = models.JSONField(default=list)  # content classes that passing this step authorises (AP7)
    return_to = models.CharField(max_length=40, default=AUTHOR)
    round = models.PositiveSmallIntegerField(default=1)  # grows when a later step sends the case back here
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.WAITING)
    opened_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(StepQuerySet)()

    class Meta:
        ordering = ["case", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="step_one_position"),
            models.UniqueConstraint(fields=["case", "key"], name="step_one_key"),
        ]
        indexes = [
            models.Index(fields=["institution", "state", "unit", "post"], name="step_waiting_for"),
            # Few wait and many are over, which SQLite cannot tell from averages.
            models.Index(
                fields=["institution", "case"],
                condition=models.Q(state__in=[StepState.CURRENT, StepState.HELD]),
                name="step_waiting",
            ),
        ]


class Decision(Scoped):
    """意见: what one person decided at one step about exactly one digest. Never changed, never deleted."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    acting_for = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    opinion = models.TextField(blank=True)
    checklist = models.JSONField(default=dict)  # key → confirmed (true/false), as ticked
    subject_digest = models.CharField(max_length=80)
    rulebook_digest = models.CharField(max_length=80)
    at = models.DateTimeField()
    final = models.BooleanField(default=True)  # a hold is not final; the same person decides again later
    round = models.PositiveSmallIntegerField(
        default=1
    )  # of the step; decisions of earlier rounds no longer count

    objects = TenantManager.from_queryset(DecisionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step", "round", "person"],
                condition=models.Q(final=True),
                name="decision_once_per_person",
            )
        ]
        indexes = [models.Index(fields=["institution", "person", "-at"], name="decision_by_person")]


class PaperCopy(Scoped):
    """纸质件: a sheet as it was printed for a case, or as it came back signed and sealed. Never changed, never deleted.

    The file itself is kept by its digest like every other; the case knows what it is, what it is about and for which
    steps it counts.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=10, choices=PaperKind.choices)
    covers = models.JSONField(default=list)  # keys of the steps whose signature or seal is on it
    subject_digest = models.CharField(max_length=80)  # what was up for decision when it was added (AP1)
    digest = models.CharField(max_length=80)  # of the file
    name = models.CharField(max_length=200, blank=True)  # as the person called it, for reading only
    mime = models.CharField(max_length=120)
    size = models.PositiveIntegerField()
    code = models.CharField(max_length=20, blank=True)  # of the print, where it carries one
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "digest", "subject_digest", "covers"], name="paper_copy_once"
            )
        ]
