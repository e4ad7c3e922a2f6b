"""What an instrument's scope takes in, and nothing beside it (PD6).

- An account: what was written for it, what went out on it, and the entries about these.
- Persons: their particulars, what they wrote, and the entries of what they did, except about other persons.
  Consents name third persons, so what was done about them is out, whoever did it.
- Both: what these persons wrote and did for this account.

Always within the period: a version or an entry of another time is out, also where its article is in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet

from guanhao.contents.models import Article, Revision
from guanhao.core.actors import ActorKind
from guanhao.ledger.models import Event
from guanhao.ledger.queries import EventQuerySet
from guanhao.people.models import Person
from guanhao.privacy.models import Disclosure
from guanhao.publishing.models import PublishJob

_OF_OTHERS = ("consent", "person")  # subjects that are other people's


class Scope:
    """The scope of one disclosure as querysets."""

    def __init__(self, disclosure: Disclosure) -> None:
        self.disclosure = disclosure
        self.account = disclosure.account
        self.keys = list(disclosure.persons.order_by("person_id").values_list("person_id", flat=True))
        self.period = (disclosure.since, disclosure.until)

    def persons(self) -> QuerySet[Person]:
        """The persons the instrument names."""
        return Person.objects.filter(pk__in=self.keys).order_by("pk")

    def revisions(self) -> QuerySet[Revision]:
        """Versions of the period: by the persons, for the account."""
        rows = Revision.objects.filter(created_at__gte=self.period[0], created_at__lt=self.period[1])
        if self.account is not None:
            rows = rows.filter(article__account=self.account)
        if self.keys:
            rows = rows.filter(created_by__in=self.keys)
        return rows.select_related("article__account", "created_by").order_by("article_id", "number")

    def jobs(self) -> QuerySet[PublishJob]:
        """What went out in the period: on the account, with something of the persons in it."""
        rows = PublishJob.objects.filter(published_at__gte=self.period[0], published_at__lt=self.period[1])
        if self.account is not None:
            rows = rows.filter(account=self.account)
        if self.keys:
            rows = rows.filter(items__revision__created_by__in=self.keys).distinct()
        return rows.select_related("account").order_by("published_at", "pk")

    def events(self) -> EventQuerySet:
        """Entries of the period that the scope takes in."""
        rows = Event.objects.filter(at__gte=self.period[0], at__lt=self.period[1])
        if self.account is not None:
            rows = rows.filter(self._about_account())
        if self.keys:
            texts = [str(key) for key in self.keys]
            mine = Q(actor_kind=ActorKind.PERSON, actor_id__in=texts) & ~Q(subject_kind__in=_OF_OTHERS)
            own = Q(subject_kind="person", subject_id__in=texts)
            rows = rows.filter(mine if self.account is not None else mine | own)
        return rows

    def _about_account(self) -> Q:
        account = self.account
        assert account is not None
        articles = Article.objects.filter(account=account).values_list("pk", flat=True)
        jobs = PublishJob.objects.filter(account=account).values_list("pk", flat=True)
        return (
            Q(subject_kind="account", subject_id=str(account.pk))
            | Q(subject_kind="article", subject_id__in=[str(key) for key in articles])
            | Q(subject_kind="job", subject_id__in=[str(key) for key in jobs])
        )

    def person_lines(self) -> Iterator[dict[str, Any]]:
        """The particulars of each person, with the posts of the period."""
        first, last = self.period[0].date(), self.period[1].date()
        for person in self.persons():
            held = person.appointments.filter(since__lte=last).exclude(until__lt=first)
            yield {
                "name": person.name,
                "kind": person.kind,
                "staff_no": person.staff_no,
                "email": person.email,
                "phone": person.phone,
                "posts": [
                    {"unit": one.unit.name, "post": one.post, "since": one.since.isoformat(),
                     "until": one.until.isoformat() if one.until else None}
                    for one in held.select_related("unit").order_by("since", "pk")
                ],
            }  # fmt: skip

    def revision_lines(self) -> Iterator[dict[str, Any]]:
        """Each version whole."""
        for row in self.revisions().iterator(chunk_size=200):
            yield {
                "article": row.article_id,
                "account": row.article.account.name,
                "number": row.number,
                "written_by": row.created_by.name,
                "written_at": row.created_at.isoformat(),
                "sha256": row.hash,
                "content": row.content,
            }

    def job_lines(self) -> Iterator[dict[str, Any]]:
        """Each push with the versions in scope that went out with it; others are not named."""
        for job in self.jobs().iterator(chunk_size=200):
            items = job.items.filter(revision__created_by__in=self.keys) if self.keys else job.items.all()
            yield {
                "job": job.pk,
                "account": job.account.name,
                "channel": job.channel,
                "state": job.state,
                "published_at": job.published_at.isoformat() if job.published_at else None,
                "revisions": list(items.order_by("position").values_list("revision__hash", flat=True)),
            }
