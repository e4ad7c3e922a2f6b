"""Rules about words that should not go out: personal data and secrecy markings. Screening does the reading."""

from __future__ import annotations

from collections.abc import Iterator

from guanhao.contents.rules.matter import Matter, Problem, at_field
from guanhao.core.text import Text
from guanhao.rulebook.checkrules import PersonalData
from guanhao.rulebook.clauses import Check
from guanhao.screening.hits import Hit
from guanhao.screening.screen import PERSONAL_KINDS, Screening, screen


def personal_data(matter: Matter, check: Check) -> Iterator[Problem]:
    """No personal data of the named kinds, neither in the text nor behind pictures; values are masked (PIPL)."""
    assert isinstance(check.params, PersonalData)
    wanted = frozenset(str(kind) for kind in check.params.kinds)
    yield from _problems(matter, Screening(personal=wanted & PERSONAL_KINDS))
    if wanted - PERSONAL_KINDS:
        yield Problem(
            Text(
                zh="住址不能自动识别，请人工核对正文中有没有个人住址。",
                en="Postal addresses cannot be told by machine; look for them yourself.",
            ),
            at_field("body"),
        )


def secrecy_markings(matter: Matter, _check: Check) -> Iterator[Problem]:
    """No security class and no note such as *internal* (xartvu-12)."""
    yield from _problems(matter, Screening(secrecy=True))


def _problems(matter: Matter, wanted: Screening) -> Iterator[Problem]:
    for text in matter.texts:
        for hit in screen(text, wanted):
            yield Problem(_sentence(hit), _place(hit))


def _sentence(hit: Hit) -> Text:
    if not hit.hidden:
        return hit.message
    return Text(
        zh=f"{hit.message.zh}（读者看不见，但会发出）",
        en=f"{hit.message.en} (Readers do not see it, but it is sent.)",
    )


def _place(hit: Hit) -> dict[str, object]:
    return {"field": hit.field, "start": hit.original_start, "end": hit.original_end, "excerpt": hit.excerpt}
