"""个人信息保护影响评估 (PIPL 55, 56; PD7): written before the processing, changed until it is concluded, kept from then on.

What PIPL 56 asks for is what a conclusion needs: that purpose and way are lawful, proper and necessary; what it does to
persons and how risky it is; that the measures are lawful, effective and fit the risk. The database keeps a concluded one
unchanged for three years at least.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Person
from guanhao.privacy import checks
from guanhao.privacy.models import Assessment
from guanhao.privacy.types import AssessmentGround, Conclusion, RiskLevel

_CONCLUDED = Denied(Text("评估已结论，不能再改。", "It is concluded and no longer changes."))
_GROUND = Denied(Text("请至少选择一种处理情形。", "Choose at least one kind of processing."))
_RISK = Denied(
    Text(
        "高风险的处理须先采取措施降低风险，不能直接实施。",
        "Processing of high risk cannot go ahead as it is: measures have to lower the risk first.",
    )
)
_NEEDED: tuple[tuple[str, Text], ...] = (
    ("purpose", Text("处理目的和方式", "purpose and way of processing")),
    ("necessity", Text("合法、正当、必要", "why it is lawful, proper and necessary")),
    ("effects", Text("对个人权益的影响", "the effects on persons")),
    ("measures", Text("保护措施", "the measures of protection")),
    ("assessors", Text("评估人", "who assessed it")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What is written down. All but title and grounds may be empty until it is concluded."""

    title: str
    grounds: tuple[str, ...]
    data_kinds: str
    purpose: str
    necessity: str
    effects: str
    risk: str
    measures: str
    assessors: str

    def columns(self) -> dict[str, Any]:
        """As the row holds it."""
        return {name: getattr(self, name) for name in self.__slots__} | {"grounds": sorted(self.grounds)}


@transaction.atomic
def open_assessment(*, actor: Actor, person: Person, assessed: Assessed) -> Assessment:
    """Begin one.

    Raises:
        Refused: not the person's office, no title, no ground of PIPL 55.
    """
    require(checks.may_run_incidents(person))
    _require_sound(assessed)
    row = Assessment(
        institution_id=person.institution_id, opened_by=person, opened_at=clock.now(), **assessed.columns()
    )
    row.save()
    _tell(actor, row, Action.ASSESSMENT_OPENED, {"grounds": row.grounds}, _wording(assessed))
    return row


@transaction.atomic
def change(*, actor: Actor, person: Person, row: Assessment, assessed: Assessed) -> Assessment:
    """Write it anew; nothing happens where nothing changed.

    Raises:
        Refused: as `open_assessment`. WrongState: it is concluded.
    """
    require(checks.may_run_incidents(person))
    _require_sound(assessed)
    row = _open(row)
    changed = [name for name, value in assessed.columns().items() if getattr(row, name) != value]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, assessed.columns()[name])
    row.save(update_fields=changed)
    _tell(actor, row, Action.ASSESSMENT_CHANGED, {"fields": sorted(changed)}, _wording(assessed))
    return row


@transaction.atomic
def conclude(*, actor: Actor, person: Person, row: Assessment, conclusion: str, words: str) -> Assessment:
    """Say what follows from it. From now on it does not change.

    Raises:
        Refused: not the person's office, a part PIPL 56 asks for is empty, no reason, or a high risk that goes ahead as it is.
        WrongState: it is concluded.
    """
    require(checks.may_run_incidents(person))
    row = _open(row)
    for name, what in _NEEDED:
        require(checks.said(getattr(row, name), what))
    require(checks.said(row.risk, Text("风险程度", "how risky it is")))
    require(checks.said(words, Text("结论的理由", "why")))
    if row.risk == RiskLevel.HIGH and Conclusion(conclusion) is Conclusion.PROCEED:
        raise Refused(_RISK)
    row.conclusion, row.conclusion_words = Conclusion(conclusion), words.strip()
    row.concluded_by, row.concluded_at = person, clock.now()
    row.save(update_fields=["conclusion", "conclusion_words", "concluded_by", "concluded_at"])
    _tell(
        actor, row, Action.ASSESSMENT_CONCLUDED, {"conclusion": row.conclusion, "risk": row.risk},
        {"reason": row.conclusion_words},
    )  # fmt: skip
    return row


def _open(row: Assessment) -> Assessment:
    locked: Assessment = Assessment.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.concluded_at is not None:
        raise WrongState(_CONCLUDED)
    return locked


def _require_sound(assessed: Assessed) -> None:
    require(checks.said(assessed.title, Text("评估的处理活动", "what is assessed")))
    if not assessed.grounds or set(assessed.grounds) - set(AssessmentGround.values):
        raise Refused(_GROUND)


def _wording(assessed: Assessed) -> dict[str, str]:
    """The words, which may name persons, for the erasable side."""
    return {name: str(value) for name, value in assessed.columns().items() if name not in {"grounds", "risk"}}


def _tell(
    actor: Actor, row: Assessment, action: Action, facts: dict[str, Any], detail: dict[str, Any]
) -> None:
    record(
        institution=row.institution,
        actor=actor,
        action=action,
        subject=Subject("assessment", str(row.pk), row.title),
        facts=facts,
        detail=detail,
    )
