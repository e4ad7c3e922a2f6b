"""Steps that somebody carries out, such as building the account: what came of it is said and kept with the step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from guanhao.applications.models import Application, Completion
from guanhao.applications.recording import tell
from guanhao.applications.types import NEW_ACCOUNT, Kind
from guanhao.cases.models import Step
from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.registry.models import Account
from guanhao.rulebook.vocabulary import Meaning, StepAct

LONGEST_NOTE = 500
# What carrying out a step of such an application brings to light.
BRINGS: Mapping[Kind, tuple[Meaning, ...]] = MappingProxyType(
    dict.fromkeys(NEW_ACCOUNT, (Meaning.HANDLE, Meaning.ADDRESS))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was carried out: what it brought, and a word on it."""

    values: Mapping[Meaning, str] = field(default_factory=dict)
    note: str = ""


NOTHING_DONE = Done()


def is_carried_out(step: Step) -> bool:
    """Whether the step is one that somebody carries out rather than decides."""
    return step.act == StepAct.CARRY_OUT


def brings(application: Application, step: Step) -> tuple[Meaning, ...]:
    """What is asked when the step is done."""
    return BRINGS.get(application.kind, ()) if is_carried_out(step) else ()


def is_said(application: Application, step: Step, done: Done) -> Verdict:
    """Whether whoever carries the step out says what came of it: the account's id where one was built, else a word on it."""
    if not is_carried_out(step):
        return ALLOWED
    asked = brings(application, step)
    handle = done.values.get(Meaning.HANDLE, "").strip()
    if Meaning.HANDLE in asked and not handle:
        return _denied(
            step, "请填写建成账号的标识（微信号、UID 等）。", "Say the id of the account that was built."
        )
    if handle and Account.objects.filter(platform=_platform(application), handle__iexact=handle).exists():
        return _denied(step, "这个账号标识已经登记。", "An account with this id is registered already.")
    if not _is_address(done.values.get(Meaning.ADDRESS, "")):
        return _denied(step, "主页网址不正确。", "The address of its page is no address.")
    if not asked and not done.note.strip():
        return _denied(step, "请写明办理结果。", "Say what came of it.")
    return ALLOWED


def keep(actor: Actor, person: Person, application: Application, step: Step, done: Done) -> None:
    """Keep what was said, once a step; a step that was sent back and is done again says it anew."""
    if not is_carried_out(step):
        return
    values = {one.value: done.values.get(one, "").strip()[:500] for one in brings(application, step)}
    Completion.objects.update_or_create(
        step=step,
        defaults={
            "institution_id": application.institution_id,
            "application": application,
            "values": values,
            "note": done.note.strip()[:LONGEST_NOTE],
            "person": person,
            "at": clock.now(),
        },
    )
    tell(
        actor,
        Action.APPLICATION_CARRIED_OUT,
        application,
        {"step": step.pk, "brought": sorted(key for key, value in values.items() if value)},
        detail={"note": done.note.strip()[:LONGEST_NOTE]},
        clause=step.clause,
    )


def _platform(application: Application) -> str:
    assert application.current is not None
    return str(application.current.content["particulars"].get(Meaning.PLATFORM, ""))


def _is_address(value: str) -> bool:
    try:
        URLValidator(["http", "https"])(value.strip() or "https://example.invalid")
    except ValidationError:
        return False
    return True


def _denied(step: Step, zh: str, en: str) -> Denied:
    return Denied(Text(zh=zh, en=en), article=step.article, clause=step.clause)
