"""The list pattern: filters in the address, tabs, search, sort, columns, bulk, 50 a page, Excel (ui.md, pattern 1).

A page says what its list is with a `ListSpec` and answers with `answer(request, spec, queryset)`; the number of queries
does not depend on the number of rows: one count, one page, and what the queryset itself prefetches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from guanhao.contents import titles
from guanhao.web.excel import workbook
from guanhao.web.sights import Asked, Condition, Sight

PAGE_SIZE = 50
MOST_COUNTED = 200  # rows after the page; counting all of a long list takes longer than showing a page of it
MOST_AT_ONCE = 2_000  # rows of a workbook made within a request; longer ones are made in the background
Label = str | Promise
_LONGEST_NUMBER = 7


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads somewhere."""

    label: str
    href: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Cite:
    """A cell that cites an article of the regulation."""

    article: str
    clause: str = ""

    def __str__(self) -> str:
        return self.article


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. ``value`` answers text, a number, a day, an instant, a `Mark`, a `Link` or a `Cite`.

    ``sort`` names the model fields an order by this column uses; ``main`` is the line of meaning of a phone's card;
    ``on_phone`` says whether it is among the facts under it; ``usual`` whether it is shown before anybody chooses.
    """

    key: str
    label: Label
    value: Callable[[Any], Any]
    sort: tuple[str, ...] = ()
    main: bool = False
    number: bool = False
    tight: bool = False
    on_phone: bool = True
    usual: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """Why a list is empty, and what to do next."""

    why: Label
    hint: Label = ""
    action: Label = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A saved filter, with an order of its own where the list's would mean little there.

    ``said`` are the values that ``apply`` takes beside the rows, or places for them where the list is a `Sight`. ``empty`` is
    what an empty tab says of a list that has rows elsewhere.
    """

    key: str
    label: Label
    apply: Callable[..., QuerySet[Any]]
    said: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[Any, ...] = ()
    empty: Empty = Empty(why=_("这一栏现在没有记录。"), hint=_("其他栏里有，可以换一栏看。"))


class Pages(Paginator):  # type: ignore[type-arg]  # It takes none when it runs.
    """Pages of a list that is counted no further than it is likely to be turned."""

    def __init__(self, rows: QuerySet[Any] | Asked, page: str | None) -> None:
        self._asked = rows if isinstance(rows, Asked) else None
        super().__init__(() if isinstance(rows, Asked) else rows, PAGE_SIZE)
        number = int(page) if page is not None and page.isdecimal() and len(page) < _LONGEST_NUMBER else 1
        self._most = number * PAGE_SIZE + MOST_COUNTED

    @cached_property
    def _keys(self) -> list[Any] | None:
        """The keys of as many rows as are counted, in order; nothing where rows are groups or come of several questions."""
        if self._asked is not None:
            return self._asked.keys(self._most + 1)
        rows = self.object_list
        if not isinstance(rows, QuerySet) or rows.query.group_by is not None or rows.query.combinator:
            return None
        return list(rows.values_list("pk", flat=True)[: self._most + 1])

    @cached_property
    def count(self) -> int:
        """How many rows there are; one more than was to be counted where there are others."""
        if self._keys is not None:
            return len(self._keys)
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.values("pk")[: self._most + 1].count()

    def page(self, number: int | str) -> Page[Any]:
        """The rows of one page. Which they are was found with their number, and only they are read with all they show."""
        found: Page[Any] = super().page(number)
        if self._keys is not None:
            end = found.number * PAGE_SIZE
            found.object_list = self._read(self._keys[end - PAGE_SIZE : end])
        return found

    def _read(self, keys: list[Any]) -> Any:
        if self._asked is not None:
            return self._asked.page(keys)
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.filter(pk__in=keys)

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > self._most

    @property
    def told(self) -> str:
        """The number as the page shows it."""
        return f"{self._most}+" if self.is_more else str(self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A choice in the address. ``choices`` are (value, label); a value outside them filters nothing away or in (TN2).

    ``means`` makes of the value in the address what ``apply`` compares rows with; that takes a place for it, too, where the
    list is a `Sight`.
    """

    key: str
    label: Label
    choices: tuple[tuple[str, Label], ...]
    apply: Callable[[QuerySet[Any], Any], QuerySet[Any]]
    means: Callable[[str], Any] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Something done to the chosen rows: posts ``row`` (keys) to the address; on the ``tabs`` named, or on all."""

    label: Label
    address: str
    tabs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpec:
    """What a list is. ``search`` names the fields that contain the words, unless ``find`` says how a word is sought.

    Where only a few articles have the words, ``among`` keeps the rows about these (`contents.titles`); without it, all
    rows are gone through.

    ``order`` is the order before anybody sorts: field names or expressions.
    """

    title: Label
    columns: tuple[Column, ...]
    empty: Empty
    order: tuple[Any, ...]
    tabs: tuple[Tab, ...] = ()
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    find: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    among: Callable[[QuerySet[Any], Sequence[int]], QuerySet[Any]] | None = None
    bulk: tuple[Bulk, ...] = ()
    template: str = "web/patterns/list.html"
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell with the column it stands in."""

    column: Column
    value: Any


@dataclass(frozen=True)
class ListView:
    """A list as one request asks for it."""

    spec: ListSpec
    query: QueryDict
    source: QuerySet[Any] | Sight

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """All rows there are for whoever looks."""
        return self.source.rows() if isinstance(self.source, Sight) else self.source

    @cached_property
    def tab(self) -> Tab | None:
        """The tab chosen in the address, the first otherwise."""
        return _chosen(self.spec.tabs, self.query.get("tab")) or next(iter(self.spec.tabs), None)

    @cached_property
    def bulk(self) -> list[Bulk]:
        """What can be done to rows of the tab that is open."""
        return [act for act in self.spec.bulk if not act.tabs or (self.tab and self.tab.key in act.tabs)]

    @cached_property
    def columns(self) -> list[Column]:
        """The columns chosen in the address, in the order of the list; the usual ones otherwise."""
        asked = set(self.query.getlist("col"))
        chosen = [column for column in self.spec.columns if column.key in asked]
        return chosen or [column for column in self.spec.columns if column.usual]

    @cached_property
    def sort(self) -> tuple[Column, bool] | None:
        """The column sorted by, and whether downwards; nothing when the address names none that sorts."""
        name = self.query.get("sort", "")
        column = _chosen(self.spec.columns, name.removeprefix("-"))
        return (column, name.startswith("-")) if column and column.sort else None

    @cached_property
    def found(self) -> QuerySet[Any]:
        """All rows that the tab, the filters and the words leave, in order."""
        rows = self.rows
        for condition in self._conditions:
            rows = condition.of(rows)
        words = self._words
        if words and self.spec.among and (few := titles.few_with(words)) is not None:
            rows = self.spec.among(rows, few)
        for word in words:
            rows = self._with_word(rows, word)
        return rows.order_by(*self._order())

    @cached_property
    def page(self) -> Page[Any]:
        """The page asked for; the nearest one that exists otherwise."""
        page = self.query.get("page")
        # How words are sought depends on them, so a list that is searched is asked in the ordinary way.
        if isinstance(self.source, Sight) and not self._words:
            return Pages(self._asked(self.source), page).get_page(page)
        return Pages(self.found, page).get_page(page)

    @property
    def is_filtered(self) -> bool:
        """Whether something in the address hides rows, so that an empty list says so."""
        return any(self.query.get(key) for key in ("q", *(choice.key for choice in self.spec.filters)))

    @property
    def empty(self) -> Empty:
        """Why no row is shown where nothing in the address hides any: the tab has none, or the list has none at all."""
        return self.tab.empty if self.tab and _has_rows(self.source) else self.spec.empty

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is chosen, so that a phone shows the filters open."""
        return any(self.query.get(choice.key) for choice in self.spec.filters)

    def lines(self) -> Iterable[tuple[Any, list[Shown]]]:
        """The rows of the page with their cells."""
        return [
            (row, [Shown(column, column.value(row)) for column in self.columns])
            for row in self.page.object_list
        ]

    def tabs(self) -> Iterable[tuple[Tab, str, bool]]:
        """Each tab with its address and whether it is open; words and filters stay, the page does not."""
        return [(tab, self.address(tab=tab.key, page=None), tab is self.tab) for tab in self.spec.tabs]

    def heads(self) -> Iterable[tuple[Column, str, str]]:
        """Each column with the address that sorts by it and the present direction for ``aria-sort``."""
        return [(column, self._sort_address(column), self._direction(column)) for column in self.columns]

    def filters(self) -> Iterable[tuple[Filter, str]]:
        """Each filter with the value chosen."""
        return [(choice, self.query.get(choice.key, "")) for choice in self.spec.filters]

    def address(self, **changes: str | None) -> str:
        """This list with changes in the address."""
        return _changed(self.query, changes)

    def export_address(self) -> str:
        """Where the same rows come as a workbook."""
        return self.address(format="xlsx", page=None)

    def ledger_address(self) -> str:
        """Where the same rows come as a workbook with every column there is."""
        query = self.query.copy()
        query.setlist("col", [column.key for column in self.spec.columns])
        query["format"] = "xlsx"
        query.pop("page", None)
        return f"?{query.urlencode()}"

    def next_address(self) -> str:
        """The page after this one."""
        return self.address(page=str(self.page.next_page_number()))

    def previous_address(self) -> str:
        """The page before this one."""
        return self.address(page=str(self.page.previous_page_number()))

    @cached_property
    def _conditions(self) -> tuple[Condition, ...]:
        return _chosen_conditions(self.tab, self.spec.filters, self.query)

    @property
    def _words(self) -> list[str]:
        return self.query.get("q", "")[:100].split()

    def _asked(self, sight: Sight) -> Asked:
        column, down = self.sort or (None, False)
        return Asked(sight, self._conditions, (column and column.key, down), self._order())

    def _with_word(self, rows: QuerySet[Any], word: str) -> QuerySet[Any]:
        if self.spec.find is not None:
            return self.spec.find(rows, word)
        return rows.filter(_any_contains(self.spec.search, word)) if self.spec.search else rows

    def _order(self) -> tuple[Any, ...]:
        if self.sort is None:
            return (*((self.tab and self.tab.order) or self.spec.order), "-pk")
        column, down = self.sort
        return (*((f"-{name}" if down else name) for name in column.sort), "-pk")

    def _direction(self, column: Column) -> str:
        if self.sort is None or self.sort[0] is not column:
            return "none"
        return "descending" if self.sort[1] else "ascending"

    def _sort_address(self, column: Column) -> str:
        if not column.sort:
            return ""
        up_now = self._direction(column) == "ascending"
        return self.address(sort=f"-{column.key}" if up_now else column.key, page=None)


class Listed(HttpResponse):
    """The list itself, for whoever asked for no page (``request.listing_only``): exports in the background."""

    def __init__(self, listing: ListView) -> None:
        super().__init__()
        self.listing = listing


def answer(request: HttpRequest, spec: ListSpec, rows: QuerySet[Any] | Sight, **context: Any) -> HttpResponse:
    """The list as a page; as a workbook where ``format=xlsx`` asks for one and it is short, else how to get the long one."""
    listing = ListView(spec, request.GET, rows)
    if getattr(request, "listing_only", False):
        return Listed(listing)
    if request.GET.get("format") == "xlsx":
        return _workbook(request, listing)
    return render(request, spec.template, {"list": listing, "spec": spec, **spec.context, **context})


def _workbook(request: HttpRequest, listing: ListView) -> HttpResponse:
    count = listing.found.count()
    if count > MOST_AT_ONCE:
        query = listing.address(format=None).removeprefix("?")
        context = {"spec": listing.spec, "count": count, "query": query}
        return render(request, "web/exports/ask.html", context)
    columns = listing.columns
    return workbook(
        str(listing.spec.title),
        [str(column.label) for column in columns],
        ([column.value(row) for column in columns] for row in listing.found),
    )


def _changed(query: QueryDict, changes: Mapping[str, str | None]) -> str:
    """The address with changes; no value takes a word away."""
    words: dict[str, Sequence[str]] = dict(query.lists())
    for key, value in changes.items():
        if value is None:
            words.pop(key, None)
        else:
            words[key] = [value]
    return f"?{urlencode(words, doseq=True)}"


def _has_rows(source: QuerySet[Any] | Sight) -> bool:
    """Whether there is any row at all, of whatever tab."""
    if isinstance(source, Sight):
        return bool(Asked(source, (), "any", ()).keys(1))
    return source.exists()


def _chosen_conditions(tab: Tab | None, filters: Iterable[Filter], query: QueryDict) -> tuple[Condition, ...]:
    """What the tab leaves, and the filters that are chosen in the address."""
    chosen = [Condition(f"tab {tab.key}", tab.apply, tab.said)] if tab else []
    for choice in filters:
        value = query.get(choice.key, "")
        if value in {str(known) for known, _label in choice.choices}:
            chosen.append(_of_filter(choice, value))
    return tuple(chosen)


def _of_filter(choice: Filter, value: str) -> Condition:
    narrow = choice.apply  # alone: what is kept must not hold the choices of whoever asked first

    def apply(rows: QuerySet[Any], *, value: Any) -> QuerySet[Any]:
        return narrow(rows, value)

    return Condition(choice.key, apply, {"value": choice.means(value)})


def _chosen(known: Iterable[Any], key: str | None) -> Any:
    return next((item for item in known if item.key == key), None)


def _any_contains(fields: tuple[str, ...], word: str) -> Q:
    matches = Q()
    for name in fields:
        matches |= Q(**{f"{name}__icontains": word})
    return matches
