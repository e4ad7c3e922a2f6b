"""The demonstration's register: accounts in every state it knows, from `demo/register.yaml`, through the real actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ruamel.yaml import YAML

from guanhao.core import clock, tenancy
from guanhao.demo.institutions import ACTOR, ROOT, Demonstration
from guanhao.people.access import actor_of
from guanhao.registry import actions, numbers
from guanhao.registry.models import Account
from guanhao.registry.moves import Given, move
from guanhao.registry.operators import add_operator

FILE = ROOT / "demo" / "register.yaml"
_PLAIN = ("handle", "address", "purpose", "audience")
_PEOPLE = {
    "first_responsible": "first_responsible",
    "manager": "manager",
    "leader": "supervising_leader",
    "bound": "bound_administrator",
}


def fill(demonstration: Demonstration) -> None:
    """Register the accounts of the institution and let each live through its steps."""
    data = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    own = data["institutions"][demonstration.institution.key]
    with tenancy.within(demonstration.institution):
        for entry in own["accounts"]:
            account = _registered(demonstration, entry)
            _live(demonstration, account, entry, by=own["by"])


def _registered(demonstration: Demonstration, entry: Mapping[str, Any]) -> Account:
    people = {column: demonstration.people[entry[key]] for key, column in _PEOPLE.items() if key in entry}
    account = actions.add_account(
        actor=ACTOR,
        institution=demonstration.institution,
        platform=entry["platform"],
        name=entry["name"],
        owner_unit=demonstration.units[entry["owner"]],
        state=entry.get("state", "applied"),
        **people,
        **{key: entry[key] for key in _PLAIN if key in entry},
    )
    if "number" in entry:
        numbers.adopt_number(actor=ACTOR, account=account, text=entry["number"])
    for number in entry.get("operators", ()):
        add_operator(actor=ACTOR, account=account, person=demonstration.people[number])
    return account


def _live(demonstration: Demonstration, account: Account, entry: Mapping[str, Any], *, by: str) -> None:
    actor, today = actor_of(demonstration.people[by]), clock.today()
    for one in entry.get("steps", ()):
        until = today + timedelta(days=one["until"]) if "until" in one else None
        given = Given(reason=one.get("reason", ""), proof=one.get("proof", ""), until=until)
        account = move(actor=actor, account=account, step=one["step"], given=given)
    if "then" in entry:
        actions.change_account(actor=ACTOR, account=account, **entry["then"])
    if "short" in entry:
        until = today + timedelta(days=entry["short"]["days"])
        add_operator(
            actor=ACTOR,
            account=account,
            person=demonstration.people[entry["short"]["person"]],
            since=until - timedelta(days=60),
            until=until,
        )
