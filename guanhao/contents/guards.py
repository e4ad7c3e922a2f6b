"""Who may do what with an article and when. Pure questions; they answer Allowed or Denied with the reason."""

from __future__ import annotations

from collections.abc import Collection

from guanhao.cases.identity import among
from guanhao.cases.visibility import USUAL, VisibilityShape, visibility_of
from guanhao.contents.models import Article
from guanhao.contents.types import ArticleState, ContributorKind
from guanhao.core.prepared import Family, Prepared, given
from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.people.models import Person, Unit, UnitFunction
from guanhao.people.permissions import standing
from guanhao.people.types import PersonKind
from guanhao.registry.models import Account
from guanhao.registry.types import PUBLISHES
from guanhao.rulebook.vocabulary import KnownFunction

EDITABLE: Collection[str] = (ArticleState.DRAFT, ArticleState.RETURNED)
WITHDRAWABLE: Collection[str] = (*EDITABLE, ArticleState.IN_REVIEW, ArticleState.APPROVED)
ALIVE: Collection[str] = (*WITHDRAWABLE, ArticleState.SCHEDULED)
IN_A_UNITS_NAME: Collection[str] = (ContributorKind.UNIT, ContributorKind.OFFICE)
_PERSONAL = {ContributorKind.STAFF: PersonKind.STAFF, ContributorKind.STUDENT: PersonKind.STUDENT}


def may_offer(person: Person, *, kind: str, unit: Unit, account: Account) -> Verdict:
    """Whether the person may offer an article in this name to this account."""
    if not person.active:
        return Denied(Text(zh="您已离任，不能投稿。", en="You have left and cannot offer articles."))
    if account.state not in PUBLISHES:
        return Denied(
            Text(
                zh=f"账号“{account.name}”目前不能发布。", en=f"The account {account.name} cannot publish now."
            )
        )
    return _in_that_name(person, ContributorKind(kind), unit)


def _in_that_name(person: Person, kind: ContributorKind, unit: Unit) -> Verdict:
    """The name decides the route, so nobody may take one that is not theirs to shorten it (ruian-6.1)."""
    seats = standing(person).unit_ids
    belongs = unit.pk in seats
    if kind in IN_A_UNITS_NAME and not belongs:
        return Denied(
            Text(
                zh=f"您在“{unit.name}”没有任职，不能以它的名义投稿。",
                en=f"You hold no post in {unit.name} and cannot offer in its name.",
            )
        )
    if kind is ContributorKind.OFFICE and not is_competent_office(unit):
        return Denied(Text(zh=f"“{unit.name}”不是主管部门。", en=f"{unit.name} is not the competent office."))
    if kind in _PERSONAL and person.kind != _PERSONAL[kind]:
        return Denied(
            Text(zh="投稿身份与您的人员身份不一致。", en="That is not what you are to this institution.")
        )
    if kind is ContributorKind.STAFF and seats and not belongs:
        return Denied(Text(zh=f"您不在“{unit.name}”任职。", en=f"You hold no post in {unit.name}."))
    return ALLOWED


def may_edit(person: Person, article: Article) -> Verdict:
    """Whether the person may change the working copy now: the contributor, or the unit's people for a unit's article."""
    if article.state not in EDITABLE:
        return Denied(
            Text(
                zh="稿件已提交，不能直接修改；请先撤回，或等待退回。",
                en="The article was submitted and cannot be changed; withdraw it or wait until it is returned.",
            )
        )
    return is_of_the_hands(person, article)


def may_withdraw(person: Person, article: Article) -> Verdict:
    """Whether the person may take the article back now; a planned push must be cancelled first."""
    if article.state not in WITHDRAWABLE:
        return Denied(
            Text(
                zh="稿件已排期、已发布或已办结，不能撤回；已排期的请先取消推送。",
                en="The article is scheduled, published or closed; cancel a planned push first.",
            )
        )
    return is_of_the_hands(person, article)


def is_of_the_hands(person: Person, article: Article) -> Verdict:
    """Whether the article is the person's: they contribute it, or hold a post in the unit in whose name it is offered."""
    if person.active and person.pk == article.contributor_id:
        return ALLOWED
    if article.contributor_kind in IN_A_UNITS_NAME and _has_seat(person, article.owner_unit):
        return ALLOWED
    return Denied(
        Text(
            zh="只有投稿人或投稿单位的人员可以这样做。",
            en="Only the contributor or the unit's people may do this.",
        )
    )


def may_see(person: Person, article: Article) -> Verdict:
    """Whether the article is among those the person sees; the same question as the lists ask."""
    if person.active:
        seen = visibility_of(person)
        if _SEEN.of(seen.shape).all(**seen.said(), article=article):
            return ALLOWED
    return Denied(Text(zh="您不能处理这篇稿件。", en="This article is not yours to handle."))


_SEEN: Family[VisibilityShape, int] = Family(
    lambda shape: (
        Article.objects.within(shape.places())
        .filter(pk=given("article"))
        .order_by()
        .values_list("pk", flat=True)[:1]
    ),
    usual=USUAL,
)


def is_competent_office(unit: Unit) -> bool:
    """Whether the unit is the competent office."""
    return bool(_OFFICE.all(unit=unit))


_OFFICE: Prepared[int] = Prepared(
    lambda: (
        UnitFunction.objects.filter(unit=given("unit"), function=KnownFunction.COMPETENT_OFFICE)
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)


def clean_hands(person: Person, article: Article) -> Verdict:
    """Whether the person, under any sign-in, had no hand in the article: nobody lets their own work pass (AP3)."""
    made_by = (hand.person for hand in article.hands.select_related("person"))
    if among(person, (article.contributor, *made_by)) is None:
        return ALLOWED
    return Denied(Text(zh="不能放行自己经手的稿件。", en="Nobody lets pass what they had a hand in."))


def _has_seat(person: Person, unit: Unit) -> bool:
    return unit.pk in standing(person).unit_ids
