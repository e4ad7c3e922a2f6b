"""What people typed, made safe for logs, terminals, mail headers and reports (LG9, ASVS 16.4.1)."""

from __future__ import annotations

import unicodedata

# Controls, formats (bidirectional overrides, zero width), surrogates, private use, and line and paragraph separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def one_line(text: str, most: int = 300) -> str:
    """The text on one line, with everything that could forge a line, a colour or a direction written as an escape."""
    safe = "".join(
        f"\\u{ord(sign):04x}" if unicodedata.category(sign) in _UNSAFE else sign for sign in text[: most + 1]
    )
    return safe if len(text) <= most else f"{safe[:most]}…"
