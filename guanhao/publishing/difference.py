"""What the platform holds against what was approved, as readers would see it: title, author, paragraphs (§2.7).

Where a draft turns out changed, its text is kept with the look that found it, so that the page can show the difference
without asking the platform again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanhao.contents.diff import Change, paragraph_changes, paragraphs, segments
from guanhao.core.text import Text
from guanhao.publishing.checks import items_of
from guanhao.publishing.models import PublishJob
from guanhao.publishing.outgoing import body_of, content_of
from guanhao.publishing.types import LookVerdict
from guanhao.publishing.work import Work, note_look

MOST_TEXT = 20_000  # characters kept of one article
_PICTURE = re.compile(r"〔图片[^〕]*〕(?:〔[^〕]*〕)?")  # the platform gives pictures addresses of its own
_FOUND = Text(
    zh="平台上的内容与审批通过的不同，差别见下。",
    en="What the platform holds differs from what was approved; the difference is below.",
)


@dataclass(frozen=True, slots=True)
class Held:
    """One article as the platform holds it, in words."""

    title: str
    author: str
    paragraphs: tuple[str, ...]

    @classmethod
    def of(cls, title: str, author: str, body: str) -> Held:
        """From what the platform answered; pictures are counted, not compared."""
        words = tuple(_PICTURE.sub(_("〔图片〕"), one) for one in paragraphs(body[:MOST_TEXT]))
        return cls(title, author, words)


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """One article of the push: its title as approved, and what reads differently on the platform."""

    title: str
    changes: list[Change]


def keep_what_is_held(work: Work, held: Sequence[Held]) -> None:
    """Keep the platform's text with a look of its own; the job stays as it is."""
    with transaction.atomic():
        note_look(work, LookVerdict.DIFFERENT, [{"held": [asdict(one) for one in held]}], _FOUND)


def difference(job: PublishJob) -> list[ItemDifference]:
    """The difference that the newest such look found; empty where none did, or where nothing reads differently."""
    look = job.looks.filter(verdict=LookVerdict.DIFFERENT).order_by("-pk").first()
    if look is None:
        return []
    held = [_stored(one) for one in look.evidence[0]["held"]]
    approved = [
        Held.of(
            content_of(item.revision).title,
            content_of(item.revision).author_line,
            body_of(item.revision, lambda _digest: ""),
        )
        for item in items_of(job)
    ]
    nothing = Held("", "", ())
    pairs = zip_longest(approved, held, fillvalue=nothing)
    found = [ItemDifference(was.title or now.title, _changes(was, now)) for was, now in pairs]
    return [one for one in found if one.changes]


def _stored(kept: dict[str, Any]) -> Held:
    return Held(str(kept["title"]), str(kept["author"]), tuple(map(str, kept["paragraphs"])))


def _changes(approved: Held, held: Held) -> list[Change]:
    fields = ((_("标题"), approved.title, held.title), (_("作者"), approved.author, held.author))
    return [
        *(Change(label, segments(was, now)) for label, was, now in fields if was != now),
        *paragraph_changes(list(approved.paragraphs), list(held.paragraphs)),
    ]
