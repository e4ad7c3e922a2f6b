"""Who hears of what: by duty, never by technical rank."""

from __future__ import annotations

from collections.abc import Iterable

from guanhao.cases.models import Barred, Case, Decision
from guanhao.contents.facts import parties_of
from guanhao.contents.matters import rulebook_of
from guanhao.contents.models import Article
from guanhao.core.prepared import Prepared, given
from guanhao.people.models import Appointment, CapabilityGrant, Delegation, Institution, Person
from guanhao.people.types import Capability
from guanhao.publishing.checks import may_publish, may_stop
from guanhao.publishing.models import PublishJob
from guanhao.registry.models import Account
from guanhao.regulation.queries import in_force
from guanhao.regulation.roles import function_units, holders
from guanhao.rulebook.clauses import Route
from guanhao.rulebook.vocabulary import KnownFunction

_MADE_BY: Prepared[int] = Prepared(
    lambda: Barred.objects.filter(case=given("case")).values_list("person", flat=True)
)
_DECIDED_BY: Prepared[tuple[int, int | None]] = Prepared(
    lambda: Decision.objects.filter(step__case=given("case")).values_list("person", "acting_for")
)
_ACTIVE: Prepared[Person] = Prepared(lambda: Person.objects.active().filter(pk__in=given("keys", many=True)))

COMPETENT_OFFICE = KnownFunction.COMPETENT_OFFICE
TECHNICAL_UNIT = KnownFunction.TECHNICAL_UNIT


def touched(case: Case) -> list[Person]:
    """Everybody who had to do with a case: who submitted it, made it, decided a step, or was decided for."""
    people = {case.submitted_by_id}
    people.update(_MADE_BY.all(case=case))
    for decided in _DECIDED_BY.all(case=case):
        people.update(key for key in decided if key is not None)
    return _ACTIVE.all(keys=people)


def publishers(article: Article) -> list[Person]:
    """Whoever owes the publishing of an article and may do it.

    These are the holders of the role that the article's route says publishes it, and their deputies; those who run the
    account where it names none; the competent office where nobody is left.
    """
    route = route_of(article)
    if route is not None and route.published_by is not None:
        people = with_deputies(holders(route.published_by, parties_of(article), rulebook_of(article)))
    else:
        people = running(article.account)
    fit = [person for person in people if may_publish(person, article)]
    return fit or serving(article.institution, COMPETENT_OFFICE)


def route_of(article: Article) -> Route | None:
    """The route an article's case runs on, in the version it began under."""
    if article.case is None:
        return None
    clause = rulebook_of(article).clause(article.case.clause)
    return clause if isinstance(clause, Route) else None


def publishing_article(job: PublishJob) -> str:
    """The article of the regulation that says how what a job carries is decided and published."""
    item = job.items.select_related("revision__article__case__rulebook").order_by("position").first()
    route = route_of(item.revision.article) if item else None
    return route.article if route else ""


def running(account: Account) -> list[Person]:
    """Those who run an account day by day: its manager, its first responsible person, its holders."""
    keys = {
        account.manager_id,
        account.first_responsible_id,
        *account.holders.values_list("person", flat=True),
    }
    return list(Person.objects.active().filter(pk__in=[key for key in keys if key is not None]))


def publishers_of(job: PublishJob) -> list[Person]:
    """Whoever owes the publishing of a job: the publishers of what it carries."""
    articles = {item.revision.article for item in job.items.select_related("revision__article")}
    return _distinct(person for article in articles for person in publishers(article))


def writers_of(job: PublishJob) -> list[Person]:
    """In whose name the articles of a job were offered, as far as they are still here: whoever has to edit them."""
    keys = job.items.values("revision__article__contributor")
    return list(Person.objects.active().filter(pk__in=keys))


def for_hand(job: PublishJob) -> list[Person]:
    """Whom a push by hand concerns: those who owe its publishing, and those who hold the account's credentials."""
    return _distinct([*publishers_of(job), *running(job.account)])


def on_duty(institution: Institution) -> list[Person]:
    """The technical duty and the competent office: who can mend what stands still, and who answers for it."""
    return _distinct([*serving(institution, TECHNICAL_UNIT), *serving(institution, COMPETENT_OFFICE)])


def serving(institution: Institution, *functions: str) -> list[Person]:
    """Everybody appointed in the units that carry the first of the functions that any unit carries."""
    rulebook = in_force(institution).rulebook
    for function in functions:
        units = function_units(function, rulebook)
        seats = Appointment.objects.on().filter(unit__in=units)
        people = list(Person.objects.active().filter(pk__in=seats.values("person")))
        if people:
            return people
    return []


def with_deputies(people: Iterable[Person]) -> list[Person]:
    """The people, and those they delegated to for now."""
    own = list(people)
    given = Delegation.objects.at().filter(principal__in=own, deputy__active=True).select_related("deputy")
    return _distinct([*own, *(delegation.deputy for delegation in given)])


def without(people: Iterable[Person], person_id: int | None) -> list[Person]:
    """The people but one, who knows because they did it."""
    return [person for person in people if person.pk != person_id]


def _distinct(people: Iterable[Person]) -> list[Person]:
    return list({person.pk: person for person in people}.values())


def stoppers(institution: Institution) -> list[Person]:
    """Whoever may stop publishing, and so has to agree when a stop is to be lifted (AP8)."""
    people = [*serving(institution, COMPETENT_OFFICE), *serving(institution, TECHNICAL_UNIT)]
    return [person for person in _distinct(people) if may_stop(person)]


def system_administrators(institution: Institution) -> list[Person]:
    """Whoever administers the system for the institution."""
    grants = CapabilityGrant.objects.filter(
        institution=institution, capability=Capability.SYSTEM, ended_at__isnull=True
    )
    return list(Person.objects.active().filter(pk__in=grants.values("person")))


def account_people(institution: Institution) -> list[Person]:
    """Whoever runs one of the institution's accounts."""
    accounts = Account.objects.filter(institution=institution)
    return _distinct(person for account in accounts for person in running(account))
