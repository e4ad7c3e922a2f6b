"""Handing over and letting go. A person leaves with nothing left behind, or does not leave: one transaction either way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.custody import leaving
from guanhao.duties import actions as duties
from guanhao.handover import checks
from guanhao.handover.items import items_of
from guanhao.handover.models import Handover, Heir, Signature
from guanhao.handover.types import Item, ItemKind
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people import actions as people
from guanhao.people.models import Person
from guanhao.registry import actions as registry
from guanhao.registry import operators

HANDING_OVER = system("handover", "工作交接")


@transaction.atomic
def leave(*, actor: Actor, person: Person, on: date) -> None:
    """Let a person leave who leaves nothing behind: slots freed, what they know flagged, sign-in closed (SE4).

    Raises:
        Refused: something has no heir; the sentence says what.
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    require(checks.nothing_left(person, items_of(person)))
    _go(actor, person, on)


def _go(actor: Actor, person: Person, on: date) -> None:
    leaving.release(actor=actor, person=person)
    people.deactivate(actor=actor, person=person, on=on)


@transaction.atomic
def begin(*, actor: Actor, by: Person, person: Person) -> Handover:
    """Begin a person's handover.

    Raises:
        Refused: not allowed, the person has left, or one is under way.
    """
    if by.pk != person.pk:
        require(checks.may_run(by))
    if not person.active:
        raise _refuse("此人已离开。", "The person has left.")
    handover = Handover(
        institution_id=person.institution_id, person=person, begun_by=by, begun_at=clock.now()
    )
    try:
        with transaction.atomic():
            handover.save()
    except IntegrityError:
        raise _refuse("工作交接已在办理。", "A handover is under way.") from None
    _tell(actor, handover, Action.HANDOVER_BEGUN)
    return handover


@transaction.atomic
def name_heir(*, actor: Actor, by: Person, handover: Handover, name: str, heir: Person) -> Heir:
    """Say who takes one thing on. Signatures of the list as it was count no more.

    Raises:
        Refused: not allowed, no such line, or the heir cannot take it on; `WrongState` when it is over.
    """
    handover = _open(handover)
    require(checks.may_run(by))
    item = next((one for one in items_of(handover.person) if one.name == name and one.takes_heir), None)
    if item is None:
        raise _refuse("没有这一项，或不需要接手人。", "There is no such line, or it takes no heir.")
    require(checks.may_inherit(item, heir, handover.person))
    row, _new = Heir.objects.update_or_create(
        handover=handover,
        kind=item.kind,
        key=item.key,
        defaults={
            "institution_id": handover.institution_id,
            "person": heir,
            "title": item.title.zh[:300],
        },
    )
    _tell(actor, handover, Action.HANDOVER_HEIR_NAMED, kind=item.kind.value, key=item.key, heir=heir.pk)
    named: Heir = row
    return named


@transaction.atomic
def sign(*, actor: Actor, by: Person, handover: Handover, note: str = "") -> Signature:
    """Sign the list as it stands: the one who leaves, an heir, or whoever runs it for one who is not there any more.

    Raises:
        Refused: everything was signed already, or somebody signs for an absent one without saying why.
    """
    handover = _open(handover)
    items = items_of(handover.person)
    missing = checks.missing_signatures(handover, items)
    instead = False
    if by.pk not in {person.pk for person in missing}:
        require(checks.may_run(by))
        if handover.person not in missing:
            raise _refuse("没有需要您签字的内容。", "Nothing waits for your signature.")
        if not note.strip():
            raise _refuse("代签须写明原因。", "Say why you sign for somebody.")
        instead = True
    row, _new = Signature.objects.update_or_create(
        handover=handover,
        person=by,
        instead=instead,
        defaults={
            "institution_id": handover.institution_id,
            "digest": checks.list_digest(items, handover.heirs.all()),
            "note": note.strip()[:200],
            "at": clock.now(),
        },
    )
    _tell(actor, handover, Action.HANDOVER_SIGNED, by=by.pk, instead=instead, list=row.digest)
    signed: Signature = row
    return signed


@transaction.atomic
def complete(*, actor: Actor, by: Person, handover: Handover) -> Handover:
    """Carry it out whole: heirs take on, slots are freed and given, what was known is flagged, the person has left.

    Raises:
        Refused: not allowed, something has no heir, somebody has not signed the list as it stands, or an heir cannot
            take on what was theirs to take. Then nothing of it happened.
    """
    handover = _open(handover)
    require(checks.may_run(by))
    person = Person.objects.select_for_update(of=("self",)).get(pk=handover.person_id)
    items = items_of(person)
    heirs = {f"{row.kind}:{row.key}": row.person for row in handover.heirs.select_related("person")}
    require(checks.nothing_left(person, items, heirs))
    if unsigned := checks.missing_signatures(handover, items):
        names = "、".join(one.name for one in unsigned)
        raise _refuse(f"还没有签字：{names}。", f"Not signed yet: {names}.")
    leaving.release(actor=actor, person=person)
    for item in items:
        _pass_on(item, person, heirs.get(item.name))
    people.deactivate(actor=actor, person=person, on=clock.today())
    require(checks.nothing_left(person, items_of(person)))
    Handover.objects.filter(pk=handover.pk).update(done_at=clock.now())
    _tell(actor, handover, Action.HANDOVER_DONE, items=len(items))
    return handover


@transaction.atomic
def drop(*, actor: Actor, by: Person, handover: Handover) -> None:
    """Break it off; nobody leaves.

    Raises:
        Refused: not allowed; `WrongState` when it is over.
    """
    handover = _open(handover)
    require(checks.may_run(by))
    Handover.objects.filter(pk=handover.pk).update(dropped_at=clock.now())
    _tell(actor, handover, Action.HANDOVER_DROPPED)


def _pass_on(item: Item, leaver: Person, heir: Person | None) -> None:
    if item.kind is ItemKind.OPERATOR:
        operators.end_operator(actor=HANDING_OVER, account=item.row, person=leaver, successor=heir)
    if heir is not None:
        _TAKE_ON[item.kind](item, heir)


def _column(column: str) -> Callable[[Item, Person], None]:
    def take(item: Item, heir: Person) -> None:
        registry.change_account(actor=HANDING_OVER, account=item.row, **{column: heir})

    return take


def _slot(item: Item, heir: Person) -> None:
    if not item.row.holders.filter(person=heir).exists():
        registry.add_holder(actor=HANDING_OVER, account=item.row, person=heir)


def _operator(item: Item, heir: Person) -> None:
    if not item.row.operators.serving().filter(person=heir).exists():
        operators.add_operator(actor=HANDING_OVER, account=item.row, person=heir)


def _post(item: Item, heir: Person) -> None:
    people.appoint(
        actor=HANDING_OVER, person=heir, unit=item.row.unit, post=item.row.post, since=clock.today()
    )


def _duty(item: Item, heir: Person) -> None:
    duties.pass_on(actor=HANDING_OVER, duty=item.row, to=heir)


_TAKE_ON: dict[ItemKind, Callable[[Item, Person], None]] = {
    ItemKind.FIRST_RESPONSIBLE: _column("first_responsible"),
    ItemKind.LEADER: _column("supervising_leader"),
    ItemKind.MANAGER: _column("manager"),
    ItemKind.BOUND: _column("bound_administrator"),
    ItemKind.OPERATOR: _operator,
    ItemKind.HOLDER: _slot,
    ItemKind.POST: _post,
    ItemKind.DUTY: _duty,
}


def _open(handover: Handover) -> Handover:
    found: Handover = (
        Handover.objects.select_for_update(of=("self",))
        .select_related("person__institution")
        .get(pk=handover.pk)
    )
    if found.done_at is not None or found.dropped_at is not None:
        raise WrongState(Denied(Text("这次交接已结束。", "The handover is over.")))
    return found


def _tell(actor: Actor, handover: Handover, action: Action, **facts: object) -> None:
    person = handover.person
    record(
        institution=person.institution,
        actor=actor,
        action=action,
        subject=Subject("person", str(person.pk), person.name),
        facts={"handover": handover.pk, **facts},
    )


def _refuse(zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en)))
