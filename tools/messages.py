"""The English catalogue, made of the parts in `guanhao/locale/en/parts`: one file an area, written by hand.

    tools/messages.py            compile what the pages mark, with the parts' English, to django.mo
    tools/messages.py --tidy     drop from the parts what no page marks any more; exits 1 while a sentence lacks English

Chinese is the source language. Works without the gettext programs, so that set-up needs only Python. The compiled
catalogue is never committed: two people's sentences meet in the parts or not at all.
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
PARTS = PACKAGE / "locale" / "en" / "parts"
MO = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.mo"
Key = tuple[str, str | None]  # a sentence and its context
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
    """The catalogue with exactly the marked sentences, their English from the parts."""
    known = {key: text for path in parts() for key, text in english(path).items()}
    catalog = Catalog(locale="en", charset="utf-8", project="guanhao")
    for place, _line, msgid, context in marked():
        catalog.add(msgid, known.get((_first(msgid), context), ""), locations=[(place, 0)], context=context)
    return catalog


def parts() -> list[Path]:
    """The files people write."""
    return sorted(PARTS.glob("*.po"))


def english(path: Path) -> dict[Key, Any]:
    """What a part says: sentence and context to English, or to singular and plural."""
    with path.open("rb") as file:
        return {
            (_first(message.id), message.context): message.string
            for message in read_po(file, locale="en")
            if message.id and message.string and any(message.string)
        }


def _first(msgid: Any) -> str:
    return str(msgid[0] if isinstance(msgid, (tuple, list)) else msgid)


def missing(catalog: Catalog) -> list[str]:
    """Sentences without English."""
    out = []
    for message in catalog:
        strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and not all(strings):
            out.append(str(message.id))
    return out


def unused() -> dict[Path, list[Key]]:
    """What the parts say that no page marks, and what an earlier part says already, by file."""
    wanted = {(_first(msgid), context) for _place, _line, msgid, context in marked()}
    out: dict[Path, list[Key]] = {}
    for path in parts():
        for key in english(path):
            if key not in wanted:
                out.setdefault(path, []).append(key)
        wanted -= set(english(path))
    return out


def tidy() -> None:
    """Drop what is unused from the parts."""
    for path, keys in unused().items():
        with path.open("rb") as file:
            catalog = read_po(file, locale="en")
        for sentence, context in keys:
            catalog.delete(sentence, context)
        with path.open("wb") as file:
            write_po(file, catalog, width=110, omit_header=True)


def main() -> int:
    """Tidy where asked, then compile."""
    if "--tidy" in sys.argv:
        tidy()
    catalog = collect()
    MO.parent.mkdir(parents=True, exist_ok=True)
    with MO.open("wb") as out:
        write_mo(out, catalog)
    lacking = missing(catalog)
    if "--tidy" in sys.argv:
        print(f"{len(catalog)} sentences, {len(lacking)} without English")
        for sentence in lacking:
            print("  ", sentence)
    return 1 if "--tidy" in sys.argv and lacking else 0


if __name__ == "__main__":
    sys.exit(main())
