"""What only the whole book shows: repeated ids, routes that tie or are never reached, steps that point nowhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations

from guanhao.core.text import Text
from guanhao.rulebook.accounts import NamePattern, NumberScheme, Transition
from guanhao.rulebook.book import RuleArticle, Rulebook
from guanhao.rulebook.checkrules import SecrecyConfirmation, Window
from guanhao.rulebook.clauses import Check, Clause, Route, RouteStep, Watch
from guanhao.rulebook.problems import Complaint
from guanhao.rulebook.reading import Here, suggestion
from guanhao.rulebook.selection import route_rank
from guanhao.rulebook.vocabulary import Act, Day, KnownFunction

AUTHOR = "author"


def check_consistency(rulebook: Rulebook, here: Here) -> None:
    """Complain at the article concerned about everything found."""
    _nobody_competent(rulebook, here)
    _repeated_articles(rulebook, here)
    for article, place in _places(rulebook, here):
        place.pass_on(_repeated_clauses(article))
        for position, route in enumerate(article.routes):
            place.at("routes").at(position).pass_on(_steps_pointing_nowhere(route))
    _clashing_routes(rulebook, here)
    _overlapping_windows(rulebook, here)
    _release_without_publisher(rulebook, here)
    _watches_opening_nothing(rulebook, here)
    _confirmations_nobody_is_asked(rulebook, here)
    _citing_no_article(rulebook, here)


def _nobody_competent(rulebook: Rulebook, here: Here) -> None:
    """The engine gives the competent office its permissions by this key; another name would leave them to nobody."""
    if KnownFunction.COMPETENT_OFFICE not in rulebook.functions:
        here.at("functions").complain(
            Text(
                zh="没有写明主管部门（competent_office）是哪个单位。",
                en="No unit is named as the competent office (competent_office).",
            ),
            Text(
                zh="在 functions 下写 competent_office: {title: …, unit: 单位名称}。",
                en="Under functions write competent_office: {title: …, unit: NAME}.",
            ),
        )


def _places(rulebook: Rulebook, here: Here) -> Iterator[tuple[RuleArticle, Here]]:
    for position, article in enumerate(rulebook.articles):
        yield article, here.under(article.no).at("articles").at(position)


def _place_of(rulebook: Rulebook, here: Here, clause: Clause) -> Here:
    return next(place for article, place in _places(rulebook, here) if article.id == clause.article)


def _repeated_articles(rulebook: Rulebook, here: Here) -> None:
    seen: set[str] = set()
    for article, place in _places(rulebook, here):
        if article.no in seen:
            place.complain(
                Text(zh=f"条号 {article.no} 重复。", en=f"Article {article.no} appears twice."),
                Text(zh="把两处合并，或改正条号。", en="Merge the two or correct the number."),
            )
        seen.add(article.no)


def _repeated_clauses(article: RuleArticle) -> Iterator[Complaint]:
    for clause_id, times in Counter(clause.id for clause in article.clauses()).items():
        if times > 1:
            yield Complaint(
                Text(zh=f"条款 {clause_id} 出现 {times} 次。", en=f"There are {times} clauses {clause_id}."),
                Text(zh="用 name: 给它们各取一个名字。", en="Give each its own name:."),
            )


def _steps_pointing_nowhere(route: Route) -> Iterator[Complaint]:
    if not route.steps:
        yield Complaint(
            Text(zh="审批流程没有环节。", en="The route has no steps."),
            Text(zh="至少写一个环节。", en="Write at least one step."),
        )
    keys = [step.key for step in route.steps]
    for key, times in Counter(keys).items():
        if times > 1 or key == AUTHOR:
            yield Complaint(
                Text(zh=f"环节名 {key} 重复或被占用。", en=f"The step name {key} is taken."),
                Text(zh="换一个名字。", en="Choose another."),
            )
    for position, step in enumerate(route.steps):
        yield from _pointers(step, keys, keys[:position])


def _pointers(step: RouteStep, keys: list[str], earlier: list[str]) -> Iterator[Complaint]:
    """People of other steps may be named freely; an article goes back only to who had it before."""
    allowed = {"must_differ": [AUTHOR, *keys], "may_combine_with": keys, "return_to": [AUTHOR, *earlier]}
    named = {
        "must_differ": step.must_differ,
        "may_combine_with": step.may_combine_with,
        "return_to": (step.return_to,),
    }
    for field, names in named.items():
        for name in names:
            if name not in allowed[field] or name == step.key:
                yield Complaint(
                    Text(
                        zh=f"环节 {step.key} 的 {field} 指向 {name}，不成立。",
                        en=f"Step {step.key}: {field} cannot be {name}.",
                    ),
                    Text(
                        zh=f"可用：{'、'.join(allowed[field])}。",
                        en=f"Possible: {', '.join(allowed[field])}.",
                    ),
                )


def _clashing_routes(rulebook: Rulebook, here: Here) -> None:
    """Two routes of an act that could tie, and routes that a higher-ranking one always takes the place of."""
    for first, second in combinations(rulebook.of_kind(Route), 2):
        if first.act != second.act:
            continue
        if route_rank(first) == route_rank(second) and first.when.overlaps(second.when):
            _place_of(rulebook, here, second).complain(
                Text(
                    zh=f"流程 {first.id} 与 {second.id} 可能同时适用，先后未定。",
                    en=f"Routes {first.id} and {second.id} may both apply and neither goes first.",
                ),
                Text(
                    zh="让条件互斥，或写 precedence。",
                    en="Make the conditions exclusive, or write precedence.",
                ),
            )
        higher, lower = sorted((first, second), key=route_rank, reverse=True)
        if (
            route_rank(higher) > route_rank(lower)
            and higher.unless is None
            and higher.when.covers(lower.when)
        ):
            _place_of(rulebook, here, lower).complain(
                Text(
                    zh=f"流程 {lower.id} 永远走不到，总是先适用 {higher.id}。",
                    en=f"Route {lower.id} is never reached; {higher.id} always goes first.",
                ),
                Text(zh="改正条件或 precedence。", en="Correct its conditions or precedence."),
            )


def _overlapping_windows(rulebook: Rulebook, here: Here) -> None:
    """Two window checks for the same days and matters: an article would have to satisfy both, which nobody means."""
    windows = [check for check in rulebook.of_kind(Check) if isinstance(check.params, Window)]
    for first, second in combinations(windows, 2):
        if _same_days(first, second) and first.when.overlaps(second.when):
            _place_of(rulebook, here, second).complain(
                Text(
                    zh=f"推送时段 {first.id} 与 {second.id} 管到相同的日子。",
                    en=f"The windows {first.id} and {second.id} govern the same days.",
                ),
                Text(zh="合并到一条里，写多个 spans。", en="Merge them into one with several spans."),
            )


def _same_days(first: Check, second: Check) -> bool:
    """Working days and rest days exclude each other; a day of the week may be either, because of make-up days."""
    assert isinstance(first.params, Window)
    assert isinstance(second.params, Window)
    mine, theirs = frozenset(first.params.days), frozenset(second.params.days)
    by_calendar = {Day.WORKDAY, Day.RESTDAY}
    return bool(mine & theirs) or bool(
        (mine & by_calendar and theirs - by_calendar) or (theirs & by_calendar and mine - by_calendar)
    )


def _release_without_publisher(rulebook: Rulebook, here: Here) -> None:
    """Somebody must be allowed to send what a release route approves."""
    for route in rulebook.of_kind(Route):
        if route.act is Act.RELEASE and route.published_by is None:
            _place_of(rulebook, here, route).complain(
                Text(
                    zh=f"流程 {route.id} 没有写由谁发布。", en=f"Route {route.id} does not say who publishes."
                ),
                Text(zh="加上 published_by: 角色。", en="Add published_by: ROLE."),
            )


def _watches_opening_nothing(rulebook: Rulebook, here: Here) -> None:
    """A watch that finds something must find somebody to decide it."""
    acts = {route.act for route in rulebook.of_kind(Route)}
    for watch in rulebook.of_kind(Watch):
        if watch.opens is not None and watch.opens not in acts:
            _place_of(rulebook, here, watch).complain(
                Text(
                    zh=f"监测 {watch.id} 引出 {watch.opens}，但没有这样的流程。",
                    en=f"{watch.id} opens {watch.opens}, which has no route.",
                ),
                Text(zh=f"加一个 act: {watch.opens} 的流程。", en=f"Add a route with act: {watch.opens}."),
            )


def _confirmations_nobody_is_asked(rulebook: Rulebook, here: Here) -> None:
    """What a secrecy confirmation names must stand on a checklist of releasing, or it could never be ticked."""
    releases = [route for route in rulebook.of_kind(Route) if route.act is Act.RELEASE]
    asked = {item.key for route in releases for step in route.steps for item in step.checklist}
    for check in rulebook.of_kind(Check):
        missing = (
            sorted(set(check.params.items) - asked) if isinstance(check.params, SecrecyConfirmation) else []
        )
        for key in missing:
            _place_of(rulebook, here, check).complain(
                Text(zh=f"发布流程的核对单里没有 {key}。", en=f"No checklist of a release route asks {key}."),
                suggestion(key, asked),
            )


def _citing_no_article(rulebook: Rulebook, here: Here) -> None:
    """A step of the life of accounts, or a way of numbering or naming them, that cites an article the document does not have."""
    known = {article.no for article in rulebook.articles}
    citing: dict[str, Mapping[str, Transition | NumberScheme | NamePattern]] = {
        "lifecycle": rulebook.lifecycle,
        "filing_numbers": rulebook.filing_numbers,
        "account_names": rulebook.account_names,
    }
    for section, entries in citing.items():
        for key, entry in entries.items():
            if entry.article and entry.article not in known:
                here.at(section).at(key).complain(
                    Text(zh=f"没有第 {entry.article} 条。", en=f"There is no article {entry.article}."),
                    suggestion(entry.article, known),
                )
