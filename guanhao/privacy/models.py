"""Incidents; what authorities were given; what persons ask about their data; notices to them and what they agreed to."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanhao.contents.models import Article, Asset
from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.exports.models import ExportJob
from guanhao.people.models import Person
from guanhao.privacy.queries import (
    ConsentQuerySet,
    DisclosureQuerySet,
    IncidentQuerySet,
    PortrayalQuerySet,
    PrivacyNoticeQuerySet,
    ReportQuerySet,
    RequestQuerySet,
)
from guanhao.privacy.types import (
    Addressee,
    Conclusion,
    ConsentHow,
    ConsentReach,
    ConsentState,
    IncidentKind,
    RequestKind,
    RequestState,
    RiskLevel,
    SettledHow,
    Use,
)
from guanhao.registry.models import Account


class Incident(Scoped):
    """安全事件: what happened, as far as it is known now. Its earlier wordings are in the ledger."""

    kind = models.CharField(_("类别"), max_length=12, choices=IncidentKind.choices)
    title = models.CharField(_("名称"), max_length=120)
    what = models.TextField(_("发生了什么"))
    noticed_at = models.DateTimeField(_("何时发现"))
    happened_at = models.DateTimeField(_("发生时间"), null=True, blank=True)
    persons_number = models.PositiveIntegerField(_("涉及人数"), null=True, blank=True)
    persons_who = models.TextField(_("涉及哪些人"), blank=True)
    data_kinds = models.CharField(_("涉及的信息种类"), max_length=300, blank=True)
    causes = models.TextField(_("原因和可能的危害"), blank=True)
    advice = models.TextField(_("个人可以采取的措施"), blank=True)
    contact = models.CharField(_("联系方式"), max_length=200, blank=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    lessons = models.TextField(_("教训和改进"), blank=True)
    keep_until = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(IncidentQuerySet)()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, keep_until__isnull=True)
                | (models.Q(closed_at__isnull=False, keep_until__isnull=False) & ~models.Q(lessons="")),
                name="incident_closes_with_lessons",
            )
        ]


class IncidentAccount(Scoped):
    """An account an incident concerns."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="accounts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "account"], name="incident_account_once")]


class Measure(Scoped):
    """处置措施: what was done about an incident, by whom and when; only ever added."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="measures")
    words = models.TextField(_("措施"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Report(Scoped):
    """A report that an incident owes: made, or found not to be needed, with the reason."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="reports")
    to = models.CharField(_("对象"), max_length=12, choices=Addressee.choices)
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)  # empty where it was not needed
    whom = models.CharField(_("向谁报告"), max_length=200, blank=True)
    words = models.TextField(_("说明"), blank=True)

    objects = TenantManager.from_queryset(ReportQuerySet)()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "to"], name="incident_report_once"),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, made_at__isnull=True)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="incident_report_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["remind_at"], condition=models.Q(settled_at__isnull=True), name="incident_report_open"
            )
        ]


class Disclosure(Scoped):
    """依法调取: an authority asks for what is held about an account or about persons in a time, by an instrument.

    Whoever prepares it is never who approves it (AP8). Nothing of the scope changes after preparing.
    """

    authority = models.CharField(_("调取机关"), max_length=200)
    officers = models.CharField(_("经办人员和证件"), max_length=200)
    instrument_no = models.CharField(_("法律文书编号"), max_length=100)
    instrument = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")  # its scan
    purpose = models.TextField(_("事由"))
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(_("自"))
    until = models.DateTimeField(_("至"))  # the first instant that is out again
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(default=False)
    reason = models.TextField(_("理由"), blank=True)
    job = models.ForeignKey(ExportJob, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    delivered_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivered_to = models.CharField(_("交给谁"), max_length=200, blank=True)
    delivered_how = models.CharField(_("交付方式"), max_length=200, blank=True)

    objects = TenantManager.from_queryset(DisclosureQuerySet)()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("since")), name="disclosure_period_has_length"
            ),
            models.CheckConstraint(
                condition=models.Q(approved=False) | ~models.Q(decided_by=models.F("prepared_by")),
                name="disclosure_by_two_persons",
            ),
        ]

    @property
    def last_instant(self) -> datetime:
        """The last instant that is in, for saying the period in whole days."""
        return self.until - timedelta(microseconds=1)


class DisclosedPerson(Scoped):
    """A person whom an instrument names."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="persons")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disclosure", "person"], name="disclosed_person_once")]


class PersonRequest(Scoped):
    """个人信息请求: a person asks for a copy, a correction, deletion or an explanation; answered within fifteen days."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(_("请求"), max_length=8, choices=RequestKind.choices)
    words = models.TextField(_("说明"), blank=True)
    asked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+"
    )  # the office, for one who left
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.OPEN)
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey(ExportJob, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = TenantManager.from_queryset(RequestQuerySet)()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="open"), name="person_request_open")
        ]


class Erasure(Scoped):
    """What was held of a person is deleted; entries of the ledger that are too young follow until ``details_until``."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="erasure")
    begun_at = models.DateTimeField()
    details_until = models.DateTimeField()
    backups_until = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)


class PrivacyNotice(Scoped):
    """告知书: one version of what the institution tells everybody about their personal data (PIPL 17). Never changed."""

    number = models.PositiveIntegerField()
    body = models.JSONField()  # {"zh": [[heading, [line, …]], …], "en": …}
    digest = models.CharField(max_length=80)
    contact = models.CharField(_("联系方式"), max_length=200, blank=True)
    words = models.TextField(_("本单位的补充说明"), blank=True)
    published_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # nobody where the software's register changed
    published_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = TenantManager.from_queryset(PrivacyNoticeQuerySet)()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "number"], name="privacy_notice_number_once"),
            models.UniqueConstraint(
                fields=["institution"],
                condition=models.Q(superseded_at__isnull=True),
                name="privacy_notice_one_in_force",
            ),
        ]


class Acknowledgement(Scoped):
    """A person has read a version of the notice."""

    notice = models.ForeignKey(PrivacyNotice, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "person"], name="acknowledged_once")]


class PublicationConsent(Scoped):
    """同意: what one person agreed to have published, for one kind of use, and how that is known (PIPL 14, 25, 31).

    ``person`` is set where they are a user of the system. It counts while it is given, and up to ``until``.
    """

    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("本人"), max_length=120)
    use = models.CharField(_("使用内容"), max_length=10, choices=Use.choices)
    state = models.CharField(_("状态"), max_length=10, choices=ConsentState.choices)
    how = models.CharField(_("同意方式"), max_length=10, choices=ConsentHow.choices, blank=True)
    paper = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("说明"), max_length=500, blank=True)
    reach = models.CharField(_("适用范围"), max_length=10, choices=ConsentReach.choices)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(_("有效期至"), null=True, blank=True)
    under_14 = models.BooleanField(_("不满十四周岁"), default=False)
    guardian = models.CharField(_("监护人"), max_length=60, blank=True)
    guardian_is = models.CharField(_("与本人的关系"), max_length=30, blank=True)
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("撤回理由"), max_length=500, blank=True)

    objects = TenantManager.from_queryset(ConsentQuerySet)()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="given") | (models.Q(given_at__isnull=False) & ~models.Q(how="")),
                name="consent_given_somehow",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="given", under_14=True)
                | (~models.Q(guardian="") & ~models.Q(guardian_is="") & ~models.Q(how="self")),
                name="consent_under_14_by_guardian",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn")
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="consent_withdrawn_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["institution", "state", "-id"], name="consent_by_state")]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_use_display()}"


class Portrayal(Scoped):
    """An article that shows a person on the strength of a consent, and the task that follows where it is withdrawn later."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(PublicationConsent, on_delete=models.PROTECT, related_name="portrayals")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    task_at = models.DateTimeField(null=True, blank=True)  # withdrawn when it was out already
    due_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_how = models.CharField(_("处置"), max_length=10, choices=SettledHow.choices, blank=True)
    settled_words = models.CharField(_("处置说明"), max_length=500, blank=True)

    objects = TenantManager.from_queryset(PortrayalQuerySet)()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "consent"],
                condition=models.Q(removed_at__isnull=True),
                name="portrayal_once",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True)
                | (models.Q(task_at__isnull=False, settled_by__isnull=False) & ~models.Q(settled_how="")),
                name="portrayal_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(task_at__isnull=False, settled_at__isnull=True),
                name="portrayal_task_open",
            )
        ]


class Assessment(Scoped):
    """影响评估: of one processing of personal data. Concluded, it is kept unchanged for three years at least, by triggers."""

    title = models.CharField(_("评估的处理活动"), max_length=120)
    grounds = models.JSONField(_("处理情形"), default=list)
    data_kinds = models.CharField(_("涉及的信息种类"), max_length=300, blank=True)
    purpose = models.TextField(_("处理目的和方式"), blank=True)
    necessity = models.TextField(_("合法、正当、必要"), blank=True)
    effects = models.TextField(_("对个人权益的影响"), blank=True)
    risk = models.CharField(_("风险程度"), max_length=8, choices=RiskLevel.choices, blank=True)
    measures = models.TextField(_("保护措施"), blank=True)
    assessors = models.CharField(_("评估人"), max_length=200, blank=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    conclusion = models.CharField(_("结论"), max_length=16, choices=Conclusion.choices, blank=True)
    conclusion_words = models.TextField(_("理由"), blank=True)
    concluded_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    concluded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(concluded_at__isnull=True, concluded_by__isnull=True, conclusion="")
                | (
                    models.Q(concluded_at__isnull=False, concluded_by__isnull=False)
                    & ~models.Q(conclusion="")
                    & ~models.Q(risk="")
                    & ~models.Q(measures="")
                ),
                name="assessment_concluded_whole",
            )
        ]
