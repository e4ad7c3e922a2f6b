"""Values of the regulation package: a version with its rules, and the parties roles are relative to."""

from __future__ import annotations

from dataclasses import dataclass

from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.people.models import Person, Unit
from guanhao.regulation.models import RulebookVersion
from guanhao.rulebook.book import Rulebook


class NoRulebook(Refused):
    """The institution has no rulebook in force on the day. Without a rulebook nothing is allowed."""

    def __init__(self) -> None:
        super().__init__(
            Denied(
                Text(zh="本单位还没有生效的制度，不能办理。", en="The institution has no rulebook in force.")
            )
        )


class NoPlace(Refused):
    """A role cannot be placed: the unit it is looked for in does not exist."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A rulebook version as stored, and its rules as typed objects."""

    version: RulebookVersion
    rulebook: Rulebook


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose matter it is. Roles are relative to them (architecture §1, 2).

    ``owner`` is the unit that provides or applies, ``publisher`` the unit whose account it goes out on, ``subject`` the
    person the matter is about.
    """

    owner: Unit | None = None
    publisher: Unit | None = None
    subject: Person | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the holders of a role are found: a post in a unit."""

    unit: Unit
    post: str
