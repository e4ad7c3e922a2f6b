"""Who may run a handover, see it, sign it; and whether a person can be let go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from guanhao.core.canonical import digest
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.handover.models import Handover, Heir, Signature
from guanhao.handover.types import Item, ItemKind
from guanhao.people.models import Person
from guanhao.people.permissions import Permission, standing
from guanhao.registry.checks import entitled, may_hold
from guanhao.rulebook.vocabulary import LimitSubject

_SHOWN = 5
_RUNS = {Permission.PEOPLE_MANAGE, Permission.ACCOUNT_MANAGE}


def may_run(person: Person) -> Verdict:
    """Whether the person may begin, arrange and complete handovers: people management or the competent office."""
    if standing(person).permissions & _RUNS:
        return ALLOWED
    return Denied(
        Text("工作交接由主管部门或人员管理员办理。", "The office or people management runs handovers.")
    )


def may_see(handover: Handover | None, leaver: Person, person: Person) -> Verdict:
    """Whoever runs it, whoever leaves, whoever takes something on."""
    involved = person.pk == leaver.pk or (
        handover is not None and Heir.objects.filter(handover=handover, person=person).exists()
    )
    return ALLOWED if involved else may_run(person)


def may_inherit(item: Item, heir: Person, leaver: Person) -> Verdict:
    """Whether the heir can take the thing on: here, another one, and whom the rulebook lets."""
    if heir.pk == leaver.pk or not heir.active:
        return Denied(Text("接手人须是在任的另一人。", "The heir is another person who is here."))
    if item.kind is ItemKind.HOLDER:
        return may_hold(item.row, heir)
    if item.kind is ItemKind.FIRST_RESPONSIBLE:
        return entitled(item.row, heir, LimitSubject.RESPONSIBLE_PERSONS)
    return ALLOWED


def nothing_left(person: Person, items: Iterable[Item], heirs: Iterable[str] = ()) -> Verdict:
    """Whether everything that needs an heir has one; the refusal lists what has none."""
    named = set(heirs)
    open_ = [item for item in items if item.needs and item.name not in named]
    if not open_:
        return ALLOWED
    listed = "；".join(f"{item.kind.label}：{item.title.zh}" for item in open_[:_SHOWN])
    more = f" 等 {len(open_)} 项" if len(open_) > _SHOWN else ""
    return Denied(
        Text(
            zh=f"“{person.name}”还不能离开，没有接手人的有：{listed}{more}。请先办理工作交接。",
            en=f"{person.name} cannot leave yet: {len(open_)} thing(s) have no heir. Arrange the handover first.",
        )
    )


def list_digest(items: Sequence[Item], heirs: Iterable[Heir]) -> str:
    """What is signed: the lines and who takes which. Duties of a post come and go with the calendar and are not."""
    taken = sorted([heir.kind, heir.key, heir.person_id] for heir in heirs)
    lines = sorted(item.name for item in items if item.takes_heir or item.kind is not ItemKind.DUTY)
    return digest({"items": lines, "heirs": taken})


def missing_signatures(handover: Handover, items: Sequence[Item]) -> list[Person]:
    """Who has still to sign the list as it stands: the one who leaves and every heir."""
    heirs = list(handover.heirs.select_related("person"))
    wanted = {handover.person_id: handover.person} | {heir.person_id: heir.person for heir in heirs}
    signed = set()
    for row in Signature.objects.filter(handover=handover, digest=list_digest(items, heirs)):
        signed.add(handover.person_id if row.instead else row.person_id)
    return [person for key, person in wanted.items() if key not in signed]
