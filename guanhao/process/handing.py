"""What follows from handing over: whoever leaves and whoever takes on hear of it, and who runs it when it can be done."""

from __future__ import annotations

from collections.abc import Iterable

from guanhao.core.text import Text
from guanhao.handover.checks import missing_signatures
from guanhao.handover.items import items_of
from guanhao.handover.models import Handover, Heir
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Person
from guanhao.process import links, recipients
from guanhao.process.wording import acting_person, filled

HANDOVER = "handover"
_BEGUN = Text("您的工作交接已开始", "Your handover has begun")
_ASKED = Text("{name} 提出工作交接，请指定接手人", "{name} asks to hand over; name the heirs")
_ARRANGE = Text("清单已列好，逐项指定接手人。", "The list is made; name an heir for each line.")
_CHECK = Text(
    "请核对清单是否齐全；接手人定下后，在清单页签字。",
    "Check that the list is whole; sign it on its page once the heirs are named.",
)
_NAMED = Text("请您接手 {name} 的工作", "You are to take on work of {name}")
_READ = Text(
    "请核对由您接手的各项，并在清单页签字。", "Check what you are to take on, and sign on the list's page."
)
_SIGN = Text("工作交接等您签字：{name}", "The handover of {name} waits for your signature")
_READY = Text("工作交接可以完成：{name}", "The handover of {name} can be completed")
_ALL_SIGNED = Text("各项都有接手人，各方已签字。", "Everything has an heir and everybody has signed.")
_DONE = Text("工作交接完成，{name} 的工作已由您接手", "The handover is done; you took on work of {name}")
_LEFT = Text("您的工作交接已完成", "Your handover is done")
_WHO_HAS_IT = Text(
    "您在本系统的账号已停用，您经手的事项已有人接手：{taken}",
    "Your sign-in is closed; what you had in hand was taken on: {taken}",
)
_DROPPED = Text("工作交接已取消：{name}", "The handover of {name} was broken off")


def tell_begun(event: Event, name: str) -> None:
    """Whoever leaves hears that it has begun and what they have to do; where they began it, the office hears of it."""
    handover = _of(event)
    if handover.begun_by_id == handover.person_id:
        office = recipients.serving(event.institution, recipients.COMPETENT_OFFICE)
        _tell(event, name, office, filled(_ASKED, name=handover.person.name), _ARRANGE)
    else:
        _tell(event, name, [handover.person], _BEGUN, _CHECK)


def tell_named(event: Event, name: str) -> None:
    """An heir hears it with the first thing they are named for, not with each."""
    handover, heir = _of(event), int(event.facts["heir"])
    before = Event.objects.filter(
        action=Action.HANDOVER_HEIR_NAMED, subject_id=event.subject_id, index__lt=event.index
    )
    if any(
        one["handover"] == handover.pk and one["heir"] == heir
        for one in before.values_list("facts", flat=True)
    ):
        return
    people = Person.objects.active().filter(pk=heir)
    _tell(event, name, people, filled(_NAMED, name=handover.person.name), _READ)


def tell_signed(event: Event, name: str) -> None:
    """The other ones hear that it is their turn; where everybody signed, whoever began it hears that it can be done."""
    handover = _of(event)
    if handover.done_at is not None or handover.dropped_at is not None:
        return
    missing = missing_signatures(handover, items_of(handover.person))
    if missing:
        _tell(event, name, missing, filled(_SIGN, name=handover.person.name), _READ)
    else:
        _tell(event, name, [handover.begun_by], filled(_READY, name=handover.person.name), _ALL_SIGNED)


def tell_done(event: Event, name: str) -> None:
    """Whoever took something on hears that it is theirs now; who left hears, out of the house, that nothing is left."""
    handover = _of(event)
    _tell(event, name, _heirs(handover), filled(_DONE, name=handover.person.name))
    taken = "、".join(f"{row.title}：{row.person.name}" for row in _taken(handover)) or "—"
    notify(
        event=event,
        consequence=name,
        persons=[handover.person],
        kind=HANDOVER,
        title=_LEFT,
        body=filled(_WHO_HAS_IT, taken=taken),
        departed=True,
    )


def _taken(handover: Handover) -> Iterable[Heir]:
    return handover.heirs.select_related("person").order_by("kind", "key")


def tell_dropped(event: Event, name: str) -> None:
    """Both sides hear that nobody leaves."""
    handover = _of(event)
    people = [handover.person, *_heirs(handover)]
    _tell(event, name, people, filled(_DROPPED, name=handover.person.name))


def _of(event: Event) -> Handover:
    found: Handover = Handover.objects.select_related("person", "begun_by").get(pk=event.facts["handover"])
    return found


def _heirs(handover: Handover) -> list[Person]:
    return list({row.person_id: row.person for row in handover.heirs.select_related("person")}.values())


def _tell(event: Event, name: str, people: Iterable[Person], title: Text, body: Text | None = None) -> None:
    notify(
        event=event,
        consequence=name,
        persons=recipients.without(people, acting_person(event)),
        kind=HANDOVER,
        title=title,
        body=body,
        link=links.handover(event.subject_id),
    )
