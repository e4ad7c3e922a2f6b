"""The one door for HTML (CF1): an allow-list of elements, attributes and style properties; everything else goes.

nh3 parses and serialises; the values of ``style`` are read with tinycss2, because nh3's own style filter corrupts
nested functions. The result is what readers see, what is hashed, approved and sent, so it must not change when it is
cleaned again or parsed and written by a browser.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

import nh3
import tinycss2
from tinycss2.ast import Declaration, Node

MOST_BYTES = 1_000_000  # the platform takes less than 1 MB (platforms/wechat.md §3)
ASSET_SCHEME = "asset"
ASSET_SOURCE = re.compile(r"asset:sha256:[0-9a-f]{64}")
LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
LOST_PICTURE = "data-lost"  # names the host of a picture that could not be fetched; a check blocks it

_TEXT_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "cite", "code", "del", "div", "em", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby",
    "s", "section", "small", "span", "strike", "strong", "sub", "sup", "u", "ul",
}  # fmt: skip
_TABLE_TAGS = {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
TAGS = frozenset(_TEXT_TAGS | _TABLE_TAGS)

# The text inside these is code or another language, never words for readers.
_WITH_CONTENT = {"iframe", "math", "noembed", "noframes", "noscript", "object", "script", "style", "svg",
                 "template", "title", "xmp"}  # fmt: skip

_ATTRIBUTES = {
    "*": {"style", "align"},
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height", LOST_PICTURE},
    "td": {"colspan", "rowspan", "width", "valign"},
    "th": {"colspan", "rowspan", "width", "valign"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "col": {"span", "width"},
    "ol": {"start", "type"},
}

_SIDES = ("top", "right", "bottom", "left")
PROPERTIES = frozenset(
    {
        "align-content", "align-items", "align-self", "aspect-ratio", "background", "background-color",
        "background-image", "border", "border-collapse", "border-color", "border-image", "border-radius",
        "border-spacing", "border-style", "border-width", "box-shadow", "box-sizing", "clear", "color", "column-gap",
        "display", "flex", "flex-basis", "flex-direction", "flex-flow", "flex-grow", "flex-shrink", "flex-wrap",
        "float", "font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "gap",
        "height", "justify-content", "letter-spacing", "line-height", "list-style", "list-style-type", "margin",
        "max-height", "max-width", "min-height", "min-width", "mix-blend-mode", "object-fit", "opacity", "order",
        "overflow", "overflow-wrap", "padding", "row-gap", "table-layout", "text-align", "text-align-last",
        "text-decoration", "text-decoration-color", "text-indent", "text-overflow", "text-shadow", "text-transform",
        "transform", "transform-origin", "vertical-align", "visibility", "white-space", "width", "word-break",
        "word-spacing", "word-wrap", "writing-mode",
        *(f"{box}-{side}" for box in ("margin", "padding", "border") for side in _SIDES),
        *(f"border-{side}-{part}" for side in _SIDES for part in ("color", "style", "width")),
        *(f"border-{end}-{side}-radius" for end in ("top", "bottom") for side in ("left", "right")),
    }
)  # fmt: skip
FUNCTIONS = frozenset(
    {
        "calc", "clamp", "conic-gradient", "hsl", "hsla", "linear-gradient", "matrix", "max", "min", "perspective",
        "radial-gradient", "repeating-linear-gradient", "repeating-radial-gradient", "rgb", "rgba", "rotate",
        "rotatex", "rotatey", "rotatez", "rotate3d", "scale", "scalex", "scaley", "skew", "skewx", "skewy",
        "translate", "translatex", "translatey", "translatez", "translate3d",
    }
)  # fmt: skip
# Characters that could end an attribute, a declaration or a comment in one reader and not in another.
_AMBIGUOUS = re.compile(r"[\\<>&`{}\x00-\x1f\x7f]|/\*")


class TooLong(ValueError):  # noqa: N818 - it states a fact about the text.
    """The HTML is larger than any article may be."""


def sanitise(html: str) -> str:
    """What may remain of the HTML. Idempotent, and stable under a browser's parsing and writing.

    Pictures keep only sources of ours (``asset:sha256:…``); remote ones are fetched before (`contents.paste`).

    Raises:
        TooLong: above `MOST_BYTES` of UTF-8.
    """
    if len(html.encode()) > MOST_BYTES:
        raise TooLong
    cleaned = _clean(html)
    # The first pass may uncover markup that the parser moves (a table's stray text, nested links): clean until it
    # rests. It rests after the second pass for all we know; the bound only guards against an endless dance.
    for _ in range(4):
        again = _clean(cleaned)
        if again == cleaned:
            return cleaned
        cleaned = again
    return nh3.clean_text(html)


def before_fetching(html: str) -> str:
    """Sanitised, but with the pictures' foreign sources still in place (``data-src`` too, as lazy pages write them).

    Only for importing, which replaces every source (`contents.imported`) and sanitises again.
    """
    return nh3.clean(
        html.replace("\x00", ""),
        tags=set(TAGS),
        clean_content_tags=set(_WITH_CONTENT),
        attributes=_ATTRIBUTES | {"img": _ATTRIBUTES["img"] | {"data-src"}},
        attribute_filter=lambda tag, name, value: value if tag == "img" else _attribute(tag, name, value),
        strip_comments=True,
        link_rel=None,
        url_schemes={"http", "https", "data", "picture", ASSET_SCHEME},
    )


def _clean(html: str) -> str:
    return nh3.clean(
        html.replace("\x00", ""),
        tags=set(TAGS),
        clean_content_tags=set(_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        strip_comments=True,
        link_rel=None,
        url_schemes={"http", "https", ASSET_SCHEME},
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return clean_style(value)
    if name == "src":
        return value if ASSET_SOURCE.fullmatch(value) else None
    if name == "href":
        return value if tag == "a" and LINK.fullmatch(value) else None
    return value


@functools.lru_cache(20_000)
def clean_style(value: str) -> str | None:
    """The declarations of a ``style`` attribute that are allowed; nothing when none is."""
    kept = [
        f"{item.lower_name}:{tinycss2.serialize(item.value).strip()}{'!important' if item.important else ''}"
        for item in tinycss2.parse_blocks_contents(value, skip_comments=True, skip_whitespace=True)
        if isinstance(item, Declaration) and item.lower_name in PROPERTIES and _harmless(item.value)
    ]
    return ";".join(declaration for declaration in kept if not _AMBIGUOUS.search(declaration)) or None


def _harmless(tokens: Iterable[Node]) -> bool:
    return all(_harmless_token(token) for token in tokens)


def _harmless_token(token: Node) -> bool:
    if token.type == "function":
        return token.lower_name in FUNCTIONS and _harmless(token.arguments)
    if token.type == "() block":
        return _harmless(token.content)
    return token.type not in {"error", "url", "[] block", "{} block", "at-keyword", "comment"}
