"""What a rulebook asks about an application: the facts clauses select on, the parties of its roles, its route and form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from guanhao.applications.types import FROM_SIGHTING, Kind
from guanhao.cases.opening import chosen_route, may_open
from guanhao.contents.facts import account_use, tier
from guanhao.contents.matters import classes_of
from guanhao.contents.models import Article
from guanhao.core.verdicts import Refused, Verdict
from guanhao.documents.forms import forms_of
from guanhao.people.models import Person, Unit
from guanhao.registry.models import Account
from guanhao.regulation.types import Parties
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.parties import Form
from guanhao.rulebook.types import Facts, Route
from guanhao.rulebook.vocabulary import Meaning

# Where the regulation prescribes none; a form of the same key in the rulebook takes its place.
GENERIC_FORMS: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.OPEN_ACCOUNT: "generic_application",
        Kind.REGISTER_ACCOUNT: "generic_application",
        Kind.CHANGE_PERSONS: "generic_change",
        Kind.CHANGE_PARTICULARS: "generic_change",
        Kind.CHANGE_PROFILE: "generic_change",
        Kind.CHANGE_MENU: "generic_change",
        Kind.CLOSE_ACCOUNT: "generic_closure",
        Kind.AUTHORISE: "generic_authorisation",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is applied for, before and after it is a row: the kind, whose it is, about which account, and which article."""

    kind: Kind
    rulebook: Rulebook
    unit: Unit
    person: Person
    account: Account | None = None
    article: Article | None = None
    working: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """The facts of the matter."""
        account = self.account
        return Facts(
            act=self.kind.value,
            owner_kind=self.unit.kind,
            platform=account.platform if account else self._stated(Meaning.PLATFORM),
            account_kind=account.kind if account else self._stated(Meaning.KIND),
            account_use=account_use(account, self.rulebook) if account else "",
            tier=tier(self.unit, self.rulebook),
            content_classes=classes_of(self.article) if self.article else frozenset(),
        )

    def _stated(self, means: Meaning) -> str:
        """What is filled in for a particular of an account to be. No form is known yet: the route decides on it.

        So every form that the kind may be written on is asked which of its fields means it.
        """
        if self.kind in FROM_SIGHTING:
            return self.working.get(means.value, "")
        keys = [f"_{means}"]
        for route in self.rulebook.of_kind(Route):
            if route.act.value == self.kind.value:
                form = forms_of(self.rulebook)[route.form or GENERIC_FORMS[self.kind]]
                keys += [field.key for field in form.fields.values() if field.means is means]
        return next((self.working[key] for key in keys if self.working.get(key)), "")

    @property
    def parties(self) -> Parties:
        """Owner is the unit that applies, publisher the unit whose account it is, subject whoever applies."""
        publisher = self.account.owner_unit if self.account else self.unit
        return Parties(owner=self.unit, publisher=publisher, subject=self.person)

    @property
    def route(self) -> Route:
        """The route it takes.

        Raises:
            Refused: the rulebook has none.
        """
        return chosen_route(self.rulebook, self.facts)

    @property
    def form(self) -> Form | None:
        """The paper it is written on: the route's, else the generic one; none for what begins from a sighting."""
        if self.kind in FROM_SIGHTING:
            return None
        return forms_of(self.rulebook)[self.route.form or GENERIC_FORMS[self.kind]]


def may_apply(matter: Matter) -> Verdict:
    """Whether the rulebook lets the person apply for this: it has a route, and names them among who may open it."""
    try:
        route = matter.route
    except Refused as refusal:
        return refusal.denied
    return may_open(route, matter.person, matter.parties, matter.rulebook)
