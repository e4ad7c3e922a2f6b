"""What an account must satisfy to be on the register at all: named as the rulebook wants, no more of them than it allows.

Architecture §1, 15. Other regulations say such things; the three that ship do not.
"""

from __future__ import annotations

from collections.abc import Sequence

from guanhao.core.text import Text
from guanhao.core.verdicts import ALLOWED, Denied, Verdict
from guanhao.registry import checks
from guanhao.registry.models import Account
from guanhao.registry.types import GONE
from guanhao.rulebook.accounts import NamePattern
from guanhao.rulebook.behaviours import enforces
from guanhao.rulebook.book import Rulebook
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import ClauseKind, LimitSubject, Scope

enforces(ClauseKind.LIMIT, LimitSubject.ACCOUNTS)


def well_named(rulebook: Rulebook | None, facts: Facts, name: str) -> Verdict:
    """Whether an account with these facts may be called so by the rulebook's `account_names`."""
    for pattern in rulebook.account_names.values() if rulebook else ():
        if pattern.when.matches(facts) and not pattern.fits(name):
            assert rulebook is not None
            article = f"{rulebook.key}-{pattern.article}" if pattern.article else ""
            return Denied(
                Text(
                    zh=f"账号名称“{name}”不合要求（{pattern.title.zh}）：{_wanted_zh(pattern)}。",
                    en=f"The name {name} is not as it has to be ({pattern.title.en}): {_wanted_en(pattern)}.",
                ),
                article=article,
            )
    return ALLOWED


def room_for(account: Account) -> Verdict:
    """Whether the unit may have one more account of this platform, where a limit on accounts counts by unit."""
    others = (
        Account.objects.filter(owner_unit=account.owner_unit, platform=account.platform)
        .exclude(state__in=GONE)
        .exclude(pk=account.pk)
    )
    for limit in checks.limits(account, LimitSubject.ACCOUNTS):
        if limit.of is Scope.UNIT and limit.at_most is not None and others.count() >= limit.at_most:
            return Denied(
                Text(
                    zh=f"“{account.owner_unit.name}”在该平台最多 {limit.at_most} 个账号，已经满了。",
                    en=f"{account.owner_unit.name} may have at most {limit.at_most} accounts of this platform, and has them.",
                ),
                article=limit.article,
                clause=limit.id,
            )
    return ALLOWED


def _wanted_zh(pattern: NamePattern) -> str:
    return "，".join(
        f"须{how}{_quoted(words)}"
        for how, words in (
            ("以此开头：", pattern.begins_with),
            ("含有：", pattern.contains),
            ("以此结尾：", pattern.ends_with),
        )
        if words
    )


def _wanted_en(pattern: NamePattern) -> str:
    return "; ".join(
        f"{how} {_quoted(words, ' or ')}"
        for how, words in (
            ("begins with", pattern.begins_with),
            ("contains", pattern.contains),
            ("ends with", pattern.ends_with),
        )
        if words
    )


def _quoted(words: Sequence[str], between: str = "或") -> str:
    return between.join(f"“{word}”" for word in words)
