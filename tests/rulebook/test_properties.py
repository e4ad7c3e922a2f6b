"""Whatever is thrown at the loader and the table, they answer; and the table keeps its rules."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from guanhao.core.canonical import canonical_json
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.clauses import Route
from guanhao.rulebook.diff import diff, is_laxer
from guanhao.rulebook.loading import load, loads
from guanhao.rulebook.problems import RulebookError
from guanhao.rulebook.selection import NoRoute, checks_at, route_for, route_rank
from guanhao.rulebook.selectors import Facts, Selector
from guanhao.rulebook.timing import Deadline, Span, TimeSpan
from guanhao.rulebook.vocabulary import Act, Stage
from tests.rulebook.conftest import HERE

BOOK = load(HERE / "data" / "hospital.yaml")
TEXT = (HERE / "data" / "hospital.yaml").read_text(encoding="utf-8")
RAW = BOOK.to_json()
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

junk = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 50) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def paths(value, path=()):
    """Every place in a plain value."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


def attempt(read, source):
    """What reading answers: a rulebook without problems, or problems without a rulebook."""
    try:
        return read(source), ()
    except RulebookError as error:
        return None, error.problems


PATHS = [path for path in paths(RAW) if path]


def holder(raw, path):
    for key in path[:-1]:
        raw = raw[key]
    return raw


@QUICK
@given(path=st.sampled_from(PATHS), value=junk)
def test_any_value_put_anywhere_is_read_or_refused_with_problems(path, value):
    """Never an accident; and what is read is stable under storage."""
    raw = copy.deepcopy(RAW)
    holder(raw, path)[path[-1]] = value
    book, problems = attempt(Rulebook.from_json, raw)
    assert (book is None) == bool(problems)
    assert all(problem.message.zh and problem.mend.en for problem in problems)
    if book is not None:
        assert Rulebook.from_json(json.loads(canonical_json(book.to_json()))) == book


@QUICK
@given(path=st.sampled_from([path for path in PATHS if isinstance(path[-1], str)]))
def test_any_misspelt_key_is_refused_at_its_line_with_a_mend(path):
    """Unknown keys are never skipped in silence."""
    raw = copy.deepcopy(RAW)
    inner = holder(raw, path)
    inner[f"{path[-1]}_x"] = inner.pop(path[-1])
    book, problems = attempt(loads, json.dumps(raw, ensure_ascii=False, indent=1))
    assert all(problem.line > 0 for problem in problems)
    assert book is None or book.digest != BOOK.digest  # an entry nobody refers to was renamed


@QUICK
@given(text=st.text(max_size=200) | st.text(alphabet="[]{}:,&*!-#'\"| \nab", max_size=200))
def test_any_text_is_refused_with_problems(text):
    """No text makes the loader fall over."""
    with pytest.raises(RulebookError) as caught:
        loads(text)
    assert caught.value.problems


@QUICK
@given(start=st.integers(0, len(TEXT) - 1), length=st.integers(1, 40))
def test_a_file_with_a_piece_missing_is_read_or_refused(start, length):
    """As after a bad merge."""
    book, problems = attempt(loads, TEXT[:start] + TEXT[start + length :])
    assert (book is None) == bool(problems)


facts = st.builds(
    Facts,
    act=st.just(Act.RELEASE),
    owner_kind=st.sampled_from(["", *BOOK.owner_kinds]),
    contributor_kind=st.sampled_from(["", *BOOK.contributor_kinds]),
    platform=st.sampled_from(["", *BOOK.platforms]),
    account_use=st.sampled_from(["", *BOOK.account_uses]),
    tier=st.none() | st.integers(0, 2),
    content_classes=st.frozensets(st.sampled_from(list(BOOK.content_classes))),
)
selectors = st.builds(
    Selector,
    owner_kind=st.lists(st.sampled_from(list(BOOK.owner_kinds)), unique=True).map(tuple),
    platform=st.lists(st.sampled_from(list(BOOK.platforms)), unique=True).map(tuple),
    content_class=st.lists(st.sampled_from(list(BOOK.content_classes)), unique=True).map(tuple),
)


@QUICK
@given(facts=facts)
def test_the_chosen_route_applies_and_no_other_applying_one_ranks_as_high(facts):
    """The table has one answer, and every step of it is meant for the matter."""
    route = route_for(BOOK, facts)
    applying = [other for other in BOOK.of_kind(Route) if other.act == facts.act and other.applies(facts)]
    assert route.id in {other.id for other in applying}
    assert all(route_rank(other) < route_rank(route) for other in applying if other.id != route.id)
    assert all(step.applies(facts) for step in route.steps)


@QUICK
@given(facts=facts, stage=st.sampled_from(list(Stage)))
def test_every_check_asked_is_meant_and_every_one_meant_is_asked(facts, stage):
    """Neither too many nor too few, in the order of the document."""
    asked = checks_at(BOOK, stage, facts)
    meant = [
        clause
        for clause in BOOK.clauses()
        if clause.kind == "check" and stage in clause.at and clause.applies(facts)
    ]
    assert list(asked) == meant


@QUICK
@given(first=selectors, second=selectors, facts=facts)
def test_covering_and_overlapping_agree_with_matching(first, second, facts):
    """What the consistency check believes of conditions is true of every matter."""
    if first.covers(second) and second.matches(facts):
        assert first.matches(facts)
    if first.matches(facts) and second.matches(facts):
        assert first.overlaps(second)
    assert first.covers(first)
    assert first.overlaps(second) == second.overlaps(first)


# Many a number makes the book contradict itself, and a book that does is none.
@settings(QUICK, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(
    path=st.sampled_from([path for path in PATHS if isinstance(holder(RAW, path)[path[-1]], int)]),
    value=st.integers(0, 40),
)
def test_a_change_of_any_number_is_told_and_turns_around_when_read_backwards(path, value):
    """Stricter one way is laxer the other way; nothing changes unseen."""
    raw = copy.deepcopy(RAW)
    assume(holder(raw, path)[path[-1]] != value)
    holder(raw, path)[path[-1]] = value
    new, _ = attempt(Rulebook.from_json, raw)
    assume(new is not None)
    there, back = diff(BOOK, new), diff(new, BOOK)
    assert there or "no" in path or path[0] == "version"
    opposite = {"stricter": "laxer", "laxer": "stricter"}
    if [change.clause for change in there] == [change.clause for change in back]:
        assert [opposite.get(change.leaning, change.leaning) for change in there] == [
            change.leaning for change in back
        ]
    for change in there:
        if change.leaning == "laxer":
            assert is_laxer(BOOK, new, change.clause)


@QUICK
@given(
    amount=st.decimals(0, 99, places=1),
    unit=st.sampled_from(["minute", "hour", "day", "workday", "week", "month", "term"]),
)
def test_spans_and_deadlines_are_written_as_they_are_read(amount, unit):
    """`str` and `spelled` are each other's inverse."""
    span = Span.spelled(f"{amount} {unit}")
    assert Span.spelled(str(span)) == span
    deadline = Deadline.spelled(f"{amount} {unit} before push.due")
    assert Deadline.spelled(str(deadline)) == deadline


# From one minute of a day to a later one.
WINDOWS = st.sets(st.integers(0, 1439), min_size=2, max_size=2).map(sorted)


@QUICK
@given(first=WINDOWS, second=WINDOWS)
def test_windows_overlap_exactly_when_they_share_a_minute(first, second):
    """Judged minute by minute."""
    spans = [
        TimeSpan.spelled(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}") for a, b in (first, second)
    ]
    shared = set(range(*first)) & set(range(*second))
    assert spans[0].overlaps(spans[1]) == bool(shared)


def test_a_matter_of_an_act_without_routes_is_always_refused():
    """For every act the book does not know."""
    decided = {route.act for route in BOOK.of_kind(Route)}
    for act in set(Act) - decided:
        with pytest.raises(NoRoute):
            route_for(BOOK, Facts(act=act))
