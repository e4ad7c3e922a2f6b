"""Importing a Word document with its pictures (CF4, CF7)."""

from __future__ import annotations

import re

from guanhao.contents import isolated
from guanhao.contents.assets import store_image
from guanhao.contents.imported import Imported, imported
from guanhao.contents.parsing.word import PLACEHOLDER
from guanhao.core.actors import Actor
from guanhao.core.text import Text
from guanhao.core.verdicts import Denied, Refused
from guanhao.people.models import Person
from guanhao.screening.text import body_view

_FIRST_HEADING = re.compile(r"\s*<h1>(.*?)</h1>", re.DOTALL)
_LONGEST_TITLE = 64


def import_docx(*, actor: Actor, person: Person, data: bytes) -> Imported:
    """A .docx as an article's body; a heading at its very beginning becomes the title.

    Raises:
        isolated.FileRefused: not a plain Word document, or beyond a bound.
        Refused: the text is too long, or no space is left for its pictures.
    """
    converted = isolated.run("word", {}, data)
    html, pictures = str(converted.value["html"]), converted.blobs

    def stored(source: str) -> str:
        number = source.removeprefix(PLACEHOLDER)
        if not number.isdecimal() or int(number) >= len(pictures):
            raise Refused(Denied(Text(zh="图片不在文档中。", en="The picture is not in the document.")))
        return store_image(
            actor=actor, person=person, data=pictures[int(number)], name=f"word-{number}"
        ).digest

    title = ""
    heading = _FIRST_HEADING.match(html)
    if heading:
        words = " ".join(body_view(heading[1]).text.split())
        if words and len(words) <= _LONGEST_TITLE:
            title, html = words, html[heading.end() :]
    return imported(html, stored, title=title)
