"""A check as a sentence: when it is asked, how hard it binds, its numbers, and who may set a finding aside."""

from collections.abc import Callable
from typing import Any

from guanhao.core.text import Text
from guanhao.rulebook.checkrules import (
    AtLeast,
    AtMost,
    Authorisation,
    CategoryByDay,
    CategoryRequired,
    CheckParams,
    Credits,
    LeadTime,
    LinkHosts,
    Links,
    PersonalData,
    Plain,
    PublishedBy,
    SecrecyConfirmation,
    Terms,
    Typos,
    Window,
    Wording,
)
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.labels import label, rule_label
from guanhao.rulebook.wording import NOTHING, Names, bracket, join, listed, span, text


def describe_check(names: Names, check: Check) -> Text:
    """The check in one sentence, without its conditions."""
    stages, force, rule = (
        listed(label(stage) for stage in check.at),
        label(check.force),
        rule_label(check.rule),
    )
    numbers = PARAMETERS[type(check.params)](names, check.params)
    told = text(
        f"{stages.zh}时{force.zh}符合：{rule.zh}" + (f"，{numbers.zh}" if numbers.zh else ""),
        f"At {stages.en}, {force.en} hold: {rule.en}" + (f", {numbers.en}" if numbers.en else ""),
    )
    exempt = names.titles("content_classes", check.params.except_classes)
    return join(told, bracket("除外：", "except", [exempt]), _override(names, check))


def _override(names: Names, check: Check) -> Text:
    if check.override_by is None:
        return NOTHING
    role = names.role(check.override_by)
    return text(f"；{role.zh}可说明理由后放行", f"; {role.en} may set it aside with a reason")


def _window(_names: Names, window: Window) -> Text:
    spans, days = [str(span) for span in window.spans], listed(map(label, window.days))
    otherwise = label(window.otherwise)
    return text(
        f"{days.zh} {'、'.join(spans)}，其他日子{otherwise.zh}",
        f"{days.en} {', '.join(spans)}; {otherwise.en}",
    )


def _category_by_day(names: Names, params: CategoryByDay) -> Text:
    days, categories = listed(map(label, params.days)), names.titles("categories", params.categories)
    return text(f"{days.zh}：{categories.zh}", f"{days.en}: {categories.en}")


PARAMETERS: dict[type[CheckParams], Callable[[Names, Any], Text]] = {
    Plain: lambda _names, _params: NOTHING,
    LeadTime: lambda _names, params: join(text("至少 ", "at least "), span(params.minimum)),
    AtMost: lambda _names, params: text(
        f"不超过 {params.at_most} 字", f"at most {params.at_most} characters"
    ),
    AtLeast: lambda _names, params: text(f"不少于 {params.at_least}", f"at least {params.at_least}"),
    Window: _window,
    Credits: lambda names, params: names.titles("credits", params.required),
    CategoryRequired: lambda names, params: names.titles("categories", params.categories),
    CategoryByDay: _category_by_day,
    Authorisation: lambda names, params: names.titles("content_classes", params.classes),
    PersonalData: lambda _names, params: listed(map(label, params.kinds)),
    SecrecyConfirmation: lambda names, params: names.checklist_items(params.items),
    PublishedBy: lambda names, params: names.role(params.role),
    Terms: lambda names, params: names.titles("term_families", params.families),
    Wording: lambda _names, params: text(
        f"句子不超过 {params.longest_sentence} 字",
        f"sentences of at most {params.longest_sentence} characters",
    ),
    Typos: lambda _names, params: label(params.doubt),
    Links: lambda _names, params: text("、".join(params.hosts), ", ".join(params.hosts)),
    LinkHosts: lambda _names, params: text("、".join(params.hosts), ", ".join(params.hosts)),
}
