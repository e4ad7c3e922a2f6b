"""Articles, immutable revisions, files, findings and the plan of pushes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from guanhao.cases.models import Case
from guanhao.contents.queries import ArticleQuerySet, LinkQuerySet, PushQuerySet, RescreeningQuerySet
from guanhao.contents.types import (
    ArticleState,
    AssetKind,
    AttachmentKind,
    Channel,
    ContributorKind,
    FindingState,
    Following,
    Force,
    PushState,
    RescreeningState,
    Stage,
)
from guanhao.core.tenancy import Scoped, TenantManager
from guanhao.people.models import Person, Unit
from guanhao.registry.models import Account
from guanhao.steps.models import Leased


class Asset(Scoped):
    """A stored file, addressed by its content. Names on disk are ours (CF5)."""

    digest = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=AssetKind.choices)
    mime = models.CharField(max_length=120)  # Word's own has 71
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    original_name = models.CharField(max_length=200, blank=True)
    uploaded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "digest"], name="asset_once")]


class Article(Scoped):
    """稿件: a piece being prepared. ``working`` is the autosaved copy; what is decided and sent are revisions."""

    title = models.CharField(_("标题"), max_length=200)
    contributor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="articles")
    contributor_kind = models.CharField(max_length=10, choices=ContributorKind.choices)
    owner_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="articles")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="articles")
    category = models.CharField(_("类别"), max_length=40, blank=True)
    column = models.CharField(_("栏目"), max_length=40, blank=True)
    content_classes = models.JSONField(default=list)  # keys of the rulebook: breaking_news, major_event …
    wanted_at = models.DateTimeField(_("希望发布时间"), null=True, blank=True)
    working = models.JSONField(default=dict)  # types of contents.content.Content
    working_serial = models.PositiveIntegerField(default=0)  # optimistic lock of autosave
    state = models.CharField(max_length=10, choices=ArticleState.choices, default=ArticleState.DRAFT)
    current = models.ForeignKey("Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )  # the publication that this one corrects or repeats
    following = models.CharField(max_length=10, choices=Following.choices, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = TenantManager.from_queryset(ArticleQuerySet)()

    class Meta:
        indexes = [
            # The newest first, with all that a search for words looks at, so that it need not go through the texts.
            models.Index(
                fields=["institution", "-changed_at", "title", "contributor", "owner_unit"],
                name="article_newest_words",
            ),
            models.Index(fields=["institution", "state", "-changed_at"], name="article_by_state"),
            models.Index(fields=["institution", "account", "-changed_at"], name="article_by_account"),
            models.Index(fields=["institution", "owner_unit", "-changed_at"], name="article_by_unit"),
            models.Index(fields=["institution", "contributor", "-changed_at"], name="article_by_contributor"),
        ]

    def __str__(self) -> str:
        return self.title


class TitlePair(Scoped):
    """Two letters that follow each other in a title of an article, by which it is found (`contents.titles`)."""

    institution = models.ForeignKey(  # The constraint's index begins with it.
        "people.Institution", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    pair = models.CharField(max_length=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "pair", "article"], name="title_pair_once")
        ]


class ArticleHand(Scoped):
    """Everybody who wrote, edited or imported the working copy, so that they cannot approve it (AP3)."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="hands")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "person", "why"], name="hand_once")]


class Revision(Scoped):
    """版本: immutable, content-addressed (K1). Approvals, jobs and evidence point at the hash, never at the article."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # canonical content, see contents.content
    hash = models.CharField(max_length=80)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="revision_number_once")]
        indexes = [models.Index(fields=["institution", "hash"], name="revision_by_hash")]


class Attachment(Scoped):
    """A file that hangs on an article, such as the authorisation for a sensitive matter (gpnu-9)."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="attachments")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15, choices=AttachmentKind.choices)
    issued_by = models.CharField(_("授权部门"), max_length=100, blank=True)
    covers = models.JSONField(default=list)  # content classes the authorisation is for
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()


class Authorisation(Scoped):
    """授权: what the regulation's own route authorised: this revision, for these content classes (gpnu-9, xartvu-11)."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="authorisations")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+")
    covers = models.JSONField(default=list)  # keys of content classes
    given_at = models.DateTimeField()


class Finding(Scoped):
    """审查发现: what a check found in a revision, where, citing what."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="findings")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    rule = models.CharField(max_length=40)
    clause = models.CharField(max_length=80)
    article_ref = models.CharField(max_length=40)  # ruian-16
    force = models.CharField(max_length=5, choices=Force.choices)
    message_zh = models.TextField()
    message_en = models.TextField(blank=True)
    place = models.JSONField(default=dict)  # {"field": "body", "start": 10, "end": 28, "excerpt": "…"}
    override_role = models.CharField(max_length=40, blank=True)  # who may let it pass; nobody where empty
    state = models.CharField(max_length=10, choices=FindingState.choices, default=FindingState.OPEN)
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    found_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["revision", "stage", "state"], name="finding_open")]


class Handling(Scoped):
    """写稿时的处理: what somebody did about a finding before handing in. Handing in binds it to the revision (K1)."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="handlings")
    revision = models.ForeignKey(
        Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="handlings"
    )
    fingerprint = models.CharField(max_length=80)  # of the finding without its position: see checks.Found
    rule = models.CharField(max_length=40)
    clause = models.CharField(max_length=80)
    article_ref = models.CharField(max_length=40)
    message_zh = models.TextField()
    message_en = models.TextField(blank=True)
    place = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=FindingState.choices)
    reason = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "fingerprint"],
                condition=models.Q(revision__isnull=True, undone_at__isnull=True),
                name="handling_once",
            )
        ]


class ErrorMark(Scoped):
    """差错: an error a reviewer confirmed or marked by hand before publication (ruian-20)."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="errors")
    finding = models.ForeignKey(
        Finding, null=True, blank=True, on_delete=models.PROTECT, related_name="errors"
    )
    hit_class = models.CharField(max_length=10, blank=True)
    severity = models.CharField(max_length=40, blank=True)  # a key of the rulebook
    quote = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    counts = models.BooleanField()  # whether a clause of the rulebook counts it
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=models.Q(withdrawn_at__isnull=True), name="error_mark_once"
            )
        ]


class Push(Scoped):
    """推送: what goes out at one time on one account: a headline and its followers, one item, or by hand."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="pushes")
    channel = models.CharField(max_length=15, choices=Channel.choices)
    due_at = models.DateTimeField(_("推送时间"))
    state = models.CharField(max_length=10, choices=PushState.choices, default=PushState.PLANNED)
    content_classes = models.JSONField(default=list)  # union of its items', for windows and lead time
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    serial = models.PositiveIntegerField(default=0)  # optimistic lock of the calendar

    objects = TenantManager.from_queryset(PushQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["institution", "due_at"], name="push_by_due"),
            models.Index(fields=["account", "due_at"], name="push_by_account"),
        ]

    @property
    def live_items(self) -> list[PushItem]:
        """Its items in order, the headline first, without those that were taken out. Uses what was prefetched."""
        return sorted((item for item in self.items.all() if item.live), key=lambda item: item.position)


class PushItem(Scoped):
    """One revision's place in a push; position 0 is the headline (头条)."""

    push = models.ForeignKey(Push, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="places")
    live = models.BooleanField(default=True)  # cleared when the push is cancelled

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["push", "position"], condition=models.Q(live=True), name="push_item_one_place"
            ),
            models.UniqueConstraint(
                fields=["push", "revision"], condition=models.Q(live=True), name="push_item_once"
            ),
        ]


class CalendarDay(Scoped):
    """An institution's own word on one day: overrides the statutory table (ruian-11)."""

    day = models.DateField()
    working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["institution", "day"], name="calendar_day_once")]


class StatutoryDay(models.Model):
    """The statutory calendar with make-up days, seeded from a package and editable; the same for all institutions."""

    day = models.DateField(unique=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60, blank=True)


class Term(Scoped):
    """学期: an institution's own term dates."""

    name = models.CharField(max_length=60)
    starts = models.DateField()
    ends = models.DateField()

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="term_has_length")
        ]


class Rescreening(Leased, Scoped):
    """全库复查: reading everything published again with the lists and the rulebook as they are now; a row is its own queue."""

    list_version = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=RescreeningState.choices, default=RescreeningState.RUNNING)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    reached = models.BigIntegerField(default=0)  # key of the last revision that was read
    spent = models.PositiveIntegerField(default=0)  # milliseconds of reading, for the time that remains

    objects = TenantManager.from_queryset(RescreeningQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution"],
                condition=models.Q(state__in=["running", "paused"]),
                name="rescreening_one_at_a_time",
            )
        ]


class LinkState(Leased, Scoped):
    """链接: an address that stands in an article, and whether it opened when it was last tried; the row is its own queue."""

    address = models.CharField(max_length=2000)
    digest = models.CharField(max_length=64)  # of the address
    asked_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    waiting = models.BooleanField(default=True)
    failures = models.PositiveSmallIntegerField(default=0)
    dead = models.BooleanField(default=False)

    objects = TenantManager.from_queryset(LinkQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "digest"], name="link_once")]


class RescreeningHit(Scoped):
    """What a re-screening found in something published. Of personal data only the mask is kept."""

    rescreening = models.ForeignKey(Rescreening, on_delete=models.PROTECT, related_name="hits")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    hit_class = models.CharField(max_length=10, blank=True)
    rule = models.CharField(max_length=40)
    clause = models.CharField(max_length=80)
    article_ref = models.CharField(max_length=40)
    force = models.CharField(max_length=5, choices=Force.choices)
    message_zh = models.TextField()
    message_en = models.TextField(blank=True)
    excerpt = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["rescreening", "account"], name="rescreening_hit_by_account")]
