"""What the register learns from other facts, and who hears of it: when an account last published, and that it fell silent."""

from __future__ import annotations

from django.db.models import Q

from guanhao.core import clock, tenancy
from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.notices.actions import notify
from guanhao.people.models import Institution, Person
from guanhao.process import links
from guanhao.process.wording import filled
from guanhao.publishing.models import PublishJob
from guanhao.registry import dormancy
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import holders
from guanhao.regulation.types import Parties
from guanhao.steps.types import Worker

REGISTER = "register"
_SILENT = Text(
    "账号停更：{label}，自 {since} 起没有发布", "{label} fell silent: nothing published since {since}"
)
_MENDS = Text(
    "恢复发布，或按制度记为停更、办理关闭。",
    "Publish again, or note it as dormant and close it as the rules say.",
)


def keep_last_published(event: Event, name: str) -> None:  # noqa: ARG001 - drawing it twice changes nothing.
    """A push went out: the account is alive since then."""
    found = PublishJob.objects.filter(pk=event.subject_id).values("push__account")
    earlier = Q(last_published_at__isnull=True) | Q(last_published_at__lt=event.at)
    Account.objects.filter(earlier, pk__in=found).update(last_published_at=event.at)


def watch_silence(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Record which accounts in use fell silent; people are told as a consequence."""
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            dormancy.announce_silent(institution)


def tell_silent(event: Event, name: str) -> None:
    """An account fell silent: those whom the watch names hear of it, or whoever watches (gpnu-16)."""
    account = Account.objects.select_related("owner_unit").get(pk=event.subject_id)
    rulebook = in_force(event.institution).rulebook
    watch = dormancy.watch_of(account, rulebook)
    if watch is None or dormancy.alive(account).isoformat() != event.facts["since"]:
        return  # The rules changed, or it is alive again.
    parties = Parties(owner=account.owner_unit, publisher=account.owner_unit)
    people: dict[int, Person] = {}
    for role in watch.to or (watch.by,):
        people.update((person.pk, person) for person in holders(role, parties, rulebook))
    since = dormancy.alive(account).astimezone(clock.CHINA).date().isoformat()
    notify(
        event=event,
        consequence=name,
        persons=people.values(),
        kind=REGISTER,
        title=filled(_SILENT, label=account.name, since=since),
        body=_MENDS,
        link=links.account(account.pk),
        article_ref=watch.article,
    )
