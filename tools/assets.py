"""Bring third-party browser files from node_modules to build/vendor: an explicit list, nothing else (CF2, PD1).

Four things are done on the way. `sourceMappingURL` comments go, because manifest storage fails on a map that is not
served. Tabler's style sheet keeps only the rules whose classes our own files mention, which is what holds a first page
under 100 KB. Tabler's icons become one sprite of exactly the icons our own files name. Licences travel along.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tinycss2

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "build" / "vendor"
OWN = ROOT / "guanhao" / "web"

FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "dompurify/dist/purify.min.js": "purify.min.js",
    "hugerte/hugerte.min.js": "hugerte/hugerte.min.js",
    "hugerte/license.txt": "hugerte/license.txt",
}
# Whole folders of the editor: it loads its parts by name, so each must lie where its own paths say.
FOLDERS = (
    "hugerte/icons/default",
    "hugerte/models/dom",
    "hugerte/plugins/autolink",
    "hugerte/plugins/image",
    "hugerte/plugins/link",
    "hugerte/plugins/lists",
    "hugerte/plugins/searchreplace",
    "hugerte/plugins/table",
    "hugerte/plugins/wordcount",
    "hugerte/skins/content/default",
    "hugerte/skins/ui/oxide",
    "hugerte/skins/ui/oxide-dark",
    "hugerte/themes/silver",
)
SERVED = {".js", ".css", ".txt"}
# The faces of printed forms: read by the server when it makes a PDF, never served.
FONTS = ROOT / "build" / "fonts"
FACES = tuple(
    f"@expo-google-fonts/noto-serif-sc/{name}"
    for name in ("400Regular/NotoSerifSC_400Regular.ttf", "700Bold/NotoSerifSC_700Bold.ttf", "LICENSE_FONT")
)
SHEET = "@tabler/core/dist/css/tabler.min.css"
ICONS = "@tabler/icons/icons"
MAP_COMMENT = re.compile(r"/[/*]# sourceMappingURL=[^\n*]*(\*/)?")
WORD = re.compile(r"[A-Za-z][\w-]*")
# Icons that are chosen by a table are named in a comment beside it: "# icons: check clock".
ICON_LISTS = re.compile(r"# icons: ([a-z0-9 -]+)")
MARK_ICONS = re.compile(r'"(?:done|waiting|blocked|neutral|accent)"\s+"([a-z0-9-]+)"\s*%\}')
ICON_NAMES = re.compile(r"""(?:\{%\s*icon\s+|\bicon\s*=\s*)["']([a-z0-9-]+)["']""")


class Missing(SystemExit):
    """Something that our files or the list above name is not installed."""

    def __init__(self, what: object) -> None:
        super().__init__(f"tools/assets.py: {what} is not in node_modules; run npm ci, or correct the name.")


def main() -> None:
    """Build build/vendor afresh beside the old one and put it in place at the end."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, target in FILES.items():
        _copy(MODULES / source, fresh / target)
    for folder in FOLDERS:
        for path in sorted((MODULES / folder).rglob("*")):
            if path.suffix in SERVED and (".min." in path.name or path.suffix == ".txt"):
                _copy(path, fresh / path.relative_to(MODULES))
    own = _own_text()
    sheet = MODULES / SHEET
    if not sheet.is_file():
        raise Missing(SHEET)
    (fresh / "tabler.min.css").write_text(
        purge(sheet.read_text(encoding="utf-8"), set(WORD.findall(own))), encoding="utf-8"
    )
    (fresh / "icons.svg").write_text(sprite(icons(own)), encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    _fonts()
    print(f"{sum(1 for path in VENDOR.rglob('*') if path.is_file())} files in {VENDOR.relative_to(ROOT)}")


def _fonts() -> None:
    FONTS.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        source = MODULES / face
        if not source.is_file():
            raise Missing(face)
        shutil.copyfile(source, FONTS / source.name)


def _own_text() -> str:
    paths = (path for kind in ("*.html", "*.py", "*.js") for path in sorted(OWN.rglob(kind)))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise Missing(source.relative_to(MODULES))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(MAP_COMMENT.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")


def icons(own: str) -> list[str]:
    """The names of the icons that our files draw."""
    listed = (name for names in ICON_LISTS.findall(own) for name in names.split())
    return sorted({*ICON_NAMES.findall(own), *MARK_ICONS.findall(own), *listed})


def sprite(names: list[str]) -> str:
    """One SVG file with a symbol per icon; filled icons are asked for as ``name-filled``.

    Raises:
        Missing: for a name that Tabler does not draw.
    """
    symbols = "".join(_symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'


def _symbol(name: str) -> str:
    filled = name.endswith("-filled")
    folder, file = ("filled", name.removesuffix("-filled")) if filled else ("outline", name)
    path = MODULES / ICONS / folder / f"{file}.svg"
    if not path.is_file():
        raise Missing(f"the icon {name}")
    text = path.read_text(encoding="utf-8")
    inner = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    paint = (
        'fill="currentColor"'
        if filled
        else 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
    )
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{" ".join(inner.split())}</symbol>'


def purge(css: str, words: set[str]) -> str:
    """The style sheet without the rules that need a class nobody mentions, and without its fonts."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "".join(_kept(rules, words))


def _kept(rules: list[Any], words: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [part for part in _selectors(rule.prelude) if _mentioned(part, words)]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content).strip()}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}:
            inner = "".join(
                _kept(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), words)
            )
            if inner:
                yield f"@{rule.lower_at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword != "font-face":
            yield rule.serialize()


def _selectors(prelude: list[Any]) -> Iterator[str]:
    part: list[Any] = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield tinycss2.serialize(part).strip()
            part = []
        else:
            part.append(token)
    yield tinycss2.serialize(part).strip()


def _mentioned(selector: str, words: set[str]) -> bool:
    return all(name in words for name in re.findall(r"\.([A-Za-z_][\w-]*)", selector))


if __name__ == "__main__":
    main()
