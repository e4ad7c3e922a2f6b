"""Plain text of an article for platforms whose editor takes no HTML."""

from __future__ import annotations

from inscriptis import get_text  # type: ignore[import-untyped]
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]

_LAYOUT = ParserConfig(display_images=False, display_links=False)


def plain(body: str) -> str:
    """The readable text of an HTML fragment, one paragraph a line, no trailing blanks."""
    if not body.strip():
        return ""
    lines = (line.rstrip() for line in get_text(f"<div>{body}</div>", _LAYOUT).splitlines())
    return "\n".join(lines).strip()
