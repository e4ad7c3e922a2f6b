"""Reads of jobs: what is due for which step, what a person may see, what waits for a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from guanhao.contents.types import ArticleState, Channel
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, standing
from guanhao.people.tree import with_units_below
from guanhao.publishing.types import AskWhy, JobState
from guanhao.steps.clock import database_now

if TYPE_CHECKING:
    from guanhao.publishing.models import PublishJob

STAGE_AHEAD = timedelta(minutes=30)
READ_AHEAD = timedelta(seconds=settings.READ_AHEAD_SECONDS)
_SEES_ALL = {Permission.PUBLISHING_SEE_ALL}


def units_seen(person: Person) -> frozenset[int] | None:
    """The units whose jobs the person sees; nothing for whoever sees all."""
    held = standing(person)
    return None if held.permissions & _SEES_ALL else with_units_below(held.unit_ids)


class JobQuerySet(models.QuerySet["PublishJob"]):
    """Jobs of the institution in scope."""

    def to_stage(self) -> JobQuerySet:
        """Planned or half-staged jobs; their ``run_after`` says from when."""
        return self.filter(state__in=[JobState.PLANNED, JobState.STAGING])

    def to_send(self, now: Any) -> JobQuerySet:
        """Staged jobs whose time has come."""
        return self.filter(state=JobState.STAGED, due_at__lte=now)

    def of_idle_accounts(self) -> JobQuerySet:
        """Without those whose account has a public step in flight: it takes one at a time."""
        in_flight = self.model.objects.filter(account=OuterRef("account"), state=JobState.ARMED)
        return self.exclude(Exists(in_flight))

    def to_make_ready(self, now: Any) -> JobQuerySet:
        """Staged jobs of a channel that may be read ahead, before their time; their ``run_after`` says from when."""
        return self.filter(state=JobState.STAGED, channel=Channel.WECHAT_PUBLISH, due_at__gt=now)

    def armed(self) -> JobQuerySet:
        """Jobs with an intent in flight; one without a live lease lost its worker."""
        return self.filter(state=JobState.ARMED)

    def accepted(self) -> JobQuerySet:
        """Jobs the platform is working on, or that wait for its administrator."""
        return self.filter(state__in=[JobState.ACCEPTED, JobState.WAITING_CONFIRM])

    def unknown(self) -> JobQuerySet:
        """Jobs whose outcome is not known and can be read on the platform."""
        return self.filter(state=JobState.UNKNOWN, keyed_until__isnull=True)

    def to_repeat(self) -> JobQuerySet:
        """Jobs whose outcome only a repeat under the same key can tell (class Q): there is nothing to read."""
        return self.filter(state=JobState.UNKNOWN, keyed_until__isnull=False)

    def published(self) -> JobQuerySet:
        """Jobs whose publication is looked at again now and then."""
        return self.filter(state=JobState.PUBLISHED)

    def missed(self) -> JobQuerySet:
        """Jobs that did not begin to send in time and are in nobody's hands."""
        unheld = Q(lease_until__isnull=True) | Q(lease_until__lte=database_now())
        waiting = [JobState.PLANNED, JobState.STAGING, JobState.STAGED]
        return self.filter(unheld, state__in=waiting, late_after__lt=database_now()).order_by("due_at", "pk")

    def without_intent(self) -> JobQuerySet:
        """Jobs that the machine has yet to begin to send; pushes by hand are nobody's but a person's."""
        waiting = [JobState.PLANNED, JobState.STAGING, JobState.STAGED]
        return self.filter(state__in=waiting).exclude(channel=Channel.BY_HAND)

    def to_sweep(self) -> JobQuerySet:
        """Jobs that are over or published and may have left drafts in the box."""
        over = [JobState.PUBLISHED, JobState.CANCELLED, JobState.REMOVED]
        return self.filter(state__in=over, sweep_at__lte=database_now()).order_by("sweep_at", "pk")

    def asking(self) -> JobQuerySet:
        """What waits for a person, oldest first; unknowns of one outage stand together (§2.7)."""
        return self.filter(state=JobState.ASK).order_by("due_at", "pk")

    def by_hand(self) -> JobQuerySet:
        """What a person is to publish by hand."""
        return self.asking().filter(ask_why=AskWhy.BY_HAND)

    def asked(self) -> JobQuerySet:
        """What the machine asks a person about: missed, refused without fault of the articles, not found."""
        return self.asking().exclude(ask_why=AskWhy.BY_HAND)

    def waiting_for_administrator(self) -> JobQuerySet:
        """Mass sends that an administrator of the account has to confirm on the platform."""
        return self.filter(state=JobState.WAITING_CONFIRM)

    def refused_and_left(self) -> JobQuerySet:
        """What the platform refused, while an article of it stands returned and nobody has handed in another version."""
        left = self.model.objects.filter(
            pk=OuterRef("pk"),
            items__revision__article__state=ArticleState.RETURNED,
            items__revision__article__current=F("items__revision"),
        )
        return self.filter(Exists(left), state=JobState.REJECTED)

    def unsettled(self) -> JobQuerySet:
        """Unknown or asked: shown loudly."""
        return self.filter(state__in=[JobState.UNKNOWN, JobState.ASK])

    def to_reconcile(self, until: datetime) -> JobQuerySet:
        """Jobs due until then of which it is not settled whether they went out, oldest first."""
        open_states = [
            JobState.ARMED,
            JobState.ACCEPTED,
            JobState.WAITING_CONFIRM,
            JobState.UNKNOWN,
            JobState.ASK,
        ]
        return self.filter(state__in=open_states, due_at__lte=until).order_by("due_at", "pk")

    def visible_to(self, person: Person) -> JobQuerySet:
        """Offices and technical unit see all; a unit its accounts' and its articles'; contributors their own."""
        units = units_seen(person)
        return self if units is None else self.seen_from(units, person)

    def seen_from(self, units: Any, person: Any) -> JobQuerySet:
        """Those of accounts and articles of the units, and one's own. Takes the places of the values too."""
        # Looked up beside the row and not joined to it, so that every job is one row, which lists count as such.
        related = self.model.objects.filter(pk=OuterRef("pk"))
        held_by = Exists(related.filter(account__holders__person=person))
        article = Q(items__revision__article__owner_unit__in=units)
        own = Q(items__revision__article__contributor=person)
        account = Q(account__owner_unit__in=units) | Q(account__manager=person)
        return self.filter(account | Q(held_by) | Q(Exists(related.filter(article | own))))

    def with_record(self) -> JobQuerySet:
        """With everything a record page shows, in a fixed number of queries."""
        return self.select_related("push", "account").prefetch_related(
            "items__revision__article", "tries", "looks", "hand_reports__by", "hand_reports__second"
        )
