"""Which persons shown by articles have not agreed, or no longer: what the checks and the gate of publishing ask."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from guanhao.cases.types import in_both
from guanhao.contents.consents import Lack, Lacking
from guanhao.core.prepared import Prepared, given
from guanhao.core.text import Text
from guanhao.privacy.models import Portrayal
from guanhao.privacy.types import ConsentState, Use


class _Row(NamedTuple):
    article: int
    name: str
    use: str
    state: str
    until: date | None
    under_14: bool


_SHOWN: Prepared[tuple[int, str, str, str, date | None, bool]] = Prepared(
    lambda: (
        Portrayal.objects.live()
        .filter(article__in=given("articles", many=True))
        .order_by("pk")
        .values_list(
            "article_id",
            "consent__name",
            "consent__use",
            "consent__state",
            "consent__until",
            "consent__under_14",
        )
    )
)
_GUARDIAN = Text(
    "{name}（{use}）不满十四周岁，须先取得监护人的同意（《个人信息保护法》第三十一条）。",
    "{name} ({use}) is under fourteen; a guardian has to agree first (PIPL Art. 31).",
)
_EXPIRED = Text(
    "{name}（{use}）的同意有效期到 {until}，须重新取得（《个人信息保护法》第二十五条）。",
    "The consent of {name} ({use}) ended on {until}; ask again (PIPL Art. 25).",
)
_WHY: dict[str, Text] = {
    ConsentState.MISSING: Text(
        "尚未取得{name}（{use}）的同意（《个人信息保护法》第二十五条）。",
        "{name} ({use}) has not agreed yet (PIPL Art. 25).",
    ),
    ConsentState.ASKED: Text(
        "{name}（{use}）尚未在系统中确认同意（《个人信息保护法》第二十五条）。",
        "{name} ({use}) was asked and has not answered yet (PIPL Art. 25).",
    ),
    ConsentState.DECLINED: Text(
        "{name}（{use}）不同意发布（《个人信息保护法》第二十五条）。",
        "{name} ({use}) does not agree to it (PIPL Art. 25).",
    ),
    ConsentState.WITHDRAWN: Text(
        "{name}（{use}）已撤回同意，不能发布（《个人信息保护法》第十五条）。",
        "{name} ({use}) withdrew the consent; it cannot go out (PIPL Art. 15).",
    ),
}
_FINAL = frozenset({ConsentState.DECLINED.value, ConsentState.WITHDRAWN.value})


def lacking(articles: Collection[int], day: date) -> Lack:
    """By article, whose consent does not count on the day."""
    found: dict[int, list[Lacking]] = {}
    for values in _SHOWN.all(articles=articles):
        row = _Row(*values)
        words = _words(row, day)
        if words is not None:
            final = row.state in _FINAL or row.under_14
            found.setdefault(row.article, []).append(Lacking(_said(words, row), final))
    return found


def counts(state: str, until: date | None, day: date) -> bool:
    """Whether a consent counts on the day."""
    return state == ConsentState.GIVEN and (until is None or until >= day)


def _words(row: _Row, day: date) -> Text | None:
    if counts(row.state, row.until, day):
        return None
    if row.state in _FINAL:
        return _WHY[row.state]
    if row.under_14:
        return _GUARDIAN
    return _EXPIRED if row.state == ConsentState.GIVEN else _WHY[row.state]


def _said(words: Text, row: _Row) -> Text:
    use = in_both(Use(row.use).label)
    return Text(
        words.zh.format(name=row.name, use=use.zh, until=row.until),
        words.en.format(name=row.name, use=use.en, until=row.until),
    )
