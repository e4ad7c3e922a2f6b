"""What readers write under an article: another reading than a draft's, for other writers (ruian-13).

A comment is short, nobody proofreads it, and whoever means ill disguises what he writes. So everything about style is left
out, and listed terms are looked for as they are disguised there: through repeats, line ends, look-alike letters, by their
sound (pinyin, other characters read alike) and with one character drawn alike. By sound or shape something is only
suspected; that never binds harder than a warning, whatever the list says.

Nothing here collects, hides or deletes a comment: it answers what stands in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from guanhao.core.text import Text
from guanhao.screening.characters import spelt
from guanhao.screening.folding import COMMENTS, Fold
from guanhao.screening.force import Force
from guanhao.screening.hits import Hit, HitKind, hit_at, words_at
from guanhao.screening.links import LinkRules
from guanhao.screening.normalising import normalise
from guanhao.screening.packs import Pack
from guanhao.screening.proof.shapes import lookalikes
from guanhao.screening.screen import PERSONAL_KINDS, Screening, screen
from guanhao.screening.termindex import TermIndex
from guanhao.screening.terms import Segment, Term
from guanhao.screening.text import TextView

PACKS = (Pack.SPAM, Pack.FRAUD, Pack.ABUSE)
# Letters at the border of two syllables may be equal (们nei), so that here a repeat is none.
SOUNDED = COMMENTS & ~Fold.REPEATS | Fold.PINYIN
CONTACT = "contact"  # the family of invitations to another place
_SHORTEST_SPELT = 2  # characters of a term that is looked for in pinyin
_SHORTEST_SPELLING = 5  # letters of it
_SHORTEST_HEARD = 4  # characters of a term that other characters may stand for by their sound
_SHORTEST_SHAPED = 4
_MOST_SHAPES = 4  # look-alikes of a character
_BREAKS = re.compile("[\n\r\u2028\u2029]")
_HAN = re.compile("[\u3400-\u9fff]")
_NOT_HAN = re.compile("[^\u3400-\u9fff]+")
# “加微 abc12345”, “➕V: abc_123”, “扣扣群 123456789”: an invitation and where to go. Read in one case, width and alphabet.
_INVITATION = re.compile(
    r"(?:加|添加|\+|➕|进|私)\s{0,2}(?:我|个|下|一下|老师|客服){0,2}\s{0,2}"
    r"(?:微信|薇信|威信|徽信|微|薇|威|v信|vx|wx|v|qq群|qq|q群|q|扣扣群|扣扣|扣群|扣)\s{0,2}(?:号|群)?\s{0,2}[::]?\s{0,2}"
    r"[a-z0-9][a-z0-9_-]{4,19}(?![a-z0-9])"
)
_ONE_ALPHABET = Fold.CASE | Fold.WIDTH | Fold.STYLED | Fold.TRADITIONAL | Fold.INVISIBLE


class How(StrEnum):
    """In which of its forms a term was found."""

    WRITTEN = "written"
    SOUND = "sound"
    SHAPE = "shape"


class Said(NamedTuple):
    """A term in a comment: its span and the form in which it stands there."""

    start: int
    end: int
    term: Term
    how: How


@dataclass(frozen=True, slots=True)
class CommentIndex:
    """The lists compiled for comments. Never changes, so that everybody with the same lists can share it."""

    written: TermIndex
    sounded: TermIndex
    shaped: TermIndex
    meant: Mapping[str, Term] = field(default_factory=dict)  # by their wordings and other spellings

    @classmethod
    def of(cls, terms: Iterable[Term]) -> CommentIndex:
        """Compile terms: as they are, by their sound, and with each of their characters drawn alike."""
        terms = tuple(terms)
        meant = {spelling: term for term in terms for spelling in _shapes(term.text)}
        # Phrases that excuse a term are looked for around what was found, not each in every disguise.
        long = [term for term in terms if _can_be_heard(term)]
        spellings = {spelt(term.text): term for term in long}  # 银行 is read otherwise than 行
        heard = [replace(term, allow=()) for term in long] + _written_as(spellings)
        shaped = _written_as(meant)
        return cls(
            TermIndex.over([Segment(terms, COMMENTS)], switches=COMMENTS),
            TermIndex.over([Segment(heard, SOUNDED)], switches=SOUNDED),
            TermIndex.over([Segment(shaped, COMMENTS)], switches=COMMENTS),
            meant | spellings | {term.text: term for term in terms},
        )

    def find(self, comment: str, *, on: date | None = None) -> list[Said]:
        """The terms in a comment; of one place the plainest form."""
        text = _BREAKS.sub(" ", comment)
        found = [Said(*each[:3], How.WRITTEN) for each in self.written.find(text, on=on)]
        for how, index in ((How.SOUND, self.sounded), (How.SHAPE, self.shaped)):
            others = (
                Said(each.start, each.end, self.meant[each.term.text], how)
                for each in index.find(text, on=on)
                if how is How.SHAPE or _is_meant(text, *each[:3])
            )
            found += [one for one in others if _is_apart(one, found) and not _is_excused(text, one)]
        return sorted(found, key=lambda said: said[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentScreening:
    """What is looked for in comments. ``lists`` None: the lists of spam, fraud and abuse that come along."""

    lists: CommentIndex | None = None
    personal: frozenset[str] = PERSONAL_KINDS
    links: LinkRules | None = field(default_factory=LinkRules)
    on: date | None = None


@lru_cache(maxsize=1)
def delivered_lists() -> CommentIndex:
    """The lists of spam, fraud and abuse that come along; none of their terms blocks."""
    return CommentIndex.of(term for pack in PACKS for term in pack.terms(pack.value))


def screen_comment(comment: str, wanted: CommentScreening | None = None) -> list[Hit]:
    """What stands in one comment, in its order."""
    wanted = wanted or CommentScreening()
    view = TextView.plain("comment", comment)
    lists = delivered_lists() if wanted.lists is None else wanted.lists
    rest = Screening(personal=wanted.personal, hidden_characters=True, links=wanted.links, on=wanted.on)
    found = [
        *screen(view, rest),
        *(_hit(view, said) for said in lists.find(comment, on=wanted.on)),
        *_invitations(view),
    ]
    return sorted(found, key=lambda hit: (hit.start, hit.end, hit.kind))


def _hit(view: TextView, said: Said) -> Hit:
    how = _HOW[said.how]
    suspected = said.how is not How.WRITTEN
    force = Force.WARN if suspected and said.term.force.rank < Force.WARN.rank else said.term.force
    return hit_at(
        view,
        (said.start, said.end),
        kind=HitKind.TERM,
        mask=view.text[said.start : said.end],
        message=Text(
            zh=f"出现词库中的“{said.term.text}”{how.zh}。{said.term.note}",
            en=f"The listed term “{said.term.text}” occurs{how.en}. {said.term.note}".strip(),
        ),
        force=force,
        family=said.term.family,
    )


_HOW = {
    How.WRITTEN: Text(zh="", en=""),
    How.SOUND: Text(zh="（谐音或拼音写法）", en=" by its sound"),
    How.SHAPE: Text(zh="（形近字写法）", en=" with a character drawn alike"),
}


def _invitations(view: TextView) -> Iterator[Hit]:
    """Invitations to somewhere else, with the number or name to ask for."""
    read = normalise(_BREAKS.sub(" ", view.text), _ONE_ALPHABET)
    for match in _INVITATION.finditer(read.text):
        yield replace(
            words_at(
                view,
                read.span(*match.span()),
                kind=HitKind.TERM,
                message=Text(zh="邀人加联系方式。", en="Invites to contact somebody elsewhere."),
            ),
            family=CONTACT,
        )


def _written_as(spellings: Mapping[str, Term]) -> list[Term]:
    return [replace(term, text=spelling, allow=()) for spelling, term in spellings.items()]


def _is_apart(one: Said, found: Iterable[Said]) -> bool:
    return all(one.end <= each.start or each.end <= one.start for each in found)


def _is_excused(text: str, said: Said) -> bool:
    """Whether what stands around it makes a phrase in which the term is innocent (警惕 before it)."""
    for phrase in said.term.allow:
        before, has, after = phrase.partition(said.term.text)
        if has and text[: said.start].endswith(before) and text.startswith(after, said.end):
            return True
    return False


def _can_be_heard(term: Term) -> bool:
    """Whether a term is Chinese, and long enough that its spelling is no other word's."""
    return (
        len(term.text) >= _SHORTEST_SPELT
        and _NOT_HAN.search(term.text) is None
        and len(spelt(term.text)) >= _SHORTEST_SPELLING
    )


def _is_meant(text: str, start: int, end: int, term: Term) -> bool:
    """Whether what sounds like a term is likely meant for it.

    Pinyin in place of some or all of its characters is, if it is no part of a longer word in Latin letters. Other
    characters read alike are many, so that only long terms are believed.
    """
    around = text[max(0, start - 1) : start + 1], text[end - 1 : end + 1]
    if any(len(pair) > 1 and pair.isascii() and pair.isalpha() for pair in around):
        return False
    written = set(_HAN.findall(normalise(text[start:end], COMMENTS).text))
    others = written - set(normalise(term.text, COMMENTS).text)
    return not others or len(term.text) >= _SHORTEST_HEARD


def _shapes(text: str) -> Iterator[str]:
    """Spellings of a long Chinese term in which one character is another that is drawn alike."""
    if len(text) < _SHORTEST_SHAPED or _NOT_HAN.search(text):
        return
    for place, character in enumerate(text):
        for other in lookalikes().get(character, "")[:_MOST_SHAPES]:
            yield text[:place] + other + text[place + 1 :]
