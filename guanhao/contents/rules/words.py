"""Rules about words: listed terms, personal data, secrecy, figures, names, wording, typos, links. Screening does the reading.

How hard a finding binds is the clause's word; where screening only suspects something, it binds no harder than that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from guanhao.contents.rules.matter import Matter, Problem, at_field
from guanhao.core.clock import CHINA
from guanhao.core.text import Text
from guanhao.lexicon.proofs import model_of
from guanhao.rulebook.checkrules import Links, PersonalData, Terms, Typos, Wording
from guanhao.rulebook.clauses import Check
from guanhao.rulebook.vocabulary import Doubt, Force
from guanhao.screening import force as screening
from guanhao.screening.hits import Hit
from guanhao.screening.links import LinkRules
from guanhao.screening.proof.modelfile import ProofModel, delivered
from guanhao.screening.proof.proofreading import Proofreader
from guanhao.screening.schoolterms import SchoolTerm
from guanhao.screening.screen import PERSONAL_KINDS, Screening
from guanhao.screening.text import TextView
from guanhao.screening.wording import WordingRules

# What is certain may bind as hard as the clause says.
_AS_HARD_AS = {
    screening.Force.BLOCK: Force.BLOCK,
    screening.Force.ERROR: Force.BLOCK,
    screening.Force.WARN: Force.WARN,
    screening.Force.HINT: Force.HINT,
}
_MOST_SUGGESTIONS = 3
_SPOKEN_PARTS = 3  # body, tag, attribute
_MOST_TOLD = 100  # hits of one check; an article with more is not read but sent back
_NAMES = ("credits.", "author_line", "source")  # fields that hold names, not prose


def terms(matter: Matter, check: Check) -> Iterator[Problem]:
    """No words of the institution's lists of these families, however disguised (gpnu-8, xartvu-11, ruian-6.2)."""
    assert isinstance(check.params, Terms)
    families = frozenset(check.params.families)
    wanted = Screening(terms=matter.lists.terms, families=families, on=matter.lists_on or _day(matter))
    yield from _doubted(matter, f"terms {sorted(families)}", wanted)


def personal_data(matter: Matter, check: Check) -> Iterator[Problem]:
    """No personal data of the named kinds, neither in the text nor behind pictures; values are masked (PIPL)."""
    assert isinstance(check.params, PersonalData)
    wanted = frozenset(str(kind) for kind in check.params.kinds)
    seen = Screening(personal=wanted, shapes=matter.lists.shapes)
    for view, hit in matter.screened(f"personal {sorted(wanted)}", seen):
        yield Problem(_sentence(hit), _place(matter, view, hit))
    if wanted - PERSONAL_KINDS:
        yield Problem(
            Text(
                zh="住址只认得出“住址”等字样后面的，请人工核对正文中有没有个人住址。",
                en="Postal addresses are told only after words that announce them; look for others yourself.",
            ),
            at_field("body"),
            Force.WARN,
        )


def secrecy_markings(matter: Matter, _check: Check) -> Iterator[Problem]:
    """No security class, no note such as *internal*, no embargo that holds then, no number of an internal paper (xartvu-12)."""
    wanted = Screening(secrecy=True, shapes=matter.lists.shapes, on=_day(matter))
    for view, hit in matter.screened("secrecy", wanted):
        yield Problem(_sentence(hit), _place(matter, view, hit))


def hidden_characters(matter: Matter, _check: Check) -> Iterator[Problem]:
    """Nothing that readers cannot see stands between the words."""
    yield from _doubted(matter, "hidden", Screening(hidden_characters=True))


def figures(matter: Matter, _check: Check) -> Iterator[Problem]:
    """Dates exist and agree with their weekdays; figures are possible (gpnu-21, xartvu-10, ruian-6.2)."""
    # The calendar costs questions; a text that names no term needs none.
    speaks = any("学期" in view.text for view in matter.texts)
    terms = tuple(SchoolTerm(term.starts, term.ends) for term in matter.calendar.terms) if speaks else ()
    yield from _doubted(matter, "figures", Screening(figures=True, school_terms=terms, on=_day(matter)))


def names_and_titles(matter: Matter, _check: Check) -> Iterator[Problem]:
    """Leaders and units are called as the roster calls them (gpnu-21, xartvu-10, ruian-6.2)."""
    yield from _doubted(matter, "names", Screening(roster=matter.lists.roster, on=_day(matter)))


def wording(matter: Matter, check: Check) -> Iterator[Problem]:
    """Phrases, punctuation and brackets are in order (gpnu-21, ruian-6.2)."""
    assert isinstance(check.params, Wording)
    rules = WordingRules(longest_sentence=check.params.longest_sentence)
    wanted = Screening(wording=rules)
    yield from _doubted(matter, f"wording {rules.longest_sentence}", wanted, in_names=False)


def title_wording(matter: Matter, _check: Check) -> Iterator[Problem]:
    """The title is sober, and its figures are the body's (ruian-10)."""
    wanted = Screening(beside=matter.view.text)
    yield from _doubted(matter, "title", wanted, only="title")


def typos(matter: Matter, check: Check) -> Iterator[Problem]:
    """No wrong characters: listed slips for certain, others as the statistical layer doubts them (ruian-6.2)."""
    assert isinstance(check.params, Typos)
    doubt = check.params.doubt
    wanted = Screening(
        proofreader=proofreader(doubt, matter.lists.confusables, model_of(matter.lists.proof_digest))
    )
    yield from _doubted(matter, f"typos {doubt}", wanted, in_names=False)


def proofreader(doubt: Doubt, confusables: Mapping[str, str], model: ProofModel | None = None) -> Proofreader:
    """The rules, the institution's confusables, and of the statistical layer as much as is wanted."""
    if doubt is Doubt.NONE:
        return Proofreader(confusables=confusables)
    model = model or delivered()
    precise = replace(model.thresholds, hint=model.thresholds.warn)
    thresholds = precise if doubt is Doubt.LIKELY else model.thresholds
    return Proofreader(model=model, thresholds=thresholds, confusables=confusables)


def links(matter: Matter, check: Check) -> Iterator[Problem]:
    """Addresses in the text are whole, open, show where they lead, and stay within the named hosts (ruian-6.3)."""
    assert isinstance(check.params, Links)
    rules = LinkRules(hosts=frozenset(check.params.hosts), dead=matter.dead_links)
    yield from _doubted(matter, f"links {check.params.hosts}", Screening(links=rules))


def _doubted(
    matter: Matter, part: str, wanted: Screening, *, in_names: bool = True, only: str = ""
) -> Iterator[Problem]:
    """Hits that bind no harder than screening is sure of them; of very many the first, and how many more there are."""
    hits = [
        (view, hit)
        for view, hit in matter.screened(part, wanted)
        if (in_names or not view.field.startswith(_NAMES)) and only in {"", view.field}
    ]
    for view, hit in hits[:_MOST_TOLD]:
        yield Problem(_sentence(hit), _place(matter, view, hit), _AS_HARD_AS[hit.force])
    if len(hits) > _MOST_TOLD:
        yield Problem(
            Text(
                zh=f"同类问题还有 {len(hits) - _MOST_TOLD} 处没有列出，改完这些再看。",
                en=f"There are {len(hits) - _MOST_TOLD} more of the kind; mend these first.",
            ),
            {**at_field("body"), "class": hits[0][1].hit_class.value},
            Force.HINT,
        )


def _day(matter: Matter) -> date:
    return (matter.due_at or matter.now).astimezone(CHINA).date()


def _sentence(hit: Hit) -> Text:
    if not hit.hidden:
        return hit.message
    return Text(
        zh=f"{hit.message.zh}（读者看不见，但会发出）",
        en=f"{hit.message.en} (Readers do not see it, but it is sent.)",
    )


def _place(matter: Matter, view: TextView, hit: Hit) -> dict[str, Any]:
    """Where it stands in the source, what it is, and what could stand there instead.

    ``skip`` and ``length`` count characters that are no white space, so that the editor finds the same words in its
    own rendering of the body, whatever tags lie between; ``nth`` counts the tags before the one that bears the words.
    """
    return {
        "nth": _tags_before(matter.content.body, hit),
        "field": hit.field,
        "start": hit.original_start,
        "end": hit.original_end,
        "excerpt": hit.excerpt,
        "class": hit.hit_class.value,
        "kind": hit.kind.value,
        "skip": _dense(view.text[: hit.start]),
        "length": _dense(view.text[hit.start : hit.end]),
        "mask": hit.mask,
        "suggestions": [*hit.suggestions[:_MOST_SUGGESTIONS]],
    }


def _tags_before(body: str, hit: Hit) -> int:
    """For words of an attribute (``body.img.alt``), how many tags of the name stand before; 0 for other words."""
    parts = hit.field.split(".")
    is_spoken = len(parts) == _SPOKEN_PARTS and parts[0] == "body"
    return len(re.findall(rf"<{parts[1]}\b", body[: hit.original_start])) if is_spoken else 0


def _dense(text: str) -> int:
    """How many characters are neither white space nor the editor's own invisible marks."""
    return sum(1 for one in text if not one.isspace() and one != "\ufeff")
