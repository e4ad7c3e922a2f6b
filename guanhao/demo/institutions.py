"""Set up one institution from a demonstration file: units, people, posts, sign-ins, rulebook, accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from ruamel.yaml import YAML

from guanhao.core import actors, tenancy
from guanhao.directory.actions import set_directory
from guanhao.people import actions as people
from guanhao.people.access import actor_of
from guanhao.people.models import Institution, Person, Unit
from guanhao.privacy import noticing
from guanhao.registry import actions as registry
from guanhao.registry.models import Account
from guanhao.registry.types import SecretKind
from guanhao.regulation import actions as regulation
from guanhao.regulation.queries import in_force
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.loading import load

ROOT = Path(settings.BASE_DIR)
KEYS = ("ruian", "gpnu", "xartvu")
ACTOR = actors.system("demonstration", "演示数据")
SINCE = date(2025, 9, 1)
# One password for everybody invented; sign-in with it exists only where demonstrations are on.
PASSWORD = "demo-only-Passw0rd"  # noqa: S105
APP_SECRET = "5ec7e7" * 5 + "00"  # what the sandbox is told too


@dataclass(slots=True)
class Demonstration:
    """An institution that was set up, by the names its file uses."""

    institution: Institution
    rulebook: Rulebook
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)  # by staff number and by sign-in name
    accounts: dict[str, Account] = field(default_factory=dict)
    connected: list[str] = field(
        default_factory=list
    )  # keys of accounts that are authorised on their platform


@cache
def read_file(key: str) -> Mapping[str, Any]:
    """The parsed demonstration file of an institution, which nobody changes."""
    data: dict[str, Any] = YAML(typ="safe").load((ROOT / "demo" / f"{key}.yaml").read_text(encoding="utf-8"))
    return data


@transaction.atomic
def set_up(key: str) -> Demonstration:
    """Set up the institution of `demo/KEY.yaml`: everything but articles."""
    data = read_file(key)
    path = ROOT / "rulebooks" / data["institution"]["rulebook"]
    rulebook = load(path)
    institution = people.found_institution(
        actor=ACTOR,
        key=key,
        name=rulebook.institution.name,
        short_names=rulebook.institution.also,
        demonstration=True,
    )
    with tenancy.within(institution):
        demonstration = Demonstration(institution, rulebook)
        _units(demonstration, data["units"])
        regulation.adopt(actor=ACTOR, institution=institution, source=path.read_text(encoding="utf-8"))
        for entry in data["people"]:
            _person(demonstration, entry)
        for entry in data["accounts"]:
            _account(demonstration, entry)
        set_directory(actor=ACTOR, institution=institution, is_open=True)
        _notice(demonstration)
    return demonstration


def _units(demonstration: Demonstration, entries: list[Mapping[str, Any]]) -> None:
    root: Unit | None = None
    for position, entry in enumerate(entries):
        above = demonstration.units[entry["under"]] if "under" in entry else root
        unit = people.add_unit(
            actor=ACTOR,
            institution=demonstration.institution,
            name=entry["name"],
            kind=entry["kind"],
            parent=above,
            short_name=entry.get("short", ""),
            position=position,
        )
        root = root or unit
        demonstration.units[unit.name] = unit


def find(key: str) -> Demonstration:
    """The institution of `demo/KEY.yaml` as it stands in the database.

    Raises:
        Institution.DoesNotExist: when it was not set up.
    """
    data = read_file(key)
    institution = Institution.objects.get(key=key)
    with tenancy.within(institution):
        by_handle = {(a.platform, a.handle): a for a in Account.objects.select_related("owner_unit")}
        by_number = {person.staff_no: person for person in Person.objects.select_related("user")}
        return Demonstration(
            institution,
            in_force(institution).rulebook,
            units={unit.name: unit for unit in Unit.objects.all()},
            people={
                name: by_number[entry["no"]]
                for entry in data["people"]
                for name in (entry["no"], entry["sign_in"])
            },
            accounts={e["key"]: by_handle[e["platform"], e["handle"]] for e in data["accounts"]},
        )


def _person(demonstration: Demonstration, entry: Mapping[str, Any]) -> None:
    person = people.add_person(
        actor=ACTOR,
        institution=demonstration.institution,
        name=entry["name"],
        kind=entry.get("kind", "staff"),
        staff_no=entry["no"],
        email=f"{entry['sign_in']}@example.invalid",
    )
    demonstration.people[entry["no"]] = demonstration.people[entry["sign_in"]] = person
    for unit, posts in entry["posts"].items():
        for post in posts:
            people.appoint(actor=ACTOR, person=person, unit=demonstration.units[unit], post=post, since=SINCE)
    if "admin" in entry:
        people.grant_capability(actor=ACTOR, person=person, capability=entry["admin"])
    people.give_sign_in(actor=ACTOR, person=person, username=entry["sign_in"], password=PASSWORD)


def _notice(demonstration: Demonstration) -> None:
    """Everybody has read what is held about them."""
    notice = noticing.keep_in_force(demonstration.institution, actor=ACTOR)
    for person in {person.pk: person for person in demonstration.people.values()}.values():
        noticing.acknowledge(actor=actor_of(person), person=person, notice=notice)


def _account(demonstration: Demonstration, entry: Mapping[str, Any]) -> None:
    account = registry.add_account(
        actor=ACTOR,
        institution=demonstration.institution,
        platform=entry["platform"],
        kind=entry["kind"],
        name=entry["name"],
        handle=entry["handle"],
        app_id=entry.get("app_id", ""),
        owner_unit=demonstration.units[entry["owner"]],
        flagship=entry.get("flagship", False),
        verified=entry["verified"],
        first_responsible=demonstration.people[entry["first_responsible"]],
        manager=demonstration.people[entry["manager"]],
    )
    for holder in entry.get("holders", []):
        registry.add_holder(actor=ACTOR, account=account, person=demonstration.people[holder])
    if entry.get("secret"):
        registry.set_secret(actor=ACTOR, account=account, kind=SecretKind.APP_SECRET, value=APP_SECRET)
    demonstration.accounts[entry["key"]] = account
    if entry.get("connected"):
        demonstration.connected.append(entry["key"])
