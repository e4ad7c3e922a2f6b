"""What each check rule takes. One class and one line in `CHECK_RULES` make a new rule part of the grammar.

The rules' behaviour lives with the engine (`guanhao.rulebook.behaviours.enforces`); here are only their parameters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

from guanhao.core.text import Text
from guanhao.rulebook.markers import Refers, Stricter
from guanhao.rulebook.parties import RoleKey
from guanhao.rulebook.problems import Complaint
from guanhao.rulebook.selectors import CategoryKey, ContentClassKey
from guanhao.rulebook.timing import Span, TimeSpan
from guanhao.rulebook.vocabulary import Day, Doubt, Otherwise, PersonalDataKind

CreditKey = Annotated[str, Refers("credits")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckParams:
    """Parameters of a rule. Matters with one of ``except_classes`` are exempt; selection leaves the check out."""

    except_classes: Annotated[tuple[ContentClassKey, ...], Stricter.LESS] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain(CheckParams):
    """A rule that needs no parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits(CheckParams):
    """The named credits are filled in."""

    required: Annotated[tuple[CreditKey, ...], Stricter.MORE]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTime(CheckParams):
    """Handed in at least this long before the push."""

    minimum: Annotated[Span, Stricter.MORE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(CheckParams):
    """Goes out within one of the spans on these days; other days are free or closed."""

    days: tuple[Day, ...]
    spans: tuple[TimeSpan, ...]
    otherwise: Otherwise = Otherwise.CLOSED

    def complaints(self) -> Iterator[Complaint]:
        """Spans of one clause that overlap."""
        for first, second in combinations(self.spans, 2):
            if first.overlaps(second):
                yield Complaint(
                    Text(
                        zh=f"推送时段 {first} 与 {second} 重叠。",
                        en=f"The windows {first} and {second} overlap.",
                    ),
                    Text(zh="合并成一个时段，或改正起止时刻。", en="Merge them or correct their ends."),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryByDay(CheckParams):
    """On these days the article belongs to one of the categories."""

    days: tuple[Day, ...]
    categories: Annotated[tuple[CategoryKey, ...], Stricter.LESS]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRequired(CheckParams):
    """The article belongs to one of the categories."""

    categories: Annotated[tuple[CategoryKey, ...], Stricter.LESS]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtMost(CheckParams):
    """No longer than this many characters, counted as readers see them."""

    at_most: Annotated[int, Stricter.LESS]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(CheckParams):
    """At least this many."""

    at_least: Annotated[int, Stricter.MORE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation(CheckParams):
    """Content of these classes carries an authorisation file of the responsible department."""

    classes: Annotated[tuple[ContentClassKey, ...], Stricter.MORE]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData(CheckParams):
    """Personal data of these kinds does not go out."""

    kinds: Annotated[tuple[PersonalDataKind, ...], Stricter.MORE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(CheckParams):
    """Words of the institution's imported lists of these families are found and handled."""

    families: Annotated[tuple[Annotated[str, Refers("term_families")], ...], Stricter.MORE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording(CheckParams):
    """Set phrases, punctuation, brackets, doubled words; sentences longer than this many characters are told."""

    longest_sentence: Annotated[int, Stricter.LESS] = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Typos(CheckParams):
    """Wrong characters: what is certain, and of what the statistical layer suspects as much as ``doubt`` says."""

    doubt: Annotated[Doubt, Stricter.NEITHER] = Doubt.LIKELY


@dataclass(frozen=True, slots=True, kw_only=True)
class Links(CheckParams):
    """Addresses written in the text. Without ``hosts`` there is no white-list and only their form is judged."""

    hosts: Annotated[tuple[str, ...], Stricter.LESS] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecrecyConfirmation(CheckParams):
    """Somebody who approved has ticked each of these checklist items, which is the signed secrecy confirmation."""

    items: Annotated[tuple[str, ...], Stricter.MORE]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedBy(CheckParams):
    """Only holders of the role schedule and send."""

    role: RoleKey


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHosts(CheckParams):
    """Links lead only to these hosts and their sub-domains."""

    hosts: Annotated[tuple[str, ...], Stricter.LESS]


CHECK_RULES: dict[str, type[CheckParams]] = {
    "approved": Plain,
    "authorisation": Authorisation,
    "body_length": AtMost,
    "category_by_day": CategoryByDay,
    "category_required": CategoryRequired,
    "checklist_complete": Plain,
    "consents": Plain,
    "copy_ready": LeadTime,
    "credits": Credits,
    "figures": Plain,
    "hidden_characters": Plain,
    "lead_time": LeadTime,
    "link_hosts": LinkHosts,
    "links": Links,
    "names_and_titles": Plain,
    "personal_data": PersonalData,
    "pictures": AtLeast,
    "planned": Plain,
    "published_by": PublishedBy,
    "registered_account": Plain,
    "secrecy_confirmation": SecrecyConfirmation,
    "secrecy_markings": Plain,
    "source_stated": Plain,
    "terms": Terms,
    "title_length": AtMost,
    "title_wording": Plain,
    "typos": Typos,
    "window": Window,
    "wording": Wording,
}
