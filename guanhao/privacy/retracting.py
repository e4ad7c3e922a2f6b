"""撤回同意: what follows when somebody takes a consent back (PIPL 15): it stops counting, and what is out becomes a task.

1. Before publication nothing more happens: the checks find it, and the gate of publishing holds the push. The case is held
   first, so that an intent of a push either sees the withdrawal or is seen by it.
2. What is out already was lawful until then. It becomes a task for the office and who runs the account: take it down (the
   withdrawal of a publication settles it by itself), blur it, or keep it on another legal ground, in so many days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from guanhao.cases.progress import hold
from guanhao.cases.types import in_both
from guanhao.contents.models import Article
from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.privacy import checks
from guanhao.privacy.consenting import tell
from guanhao.privacy.models import Portrayal, PublicationConsent
from guanhao.privacy.types import REMEDY_TERM, ConsentState, SettledHow, Use
from guanhao.publishing.models import JobItem
from guanhao.publishing.types import JobState

MOST_REASON = 500
KEEPER = system("privacy", "个人信息与安全")
# Out, or perhaps: whoever turns out not to have been published is settled by saying so.
_OUT = Q(
    job__state__in=(
        JobState.ARMED, JobState.ACCEPTED, JobState.WAITING_CONFIRM, JobState.PUBLISHED, JobState.UNKNOWN,
    )
) | Q(job__state=JobState.ASK, job__armed_at__isnull=False)  # fmt: skip


@transaction.atomic
def withdraw(
    *, actor: Actor, person: Person, consent: PublicationConsent, reason: str = ""
) -> PublicationConsent:
    """Take a consent back: the person themselves, or the office for somebody who cannot here. No reason is owed (PIPL 15).

    Raises:
        Refused: neither.
        WrongState: there is none to take back.
    """
    rows = PublicationConsent.objects.select_for_update(of=("self",)).select_related("institution")
    consent = rows.get(pk=consent.pk)
    require(checks.may_withdraw_consent(consent, person))
    if consent.state != ConsentState.GIVEN:
        raise WrongState(
            Denied(Text("没有可以撤回的同意，请刷新。", "There is no consent to withdraw; reload."))
        )
    hold(consent.portrayals.live().values_list("article__case_id", flat=True))
    consent.state, consent.withdrawn_at, consent.withdrawn_by = ConsentState.WITHDRAWN, clock.now(), person
    consent.reason = reason.strip()[:MOST_REASON]
    consent.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "reason"])
    shown = list(consent.portrayals.live().values_list("article_id", flat=True))
    tasks = _open(consent.portrayals.live().filter(article__in=_out_among(shown)))
    tell(
        actor, Action.CONSENT_WITHDRAWN, consent, {"articles": sorted(shown), "tasks": tasks},
        {"reason": consent.reason, "name": consent.name},
    )  # fmt: skip
    return consent


@transaction.atomic
def open_late(article: int) -> None:
    """An article went out although a consent was withdrawn meanwhile: its sending was under way. It is a task then too."""
    late = Portrayal.objects.live().filter(
        article=article, consent__state=ConsentState.WITHDRAWN, task_at__isnull=True
    )
    for portrayal in late.select_related("consent__institution"):
        tasks = _open(Portrayal.objects.filter(pk=portrayal.pk))
        tell(KEEPER, Action.CONSENT_TASK_OPENED, portrayal.consent, {"articles": [article], "tasks": tasks})


@transaction.atomic
def settle(*, actor: Actor, person: Person, portrayal: Portrayal, how: str, words: str) -> None:
    """Say what was done about something published; to keep it needs the ground, and blurring what was changed.

    Raises:
        Refused: not theirs to settle, or nothing said.
        WrongState: it is no open task.
    """
    require(checks.may_settle_portrayal(person, portrayal.consent))
    if not words.strip():
        raise Refused(
            Denied(
                Text(
                    "请写明怎样处置的；保留的，写明另有什么依据（《个人信息保护法》第十三条）。",
                    "Say what was done; to keep it, say on which other ground (PIPL Art. 13).",
                )
            )
        )
    _settle(actor, portrayal, person, SettledHow(how), words.strip()[:MOST_REASON])


def settle_removed(*, actor: Actor, person: Person, articles: Iterable[int]) -> None:
    """What was taken down needs nothing more; the caller holds the transaction."""
    for portrayal in Portrayal.objects.tasks().filter(article__in=list(articles)):
        _settle(actor, portrayal, person, SettledHow.REMOVED, "")


def remind() -> None:
    """Record which tasks are past their days, once each; people are told as a consequence."""
    now = clock.now()
    for portrayal in Portrayal.objects.newly_overdue(now).select_related("consent__institution"):
        _remind(portrayal, now)


@transaction.atomic
def _remind(portrayal: Portrayal, now: datetime) -> None:
    if Portrayal.objects.newly_overdue(now).filter(pk=portrayal.pk).update(overdue_at=now):
        facts = {"articles": [portrayal.article_id], "tasks": [portrayal.pk]}
        tell(KEEPER, Action.CONSENT_TASK_OVERDUE, portrayal.consent, facts)


def _open(portrayals: Any) -> list[int]:
    now = clock.now()
    keys = sorted(portrayals.filter(task_at__isnull=True).values_list("pk", flat=True))
    Portrayal.objects.filter(pk__in=keys).update(task_at=now, due_at=now + REMEDY_TERM)
    return keys


def _settle(actor: Actor, portrayal: Portrayal, person: Person, how: SettledHow, words: str) -> None:
    settled = Portrayal.objects.tasks().filter(pk=portrayal.pk)
    if not settled.update(settled_at=clock.now(), settled_by=person, settled_how=how, settled_words=words):
        raise WrongState(Denied(Text("这一项已经处置。", "This has been settled already.")))
    facts = {"article": portrayal.article_id, "how": how.value, "task": portrayal.pk}
    tell(actor, Action.CONSENT_TASK_SETTLED, portrayal.consent, facts, {"words": words})


def _out_among(articles: list[int]) -> list[int]:
    """Those of the articles that are out, or may be."""
    items = JobItem.objects.filter(_OUT, revision__article__in=articles, live=True)
    return sorted(set(items.values_list("revision__article_id", flat=True)))


def articles_of(keys: Iterable[int]) -> list[Article]:
    """The articles of a task's entry, with whose they are."""
    return list(Article.objects.filter(pk__in=list(keys)).select_related("account", "contributor"))


def use_of(consent: PublicationConsent) -> Text:
    """What of the person it is about, in both languages."""
    return in_both(Use(consent.use).label)
