"""Changes to accounts, their holders and their secrets. One function per change, one event each."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max

from guanhao.core import clock
from guanhao.core.actors import Actor, system
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, require
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.models import Institution, Person, Unit
from guanhao.people.permissions import Permission
from guanhao.platforms.wechat import sealed
from guanhao.registry import admission, checks, lifecycle, particulars, running, vault
from guanhao.registry.models import Account, Holder, ObservedCapability, PlatformToken, Secret
from guanhao.registry.types import GONE, IN_USE, KEEPS_PREVIOUS, PREVIOUS_FOR, AccountState, SecretKind
from guanhao.rulebook.vocabulary import LimitSubject
from guanhao.steps.clock import database_now

MOST_SECRET = 500
STAMPED = ("name_key", "particulars_digest")
UPKEEP = system("upkeep", "定期清理")


class _Form(NamedTuple):
    """How a secret of a kind must look, by the platform's rule."""

    pattern: re.Pattern[str]
    says: Text


_FORMS = {
    SecretKind.CALLBACK_TOKEN: _Form(
        sealed.TOKEN,
        Text(
            zh="Token 须为 3 至 32 位英文字母或数字，与公众平台填写的一致。",
            en="The Token has 3 to 32 letters and digits, the same as on the platform's console.",
        ),
    ),
    SecretKind.CALLBACK_KEY: _Form(
        sealed.AES_KEY,
        Text(
            zh="EncodingAESKey 须为 43 位英文字母和数字，与公众平台填写的一致。",
            en="The EncodingAESKey has 43 letters and digits, the same as on the platform's console.",
        ),
    ),
}
_CHANGEABLE = frozenset(
    {
        "name", "kind", "handle", "app_id", "address", "owner_unit", "flagship", "tier", "verified", "verified_until",
        "mass_protection", "state", "first_responsible", "manager", "supervising_leader", "bound_administrator", "purpose",
        "audience", "qr", "avatar", "opened_on",
    }
)  # fmt: skip


def subject_of(account: Account) -> Subject:
    """The account as an event's subject."""
    return Subject("account", str(account.pk), account.name)


def _refuse(zh: str, en: str) -> Refused:
    return Refused(Denied(Text(zh=zh, en=en)))


@transaction.atomic
def add_account(
    *,
    actor: Actor,
    institution: Institution,
    platform: str,
    name: str,
    owner_unit: Unit,
    first_responsible: Person | None = None,
    state: str = AccountState.ACTIVE,
    **others: Any,
) -> Account:
    """Put an account on the register. ``others`` are further columns, such as kind or app_id.

    Raises:
        Refused: without the permission, without a first responsible person while active (gpnu-13), or when the
            platform account is registered already.
    """
    require(checks.may_manage(actor, Permission.ACCOUNT_MANAGE))
    judged = checks.judged_name(institution, name)
    require(checks.written_plainly(judged))
    account = Account(
        institution=institution,
        platform=platform,
        name=name,
        owner_unit=owner_unit,
        first_responsible=first_responsible,
        state=state,
        created_at=clock.now(),
        state_since=clock.now(),
        **_known(others),
    )
    _save(account)
    record(
        institution=institution,
        actor=actor,
        action=Action.ACCOUNT_CREATED,
        subject=subject_of(account),
        facts={
            "platform": platform,
            "kind": account.kind,
            "owner_unit": owner_unit.pk,
            "state": state,
            "name_looks": judged.relation.value,
            "name_score": judged.score,
        },
        detail={"name": name},
    )
    return account


@transaction.atomic
def change_account(*, actor: Actor, account: Account, **changes: Any) -> Account:
    """Change columns of an account.

    Raises:
        Refused: as `add_account`; and for a platform, which never changes.
    """
    require(checks.may_manage(actor, Permission.ACCOUNT_MANAGE))
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    before = {name: _plain(getattr(account, name)) for name in _known(changes)}
    if "name" in changes:
        require(checks.written_plainly(checks.judged_name(account.institution, changes["name"])))
    for name, value in changes.items():
        setattr(account, name, value)
    _save(account, update_fields=list(changes))
    if account.state in GONE:
        vault.destroy(account)
    record(
        institution=account.institution,
        actor=actor,
        action=Action.ACCOUNT_CLOSED
        if changes.get("state") == AccountState.CLOSED
        else Action.ACCOUNT_CHANGED,
        subject=subject_of(account),
        facts={"changed": sorted(changes)},
        detail={"before": before, "after": {name: _plain(getattr(account, name)) for name in changes}},
    )
    return account


def _known(given: dict[str, Any]) -> dict[str, Any]:
    for name in given.keys() - _CHANGEABLE:
        raise ValueError(f"An account has no changeable particular {name}.")
    return given


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.pk if isinstance(value, (Person, Unit)) else value


def _save(account: Account, update_fields: list[str] | None = None) -> None:
    if account.state == AccountState.ACTIVE:
        require(checks.has_first_responsible(account))
    if account.first_responsible is not None and "first_responsible" in (
        update_fields or ["first_responsible"]
    ):
        require(checks.entitled(account, account.first_responsible, LimitSubject.RESPONSIBLE_PERSONS))
    if account.bound_administrator is not None and "bound_administrator" in (update_fields or ()):
        require(running.may_edit_profile(account, account.bound_administrator))
    if account.state in IN_USE and account.manager is None and "manager" in (update_fields or ()):
        require(running.is_run(account))
    _require_admissible(account, update_fields)
    particulars.stamp(account)
    if account.state not in GONE:
        require(checks.not_registered_twice(account))
    try:
        with transaction.atomic():
            account.save(update_fields=update_fields and [*update_fields, *STAMPED])
    except IntegrityError:
        raise _refuse("该平台账号已经登记。", "This platform account is registered already.") from None


def _require_admissible(account: Account, changed: list[str] | None) -> None:
    """Its name and its place among the unit's accounts, where they are new."""
    if account.state in GONE:
        return
    if changed is None or "name" in changed:
        rulebook = lifecycle.rulebook_of(account)
        require(admission.well_named(rulebook, lifecycle.facts_of(account), account.name))
    if changed is None or "owner_unit" in changed:
        require(admission.room_for(account))


@transaction.atomic
def add_holder(*, actor: Actor, account: Account, person: Person) -> Holder:
    """Give a person one of the numbered slots (K8).

    Raises:
        Refused: when the limit of the rulebook is reached, the person holds a slot already or may hold none.
    """
    require(checks.may_manage(actor, Permission.ACCOUNT_MANAGE))
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    taken = dict(Holder.objects.filter(account=account).values_list("slot", "person_id"))
    if person.pk in taken.values():
        raise _refuse("此人已是保管人。", "The person is a holder already.")
    require(checks.may_hold(account, person))
    require(checks.within_holder_limit(account, len(taken) + 1))
    require(running.may_edit_profile(account, person))
    slots = checks.slots_of(account)
    slot = next((slot for slot in slots if slot not in taken), None)
    if slot is None:
        raise _refuse(f"保管人已满 {len(slots)} 名。", f"There are {len(slots)} holders already.")
    holder = Holder(
        institution_id=account.institution_id,
        account=account,
        slot=slot,
        most=len(slots),
        person=person,
        since=clock.now(),
    )
    holder.save()
    _holder_event(actor, account, person, slot, Action.ACCOUNT_HOLDER_ADDED)
    return holder


@transaction.atomic
def remove_holder(*, actor: Actor, account: Account, person: Person) -> None:
    """Free the person's slot.

    Raises:
        Refused: when the person is no holder.
    """
    require(checks.may_manage(actor, Permission.ACCOUNT_MANAGE))
    holder = Holder.objects.filter(account=account, person=person).first()
    if holder is None:
        raise _refuse("此人不是保管人。", "The person is no holder.")
    free_slot(actor=actor, holder=holder)


@transaction.atomic
def free_slot(*, actor: Actor, holder: Holder) -> None:
    """Free a slot whose holder goes; whoever lets the person go answers for the right to do so."""
    account, person, slot = holder.account, holder.person, holder.slot
    holder.delete()
    _holder_event(actor, account, person, slot, Action.ACCOUNT_HOLDER_REMOVED)


def _holder_event(actor: Actor, account: Account, person: Person, slot: int, action: Action) -> None:
    record(
        institution=account.institution,
        actor=actor,
        action=action,
        subject=subject_of(account),
        facts={"person": person.pk, "slot": slot},
        detail={"name": person.name},
    )


@transaction.atomic
def set_secret(
    *, actor: Actor, account: Account, kind: str, value: str, keeps_previous: bool = False
) -> Secret:
    """Seal a new version of a secret and retire the one before. The value is never recorded.

    ``keeps_previous`` leaves the one before readable for the machine, which is to show that the platform refuses it.

    Raises:
        Refused: without the permission and no holder, or for an empty or impossible value.
        KeyMissing: the key file cannot be used.
    """
    require(checks.may_connect(actor, account))
    value = value.strip()
    _require_form(kind, value)
    account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    versions = Secret.objects.filter(account=account, kind=kind)
    version = (versions.aggregate(newest=Max("version"))["newest"] or 0) + 1
    if keeps_previous or kind in KEEPS_PREVIOUS:
        versions.filter(retired_at__isnull=False).update(sealed=b"")
        versions.filter(retired_at__isnull=True).update(retired_at=clock.now())
    else:
        versions.filter(retired_at__isnull=True).update(retired_at=clock.now(), sealed=b"")
    secret = Secret(
        institution_id=account.institution_id,
        account=account,
        kind=SecretKind(kind),
        version=version,
        sealed=vault.seal(account, kind, version, value),
        set_at=clock.now(),
        set_by_id=actor.person_id,
    )
    secret.save()
    _drop_token(account, kind)
    _secret_event(actor, account, kind, version, Action.ACCOUNT_SECRET_SET)
    return secret


def _require_form(kind: str, value: str) -> None:
    if not value or len(value) > MOST_SECRET or not value.isprintable():
        raise _refuse("密钥为空或含有不可见字符。", "The secret is empty or holds invisible characters.")
    form = _FORMS.get(SecretKind(kind))
    if form is not None and not form.pattern.fullmatch(value):
        raise Refused(Denied(form.says))


@transaction.atomic
def forget_previous_keys() -> int:
    """Destroy replaced callback keys whose time of grace is over; answers how many. For the accounts in scope."""
    outlived = Secret.objects.filter(kind__in=KEEPS_PREVIOUS, retired_at__lte=clock.now() - PREVIOUS_FOR)
    rows = list(outlived.exclude(sealed=b"").select_related("account__institution"))
    for row in rows:
        Secret.objects.filter(pk=row.pk).update(sealed=b"")
        _secret_event(UPKEEP, row.account, row.kind, row.version, Action.ACCOUNT_SECRET_RETIRED)
    return len(rows)


@transaction.atomic
def retire_secret(*, actor: Actor, account: Account, kind: str) -> None:
    """Destroy the current secret of a kind; its row stays, its content does not (等保 剩余信息保护).

    Raises:
        Refused: when there is none.
    """
    require(checks.may_connect(actor, account))
    secret = Secret.objects.filter(account=account, kind=kind, retired_at__isnull=True).first()
    if secret is None:
        raise _refuse("没有可停用的密钥。", "There is no secret to retire.")
    Secret.objects.filter(pk=secret.pk).update(retired_at=clock.now())
    Secret.objects.filter(account=account, kind=kind).update(
        sealed=b""
    )  # a previous one that still counted as well
    _drop_token(account, kind)
    _secret_event(actor, account, kind, secret.version, Action.ACCOUNT_SECRET_RETIRED)


def _drop_token(account: Account, kind: str) -> None:
    # A token fetched with the old secret dies with it.
    if kind == SecretKind.APP_SECRET:
        PlatformToken.objects.filter(account=account).update(sealed=b"", expires_at=None)


def _secret_event(actor: Actor, account: Account, kind: str, version: int, action: Action) -> None:
    record(
        institution=account.institution,
        actor=actor,
        action=action,
        subject=subject_of(account),
        facts={"kind": str(kind), "version": version},
    )


@transaction.atomic
def set_sending(*, actor: Actor, account: Account, kind: str, mass_protection: bool | None) -> Account:
    """Say of what kind an account is and whether its mass sends wait for an administrator, as the console shows it.

    Both decide how followers may be notified (wechat.md §6). The platform tells the first by API where it was granted,
    the second never.

    Raises:
        Refused: without the permission and no holder.
    """
    require(checks.may_connect(actor, account))
    before = {"kind": account.kind, "mass_protection": account.mass_protection}
    after = {"kind": kind, "mass_protection": mass_protection}
    changed = sorted(name for name in after if before[name] != after[name])
    if not changed:
        return account
    account.kind, account.mass_protection = kind, mass_protection
    account.save(update_fields=changed)
    record(
        institution=account.institution,
        actor=actor,
        action=Action.ACCOUNT_CHANGED,
        subject=subject_of(account),
        facts={"changed": changed},
        detail={"before": before, "after": after},
    )
    return account


def note_capability(
    account: Account, capability: str, state: str, errcode: int | None, sentence: Text
) -> None:
    """Keep what a call showed of what the account may do by API, so that the plan offers only what works."""
    ObservedCapability.objects.update_or_create(
        account=account,
        capability=capability,
        defaults={
            "institution_id": account.institution_id,
            "state": state,
            "errcode": errcode,
            "detail": sentence.zh,
            "observed_at": database_now(),
        },
    )
