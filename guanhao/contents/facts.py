"""What a rulebook asks about an article: the facts clauses select on, and the parties roles are relative to."""

from __future__ import annotations

from collections.abc import Iterable

from guanhao.contents.models import Article
from guanhao.people.models import Unit
from guanhao.registry.models import Account
from guanhao.regulation.types import Parties
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import Act

# The one use of an account the register itself knows; other uses are named by the rulebook's list of accounts.
FLAGSHIP_USE = "flagship"


def facts_of(article: Article, rulebook: Rulebook, classes: Iterable[str] | None = None) -> Facts:
    """The facts of releasing an article under a rulebook; ``classes`` instead of the article's own, where they differ."""
    return Facts(
        act=Act.RELEASE,
        owner_kind=owner_kind(article.contributor_kind, article.owner_unit, rulebook),
        contributor_kind=article.contributor_kind,
        platform=article.account.platform,
        account_kind=article.account.kind,
        account_use=account_use(article.account, rulebook),
        tier=tier(article.owner_unit, rulebook),
        content_classes=frozenset(article.content_classes if classes is None else classes),
        category=article.category,
        column=article.column,
    )


def facts_of_account(account: Account, rulebook: Rulebook) -> Facts:
    """What is known of an account, or of an ordinary push on it before anything is in it."""
    return Facts(
        act=Act.RELEASE,
        owner_kind=account.owner_unit.kind,
        platform=account.platform,
        account_kind=account.kind,
        account_use=account_use(account, rulebook),
        tier=tier(account.owner_unit, rulebook),
    )


def facts_of_unit(unit: Unit, rulebook: Rulebook) -> Facts:
    """What is known of a unit apart from anything it does."""
    return Facts(owner_kind=unit.kind, tier=tier(unit, rulebook))


def owner_kind(contributor_kind: str, unit: Unit, rulebook: Rulebook) -> str:
    """Whose matter it is: the person's kind where the rulebook counts that kind as an owner, else the unit's kind."""
    as_owner = rulebook.owner_kinds.get(contributor_kind)
    return contributor_kind if as_owner is not None and as_owner.person else unit.kind


def tier(unit: Unit, rulebook: Rulebook) -> int | None:
    """How far the unit's kind stands below the issuing body; nothing where the rulebook does not number it."""
    kind = rulebook.unit_kinds.get(unit.kind) or rulebook.owner_kinds.get(unit.kind)
    return kind.tier if kind else None


def account_use(account: Account, rulebook: Rulebook) -> str:
    """What the account is for: as the rulebook lists it by its platform id, or flagship by the register."""
    for known in rulebook.accounts.values():
        if known.platform == account.platform and known.platform_id and known.platform_id == account.handle:
            return known.use or ""
    return FLAGSHIP_USE if account.flagship else ""


def parties_of(article: Article) -> Parties:
    """The provider's unit, the unit whose account it goes out on, and the contributor."""
    return Parties(
        owner=article.owner_unit, publisher=article.account.owner_unit, subject=article.contributor
    )
