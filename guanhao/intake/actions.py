"""An existing ledger into the register: the whole of it in one transaction, one event per account and one for the import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from guanhao.core import clock
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused, WrongState, require
from guanhao.intake.checking import Entry, Report, check
from guanhao.intake.columns import Column
from guanhao.intake.mapping import remember
from guanhao.ledger.actions import record
from guanhao.ledger.types import Action, Subject
from guanhao.people.importing import Sheet
from guanhao.people.models import Institution
from guanhao.people.permissions import Permission
from guanhao.registry import checks, numbers, particulars
from guanhao.registry.actions import subject_of
from guanhao.registry.lifecycle import rulebook_of
from guanhao.registry.models import Account, Filing, Operator
from guanhao.registry.types import IN_USE
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.types import NumberScheme


def import_ledger(
    *, actor: Actor, institution: Institution, sheet: Sheet, mapping: Mapping[Column, int], name: str
) -> Report:
    """Enter every account of a ledger, all or nothing; answers what was entered.

    1. The sheet is checked once more, under the transaction that writes: the register may have changed since the dry run.
    2. Each account gets its row, its operators, its number and its filing, and one event.
    3. The import itself is one event; what the headings meant is remembered for the next time.

    Raises:
        Refused: without the permission; the sheet has faults; numbers are in it and the actor is no registrar.
        WrongState: somebody registered one of the accounts this moment; nothing was imported.
    """
    require(checks.may_manage(actor, Permission.ACCOUNT_MANAGE))
    try:
        with transaction.atomic():
            return _import(actor, institution, sheet, mapping, name)
    except IntegrityError:
        raise WrongState(
            Denied(
                Text(
                    zh="登记簿刚刚有变化，一行也没有导入。请重新检查。",
                    en="The register changed this moment; nothing was imported. Check again.",
                )
            )
        ) from None


def _import(
    actor: Actor, institution: Institution, sheet: Sheet, mapping: Mapping[Column, int], name: str
) -> Report:
    report = check(institution, sheet, mapping)
    if not report.clean:
        raise Refused(
            Denied(
                Text(
                    zh=f"台账还有 {len(report.faults)} 处错误，一行也没有导入。",
                    en=f"The ledger still has {len(report.faults)} faults; nothing was imported.",
                )
            )
        )
    accounts = [_account(institution, entry) for entry in report.entries]
    rulebook = rulebook_of(accounts[0])
    schemes = _schemes(actor, accounts, report, rulebook)
    for account, entry, scheme in zip(accounts, report.entries, schemes, strict=True):
        _enter(actor, account, entry, scheme)
    remember(sheet, mapping)
    record(
        institution=institution,
        actor=actor,
        action=Action.ACCOUNTS_IMPORTED,
        subject=Subject("institution", str(institution.pk), institution.name),
        facts={"accounts": len(accounts), "numbered": sum(1 for entry in report.entries if entry.number)},
        detail={"file": name},
    )
    return report


def _account(institution: Institution, entry: Entry) -> Account:
    now = clock.now()
    return Account(institution=institution, created_at=now, state_since=now, **entry.values)


def _schemes(
    actor: Actor, accounts: list[Account], report: Report, rulebook: Rulebook | None
) -> list[NumberScheme]:
    """The scheme of each account's number; nobody but its registrar brings numbers in. Asked once per unit and scheme."""
    schemes = [numbers.scheme_for(account, rulebook) for account in accounts]
    asked: set[tuple[int, str]] = set()
    for account, entry, scheme in zip(accounts, report.entries, schemes, strict=True):
        key = (account.owner_unit_id, scheme.key)
        if entry.number and key not in asked:
            asked.add(key)
            require(numbers.may_issue(actor, account.owner_unit, scheme, rulebook))
    return schemes


def _enter(actor: Actor, account: Account, entry: Entry, scheme: NumberScheme) -> None:
    told = particulars.stamp_new(account, entry.operators)
    if account.state in IN_USE:  # What the ledger says of it counts as filed: later changes are told from it.
        account.filed_digest, account.filed_at = account.particulars_digest, account.created_at
    account.save()
    for person in entry.operators:
        Operator(
            institution_id=account.institution_id, account=account, person=person, since=clock.today()
        ).save()
    if entry.number:
        numbers.keep_number(actor=actor, account=account, text=entry.number, scheme=scheme)
    if account.state in IN_USE:
        _file(actor, account, told)
    judged = entry.judged
    record(
        institution=account.institution,
        actor=actor,
        action=Action.ACCOUNT_CREATED,
        subject=subject_of(account),
        facts={
            "platform": account.platform,
            "kind": account.kind,
            "owner_unit": account.owner_unit_id,
            "state": str(account.state),
            "number": entry.number,
            "operators": [person.pk for person in entry.operators],
            "imported": entry.row,
            "name_looks": judged.relation.value if judged else "none",
            "name_score": judged.score if judged else 0,
        },
        detail={"name": account.name},
    )


def _file(actor: Actor, account: Account, told: dict[str, Any]) -> None:
    Filing(
        institution_id=account.institution_id,
        account=account,
        digest=account.particulars_digest,
        particulars=told,
        filed_at=account.created_at,
        filed_by_id=actor.person_id,
    ).save()
