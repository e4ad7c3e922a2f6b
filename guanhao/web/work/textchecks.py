"""What a check of a text or a file shows, and its result kept for an hour for whoever asked (TN3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils.translation import gettext as _

from guanhao.contents.checks import Found
from guanhao.contents.textcheck import check_text, paragraph_of
from guanhao.contents.types import Force
from guanhao.core import randomness
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.screening.files import CannotRead, text_of
from guanhao.web.citation import citation
from guanhao.web.forms.choices import seats_of
from guanhao.web.marks import Mark, mark_of
from guanhao.web.viewer import Viewer, said
from guanhao.web.work.hitwords import CLASS_WORDS, class_word

KEPT_SECONDS = 3600
MOST_BYTES = 10 * 2**20
_LONGEST_REPEATED = 16  # characters that are repeated before what could stand in their place
_KINDS = (".docx", ".txt", ".md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One finding of a text, as values that can be kept and exported. Personal data is masked already."""

    hit_class: str
    force: str
    paragraph: int
    message_zh: str
    message_en: str
    excerpt: str
    suggestions: tuple[str, ...]
    article: str
    clause: str
    written: str = ""

    @property
    def advice(self) -> list[str]:
        """What could stand there: the words that are there and those that could be, for these alone may say little."""
        return [self._advised(right) for right in self.suggestions]

    def _advised(self, right: str) -> str:
        if not right:
            return _("删去")
        is_short = 0 < len(self.written) <= _LONGEST_REPEATED
        return f"{self.written} → {right}" if is_short and self.written != right else right

    @property
    def mark(self) -> Mark:
        """How hard it binds."""
        return mark_of(Force(self.force))

    @property
    def label(self) -> str:
        """Its class as people read it."""
        return class_word(self.hit_class)

    @property
    def message(self) -> str:
        """The sentence."""
        return said(Text(zh=self.message_zh, en=self.message_en))


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one class."""

    label: str
    lines: list[Line]


def lines_of(viewer: Viewer, text: str) -> list[Line]:
    """Check a text as the viewer's units would have it checked.

    Raises:
        Refused: empty or too long.
    """
    found = check_text(viewer.institution, text, seats_of(viewer.person))
    return [_line(one, text) for one in found]


def file_text(file: UploadedFile[Any]) -> str:
    """The words of an uploaded file.

    Raises:
        Refused: too large, of another kind, or not readable.
    """
    name = (file.name or "").lower()
    if not name.endswith(_KINDS):
        raise Refused(
            Denied(
                Text(zh="只收 .docx 和 .txt；旧的 .doc 请另存为 .docx。", en="Only .docx and .txt are taken.")
            )
        )
    if (file.size or 0) > MOST_BYTES:
        raise Refused(Denied(Text(zh="文件超过 10 MB。", en="The file is over 10 MB.")))
    try:
        return text_of(name, file.read())
    except CannotRead as fault:
        raise Refused(
            Denied(Text(zh="文件已损坏或无法读取。", en="The file is damaged or cannot be read."))
        ) from fault


def grouped(lines: Iterable[Line]) -> list[Group]:
    """By class, in the order classes are shown."""
    listed = list(lines)
    groups = [
        Group(class_word(key), [line for line in listed if line.hit_class == key]) for key in CLASS_WORDS
    ]
    return [group for group in groups if group.lines]


def keep(viewer: Viewer, name: str, lines: list[Line]) -> str:
    """Keep a result for an hour; answers the token of its page. The file and its text are not kept."""
    token = randomness.token_hex(12)
    cache.set(_key(viewer, token), (name, [asdict(line) for line in lines]), KEPT_SECONDS)
    return token


def kept(viewer: Viewer, token: str) -> tuple[str, list[Line]]:
    """The file's name and its findings; `Http404` when it is another person's or an hour has passed."""
    found = cache.get(_key(viewer, token))
    if found is None:
        raise Http404
    name, lines = found
    return name, [Line(**{**line, "suggestions": tuple(line["suggestions"])}) for line in lines]


def table(viewer: Viewer, lines: list[Line]) -> tuple[list[str], list[list[Any]]]:
    """Heads and rows of the workbook."""
    heads = [_("段落"), _("分类"), _("力度"), _("问题"), _("原文"), _("建议"), _("依据")]
    rows = [
        [
            line.paragraph or "",
            line.label,
            line.mark.label,
            line.message,
            line.excerpt,
            "、".join(line.advice),
            said(citation(line.article, viewer.rulebook)) if line.article else "",
        ]
        for line in lines
    ]
    return heads, rows


def _line(found: Found, text: str) -> Line:
    place = found.problem.place
    return Line(
        hit_class=str(place.get("class", "")),
        force=found.force.value,
        paragraph=paragraph_of(found, text),
        message_zh=found.message.zh,
        message_en=found.message.en,
        excerpt=str(place.get("excerpt", "")),
        suggestions=tuple(place.get("suggestions", ())),
        article=found.article_ref,
        clause=found.clause,
        written=str(place.get("mask", "")),
    )


def _key(viewer: Viewer, token: str) -> str:
    return f"textcheck:{viewer.institution.pk}:{viewer.person.pk}:{token}"
