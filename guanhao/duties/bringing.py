"""What people bring themselves: a concern, from which duties follow; a unit's operating rules, which meet one."""

from __future__ import annotations

from django.db import transaction

from guanhao.contents.models import Asset
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Refused, Verdict, require
from guanhao.duties.models import Concern, Duty, FiledRules
from guanhao.duties.types import HAPPENINGS, ConcernKind
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person, Unit
from guanhao.people.permissions import Permission, standing
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Duty as Clause
from guanhao.rulebook.vocabulary import Task

LEAST, MOST = 4, 2000


def kinds_of(rulebook: Rulebook) -> tuple[ConcernKind, ...]:
    """What may be brought up under a rulebook: that from which a duty follows."""
    asked = {happening for clause in rulebook.of_kind(Clause) for happening in clause.on}
    return tuple(kind for kind in ConcernKind if HAPPENINGS[kind] in asked)


@transaction.atomic
def raise_concern(
    *, actor: Actor, person: Person, kind: str, unit: Unit, words: str, account: Account | None = None
) -> Concern:
    """Bring something up with the unit it concerns. Everybody may.

    Raises:
        Refused: the rulebook has no duty for it, or nothing is said.
    """
    words = words.strip()[:MOST]
    if len(words) < LEAST:
        raise Refused(Denied(Text(zh="请写明情况，不少于四个字。", en="Say what it is, in a few words.")))
    if ConcernKind(kind) not in kinds_of(in_force(person.institution).rulebook):
        raise Refused(
            Denied(Text(zh="本单位的制度没有规定这类事项。", en="The regulation knows no such matter."))
        )
    concern = Concern(
        institution_id=person.institution_id,
        kind=ConcernKind(kind),
        unit=unit,
        account=account,
        words=words,
        raised_by=person,
        raised_at=clock.now(),
    )
    concern.save()
    record(
        institution=person.institution,
        actor=actor,
        action=Action.CONCERN_RAISED,
        subject=Subject("concern", str(concern.pk), str(concern)),
        facts={"kind": concern.kind, "unit": unit.pk, "account": account.pk if account else None},
        detail={"words": words},
    )
    return concern


def may_file_rules(person: Person, unit: Unit) -> Verdict:
    """Whether the person has a seat in the unit, owes its rules, or is of the office that keeps them."""
    held = standing(person)
    if unit.pk in held.unit_ids or Permission.DUTY_SEE_ALL in held.permissions:
        return ALLOWED
    if Duty.objects.owed_by(person).filter(task=Task.FILE_RULES, unit=unit).exists():
        return ALLOWED
    return Denied(Text(zh="只能报送本单位的运营制度。", en="Only a unit's own people file its rules."))


@transaction.atomic
def file_rules(*, actor: Actor, person: Person, unit: Unit, asset: Asset, name: str) -> FiledRules:
    """Put a unit's operating rules on file; earlier ones stay.

    Raises:
        Refused: the unit is not the person's, or the file is another institution's.
    """
    require(may_file_rules(person, unit))
    if asset.institution_id != unit.institution_id:
        raise Refused(Denied(Text(zh="文件不存在。", en="There is no such file.")))
    filed = FiledRules(
        institution_id=unit.institution_id,
        unit=unit,
        asset=asset,
        name=name[:100],
        filed_by=person,
        filed_at=clock.now(),
    )
    filed.save()
    record(
        institution=unit.institution,
        actor=actor,
        action=Action.RULES_FILED,
        subject=Subject("unit", str(unit.pk), unit.name),
        facts={"digest": asset.digest, "rules": filed.pk},
        detail={"name": filed.name},
    )
    return filed
