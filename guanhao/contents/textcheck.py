"""Checks of a text that is no article: pasted into the test box, or out of a file. Nothing is stored.

Every check of the rulebook that reads words is asked, for whomever it is meant, with its own force and article.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from guanhao.contents.checks import Found, found_by
from guanhao.contents.content import Content
from guanhao.contents.days import calendar_of
from guanhao.contents.rules.matter import Matter
from guanhao.contents.rules.table import READING
from guanhao.contents.types import Stage
from guanhao.core import clock
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.lexicon.lists import lists_for
from guanhao.people.models import Institution, Unit
from guanhao.regulation.queries import in_force
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.selectors import Facts
from guanhao.rulebook.vocabulary import Act

MOST_CHARACTERS = 100_000  # some two seconds of reading


def check_text(institution: Institution, text: str, units: Iterable[Unit] = ()) -> list[Found]:
    """What the rulebook's checks of words find in a text, in its order; one paragraph a line.

    Raises:
        Refused: the text is empty or too long.
    """
    if not text.strip():
        raise Refused(Denied(Text(zh="没有文字可以审查。", en="There is no text to check.")))
    if len(text) > MOST_CHARACTERS:
        raise Refused(
            Denied(
                Text(
                    zh=f"文字超过 {MOST_CHARACTERS} 字，请拆分后再审查。",
                    en=f"The text has over {MOST_CHARACTERS} characters; check it in parts.",
                )
            )
        )
    matter = _matter(institution, text, units)
    checks = {check.id: check for check in matter.rulebook.of_kind(Check) if check.rule in READING}
    found = [one for check in checks.values() for one in found_by(check, matter, Stage.SUBMIT)]
    return sorted(found, key=lambda one: one.problem.place.get("start", 0))


def paragraph_of(found: Found, text: str) -> int:
    """The number of the line a finding stands in, counted from 1; 0 for one about the whole text."""
    seen = found.problem.place.get("skip")
    if seen is None:
        return 0
    for number, line in enumerate(text.splitlines(), start=1):
        seen -= sum(1 for one in line if not one.isspace())
        if seen < 0:
            return number
    return 0


def _matter(institution: Institution, text: str, units: Iterable[Unit]) -> Matter:
    rulebook = in_force(institution).rulebook
    body = "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())
    return Matter(
        content=Content(title="", body=body),
        facts=Facts(act=Act.RELEASE),
        rulebook=rulebook,
        calendar=calendar_of(institution),
        now=clock.now(),
        lists=lists_for(institution, units, rulebook),
    )
