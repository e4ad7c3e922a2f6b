"""What follows from consents: the person is asked, and whoever has to act hears of a withdrawal in time (PD2)."""

from __future__ import annotations

from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Person
from guanhao.privacy import retracting
from guanhao.privacy.models import PublicationConsent
from guanhao.privacy.types import ConsentState
from guanhao.process import links, recipients
from guanhao.process.wording import acting_person, filled
from guanhao.publishing.models import Withdrawal

CONSENT = "consent"
_ASKED = Text("请确认：是否同意发布您的{use}", "Please answer: do you agree to your {use} being published?")
_MAY_SAY_NO = Text(
    "可以不同意，同意后也可以随时撤回。依据：《个人信息保护法》第十五条、第二十五条。",
    "You may say no, and take a yes back at any time. Basis: PIPL, Art. 15 and 25.",
)
_HELD = Text(
    "{name}撤回了使用{use}的同意，未发布的不能再发布",
    "{name} withdrew the consent ({use}); what is not out stays in",
)
_TASK = Text(
    "{name}撤回了使用{use}的同意，已发布的须在三天内处置",
    "{name} withdrew the consent ({use}); deal with what is out within three days",
)
_LATE = Text(
    "撤回同意后超过三天未处置：{name}的{use}",
    "Not dealt with within three days after a withdrawal: {name} ({use})",
)
_LAWFUL = Text(
    "撤下、遮盖或说明另有依据。撤回前的发布仍然有效。依据：《个人信息保护法》第十五条、第四十七条。",
    "Take it down, blur it, or say on which other ground it stays. What was done before stays lawful. Basis: PIPL, Art. 15 and 47.",
)


def tell_asked(event: Event, name: str) -> None:
    """The person asked hears of it, as long as nobody answered."""
    consent = _consent(event)
    if consent is not None and consent.person is not None and consent.state == ConsentState.ASKED:
        notify(
            event=event, consequence=name, persons=[consent.person], kind=CONSENT,
            title=_filled(_ASKED, consent), body=_MAY_SAY_NO, link=links.MY_DATA,
        )  # fmt: skip


def tell_withdrawn(event: Event, name: str) -> None:
    """The office, who runs the account and who contributed hear what stops, and what is to be dealt with by when."""
    consent = _consent(event)
    if consent is None or not event.facts.get("articles"):
        return
    late = event.action == Action.CONSENT_TASK_OVERDUE
    title = _LATE if late else _TASK if event.facts["tasks"] else _HELD
    notify(
        event=event, consequence=name, persons=recipients.without(_concerned(event, consent), acting_person(event)),
        kind=CONSENT, title=_filled(title, consent), body=_LAWFUL if event.facts["tasks"] else None,
        link=links.consent(consent.pk),
    )  # fmt: skip


def open_late(event: Event, name: str) -> None:  # noqa: ARG001 - one signature for all consequences.
    """What went out while its consent was being withdrawn becomes a task."""
    retracting.open_late(int(event.subject_id))


def settle_removed(event: Event, name: str) -> None:  # noqa: ARG001 - as above.
    """What was taken down needs nothing more."""
    order = (
        Withdrawal.objects.filter(pk=int(event.subject_id))
        .select_related("job", "asked_by", "decided_by")
        .first()
    )
    if order is None:
        return
    items = order.job.items.filter(pk=order.item_id) if order.item_id else order.job.items.all()
    retracting.settle_removed(
        actor=retracting.KEEPER,
        person=order.confirmed_by or order.decided_by or order.asked_by,
        articles=items.values_list("revision__article", flat=True),
    )


def _consent(event: Event) -> PublicationConsent | None:
    rows = PublicationConsent.objects.filter(pk=int(event.subject_id))
    found: PublicationConsent | None = rows.select_related("person", "account").first()
    return found


def _concerned(event: Event, consent: PublicationConsent) -> list[Person]:
    office = recipients.serving(event.institution, recipients.COMPETENT_OFFICE)
    people = {person.pk: person for person in [*office, *recipients.running(consent.account)]}
    for article in retracting.articles_of(event.facts["articles"]):
        if article.contributor.active:
            people[article.contributor_id] = article.contributor
    return list(people.values())


def _filled(words: Text, consent: PublicationConsent) -> Text:
    use = retracting.use_of(consent)
    return Text(
        filled(words, name=consent.name, use=use.zh).zh, filled(words, name=consent.name, use=use.en).en
    )
