"""The English catalogue: collect every marked Chinese sentence, report what lacks English, compile.

    tools/messages.py             compile django.po to django.mo
    tools/messages.py --collect   bring django.po up to date first; exits 1 while a sentence lacks its English

Chinese is the source language. Works without the gettext programs, so that set-up needs only Python.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "guanhao"
PO = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
Sentence = str | tuple[str, str]  # or singular and plural
KEYWORDS = (
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
)


def marked() -> Iterator[tuple[str, int, Sentence, str | None]]:
    """Every marked sentence: file, line, msgid (or singular and plural), context."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _extract(path, path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("templates/**/*")):
        if path.suffix in {".html", ".txt"}:
            yield from _extract(
                path, _unindented(templatize(path.read_text(encoding="utf-8"), origin=str(path)))
            )


def _unindented(source: str) -> str:
    """A template's layout is no Python layout; sentences are quoted on one line each, so nothing is lost."""
    return "\n".join(line.lstrip() for line in source.splitlines())


def _extract(path: Path, source: str) -> Iterator[tuple[str, int, Sentence, str | None]]:
    place = str(path.relative_to(ROOT))
    found = extract_python(io.BytesIO(source.encode()), dict.fromkeys(KEYWORDS), (), {"encoding": "utf-8"})
    for line, function, messages, _comments in found:
        raw: Any = messages  # a sentence, or several where a function takes several
        texts = [raw] if isinstance(raw, str) else [text for text in raw if isinstance(text, str)]
        if not texts or not texts[0]:
            continue
        context = texts.pop(0) if function and "pgettext" in function else None
        plural = bool(function) and "ngettext" in function and len(texts) > 1
        yield place, line, (texts[0], texts[1]) if plural else texts[0], context


def collect() -> Catalog:
    """The catalogue with exactly the marked sentences, English kept from the file and from the parts."""
    known = _known()
    catalog = Catalog(
        locale="en", charset="utf-8", project="guanhao", header_comment="# The English of Guanhao's pages."
    )
    for place, _line, msgid, context in marked():
        key = msgid[0] if isinstance(msgid, tuple) else msgid
        catalog.add(msgid, known.get((key, context), ""), locations=[(place, 0)], context=context)
    return catalog


def _known() -> dict[tuple[str, str | None], Any]:
    known: dict[tuple[str, str | None], Any] = {}
    for path in [*sorted((PACKAGE / "locale" / "en" / "parts").glob("*.po")), PO]:
        if path.is_file():
            with path.open("rb") as file:
                for message in read_po(file, locale="en"):
                    key = message.id[0] if isinstance(message.id, (tuple, list)) else message.id
                    if key and message.string and any(message.string):
                        known[key, message.context] = message.string
    return known


def missing(catalog: Catalog) -> list[str]:
    """Sentences without English."""
    out = []
    for message in catalog:
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and not all(strings):
            out.append(str(message.id))
    return out


def main() -> int:
    """Collect where asked, then compile."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    if "--collect" in sys.argv:
        catalog = collect()
        with PO.open("wb") as file:
            write_po(file, catalog, width=110, sort_output=True, omit_header=False, include_lineno=False)
        lacking = missing(catalog)
        print(f"{len(catalog)} sentences, {len(lacking)} without English")
        for sentence in lacking:
            print("  ", sentence)
    if not PO.is_file():
        return 0
    with PO.open("rb") as file:
        catalog = read_po(file, locale="en")
    with PO.with_suffix(".mo").open("wb") as out:
        write_mo(out, catalog)
    return 1 if "--collect" in sys.argv and missing(catalog) else 0


if __name__ == "__main__":
    sys.exit(main())
