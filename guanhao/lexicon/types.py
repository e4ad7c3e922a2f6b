"""Words of the lexicon, and the lists of an institution as one frozen value that rules may read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from guanhao.screening.hits import Hit, HitClass
from guanhao.screening.numbers import NumberShape
from guanhao.screening.roster import Roster
from guanhao.screening.termindex import TermIndex
from guanhao.screening.text import TextView

MOST_ALLOWED = 80  # characters of an allowed wording
_AROUND = 2  # characters on either side that make a doubted character recognisable
_CLAUSE_ENDS = re.compile(r"[\s，。；：？！、“”‘’《》（）,.;:?!()]")
_MASKED = frozenset({HitClass.PERSONAL})


class TermForce(TextChoices):
    """How hard a listed term binds, at most: a clause of the rulebook may bind less."""

    BLOCK = "block", _("拦截")
    ERROR = "error", _("错误")
    WARN = "warn", _("提醒")
    HINT = "hint", _("提示")


class TrainingState(TextChoices):
    """Where the training of an institution's own proofreading model stands."""

    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("未成功")


class EntryKind(TextChoices):
    """What an entry beside the terms says. ``text`` and ``meaning`` of a row are read by it."""

    CONFUSABLE = "confusable", _("易错词")  # what is written wrong → what is right
    LEADER = "leader", _("领导")  # name → title, with rank and term of office
    OLD_NAME = "old_name", _("单位旧名")  # a unit's earlier name → its name now
    WRONG_NAME = "wrong_name", _("不规范简称")  # a wrong short form → the right name
    PERSON_NUMBER = "person_number", _("学号工号格式")  # the shape of a number that is personal
    PAPER_NUMBER = "paper_number", _("内部文号格式")  # the shape of an internal paper's number
    PROTECTED = "protected", _("受保护名称")  # a string of ours to look for in account names


WITH_MEANING = frozenset({EntryKind.CONFUSABLE, EntryKind.LEADER, EntryKind.OLD_NAME, EntryKind.WRONG_NAME})


@dataclass(frozen=True, slots=True)
class Allowed:
    """Wordings somebody has called right, by the class of hit; digests stand for what may not be written down."""

    wordings: frozenset[tuple[str, str]] = frozenset()
    digests: frozenset[str] = frozenset()

    def covers(self, hit: Hit, view: TextView) -> bool:
        """Whether the hit stands inside an allowed wording of its class."""
        if hit.hit_class in _MASKED:
            return digest_of(hit, view) in self.digests
        return any(
            hit_class == hit.hit_class and _stands_around(view.text, wording, (hit.start, hit.end))
            for hit_class, wording in self.wordings
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Everything screening needs to know of one institution. Never changes; a later version is another value."""

    version: int = 0
    terms: TermIndex = field(default_factory=TermIndex)
    confusables: Mapping[str, str] = field(default_factory=dict)
    roster: Roster = field(default_factory=Roster)
    shapes: tuple[NumberShape, ...] = ()
    allowed: Allowed = field(default_factory=Allowed)
    proof_digest: str = ""  # of the institution's own proofreading model; empty for the one that is delivered


NO_LISTS = Lists()


def wording_of(hit: Hit, view: TextView) -> str:
    """What to put on an allow-list for a hit: its words, with a little around them where they are short."""
    start, end = hit.start, hit.end
    if end - start <= _AROUND:
        before = _CLAUSE_ENDS.split(view.text[max(0, start - _AROUND) : start])[-1]
        after = _CLAUSE_ENDS.split(view.text[end : end + _AROUND])[0]
        return before + view.text[start:end] + after
    return view.text[start:end][:MOST_ALLOWED]


def digest_of(hit: Hit, view: TextView) -> str:
    """A keyed digest of a hit's words without separators: personal data on an allow-list is never written down."""
    written = "".join(filter(str.isalnum, view.text[hit.start : hit.end])).upper()
    return salted_hmac("guanhao.lexicon.allowed", f"{hit.kind}:{written}", algorithm="sha256").hexdigest()


def _stands_around(text: str, wording: str, span: tuple[int, int]) -> bool:
    start, end = span
    first = max(0, end - len(wording))
    return text.find(wording, first, start + len(wording)) >= 0
