"""Adopting a rulebook: from a file to the version in force."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.actions import give_function
from guanhao.people.models import Institution
from guanhao.regulation.models import RulebookVersion
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import function_units
from guanhao.regulation.types import InForce, NoRulebook
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.diff import Change, Leaning, diff
from guanhao.rulebook.loading import loads


@transaction.atomic
def adopt(
    *, actor: Actor, institution: Institution, source: str, file: str = "rulebook.yaml"
) -> RulebookVersion:
    """Adopt the rulebook in ``source`` (the text of the file); it is in force from its effective date on.

    Cases under way keep the version they began under (AP6), so nothing already submitted changes its rules. Units that
    carry a function are entered as such; functions no unit carries yet are told in the event, and adding such a unit
    later and calling `map_functions` mends it.

    Raises:
        RulebookError: the file does not read; carries every problem with line, article and mend.
        Refused: the same rules were adopted before, the effective date lies before that of the version in force, or
            the new rules are laxer and would reach back into the past.
    """
    rulebook = loads(source, file)
    running = _running(institution)
    if running is not None:
        _refuse_out_of_order(rulebook, running)
    version = _stored(actor, institution, source, rulebook)
    missing = map_functions(actor=actor, rulebook=rulebook)
    record(
        institution=institution,
        actor=actor,
        action=Action.RULEBOOK_ADOPTED,
        subject=Subject("rulebook", str(version.pk), f"{rulebook.document.title.zh} {rulebook.version}"),
        facts={
            "key": rulebook.key,
            "version": rulebook.version,
            "digest": version.digest,
            "effective": rulebook.effective.isoformat(),
            "before": running.version.digest if running else None,
            "changes": _leanings(running, rulebook),
            "functions_without_unit": list(missing),
        },
    )
    return version


@transaction.atomic
def map_functions(*, actor: Actor, rulebook: Rulebook) -> tuple[str, ...]:
    """Enter every unit that carries a function of the rulebook as such; answers the functions that no unit carries.

    Nothing is taken away: a unit that carried a function under an earlier version keeps its place in what began then.
    """
    missing = []
    for function in rulebook.functions:
        units = function_units(function, rulebook)
        for unit in units:
            give_function(actor=actor, unit=unit, function=function)
        if not units:
            missing.append(function)
    return tuple(missing)


def changes_against(running: InForce, rulebook: Rulebook) -> tuple[Change, ...]:
    """What a new rulebook would change, for the page that asks before adopting."""
    return diff(running.rulebook, rulebook)


def _running(institution: Institution) -> InForce | None:
    try:
        return in_force(institution)
    except NoRulebook:
        return None


def _refuse_out_of_order(rulebook: Rulebook, running: InForce) -> None:
    """Refuse what could never be in force, and what would loosen rules for days that are over (AP6)."""
    if rulebook.effective < running.version.effective:
        raise Refused(
            Denied(
                Text(
                    zh=f"生效日期早于现行制度的生效日期（{running.version.effective}），不会生效。",
                    en=f"It would take effect before the version in force ({running.version.effective}) and so never.",
                )
            )
        )
    laxer = [change for change in changes_against(running, rulebook) if change.leaning in _LOOSENING]
    if rulebook.effective < clock.today() and laxer:
        raise Refused(
            Denied(
                Text(
                    zh=f"放宽要求的制度不能溯及既往，请把生效日期改为今天或以后。放宽之处：{laxer[0].sentence.zh}",
                    en="Laxer rules do not reach back; let them take effect today or later."
                    f" What is laxer: {laxer[0].sentence.en}",
                )
            )
        )


_LOOSENING = frozenset({Leaning.LAXER, Leaning.UNCLEAR})


def _stored(actor: Actor, institution: Institution, source: str, rulebook: Rulebook) -> RulebookVersion:
    version = RulebookVersion(
        institution=institution,
        key=rulebook.key,
        version=rulebook.version,
        digest=rulebook.digest,
        content=rulebook.to_json(),
        source=source,
        effective=rulebook.effective,
        adopted_at=clock.now(),
        adopted_by_id=actor.person_id,
    )
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as twice:
        raise Refused(
            Denied(
                Text(
                    zh="同样内容的制度已经采用过。", en="A rulebook with the same rules was already adopted."
                )
            )
        ) from twice
    return version


def _leanings(running: InForce | None, rulebook: Rulebook) -> dict[str, int]:
    """How many changes lean which way."""
    changes = changes_against(running, rulebook) if running else ()
    return {leaning.value: sum(change.leaning is leaning for change in changes) for leaning in Leaning}
