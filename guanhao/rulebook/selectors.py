"""What a clause applies to (`when:`), and the facts it is held against."""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Annotated

from guanhao.rulebook.markers import Refers

OwnerKindKey = Annotated[str, Refers("owner_kinds")]
ContributorKindKey = Annotated[str, Refers("contributor_kinds")]
PlatformKey = Annotated[str, Refers("platforms")]
AccountKindKey = Annotated[str, Refers("account_kinds")]
AccountUseKey = Annotated[str, Refers("account_uses")]
ContentClassKey = Annotated[str, Refers("content_classes")]
CategoryKey = Annotated[str, Refers("categories")]
ColumnKey = Annotated[str, Refers("columns")]
SeverityKey = Annotated[str, Refers("severities")]

Facets = tuple[tuple[str, frozenset[str | int]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a matter when a clause is looked for. An empty string or set means: not known or none."""

    act: str = ""
    owner_kind: str = ""
    contributor_kind: str = ""
    platform: str = ""
    account_kind: str = ""
    account_use: str = ""
    tier: int | None = None
    content_classes: frozenset[str] = frozenset()
    category: str = ""
    column: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """A condition on the facts: every facet that is named must hold, any of its values will do. Empty: always.

    ``content_class`` holds when the matter has at least one of the named classes.
    """

    owner_kind: tuple[OwnerKindKey, ...] = ()
    contributor_kind: tuple[ContributorKindKey, ...] = ()
    platform: tuple[PlatformKey, ...] = ()
    account_kind: tuple[AccountKindKey, ...] = ()
    account_use: tuple[AccountUseKey, ...] = ()
    tier: tuple[int, ...] = ()
    content_class: tuple[ContentClassKey, ...] = ()
    category: tuple[CategoryKey, ...] = ()
    column: tuple[ColumnKey, ...] = ()
    severity: tuple[SeverityKey, ...] = ()

    def named(self) -> Facets:
        """The facets the condition names, with their accepted values."""
        return _named(self)

    @property
    def specificity(self) -> int:
        """How many facets are named; the more, the more particular."""
        return len(self.named())

    def matches(self, facts: Facts) -> bool:
        """Whether the condition holds. A named facet the facts do not know does not hold."""
        return all(accepted & _known(facts, facet) for facet, accepted in self.named())

    def covers(self, other: "Selector") -> bool:
        """Whether everything the other accepts is accepted here too."""
        theirs = dict(other.named())
        return all(facet in theirs and theirs[facet] <= accepted for facet, accepted in self.named())

    def overlaps(self, other: "Selector") -> bool:
        """Whether some facts satisfy both. A matter has one value per facet, but may have several content classes."""
        theirs = dict(other.named())
        return all(
            facet == "content_class" or facet not in theirs or accepted & theirs[facet]
            for facet, accepted in self.named()
        )


ALWAYS = Selector()


@lru_cache(
    maxsize=4_096
)  # asked of every clause at every act and page; a rulebook has some hundred conditions
def _named(selector: Selector) -> Facets:
    every = ((field.name, getattr(selector, field.name)) for field in fields(selector))
    return tuple((facet, frozenset(accepted)) for facet, accepted in every if accepted)


def _known(facts: Facts, facet: str) -> frozenset[str | int]:
    if facet == "content_class":
        return frozenset(facts.content_classes)
    value = getattr(facts, facet)
    return frozenset() if value in {"", None} else frozenset({value})
