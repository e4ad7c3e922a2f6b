"""The daily look at what accounts show on their platform, and who hears of what it found (ruian-6.4, ruian-15)."""

from __future__ import annotations

from guanhao.core import tenancy
from guanhao.core.text import Text
from guanhao.ledger.models import Event
from guanhao.ledger.types import Action
from guanhao.notices.actions import notify
from guanhao.people.models import Institution, Person
from guanhao.process import links
from guanhao.process.wording import filled
from guanhao.publishing import facing
from guanhao.registry import faces
from guanhao.registry.models import Account
from guanhao.registry.types import FacePart
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import holders
from guanhao.regulation.types import Parties
from guanhao.steps.types import Worker

FACE = "face"
_MOST = 6  # lines of a notice that say what differs
_TITLES = {
    Action.MENU_CHANGED: Text(
        "菜单已更改，请核对是否与批准的一致：{label}",
        "The menu changed; compare it with what was approved: {label}",
    ),
    Action.MENU_DRIFTED: Text("菜单与批准的不一致：{label}", "The menu is not as approved: {label}"),
    Action.MENU_RESTORED: Text("菜单已与批准的一致：{label}", "The menu is as approved again: {label}"),
    Action.MENU_UPDATED: Text("菜单已按批准更新：{label}", "The menu was updated as approved: {label}"),
    Action.PROFILE_CHANGED: Text(
        "账号资料已更改，请核对是否与批准的一致：{label}",
        "The profile changed; compare it with what was approved: {label}",
    ),
    Action.PROFILE_DRIFTED: Text(
        "账号资料与批准的不一致：{label}", "The profile is not as approved: {label}"
    ),
    Action.PROFILE_RESTORED: Text(
        "账号资料已与批准的一致：{label}", "The profile is as approved again: {label}"
    ),
    Action.PROFILE_UPDATED: Text(
        "账号资料已按批准更新：{label}", "The profile was updated as approved: {label}"
    ),
}
WORDS = {
    "name": Text("名称", "Name"),
    "signature": Text("功能介绍", "Introduction"),
    "avatar": Text("头像", "Picture"),
    "": Text("顺序", "Order"),
}


def watch_faces(worker: Worker) -> None:  # noqa: ARG001 - every periodic job has this form.
    """Ask the platforms, once a day for each account, what they show; people are told as a consequence."""
    for institution in Institution.objects.order_by("pk"):
        with tenancy.within(institution):
            facing.look_at_all(institution)


def tell_face(event: Event, name: str) -> None:
    """What an account shows changed, drifted, was restored or updated: whoever the watch names hears what differs."""
    account = Account.objects.select_related("owner_unit").get(pk=event.subject_id)
    rulebook = in_force(event.institution).rulebook
    watch = faces.watch_of(account, FacePart(event.facts["part"]), rulebook)
    if watch is None:
        return  # The rules changed.
    parties = Parties(owner=account.owner_unit, publisher=account.owner_unit)
    people: dict[int, Person] = {}
    for role in (*watch.to, watch.by):
        people.update((person.pk, person) for person in holders(role, parties, rulebook))
    notify(
        event=event,
        consequence=name,
        persons=people.values(),
        kind=FACE,
        title=filled(_TITLES[Action(event.action)], label=account.name),
        body=_what_differs(event),
        link=links.account(account.pk),
        article_ref=watch.article,
    )


def _what_differs(event: Event) -> Text:
    """Line by line: what it is, as approved (or before), and as shown."""
    zh, en = [], []
    for what, before, shown in event.facts["differences"][:_MOST]:
        word = WORDS.get(what, Text(what, what))
        zh.append(f"{word.zh}：{before or '（无）'} → {shown or '（无）'}")
        en.append(f"{word.en}: {before or '(none)'} → {shown or '(none)'}")
    return Text("\n".join(zh), "\n".join(en))
