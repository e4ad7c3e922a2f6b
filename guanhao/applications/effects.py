"""What an approved application does to the register, once, in the transaction of the last decision.

Each act changes what was approved and nothing else. Asked again at this moment: whether the register still says what
the application started from, and everything the register itself asks of an account (anchors rule 16).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from guanhao.applications import freezing
from guanhao.applications.models import Application, Completion
from guanhao.applications.recording import tell
from guanhao.applications.types import COLUMNS, DAYS, PERSONS, ApplicationState, Kind
from guanhao.cases.models import Case
from guanhao.contents.authorising import grant
from guanhao.contents.facts import tier
from guanhao.contents.guards import ALIVE
from guanhao.contents.recording import locked
from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action
from guanhao.people.models import Person
from guanhao.registry import actions as registry
from guanhao.registry import faces, moves, operators
from guanhao.registry.models import Account
from guanhao.registry.moves import Given
from guanhao.registry.types import AccountState, FacePart
from guanhao.regulation.queries import of_version
from guanhao.rulebook.vocabulary import Meaning

REGISTER = system("applications", "账号办件")
Values = dict[Meaning, str]


def take(actor: Actor, application: Application) -> None:
    """Let an approved application take effect and say so.

    Raises:
        Refused: the register refuses it now, or says something else than when it was handed in; nothing is changed then.
    """
    assert application.current is not None
    if not freezing.is_whole(application.current):
        raise Refused(Denied(Text(zh="申请内容与其校验值不符。", en="The content does not match its hash.")))
    values = _values(application)
    _EFFECTS[application.kind](application, values)
    if application.kind in _TOLD:
        _about_account(actor, application, _TOLD[application.kind])
    application.effective_at = clock.now()
    application.state = ApplicationState.EFFECTIVE
    application.changed_at = application.effective_at
    application.save(update_fields=["state", "changed_at", "effective_at", "account"])
    number = application.account.filing_number if application.account else ""
    tell(
        actor, Action.APPLICATION_EFFECTIVE, application, {"hash": application.current.hash, "number": number}
    )


def _values(application: Application) -> Values:
    """What was approved; whoever carried a step out states what only showed then, such as the id of what was built."""
    assert application.current is not None
    approved = application.current.content["particulars"]
    values = {Meaning(key): str(value) for key, value in approved.items()}
    for completion in Completion.objects.filter(application=application).order_by("pk"):
        values |= {Meaning(key): str(value) for key, value in completion.values.items() if value}
    return values


def _columns(values: Values) -> dict[str, Any]:
    """The particulars as columns of the account."""
    found: dict[str, Any] = {}
    for means, column in COLUMNS.items():
        value = values.get(means)
        if value is None:
            continue
        if means in PERSONS:
            found[column] = _person(value)
        elif means in DAYS:
            found[column] = date.fromisoformat(value) if value else None
        else:
            found[column] = value
    return found


def _person(key: str) -> Person | None:
    if not key:
        return None
    person = Person.objects.active().filter(pk=key).first()
    if person is None:
        raise Refused(
            Denied(
                Text(
                    zh="申请中的负责人或管理员已离任，请退回重填。",
                    en="A person named in the application has left; return it to be filled in anew.",
                )
            )
        )
    return person


def _new(application: Application, values: Values) -> None:
    """The account enters the register and takes the step of its life that the act leads to, number and filing with it."""
    account = registry.add_account(
        actor=REGISTER,
        institution=application.institution,
        owner_unit=application.unit,
        tier=_tier(application),
        state=AccountState.APPLIED,
        **_columns(values),
    )
    if account.manager is not None:
        operators.add_operator(actor=REGISTER, account=account, person=account.manager)
    application.account = _step(application, account, _STEPS[application.kind])


def _tier(application: Application) -> int:
    assert application.case is not None
    return tier(application.unit, of_version(application.case.rulebook)) or 0


def _change(application: Application, values: Values) -> None:
    account = _held(application)
    _refuse_stale(application, account)
    before = account.manager
    changed = {
        column: value
        for column, value in _columns(values).items()
        if getattr(account, column) != value and column != "platform"
    }
    if changed:
        account = registry.change_account(actor=REGISTER, account=account, **changed)
    if "manager" in changed:
        _change_operator(account, before)
    application.account = _step(application, account, _STEPS[application.kind])


def _change_operator(account: Account, before: Person | None) -> None:
    serving = set(account.operators.serving().values_list("person", flat=True))
    if before is not None and before.pk in serving:
        operators.end_operator(actor=REGISTER, account=account, person=before)
    if account.manager is not None and account.manager.pk not in serving:
        operators.add_operator(actor=REGISTER, account=account, person=account.manager)


def _close(application: Application, values: Values) -> None:
    """Closed on the day that was asked for; a day still to come is the day the closure was filed."""
    asked = values.get(Meaning.CLOSES_ON, "")
    day = min(date.fromisoformat(asked), clock.today()) if asked else clock.today()
    done = Completion.objects.filter(application=application).order_by("-pk").first()
    given = Given(
        reason=values.get(Meaning.REASON, "")[:300] or application.title,
        proof=done.note if done else "",
        on=day,
    )
    application.account = _step(application, _held(application), _STEPS[application.kind], given)


def _step(application: Application, account: Account, step: str, given: Given | None = None) -> Account:
    """Take a step in the account's life by the case that has just been approved."""
    return moves.move(actor=REGISTER, account=account, step=step, given=given, case=_case_of(application))


def _nothing(application: Application, values: Values) -> None:
    """The conclusion itself is the effect; it stands in the decisions."""


def _authorise(application: Application, values: Values) -> None:  # noqa: ARG001 - one form for all effects.
    """The text that was asked about is authorised for the classes that were asked for. One that changed is another text."""
    assert application.current is not None
    asked = application.current.content["article"]
    article = locked(asked["id"])
    revision = article.current
    if revision is None or revision.hash != asked["revision"] or article.state not in ALIVE:
        raise Refused(
            Denied(
                Text(
                    zh="稿件在申请之后已改动或办结，授权只对送审的那一版有效；请退回。",
                    en="The article changed or ended since; an authorisation is for the text that was read. Return it.",
                )
            )
        )
    revision.article = article
    grant(actor=REGISTER, revision=revision, case=_case_of(application), covers=asked["classes"])


def _change_menu(application: Application, values: Values) -> None:  # noqa: ARG001 - as above.
    """The platform may show another menu from now on; what it then shows is what was approved (ruian-6.4)."""
    faces.allow(account=_held(application), part=FacePart.MENU, case=_case_of(application))


def _change_profile(application: Application, values: Values) -> None:
    """The register says it, and the platform may show it (ruian-15)."""
    _change(application, values)
    faces.allow(account=_held(application), part=FacePart.PROFILE, case=_case_of(application))


def _case_of(application: Application) -> Case:
    return Case.objects.get(pk=application.case_id or 0)


def _held(application: Application) -> Account:
    assert application.account is not None
    return Account.objects.select_for_update(of=("self",)).get(pk=application.account.pk)


def _refuse_stale(application: Application, account: Account) -> None:
    """Refuse to overwrite what changed since: what was approved was a change from what the register said then."""
    assert application.current is not None
    for key, before in application.current.content["before"].items():
        column = COLUMNS[Meaning(key)]
        value = getattr(account, column)
        now = str(value.pk) if isinstance(value, Person) else str(value or "")
        if now != before:
            raise Refused(
                Denied(
                    Text(
                        zh="提交之后登记内容已另有变动，请退回重填。",
                        en="The register changed since this was handed in; return it to be filled in anew.",
                    )
                )
            )


def _about_account(actor: Actor, application: Application, action: Action) -> None:
    """Say of the account what duties wait to hear."""
    assert application.account is not None
    assert application.current is not None
    record(
        institution=application.institution,
        actor=actor,
        action=action,
        subject=registry.subject_of(application.account),
        facts={"application": application.pk, "hash": application.current.hash},
        clause=application.case.clause if application.case else "",
    )


# The step of an account's life that each act leads to (`registry.lifecycle`).
_STEPS = {
    Kind.OPEN_ACCOUNT: "open",
    Kind.REGISTER_ACCOUNT: "register",
    Kind.CHANGE_PERSONS: "file_again",
    Kind.CHANGE_PARTICULARS: "file_particulars",
    Kind.CHANGE_PROFILE: "file_profile",
    Kind.CLOSE_ACCOUNT: "close",
}
_TOLD = {
    Kind.CHANGE_PERSONS: Action.ACCOUNT_PERSONS_FILED,
    Kind.CLOSE_ACCOUNT: Action.ACCOUNT_CLOSURE_FILED,
    Kind.CHANGE_MENU: Action.MENU_APPROVED,
}
_EFFECTS: dict[Kind, Callable[[Application, Values], None]] = {
    Kind.OPEN_ACCOUNT: _new,
    Kind.REGISTER_ACCOUNT: _new,
    Kind.CHANGE_PERSONS: _change,
    Kind.CHANGE_PARTICULARS: _change,
    Kind.CHANGE_PROFILE: _change_profile,
    Kind.CHANGE_MENU: _change_menu,
    Kind.CLOSE_ACCOUNT: _close,
    Kind.AUTHORISE: _authorise,
    Kind.HANDLE_UNAUTHORISED: _nothing,
    Kind.HANDLE_IMPOSTOR: _nothing,
}
