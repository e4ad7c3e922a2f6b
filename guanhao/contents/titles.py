"""Which few articles a word can be in, without going through all titles: an index of letter pairs.

A title is known under every two letters that follow each other in it. Whatever contains a word contains each of its
pairs, so the articles known under its rarest pairs are all there can be: an n-gram index with n = 2, since most Chinese
words are two letters long. It says where to look, not what is there, and who looks compares with the title itself: a case
bears the title it was opened under, so that pairs stay once an article was handed in. Letters are kept as capitals, since
the databases compare without regard to case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Exists, F, QuerySet

from guanhao.contents.models import Article, TitlePair
from guanhao.core import rows, tenancy
from guanhao.core.counts import ListOf
from guanhao.core.prepared import Family, given
from guanhao.people.models import Institution, Person, Unit

FEW = 100  # articles among which each is looked at; where there are more, a page is soon full from the newest on
_MOST_WORDS, _MOST_PAIRS = 3, 4  # asked about in one search; any of them narrows it


def pairs_of(text: str) -> list[str]:
    """Every two letters that follow each other, each pair once, in the order of the text."""
    return list(dict.fromkeys(first + second for first, second in pairwise(text.upper())))


def note(article: Article, title: str) -> None:
    """Let an article be found by a title it has from now on; by earlier ones only if it was handed in under them."""
    noted, wanted = TitlePair.objects.filter(article=article), pairs_of(title)
    known = set(noted.values_list("pair", flat=True))
    if article.case_id is None and not known <= set(wanted):
        noted.exclude(pair__in=wanted).delete()
    _store((article, pair) for pair in wanted if pair not in known)


def note_new(articles: Sequence[Article]) -> None:
    """Let articles that have just been made be found by their titles."""
    _store((article, pair) for article in articles for pair in pairs_of(article.title))


def _store(pairs: Iterator[tuple[Article, str]]) -> None:
    rows.insert_many(
        [
            TitlePair(institution_id=article.institution_id, article=article, pair=pair)
            for article, pair in pairs
        ]
    )


def few_with(words: Sequence[str]) -> list[int] | None:
    """The keys of a few articles, among which are all that contain every word; nothing where there may be many.

    An article contains what its title, its contributor's or its unit's name contains. One query, or none where no word has
    two letters or where all institutions are in scope.
    """
    asked = [(word, pairs) for word in words if (pairs := _spread(pairs_of(word)))]
    asked = sorted(asked, key=lambda one: len(one[1]), reverse=True)[:_MOST_WORDS]
    institution = tenancy.current_institution_id()
    if not asked or institution is None:
        return None
    said: dict[str, Any] = {"institution": institution}
    for place, (word, pairs) in enumerate(asked):
        said[f"word_{place}"] = word
        said |= {f"pair_{place}_{number}": pair for number, pair in enumerate(pairs)}
    shape = _Shape(FEW, tuple(len(pairs) for _word, pairs in asked))
    return _fewest(shape, _KNOWN.of(shape).one(**said))


@dataclass(frozen=True, slots=True)
class _Shape:
    """Up to how many articles are few, and of how many pairs of each word is asked."""

    few: int
    pairs: tuple[int, ...]


def _fewest(shape: _Shape, answer: Sequence[Any]) -> list[int] | None:
    """What the answer to `_asking` says: whether a name has the word, and the articles of each pair, for word after word."""
    told, few = iter(answer), None
    for count in shape.pairs:
        named, lists = next(told), [_keys(next(told)) for _ in range(count)]
        if named:
            continue  # Whose name it is may have any number of articles.
        for keys in lists:
            if len(keys) <= shape.few:
                few = keys if few is None else few & keys
    return None if few is None else sorted(few)


def _keys(listed: str | None) -> set[int]:
    return set(map(int, listed.split(","))) if listed else set()


def _spread(pairs: list[str]) -> list[str]:
    """A few pairs from all over a long word."""
    return pairs[:: -(-len(pairs) // _MOST_PAIRS)] if pairs else pairs


def _asking(shape: _Shape) -> QuerySet[Institution, tuple[Any, ...]]:
    asked: list[Any] = []
    for place, count in enumerate(shape.pairs):
        word = given(f"word_{place}")
        named = (Person.objects.filter(name__icontains=word), Unit.objects.filter(name__icontains=word))
        asked.append(Exists(named[0]) | Exists(named[1]))
        for number in range(count):
            pairs = TitlePair.objects.filter(pair=given(f"pair_{place}_{number}")).order_by()
            asked.append(ListOf(pairs.annotate(listed=F("article"))[: shape.few + 1], "listed"))
    return Institution.objects.filter(pk=given("institution")).values_list(*asked)


_USUAL = ((1,), (2,), (3,), (1, 1))
_KNOWN: Family[_Shape, tuple[Any, ...]] = Family(_asking, usual=[_Shape(FEW, pairs) for pairs in _USUAL])
